/* charge.h -- steward's part that acts by itself: starts and stops torrents as lineup
 * decides, and pauses those that were seeded as long or as much as they are to be.
 * Loop thread only. O(n). */
#ifndef ENGINE_CHARGE_H
#define ENGINE_CHARGE_H

#include "engine/steward.h"

/* Let those run whose turn it is, and let the others wait. */
void charge_line_up(struct steward *s);
/* Once a second: goals that were reached, and whether torrents move. */
void charge_second(struct steward *s);

#endif
