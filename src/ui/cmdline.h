/* cmdline.h -- the command line: a line of words such as "limit 2M off" or "sort eta",
 * with completion and the lines typed before. Does what is about torrents and limits
 * itself; what the screen or the list does it leaves in view_world.command.
 * Plain value, part of view_world; front end's thread. */
#ifndef UI_CMDLINE_H
#define UI_CMDLINE_H

#include <stddef.h>
#include <stdint.h>

struct view_world;

enum { CMDLINE_MAX_LINES = 20, CMDLINE_LEN = 256 };

struct cmdline {
    size_t n;  /* lines kept */
    size_t at; /* the one that is shown; n: none of them */
    char lines[CMDLINE_MAX_LINES][CMDLINE_LEN]; /* the latest last */
};

/* Ask for a line; what it says about torrents is about these n (ids rise). */
void cmdline_open(struct view_world *w, const uint32_t *ids, size_t n);

/* The i-th command as the help page shows it, "limit DOWN UP", and what it does; NULL
 * when there is no i-th. */
const char *cmdline_usage(size_t i, const char **note_out);

/* Cut the first word off a line, in place: returns the rest, without spaces before it. */
char *cmdline_split(char *line);

#endif
