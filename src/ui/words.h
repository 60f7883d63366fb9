/* words.h -- what the UI calls a torrent's state: a letter for rows, and why it is in
 * that state for all that are not plainly at work. Pure functions. */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "model/frame.h"
#include "ui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORDS_LEN = 512 };

/* D down, S seed, P paused, Q queued, C checking, M metadata, ! stalled, E error,
 * X stopping. */
char words_letter(const struct frame_torrent *t);
enum theme_role words_role(const struct frame_torrent *t);
/* Is it in a state that a row explains: E, !, C, Q, M, V, or with a cause of its own? */
bool words_is_odd(const struct frame_torrent *t);
/* Why, in one clean line; never empty for one that is odd. */
void words_cause(const struct frame_torrent *t, char dst[WORDS_LEN]);
/* The same where there is little room: a full disk in two words, and of a path its last
 * part. */
void words_brief(const struct frame_torrent *t, char dst[WORDS_LEN]);
/* What its tracker said last, or why none did. */
const char *words_tracker(const struct frame_torrent *t);
/* Its state and why: "queued: waits: number 3 in the queue". */
void words_state(const struct frame_torrent *t, char dst[WORDS_LEN]);

/* What leaving waits for, elapsed_ms after it was asked for: how many torrents still
 * tell their trackers, and what this run moved. f may be NULL. */
void words_leaving(const struct frame *f, int64_t elapsed_ms,
                   char dst[WORDS_LEN]);

#endif
