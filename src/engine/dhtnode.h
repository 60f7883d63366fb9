/* dhtnode.h -- the session's node of the DHT: gives swarm/dht the world. Its datagrams go
 * through the session's UDP socket, its deadlines are on the loop, its state is in a
 * file (dhtfile), and searches are begun by the board of quests that it has.
 * How it finds its first nodes: those of the file, and those that the user, torrents,
 * magnets and peers name, are asked at once. Routers (hosts that the settings name, for
 * everybody) are resolved only while fewer than DHTNODE_FEW nodes answer: at the start,
 * or DHTNODE_PATIENCE_MS later where the file had nodes; then ever less often. Who was
 * resolved is asked until he answers once, for a quarter of an hour at most.
 * Private torrents (BEP 27) never come here: finding sees to that.
 * Owned by a session; loop thread only. Source: BEP 5. */
#ifndef ENGINE_DHTNODE_H
#define ENGINE_DHTNODE_H

#include "engine/dhtconf.h"
#include "engine/env.h"
#include "util/addr.h"
#include "util/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct detail_dht;
struct dht;
struct disk_job;
struct dhtnode;
struct frame;
struct quest_board;
struct reach;
struct statedir;

enum {
    DHTNODE_FEW = 16,
    DHTNODE_PATIENCE_MS = 5000,
    DHTNODE_AGAIN_MS = 60 * 1000,          /* routers, the second time */
    DHTNODE_AGAIN_MAX_MS = 15 * 60 * 1000, /* and at most */
    DHTNODE_SAVE_MS = 5 * 60 * 1000,
    DHTNODE_MAX_LOOKUPS = 32 /* names being resolved; more are passed over */
};

/* Make it, and begin. env has loop, udp, resolve and disk; it is borrowed and outlives
 * it, as s does (NULL: nothing is kept). Owned by the caller. */
struct dhtnode *dhtnode_new(struct env *env, struct statedir *s,
                            const struct dhtconf *config);
/* Save, and free: before env's disk, socket and resolver, after all quests. NULL:
 * nothing. */
void dhtnode_free(struct dhtnode *n);

/* A datagram came. False: it is not for the DHT. */
bool dhtnode_take_datagram(struct dhtnode *n, const struct addr *from,
                           struct span bytes);
/* A job of it (DISK_SAVE, torrent 0) is done: taken. */
void dhtnode_on_job(struct dhtnode *n, struct disk_job *job);

/* There may be a node at this place: a torrent or a magnet says so. */
void dhtnode_add_place(struct dhtnode *n, const char *host, uint16_t port);
/* A peer says that it has a node there (PORT message). */
void dhtnode_add_node(struct dhtnode *n, const struct addr *a);

/* The session's IP filter has changed: no node that it has stays. NULL: nothing. */
void dhtnode_reconsider(struct dhtnode *n);

/* The machine woke, or its network is another: ask its nodes if they are there, and
 * routers soon where too few are. NULL: nothing. */
void dhtnode_wake(struct dhtnode *n);

/* For quest_new(); borrowed. */
struct quest_board *dhtnode_board(struct dhtnode *n);
/* The port that peers are told in PORT messages. */
uint16_t dhtnode_port(const struct dhtnode *n);
uint32_t dhtnode_n_good(const struct dhtnode *n);
/* Its part of a frame: who came in unasked, and where nodes see us. NULL: there is none. */
void dhtnode_fill(const struct dhtnode *n, struct reach *out);
/* For the views; borrowed. */
struct dht *dhtnode_dht(struct dhtnode *n);

#endif
