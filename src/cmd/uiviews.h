/* uiviews.h -- how the user has the tables of the terminal UI, kept from one start to the
 * next in the state folder: the file `views`, a line a table: its name, a space, and what
 * the UI says of it. What is there is read at the start, and written at the end when it
 * changed; of several programs at once, the last one to end has its way. It is no harm
 * when the file is damaged or cannot be written. Owner and thread: the front end's. */
#ifndef CMD_UIVIEWS_H
#define CMD_UIVIEWS_H

#include <stddef.h>

enum { UIVIEWS_MAX = 8 /* tables */, UIVIEWS_MAX_LEN = 8192 /* of the file */ };

struct uiviews;

/* path: of the file, copied; NULL: nothing is read nor written. */
struct uiviews *uiviews_new(const char *path);
/* What is kept of a table; borrowed until it is set; NULL: nothing is. */
const char *uiviews_get(const struct uiviews *v, const char *table);
/* Keep a line of a table. */
void uiviews_set(struct uiviews *v, const char *table, const char *line);
/* Write the file, when something changed. */
void uiviews_save(struct uiviews *v);
void uiviews_free(struct uiviews *v); /* NULL: nothing */

#endif
