noinst_LIBRARIES += src/engine/libengine.a
src_engine_libengine_a_SOURCES = \
	src/engine/assembly.c \
	src/engine/assembly.h \
	src/engine/checkup.c \
	src/engine/checkup.h \
	src/engine/doorway.c \
	src/engine/doorway.h \
	src/engine/env.h \
	src/engine/intake.c \
	src/engine/intake.h \
	src/engine/limits.c \
	src/engine/limits.h \
	src/engine/members.c \
	src/engine/members.h \
	src/engine/peerlink.c \
	src/engine/peerlink.h \
	src/engine/pool.c \
	src/engine/pool.h \
	src/engine/session.c \
	src/engine/session.h \
	src/engine/statedir.c \
	src/engine/statedir.h \
	src/engine/torrent.c \
	src/engine/torrent.h \
	src/engine/torrent_parts.h \
	src/engine/tracker_call.c \
	src/engine/tracker_call.h \
	src/engine/trackers.c \
	src/engine/trackers.h \
	src/engine/trackerurl.c \
	src/engine/trackerurl.h \
	src/engine/upload.c \
	src/engine/upload.h
