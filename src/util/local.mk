noinst_LIBRARIES += src/util/libutil.a
src_util_libutil_a_SOURCES = \
	src/util/addr.c src/util/addr.h \
	src/util/bitset.c src/util/bitset.h \
	src/util/buf.c src/util/buf.h \
	src/util/bytes.c src/util/bytes.h \
	src/util/clock.c src/util/clock.h \
	src/util/crc32c.c src/util/crc32c.h \
	src/util/delta.c src/util/delta.h \
	src/util/err.c src/util/err.h \
	src/util/fold.c src/util/fold.h \
	src/util/hash.c src/util/hash.h \
	src/util/hash_many.c src/util/hash_many.h \
	src/util/heap.c src/util/heap.h \
	src/util/ipset.c src/util/ipset.h \
	src/util/log.c src/util/log.h \
	src/util/nearest.c src/util/nearest.h \
	src/util/percent.c src/util/percent.h \
	src/util/rate.c src/util/rate.h \
	src/util/refbuf.c src/util/refbuf.h \
	src/util/rng.c src/util/rng.h \
	src/util/sha1_avx2.c src/util/sha1_avx2.h \
	src/util/sha1_avx512.c src/util/sha1_avx512.h \
	src/util/sha1_kernel.h \
	src/util/sha1_lanes.c src/util/sha1_lanes.h \
	src/util/text.c src/util/text.h \
	src/util/xalloc.c src/util/xalloc.h
