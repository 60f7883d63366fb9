/* show_magnet.h -- what a magnet link says, without asking anybody. */
#ifndef CMD_SHOW_MAGNET_H
#define CMD_SHOW_MAGNET_H

#include "meta/magnet.h"

#include <stdbool.h>

/* Print it to standard output: for people, or one JSON object a line. argument: what the
 * user named. */
void show_magnet(const struct magnet *m, const char *argument, bool is_json);

#endif
