/* torrent_asks.h -- the questions before something is done to torrents: whether to remove
 * them and what of them, which limits, which label, where to. Asks by view_world.ask;
 * torrent_orders does what was answered. Keeps nothing. */
#ifndef UI_TORRENT_ASKS_H
#define UI_TORRENT_ASKS_H

#include "ui/view.h"

/* Ask what this action needs to know of n torrents (ids rise); false when it asks
 * nothing, or none of them is there. */
bool torrent_asks_open(struct view_world *w, enum keys_action action,
                       const uint32_t *ids, size_t n);

/* Read "2M 500k", "off 1M", "2M" (up stays): limits to receive and to send, with
 * has_down, has_up as given; false when it is no such. */
bool torrent_asks_read_limits(const char *line, struct command_limits *out);

/* Extend a path (cap bytes) as far as is certain; says what it may be otherwise. */
void torrent_asks_complete(struct view_world *w, char *path, size_t cap);

#endif
