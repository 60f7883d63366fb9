/* file_orders.h -- turns "these files shall have that priority" into commands: neighbours
 * in the torrent go into one, and padding follows the file before it, so that it keeps
 * no piece wanted. Also which priority a key means for files that differ.
 * Pure but for sending. */
#ifndef UI_FILE_ORDERS_H
#define UI_FILE_ORDERS_H

#include "ui/view.h"

#include <stdbool.h>
#include <stdint.h>

/* The priority that `action` (KEYS_PRIORITY_UP, _DOWN, KEYS_SKIP) gives to files of
 * priorities from `least` to `most`: a step; those that differ first become alike. */
uint8_t file_orders_step(enum keys_action action, uint8_t least, uint8_t most);
/* Send the commands for the chosen files (table->n_files of them), and set their new
 * priority in `priorities`. Return how many files that are not padding changed. */
uint32_t file_orders_send(struct view_world *w, const struct filetable *table,
                          const bool *chosen, uint8_t priority,
                          uint8_t *priorities);
/* "skip", "low", "norm", "HIGH". */
const char *file_orders_name(uint8_t priority);

#endif
