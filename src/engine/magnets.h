/* magnets.h -- the magnets among the torrents of a steward: has a seeker get the metadata of
 * each, carries out what is asked of them meanwhile, and has admit open the torrent that
 * comes of it, with the settings of the magnet, its peers and connections.
 * An entry with a seeker is a magnet: `torrent` and `meta` are NULL. Loop thread only. */
#ifndef ENGINE_MAGNETS_H
#define ENGINE_MAGNETS_H

#include "engine/steward.h"
#include "meta/magnet.h"
#include "swarm/peers.h"

struct detail;
struct focus;

/* e is a magnet whose lock is ours: begin to seek, unless it is paused. magnet: taken. */
void magnets_open(struct steward *s, struct roster_entry *e,
                  struct magnet *magnet);

/* Of an entry with a seeker: carry out what else than a torrent's own is asked of it.
 * cause: why not. */
enum err magnets_obey(struct steward *s, struct roster_entry *e,
                      const struct command *c,
                      struct cause *cause) ERR_MUST_CHECK;
/* It is paused, or no more, by its settings. */
void magnets_look(struct steward *s, struct roster_entry *e);

/* Fill in what its row shows of the fetching; row->cause is e's, good until it changes. */
void magnets_row(struct roster_entry *e, struct frame_torrent *row);

#endif
