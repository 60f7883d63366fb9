/* torrent_orders.h -- commands to several torrents at once, in the order of the queue, and
 * what they are, added up. Sends; says in the message line what was asked. Asks nothing,
 * knows no keys, keeps nothing: keys (torrent_acts), questions (torrent_asks) and the
 * command line (cmdline) end here.
 * Torrents are given as n ids that rise; those that are gone by now are passed over: what
 * is done is done by the latest frame, also while an earlier one is shown. O(torrents
 * log n). */
#ifndef UI_TORRENT_ORDERS_H
#define UI_TORRENT_ORDERS_H

#include "ui/view.h"

/* What n torrents are, added up. Those that are gone do not count. */
struct torrent_orders_sum {
    size_t n;
    const struct frame_torrent *first; /* borrowed: the frame's; NULL: none */
    uint64_t size_bytes, have_bytes, n_files;
};
struct torrent_orders_sum torrent_orders_sum(const struct view_world *w,
                                             const uint32_t *ids, size_t n);

/* Send a command like `like` (borrowed, its text copied) to each of them, and say so in
 * these words. Returns, as the others do, how many torrents a command went to. */
size_t torrent_orders_send(struct view_world *w, const uint32_t *ids, size_t n,
                           struct command like, const char *words);
size_t torrent_orders_pause(struct view_world *w, const uint32_t *ids, size_t n,
                            bool pauses);
size_t torrent_orders_remove(struct view_world *w, const uint32_t *ids,
                             size_t n, bool with_data);
size_t torrent_orders_limit(struct view_world *w, const uint32_t *ids, size_t n,
                            const struct command_limits *limits);
size_t torrent_orders_label(struct view_world *w, const uint32_t *ids, size_t n,
                            const char *label);
size_t torrent_orders_move(struct view_world *w, const uint32_t *ids, size_t n,
                           const char *dir);

#endif
