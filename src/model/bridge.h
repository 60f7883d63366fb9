/* bridge.h -- all that crosses between the engine's thread and a front end's: the
 * latest frame, events, commands. Decides nothing.
 * Frames: the engine publishes only when the last one was taken (or is old): no work
 * is done for nobody; a frame has a detail only after COMMAND_FOCUS named a torrent.
 * Events: a ring of BRIDGE_MAX_EVENTS; the oldest fall out, and an event says how many
 * did. Commands: a queue, in order. One mutex, held for pointer moves only.
 * Each side is woken by its own means: the engine by the function given at birth, the
 * front end inside bridge_wait(). */
#ifndef MODEL_BRIDGE_H
#define MODEL_BRIDGE_H

#include "model/command.h"
#include "model/event.h"
#include "model/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BRIDGE_MAX_EVENTS = 2000 };

struct bridge;

struct bridge *bridge_new(void);
void bridge_free(struct bridge *b);

/* The engine's side. */

/* How to wake the engine when a command waits; any thread may call wake. NULL: no
 * more (before the engine goes). */
void bridge_set_wake(struct bridge *b, void (*wake)(void *ctx), void *ctx);
/* Is a new frame wanted: has the last one been taken? */
bool bridge_wants_frame(struct bridge *b);
/* Hand a frame over; replaces one not yet taken. */
void bridge_publish(struct bridge *b, struct frame *f);
void bridge_post(struct bridge *b, const struct event *e);
/* Hand over the bytes of a .torrent that was asked for (command_add.metadata_only):
 * taken. */
void bridge_give_torrent(struct bridge *b, uint8_t *bytes, size_t len);
/* The next command, now the caller's; NULL when none waits. */
struct command *bridge_take_command(struct bridge *b);

/* The front end's side. */

void bridge_send(struct bridge *b, struct command *c);
/* The latest frame, now the caller's; NULL when there is none that is new. */
struct frame *bridge_take_frame(struct bridge *b);
/* The next event; false when none waits. In place of some that fell out: EVENT_LOST. */
bool bridge_take_event(struct bridge *b, struct event *out);
/* A .torrent that was asked for, now the caller's; NULL when there is none. */
uint8_t *bridge_take_torrent(struct bridge *b, size_t *len_out);
/* Wait until a frame or event is there, at most timeout_ms. */
void bridge_wait(struct bridge *b, int timeout_ms);

#endif
