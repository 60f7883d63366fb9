/* pathcomp.h -- completes a path that is being typed, as a shell does: by what all the
 * names that fit have in common. "~/" is the user's home. Reads one folder, at most
 * PATHCOMP_MAX_NAMES of its names. Pure but for that; any thread. */
#ifndef CMD_PATHCOMP_H
#define CMD_PATHCOMP_H

#include <stdbool.h>
#include <stddef.h>

enum { PATHCOMP_MAX_NAMES = 20000, PATHCOMP_MAX_CHOICES = 24 };

/* Extend path (cap bytes with the NUL) by as much as is certain; a folder that is the
 * only choice gets its '/'. False when nothing was added: choices (n_choices bytes) then
 * has the names that fit, clean, with two spaces between, "" for none. */
bool pathcomp_extend(char *path, size_t cap, char *choices, size_t n_choices);

/* A path that begins with "~/" (or is "~") with the home in its place, else a copy; in
 * new memory. */
char *pathcomp_expand(const char *path);

#endif
