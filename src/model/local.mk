noinst_LIBRARIES += src/model/libmodel.a
src_model_libmodel_a_SOURCES = \
	src/model/bridge.c \
	src/model/bridge.h \
	src/model/command.c \
	src/model/command.h \
	src/model/event.c \
	src/model/event.h \
	src/model/frame.c \
	src/model/frame.h
