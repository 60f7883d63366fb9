/* torrent_acts.h -- the actions that any view has on torrents: the selected one, or the
 * marked ones. Sends commands; says in the message line what was asked; what needs an
 * answer first is asked by torrent_asks.h. Keeps nothing.
 * Torrents are given as n ids that rise; those that are gone are passed over. */
#ifndef UI_TORRENT_ACTS_H
#define UI_TORRENT_ACTS_H

#include "ui/view.h"

/* The torrent of this id in the latest frame; NULL when it is not there. O(n). */
const struct frame_torrent *torrent_acts_find(const struct view_world *w,
                                              uint32_t id);
/* The torrent of this info-hash; likewise. */
const struct frame_torrent *torrent_acts_by_hash(const struct view_world *w,
                                                 const uint8_t hash[20]);
/* Do an action to n torrents; false when it is none of these. */
bool torrent_acts_do(struct view_world *w, enum keys_action action,
                     const uint32_t *ids, size_t n);

/* What questions and the command line ask for, once they know the rest. Each returns how
 * many torrents a command went to. */
size_t torrent_acts_pause(struct view_world *w, const uint32_t *ids, size_t n,
                          bool pauses);
size_t torrent_acts_remove(struct view_world *w, const uint32_t *ids, size_t n,
                           bool with_data);
size_t torrent_acts_limit(struct view_world *w, const uint32_t *ids, size_t n,
                          const struct command_limits *limits);
size_t torrent_acts_label(struct view_world *w, const uint32_t *ids, size_t n,
                          const char *label);
size_t torrent_acts_move(struct view_world *w, const uint32_t *ids, size_t n,
                         const char *dir);

/* What n torrents are, added up. Those that are gone do not count. */
struct torrent_acts_sum {
    size_t n;
    const struct frame_torrent *first; /* borrowed: the frame's; NULL: none */
    uint64_t size_bytes, have_bytes, n_files;
};
struct torrent_acts_sum torrent_acts_sum(const struct view_world *w,
                                         const uint32_t *ids, size_t n);

#endif
