noinst_LIBRARIES += src/meta/libmeta.a
src_meta_libmeta_a_SOURCES = \
	src/meta/bencode.c \
	src/meta/bencode.h \
	src/meta/create.c \
	src/meta/create.h \
	src/meta/filelist.c \
	src/meta/filelist.h \
	src/meta/geometry.c \
	src/meta/geometry.h \
	src/meta/iplist.c \
	src/meta/iplist.h \
	src/meta/links.c \
	src/meta/links.h \
	src/meta/magnet.c \
	src/meta/magnet.h \
	src/meta/metainfo.c \
	src/meta/metainfo.h \
	src/meta/rejoin.c \
	src/meta/rejoin.h \
	src/meta/safepath.c \
	src/meta/safepath.h \
	src/meta/webpath.c \
	src/meta/webpath.h
