# Fuzz targets. Each is tests/fuzz/fuzz_<name>.c with a corpus in
# tests/fuzz/corpus/<name>, and makes two programs: replay_<name>, which `make
# check` runs over the corpus, and with --enable-fuzzing fuzz_<name>, for
# libFuzzer:
#     ../configure CC=clang --enable-fuzzing --enable-asan --enable-ubsan
#     make tests/fuzz/fuzz_bencode
#     tests/fuzz/fuzz_bencode -max_total_time=60 NEW ../tests/fuzz/corpus/bencode
# To add one, copy the block of bencode and change its name and its layer.
FUZZ_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS)
FUZZ_CORPUS = $(abs_top_srcdir)/tests/fuzz/corpus
FUZZ_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
REPLAY = tests/fuzz/replay.c tests/fuzz/fuzz.h
EXTRA_DIST += tests/fuzz/corpus

# bencode
check_PROGRAMS += tests/fuzz/replay_bencode
TESTS += tests/fuzz/replay_bencode
tests_fuzz_replay_bencode_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/bencode"'
tests_fuzz_replay_bencode_SOURCES = tests/fuzz/fuzz_bencode.c $(REPLAY)
tests_fuzz_replay_bencode_LDADD = $(LIBS_META)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_bencode
tests_fuzz_fuzz_bencode_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_bencode_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_bencode_SOURCES = tests/fuzz/fuzz_bencode.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_bencode_LDADD = $(LIBS_META)
endif

# ipfilter
check_PROGRAMS += tests/fuzz/replay_ipfilter
TESTS += tests/fuzz/replay_ipfilter
tests_fuzz_replay_ipfilter_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/ipfilter"'
tests_fuzz_replay_ipfilter_SOURCES = tests/fuzz/fuzz_ipfilter.c $(REPLAY)
tests_fuzz_replay_ipfilter_LDADD = $(LIBS_META)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_ipfilter
tests_fuzz_fuzz_ipfilter_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_ipfilter_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_ipfilter_SOURCES = tests/fuzz/fuzz_ipfilter.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_ipfilter_LDADD = $(LIBS_META)
endif

# kept
check_PROGRAMS += tests/fuzz/replay_kept
TESTS += tests/fuzz/replay_kept
tests_fuzz_replay_kept_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/kept"'
tests_fuzz_replay_kept_SOURCES = tests/fuzz/fuzz_kept.c $(REPLAY)
tests_fuzz_replay_kept_LDADD = $(LIBS_DISK)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_kept
tests_fuzz_fuzz_kept_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_kept_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_kept_SOURCES = tests/fuzz/fuzz_kept.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_kept_LDADD = $(LIBS_DISK)
endif

# magnet
check_PROGRAMS += tests/fuzz/replay_magnet
TESTS += tests/fuzz/replay_magnet
tests_fuzz_replay_magnet_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/magnet"'
tests_fuzz_replay_magnet_SOURCES = tests/fuzz/fuzz_magnet.c $(REPLAY)
tests_fuzz_replay_magnet_LDADD = $(LIBS_META)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_magnet
tests_fuzz_fuzz_magnet_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_magnet_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_magnet_SOURCES = tests/fuzz/fuzz_magnet.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_magnet_LDADD = $(LIBS_META)
endif

# metainfo
check_PROGRAMS += tests/fuzz/replay_metainfo
TESTS += tests/fuzz/replay_metainfo
tests_fuzz_replay_metainfo_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/metainfo"'
tests_fuzz_replay_metainfo_SOURCES = tests/fuzz/fuzz_metainfo.c $(REPLAY)
tests_fuzz_replay_metainfo_LDADD = $(LIBS_META)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_metainfo
tests_fuzz_fuzz_metainfo_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_metainfo_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_metainfo_SOURCES = tests/fuzz/fuzz_metainfo.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_metainfo_LDADD = $(LIBS_META)
endif

