/* seeker_view.h -- what a front end may know of a seeker: how far it is, from whom, and the
 * detail of a torrent that has no pieces yet. Loop thread only. */
#ifndef ENGINE_SEEKER_VIEW_H
#define ENGINE_SEEKER_VIEW_H

#include "disk/kept.h"
#include "engine/seeker.h"
#include "model/frame.h"
#include "util/err.h"

struct detail;
struct focus;

/* How far it is, in clean words: "metadata 3/12 pieces from 4 peers (2 tell 45 KiB)";
 * then how it stands with the .torrent that the link names. */
void seeker_view_words(const struct seeker *s, struct cause *out);
/* Who gave the metadata, once they are there: "127.0.0.1:6881", "3 peers", or the server
 * of its .torrent. */
void seeker_view_from(const struct seeker *s, struct cause *out);
/* Fill in its part of a row; row->tracker is the seeker's, good until it changes. */
void seeker_view_row(const struct seeker *s, struct frame_torrent *row);
/* All that the focus asks for; kept: how it is set. Owned by the caller. */
struct detail *seeker_view_detail(const struct seeker *s,
                                  const struct kept *kept,
                                  const struct focus *focus);

#endif
