/* steer.h -- what a user changes of a torrent while it goes on: limits, what is wanted and
 * in which order, and whom it talks to. Starting and stopping are torrent.h's. Callable
 * in any state. A part of a torrent. Loop thread only. */
#ifndef ENGINE_STEER_H
#define ENGINE_STEER_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command_limits;
struct kept;
struct torrent;

/* The user asks for an announce, as early as the trackers allow: EVENT_COMMAND says
 * when that is. */
void steer_reannounce(struct torrent *t);

/* Those that it has; the others stay. Beyond a lower max_peers, those that came last
 * are sent away. */
void steer_limit(struct torrent *t, const struct command_limits *limits);
/* Want n_files files from first_file on (0: all of them) so much: enum piece_priority.
 * ERR_INVALID: there is no such file or priority. */
enum err steer_want(struct torrent *t, uint32_t first_file, uint32_t n_files,
                    uint8_t priority) ERR_MUST_CHECK;
/* Want every piece as its files are wanted. O(n_files + n_pieces). */
void steer_apply(struct torrent *t);
void steer_set_sequential(struct torrent *t, bool is_sequential);
/* The first and last piece of each wanted file before all others, or as the rest: players
 * look there before they begin. */
void steer_set_first_last(struct torrent *t, bool is_first_last);
/* This piece before all others, until priorities change. ERR_INVALID: it is had, being
 * checked, or there is none such. */
enum err steer_raise(struct torrent *t, uint32_t piece_idx) ERR_MUST_CHECK;
/* Close a peer's connection; with `ban`, never talk to its address again.
 * ERR_NOT_FOUND: it is not connected. */
enum err steer_send_away(struct torrent *t, uint32_t peer,
                         bool ban) ERR_MUST_CHECK;
/* Choke a peer whatever it gives, for as long as it is connected, or treat it again as
 * the others. What may be had while choked (BEP 6) it may have still.
 * ERR_NOT_FOUND: it is not connected. */
enum err steer_snub(struct torrent *t, uint32_t peer,
                    bool is_shunned) ERR_MUST_CHECK;

/* Write what is set of it, to be remembered, over what `kept` has of that. */
void steer_remember(const struct torrent *t, struct kept *kept);

#endif
