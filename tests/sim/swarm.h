/* swarm.h -- a swarm of whole engines in one process and in virtual time: no
 * thread, no socket, no sleep. Each node is what a session has (env, torrent, disk
 * queue, doorway) at an address of a network in memory, its files a simstore.
 * All randomness comes of one seed: SIM_SEED in the environment, or 1.
 * The laws of inside.h are asserted of one node every 10 ms of virtual time, in
 * turn, and of all every second; with SIM_CHECK set of all after each step.
 * A node is there from swarm_add() to swarm_remove() or swarm_free(); between
 * node_stop() and node_start() it has its address and files, but no torrent. */
#ifndef TESTS_SIM_SWARM_H
#define TESTS_SIM_SWARM_H

#include "model/encryption.h"
#include "model/event.h"
#include "model/frame.h"
#include "tests/sim/content.h"
#include "tests/sim/simstore.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct ipfilter;
struct swarm;
struct node;

enum { SWARM_MAX_NODES = 128, SWARM_MAX_DIALS = 256 };

struct node_config {
    /* Its line: bytes a second, 0 is unlimited; one way to the middle. */
    uint64_t line_up_Bps, line_down_Bps;
    int64_t latency_ms;
    size_t line_queue_bytes; /* each way of a connection; 0: a default */
    /* What it has at the start. */
    bool is_seed;
    uint32_t first_piece, n_pieces; /* when no seed: these */
    /* The user's options. */
    bool is_sequential;
    const uint8_t *priorities; /* borrowed while it exists, or NULL */
    uint64_t limit_down_Bps, limit_up_Bps; /* of the session */
    uint64_t torrent_down_Bps, torrent_up_Bps;
    uint32_t max_peers;
    size_t pool_bytes;
    bool uses_pex;
    const char *resume_path; /* borrowed while it exists, or NULL */
    enum encryption encryption;
    bool is_watched;         /* as by views; node_second() is its second hand */
};

uint64_t swarm_seed(void);
/* content: borrowed, outlives it. */
struct swarm *swarm_new(const struct content *content);
void swarm_free(struct swarm *s);
int64_t swarm_now_ms(const struct swarm *s);
/* Below bound, from the swarm's seed. */
uint32_t swarm_below(struct swarm *s, uint32_t bound);
/* Print a line of what a run measured, when SIM_REPORT is set. */
void swarm_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Of every event of every node so far. */
uint64_t swarm_log_hash(const struct swarm *s);

/* A new node, running: its files have been checked. */
struct node *swarm_add(struct swarm *s, const struct node_config *config);
/* A node that knows the info-hash only: it gets the metadata from whom it is introduced
 * to, as a magnet does, then all that it wants. It has no torrent until then. */
struct node *swarm_add_magnet(struct swarm *s,
                              const struct node_config *config);
/* n of the same. */
void swarm_add_many(struct swarm *s, const struct node_config *config,
                    size_t n);
/* Its end as of a process that is told to quit; it is gone when its torrent has
 * come to rest. */
void swarm_remove(struct node *n);
size_t swarm_n_nodes(const struct swarm *s);
struct node *swarm_node(const struct swarm *s, size_t i);

/* a hears of b, and dials it when it likes. */
void swarm_introduce(struct node *a, const struct node *b);
/* Everybody hears of `most` others, drawn by lot; as from a tracker. */
void swarm_introduce_all(struct swarm *s, size_t most);
/* The same for one, who came later. */
void swarm_introduce_to_some(struct node *n, size_t most);

/* From now on dials of this IP are counted, whoever dials: the first
 * SWARM_MAX_DIALS. */
void swarm_watch_dials(struct swarm *s, const struct addr *ip);
/* How many there were; the most in one minute. */
size_t swarm_n_dials(const struct swarm *s);
size_t swarm_most_dials_in_minute(const struct swarm *s);

/* Let time pass until `ms` after now. */
void swarm_run_ms(struct swarm *s, int64_t ms);
/* Until done(ctx), at most `ms`; return whether it came. */
bool swarm_run_while(struct swarm *s, int64_t ms, bool (*done)(void *ctx),
                     void *ctx);
/* Until every node that is there has all that it wants. */
bool swarm_run_finished(struct swarm *s, int64_t ms);
/* Until this one has. */
bool node_run_finished(struct node *n, int64_t ms);

/* The torrent's end, as at quitting: runs until it has stopped. */
void node_stop(struct node *n);
/* The same without warning, as of a process that is killed: what is with the disk is
 * finished, nothing is saved. */
void node_kill(struct node *n);
/* A new torrent on the same files; checking them takes no time, but with a slow disk.
 */
void node_start(struct node *n);
/* From its next start on it is paused, or not. */
void node_set_paused(struct node *n, bool is_paused);
/* Change its line from now on. */
void node_set_line(struct node *n, uint64_t up_Bps, uint64_t down_Bps);
/* Upload slots from the next round on. */
void node_set_slots(struct node *n, uint32_t n_slots);
/* From now on it has this IP filter (borrowed), as of a session. */
void node_set_filter(struct node *n, struct ipfilter *filter);
/* From now on a disk job takes so long, one at a time; 0: no time. */
void node_set_disk_ms(struct node *n, int64_t job_ms);
/* Of a magnet: NULL once it is a torrent. */
struct seeker *node_seeker(struct node *n);
struct simstore *node_store(struct node *n);
struct torrent *node_torrent(struct node *n);

/* A second has passed, as a session tells a torrent that is watched. */
void node_second(struct node *n);
struct frame_torrent node_frame(struct node *n);
bool node_is_finished(const struct node *n);
int64_t node_finished_ms(const struct node *n); /* -1: not yet */
uint32_t node_n_events(const struct node *n, enum event_kind kind);
/* The latest of a kind, or NULL; borrowed. */
const struct event *node_event(const struct node *n, enum event_kind kind);
uint32_t node_n_dials(const struct node *n); /* ever */
size_t node_pool_used(const struct node *n);
size_t node_pool_max_used(const struct node *n); /* the most there was */
/* Has `by` banned n? */
bool node_is_banned_by(const struct node *n, const struct node *by);
/* Every byte of every piece is right in its files. */
bool node_has_all(const struct node *n);

#endif
