if HAVE_CHECK
check_PROGRAMS += tests/engine/test_engine
TESTS += tests/engine/test_engine
tests_engine_test_engine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_engine_test_engine_LDADD = $(TEST_LIBS) $(LIBS_ENGINE) $(CHECK_LIBS)
tests_engine_test_engine_SOURCES = \
	tests/disk/mmdb.c \
	tests/disk/mmdb.h \
	tests/disk/tmpdir.c \
	tests/disk/tmpdir.h \
	tests/engine/house.c \
	tests/engine/house.h \
	tests/engine/outside.c \
	tests/engine/outside.h \
	tests/engine/stage.c \
	tests/engine/stage.h \
	tests/engine/suites.c \
	tests/engine/suites.h \
	tests/engine/test_admit.c \
	tests/engine/test_approach.c \
	tests/engine/test_arrivals.c \
	tests/engine/test_assembly.c \
	tests/engine/test_charge.c \
	tests/engine/test_dhtfile.c \
	tests/engine/test_dhtnode.c \
	tests/engine/test_doorway.c \
	tests/engine/test_exactsource.c \
	tests/engine/test_freespace.c \
	tests/engine/test_gateway.c \
	tests/engine/test_ipfilter.c \
	tests/engine/test_keeper.c \
	tests/engine/test_limits.c \
	tests/engine/test_lineup.c \
	tests/engine/test_localpeers.c \
	tests/engine/test_magnets.c \
	tests/engine/test_metaserve.c \
	tests/engine/test_mseconn.c \
	tests/engine/test_orders.c \
	tests/engine/test_overall.c \
	tests/engine/test_peerlink.c \
	tests/engine/test_peerlink_crypt.c \
	tests/engine/test_peerlink_flow.c \
	tests/engine/test_pool.c \
	tests/engine/test_provenance.c \
	tests/engine/test_proxy.c \
	tests/engine/test_quest.c \
	tests/engine/test_redirects.c \
	tests/engine/test_relocate.c \
	tests/engine/test_removal.c \
	tests/engine/test_roster.c \
	tests/engine/test_seeker.c \
	tests/engine/test_seeker_view.c \
	tests/engine/test_senders.c \
	tests/engine/test_session.c \
	tests/engine/test_shuns.c \
	tests/engine/test_statedir.c \
	tests/engine/test_tidy.c \
	tests/engine/test_tracker_call.c \
	tests/engine/test_trackers.c \
	tests/engine/test_trackerurl.c \
	tests/engine/test_undo.c \
	tests/engine/test_waking.c \
	tests/engine/test_webfetch.c \
	tests/engine/test_webseeds.c \
	tests/engine/test_wishes.c \
	tests/engine/torrentlet.c \
	tests/engine/torrentlet.h \
	tests/engine/webstage.c \
	tests/engine/webstage.h \
	tests/fake/udptracker.c \
	tests/fake/udptracker.h \
	tests/net/turns.c \
	tests/net/turns.h \
	tests/sim/content.c \
	tests/sim/content.h \
	tests/sim/simstore.c \
	tests/sim/simstore.h
endif
