/* ipfilter.h -- the IP filter of a session: which addresses are never talked to, and how
 * many that kept away. Reading is disk/ipload's; closing who is connected is weed's.
 * The lists are read before anything else runs, which then does not unless all of them
 * can be; and later by a disk job: when others are named, when the user asks, and, looked
 * at each IPFILTER_LOOK_MS, when a file changed. Until a load has come well, and when it
 * fails, the filter before it holds. Each outcome is said once.
 * Owned by the session; loop thread only. A question is O(log ranges). */
#ifndef ENGINE_IPFILTER_H
#define ENGINE_IPFILTER_H

#include "disk/ipload.h"
#include "net/loop.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk_job;
struct diskq;
struct ipset;
struct reach;

enum { IPFILTER_LOOK_MS = 60000 };

struct ipfilter_host {
    /* A line for the user: what was loaded (OK), or why not. */
    void (*say)(void *ctx, enum err err, const char *words);
    /* Other addresses are filtered now: who is connected is to be looked at. NULL:
     * nobody cares. */
    void (*changed)(void *ctx);
    void *ctx; /* borrowed */
};

struct ipfilter {
    struct loop *loop; /* borrowed, as the next */
    struct diskq *disk;
    struct ipfilter_host host;
    char **paths; /* owned */
    size_t n_paths;
    struct ipload_stamp stamps[IPLOAD_MAX_FILES];
    struct ipset *set;    /* owned; NULL: none */
    uint64_t n_in, n_out; /* refused: who came, whom we would dial */
    uint64_t latest;      /* job: of others the outcome does not count */
    bool is_loading;
    bool has_failed; /* the latest load */
    struct loop_timer timer;
};

/* None, until ipfilter_begin() or ipfilter_set(). host: copied. The others are borrowed,
 * and outlive it. */
void ipfilter_init(struct ipfilter *f, struct loop *loop, struct diskq *disk,
                   const struct ipfilter_host *host);
void ipfilter_fini(struct ipfilter *f);

/* Filter by these files (1..IPLOAD_MAX_FILES, copied), which are loaded inside this call:
 * it blocks, before the loop runs. cause: why they cannot be used, as ERR_NOT_FOUND,
 * ERR_INVALID, ERR_TOO_BIG or ERR_SYS; nothing is filtered then. */
enum err ipfilter_begin(struct ipfilter *f, const char *const *paths, size_t n,
                        struct cause *cause) ERR_MUST_CHECK;
/* Filter by these files (copied; beyond IPLOAD_MAX_FILES they are left off, which is
 * said) from their load on; n 0: no filter. */
void ipfilter_set(struct ipfilter *f, const char *const *paths, size_t n);
/* Read them again, changed or not. */
void ipfilter_reload(struct ipfilter *f);
/* A DISK_IPLOAD job is done: taken. */
void ipfilter_on_job(struct ipfilter *f, struct disk_job *job);

/* Is it filtered? f may be NULL: no. The second and third count it, as somebody who came
 * to us, and as somebody whom we would have dialled. */
bool ipfilter_has(const struct ipfilter *f, const struct addr *a);
bool ipfilter_refuses_in(struct ipfilter *f, const struct addr *a);
bool ipfilter_refuses_out(struct ipfilter *f, const struct addr *a);
/* The last as the words that come after an address, or NULL. ctx: the filter. */
const char *ipfilter_refusal(void *ctx, const struct addr *a);

/* Its part of a frame. */
void ipfilter_fill(const struct ipfilter *f, struct reach *out);

#endif