# resume
check_PROGRAMS += tests/fuzz/replay_resume
TESTS += tests/fuzz/replay_resume
tests_fuzz_replay_resume_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/resume"'
tests_fuzz_replay_resume_SOURCES = tests/fuzz/fuzz_resume.c $(REPLAY)
tests_fuzz_replay_resume_LDADD = $(LIBS_DISK)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_resume
tests_fuzz_fuzz_resume_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_resume_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_resume_SOURCES = tests/fuzz/fuzz_resume.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_resume_LDADD = $(LIBS_DISK)
endif

# tunnel
check_PROGRAMS += tests/fuzz/replay_tunnel
TESTS += tests/fuzz/replay_tunnel
tests_fuzz_replay_tunnel_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/tunnel"'
tests_fuzz_replay_tunnel_SOURCES = tests/fuzz/fuzz_tunnel.c $(REPLAY)
tests_fuzz_replay_tunnel_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_tunnel
tests_fuzz_fuzz_tunnel_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_tunnel_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_tunnel_SOURCES = tests/fuzz/fuzz_tunnel.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_tunnel_LDADD = $(LIBS_PROTO)
endif

# wire
check_PROGRAMS += tests/fuzz/replay_wire
TESTS += tests/fuzz/replay_wire
tests_fuzz_replay_wire_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/wire"'
tests_fuzz_replay_wire_SOURCES = tests/fuzz/fuzz_wire.c $(REPLAY)
tests_fuzz_replay_wire_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_wire
tests_fuzz_fuzz_wire_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_wire_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_wire_SOURCES = tests/fuzz/fuzz_wire.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_wire_LDADD = $(LIBS_PROTO)
endif

# handshake
check_PROGRAMS += tests/fuzz/replay_handshake
TESTS += tests/fuzz/replay_handshake
tests_fuzz_replay_handshake_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/handshake"'
tests_fuzz_replay_handshake_SOURCES = tests/fuzz/fuzz_handshake.c $(REPLAY)
tests_fuzz_replay_handshake_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_handshake
tests_fuzz_fuzz_handshake_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_handshake_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_handshake_SOURCES = tests/fuzz/fuzz_handshake.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_handshake_LDADD = $(LIBS_PROTO)
endif

# extended
check_PROGRAMS += tests/fuzz/replay_extended
TESTS += tests/fuzz/replay_extended
tests_fuzz_replay_extended_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/extended"'
tests_fuzz_replay_extended_SOURCES = tests/fuzz/fuzz_extended.c $(REPLAY)
tests_fuzz_replay_extended_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_extended
tests_fuzz_fuzz_extended_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_extended_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_extended_SOURCES = tests/fuzz/fuzz_extended.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_extended_LDADD = $(LIBS_PROTO)
endif

# metadata
check_PROGRAMS += tests/fuzz/replay_metadata
TESTS += tests/fuzz/replay_metadata
tests_fuzz_replay_metadata_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/metadata"'
tests_fuzz_replay_metadata_SOURCES = tests/fuzz/fuzz_metadata.c $(REPLAY)
tests_fuzz_replay_metadata_LDADD = $(LIBS_SWARM)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_metadata
tests_fuzz_fuzz_metadata_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_metadata_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_metadata_SOURCES = tests/fuzz/fuzz_metadata.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_metadata_LDADD = $(LIBS_SWARM)
endif

# tracker_http
check_PROGRAMS += tests/fuzz/replay_tracker_http
TESTS += tests/fuzz/replay_tracker_http
tests_fuzz_replay_tracker_http_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/tracker_http"'
tests_fuzz_replay_tracker_http_SOURCES = tests/fuzz/fuzz_tracker_http.c $(REPLAY)
tests_fuzz_replay_tracker_http_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_tracker_http
tests_fuzz_fuzz_tracker_http_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_tracker_http_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_tracker_http_SOURCES = tests/fuzz/fuzz_tracker_http.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_tracker_http_LDADD = $(LIBS_PROTO)
endif

