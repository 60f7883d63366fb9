/* inspect_web.h -- the web servers of a torrent for the views: as rows among its peers, as a
 * list beside its trackers, and their rates of ten minutes. As inspect.h. */
#ifndef ENGINE_INSPECT_WEB_H
#define ENGINE_INSPECT_WEB_H

#include "engine/webseeds.h"
#include "model/detail.h"
#include "model/why.h"

/* Is it among the peers now: asked, or soon to be? */
bool inspect_web_is_shown(const struct webserver *s);
/* How many are. */
size_t inspect_web_n_shown(const struct torrent *t);
/* Add the row of each at the end of d->peers, which has room, in the order of their ids. */
void inspect_web_peers(struct torrent *t, struct detail *d);
/* The list beside the trackers. */
void inspect_web_list(struct torrent *t, struct detail *d);
/* Count them as the peers that they are like. */
void inspect_web_why(struct torrent *t, int64_t now_ms, struct why_input *out);
/* Once a second: a sample of each. */
void inspect_web_second(struct torrent *t, int64_t now_ms);

#endif
