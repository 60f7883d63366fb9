noinst_LIBRARIES += src/disk/libdisk.a
src_disk_libdisk_a_SOURCES = \
	src/disk/atomic.c src/disk/atomic.h \
	src/disk/beneath.c src/disk/beneath.h \
	src/disk/fdcache.c src/disk/fdcache.h \
	src/disk/haul.c src/disk/haul.h \
	src/disk/kept.c src/disk/kept.h \
	src/disk/lockfile.c src/disk/lockfile.h \
	src/disk/lockset.c src/disk/lockset.h \
	src/disk/queue.c src/disk/queue.h \
	src/disk/resume.c src/disk/resume.h \
	src/disk/root.c src/disk/root.h \
	src/disk/sealed.c src/disk/sealed.h \
	src/disk/space.c src/disk/space.h \
	src/disk/store.c src/disk/store.h \
	src/disk/store_files.c src/disk/store_files.h \
	src/disk/verify.c src/disk/verify.h \
	src/disk/worker.c src/disk/worker.h
