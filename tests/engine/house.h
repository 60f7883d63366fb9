/* house.h -- a whole session of the product, in its own thread, on loopback, with its state
 * and downloads in a folder of its own. Nothing is slept for: a test waits for an event
 * or a frame, and fails after HOUSE_WAITS of them. */
#ifndef TESTS_ENGINE_HOUSE_H
#define TESTS_ENGINE_HOUSE_H

#include "engine/session.h"
#include "model/bridge.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOUSE_WAITS = 150 };

struct lockset;
struct lockset_lock;

struct house {
    char *dir; /* state and downloads; absolute */
    struct bridge *bridge;
    struct session *session; /* NULL: none is open */
    struct cause cause;
    struct lockset *locks; /* owned; of house_lock() */
    struct frame_torrent
        *row; /* of the latest house_wait_state(); owned reference */
};

extern struct house house;

void house_set_up(void);
void house_tear_down(void);

void house_open(void);
void house_start(void);
/* The same of a session that keeps its torrents and is watched, with frames as often as
 * may be. more: other settings, or NULL. */
void house_start_keeping(const struct session_config *more);
void house_end(void);
/* Quit, and wait for the end. */
void house_quit(void);

/* A torrent of one file of 5 bytes called `name`; tracker may be NULL. */
struct command *house_add(const char *name, const char *tracker);
/* The same, to be kept. */
struct command *house_add_kept(const char *name);
/* The link of house_add(name), with the tracker udp://t:1; to be kept. */
struct command *house_add_magnet(const char *name);
/* A torrent of one file `name` with so many bytes in pieces of 16 KiB, all right on disk
 * in `folder` below house.dir, when that is not NULL; to be kept. */
struct command *house_add_whole(const char *name, size_t len,
                                const char *folder);
/* The state file of the torrent of that name (of house_add()). free() it. */
char *house_state_path(const char *name, const char *suffix);
/* Take the lock of the torrent of that name (of house_add()), as another instance does;
 * NULL: it is held. lockset_release() it before house_tear_down(). */
struct lockset_lock *house_lock(const char *name);
/* Send a command for one torrent; text may be NULL. */
void house_send(enum command_kind kind, uint32_t torrent, bool flag,
                const char *text);

void house_wait_event(enum event_kind kind, struct event *out);
/* Events that come meanwhile are dropped. */
struct frame *house_wait_frame(void);
/* Wait until there are so many torrents, the first one past checking; return the port
 * that is listened on. */
uint16_t house_wait_running(size_t n);
/* Wait for a frame of which is_it() is true; owned by the caller. */
struct frame *house_wait_for(bool (*is_it)(const struct frame *f,
                                           const void *ctx),
                             const void *ctx);
/* A row by its name; NULL: there is none. */
const struct frame_torrent *house_row(const struct frame *f, const char *name);
/* Wait until the torrent of this name is in this state; return its row, whose strings
 * last until house_tear_down(). */
struct frame_torrent house_wait_state(const char *name, enum frame_state state);

/* Send this COMMAND_ADD, and wait until it is done. */
void house_admit(struct command *c);
/* Quit, and start again, keeping. */
void house_restart(void);
/* Wait for a torrent of this name, and return its id. */
uint32_t house_id_of(const char *name);
/* Wait until there are so many; until the first letters of their names are these, in the
 * order of the queue. */
void house_wait_n(size_t n);
void house_wait_order(const char *letters);

#endif
