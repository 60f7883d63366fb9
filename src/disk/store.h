/* store.h -- one torrent's files behind one run of bytes: reads and writes at an
 * offset of the torrent, over as many files as that touches. A table of operations:
 * the product's is a set of files opened beneath a folder (store_files), an in-memory
 * one serves tests and simulations. Used by one disk job at a time per call, from any
 * worker: implementations lock what they share. */
#ifndef DISK_STORE_H
#define DISK_STORE_H

#include "util/bitset.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* What is on disk of one file, for the resume state. */
struct store_stat {
    uint64_t size_bytes;
    int64_t mtime_ns; /* 0 when it does not exist */
    bool exists;
    bool is_unusable; /* there is a link, or what is no file: not used */
};

struct store_ops {
    /* Read or write exactly len bytes at off. ERR_TRUNCATED: a file to read
     * from is absent or too short. ERR_NO_SPACE; ERR_UNSAFE_PATH: a link, or
     * not a regular file; ERR_INVALID: a file where a folder must be;
     * ERR_NOT_FOUND: the volume is missing; ERR_SYS. The cause names the file.
     * Nothing is assumed of the bytes after a failure. */
    enum err (*read)(void *impl, uint64_t off, void *bytes, size_t len,
                     struct cause *cause);
    enum err (*write)(void *impl, uint64_t off, const void *bytes, size_t len,
                      struct cause *cause);
    /* Create zero-length files, check that what is absent can be created and
     * that nothing else lies in its place; with `preallocate`, reserve the
     * space of every file, where the file system can. Only files of `wanted`
     * (n_files bits, borrowed; NULL: all). */
    enum err (*prepare)(void *impl, bool preallocate,
                        const struct bitset *wanted, struct cause *cause);
    /* fdatasync what was written since the last call. ERR_NOT_FOUND: a file
     * that was written is gone. */
    enum err (*sync)(void *impl, struct cause *cause);
    /* What is unusable does not exist. Padding does, of its size. */
    enum err (*stat)(void *impl, size_t file_idx, struct store_stat *out,
                     struct cause *cause);
    void (*close_files)(void *impl); /* descriptors only; reopened at need */
    void (*free)(void *impl);
};

/* Wrap an implementation; the store owns impl. One reference. */
struct store *store_new(const struct store_ops *ops, void *impl);
/* Thread-safe counting: jobs in flight hold the store. */
struct store *store_ref(struct store *s);
void store_unref(struct store *s);

/* As in struct store_ops. */
enum err store_read(struct store *s, uint64_t off, void *bytes, size_t len,
                    struct cause *cause) ERR_MUST_CHECK;
enum err store_write(struct store *s, uint64_t off, const void *bytes,
                     size_t len, struct cause *cause) ERR_MUST_CHECK;
enum err store_prepare(struct store *s, bool preallocate,
                       const struct bitset *wanted,
                       struct cause *cause) ERR_MUST_CHECK;
enum err store_sync(struct store *s, struct cause *cause) ERR_MUST_CHECK;
enum err store_stat(struct store *s, size_t file_idx, struct store_stat *out,
                    struct cause *cause) ERR_MUST_CHECK;
void store_close_files(struct store *s);

#endif
