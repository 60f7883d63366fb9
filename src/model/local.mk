noinst_LIBRARIES += src/model/libmodel.a
src_model_libmodel_a_SOURCES = \
	src/model/bridge.c \
	src/model/bridge.h \
	src/model/command.c \
	src/model/command.h \
	src/model/detail.c \
	src/model/detail.h \
	src/model/detail_dht.c \
	src/model/detail_dht.h \
	src/model/detail_finder.c \
	src/model/detail_finder.h \
	src/model/detail_peer.c \
	src/model/detail_peer.h \
	src/model/detail_piece.c \
	src/model/detail_piece.h \
	src/model/detail_tracker.c \
	src/model/detail_tracker.h \
	src/model/detail_web.c \
	src/model/detail_web.h \
	src/model/encryption.h \
	src/model/event.c \
	src/model/event.h \
	src/model/filetable.c \
	src/model/filetable.h \
	src/model/focus.h \
	src/model/frame.c \
	src/model/frame.h \
	src/model/history.c \
	src/model/history.h \
	src/model/reach.h \
	src/model/timeline.c \
	src/model/timeline.h \
	src/model/why.c \
	src/model/why.h
