/* torrent_acts.h -- the actions that any view has on torrents: the selected one, or the
 * marked ones. What needs nothing more to be known is sent by torrent_orders, what needs
 * an answer first is asked by torrent_asks. Keeps nothing.
 * Torrents are given as n ids that rise; those that are gone are passed over. */
#ifndef UI_TORRENT_ACTS_H
#define UI_TORRENT_ACTS_H

#include "ui/view.h"

/* The torrent of this id in the frame that is shown; NULL when it is not there. O(n). */
const struct frame_torrent *torrent_acts_find(const struct view_world *w,
                                              uint32_t id);
/* The torrent of this info-hash; likewise. */
const struct frame_torrent *torrent_acts_by_hash(const struct view_world *w,
                                                 const uint8_t hash[20]);
/* Do an action to n torrents; false when it is none of these. */
bool torrent_acts_do(struct view_world *w, enum keys_action action,
                     const uint32_t *ids, size_t n);

#endif
