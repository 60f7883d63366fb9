/* peer_acts.h -- what the user does to one peer, from the table and from its page: send
 * it away, ban it, shun it, copy its address; and add one by address. Asks first where
 * it cannot be undone; sends commands; says in the message line what was asked. */
#ifndef UI_PEER_ACTS_H
#define UI_PEER_ACTS_H

#include "ui/view.h"

/* Do an action to the selected peer; false when it is none of these. */
bool peer_acts_do(struct view_world *w, enum keys_action action);
/* The selected peer, borrowed; NULL: none is, or it is not there (any more). */
const struct detail_peer *peer_acts_peer(const struct view_world *w);
/* The same of those that left. */
const struct detail_gone *peer_acts_gone(const struct view_world *w);

#endif
