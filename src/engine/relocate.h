/* relocate.h -- brings a torrent's data to another folder.
 * Moving: the torrent has stopped as for a pause (its goal is TORRENT_TO_MOVE); then the
 * files get their names in the new folder (haul.h), then what is remembered says so, and
 * it goes on there, without hashing anything. The old names are left for whoever has
 * written down the new place (relocate_take_old_place()): at each moment one of the two
 * places is whole and is the one that is remembered.
 * A part of a torrent. Loop thread only. */
#ifndef ENGINE_RELOCATE_H
#define ENGINE_RELOCATE_H

#include "util/err.h"

#include <stdbool.h>

struct disk_job;
struct haul;
struct torrent;

/* Where its data were until they were moved, once; NULL: nowhere else. They are still
 * there: for the caller to erase, once the new place is written down. Owned. */
struct haul *relocate_take_old_place(struct torrent *t);

/* For torrent.c. */

/* As torrent_move(), up to its stop: note where to. */
enum err relocate_begin(struct torrent *t, const char *dir,
                        struct cause *cause) ERR_MUST_CHECK;
/* Nothing of the torrent is under way: do what is next. True: all is done. */
bool relocate_step(struct torrent *t);
/* It is to stop for good: come to an end soon, in either place. */
void relocate_give_up(struct torrent *t);
/* A DISK_BRING is done; job: taken. */
void relocate_on_brought(struct torrent *t, struct disk_job *job);
void relocate_fini(struct torrent *t);

#endif