# tracker_udp
check_PROGRAMS += tests/fuzz/replay_tracker_udp
TESTS += tests/fuzz/replay_tracker_udp
tests_fuzz_replay_tracker_udp_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/tracker_udp"'
tests_fuzz_replay_tracker_udp_SOURCES = tests/fuzz/fuzz_tracker_udp.c $(REPLAY)
tests_fuzz_replay_tracker_udp_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_tracker_udp
tests_fuzz_fuzz_tracker_udp_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_tracker_udp_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_tracker_udp_SOURCES = tests/fuzz/fuzz_tracker_udp.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_tracker_udp_LDADD = $(LIBS_PROTO)
endif

# krpc
check_PROGRAMS += tests/fuzz/replay_krpc
TESTS += tests/fuzz/replay_krpc
tests_fuzz_replay_krpc_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/krpc"'
tests_fuzz_replay_krpc_SOURCES = tests/fuzz/fuzz_krpc.c $(REPLAY)
tests_fuzz_replay_krpc_LDADD = $(LIBS_SWARM)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_krpc
tests_fuzz_fuzz_krpc_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_krpc_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_krpc_SOURCES = tests/fuzz/fuzz_krpc.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_krpc_LDADD = $(LIBS_SWARM)
endif

# dht_state
check_PROGRAMS += tests/fuzz/replay_dht_state
TESTS += tests/fuzz/replay_dht_state
tests_fuzz_replay_dht_state_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/dht_state"'
tests_fuzz_replay_dht_state_SOURCES = tests/fuzz/fuzz_dht_state.c $(REPLAY)
tests_fuzz_replay_dht_state_LDADD = $(LIBS_SWARM)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_dht_state
tests_fuzz_fuzz_dht_state_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_dht_state_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_dht_state_SOURCES = tests/fuzz/fuzz_dht_state.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_dht_state_LDADD = $(LIBS_SWARM)
endif

# pex
check_PROGRAMS += tests/fuzz/replay_pex
TESTS += tests/fuzz/replay_pex
tests_fuzz_replay_pex_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/pex"'
tests_fuzz_replay_pex_SOURCES = tests/fuzz/fuzz_pex.c $(REPLAY)
tests_fuzz_replay_pex_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_pex
tests_fuzz_fuzz_pex_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_pex_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_pex_SOURCES = tests/fuzz/fuzz_pex.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_pex_LDADD = $(LIBS_PROTO)
endif

# lsd
check_PROGRAMS += tests/fuzz/replay_lsd
TESTS += tests/fuzz/replay_lsd
tests_fuzz_replay_lsd_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/lsd"'
tests_fuzz_replay_lsd_SOURCES = tests/fuzz/fuzz_lsd.c $(REPLAY)
tests_fuzz_replay_lsd_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_lsd
tests_fuzz_fuzz_lsd_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_lsd_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_lsd_SOURCES = tests/fuzz/fuzz_lsd.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_lsd_LDADD = $(LIBS_PROTO)
endif

# mse
check_PROGRAMS += tests/fuzz/replay_mse
TESTS += tests/fuzz/replay_mse
tests_fuzz_replay_mse_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/mse"'
tests_fuzz_replay_mse_SOURCES = tests/fuzz/fuzz_mse.c $(REPLAY)
tests_fuzz_replay_mse_LDADD = $(LIBS_PROTO)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_mse
tests_fuzz_fuzz_mse_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_mse_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_mse_SOURCES = tests/fuzz/fuzz_mse.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_mse_LDADD = $(LIBS_PROTO)
endif

# pcp
check_PROGRAMS += tests/fuzz/replay_pcp
TESTS += tests/fuzz/replay_pcp
tests_fuzz_replay_pcp_CPPFLAGS = $(FUZZ_CPPFLAGS) \
	-DFUZZ_CORPUS='"$(FUZZ_CORPUS)/pcp"'
tests_fuzz_replay_pcp_SOURCES = tests/fuzz/fuzz_pcp.c $(REPLAY)
tests_fuzz_replay_pcp_LDADD = $(LIBS_NET)
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_pcp
tests_fuzz_fuzz_pcp_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_pcp_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_pcp_SOURCES = tests/fuzz/fuzz_pcp.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_pcp_LDADD = $(LIBS_NET)
endif
