/* prints.h -- what tessera prints instead of doing something: its version, its tables
 * as text, completions for shells. One const table, which --help and the completions
 * come from too. */
#ifndef CMD_PRINTS_H
#define CMD_PRINTS_H

#include <stdbool.h>
#include <stdio.h>

struct prints_entry {
    const char *name; /* "--version" */
    /* Of its argument, "bash|zsh|fish"; NULL: takes none. */
    const char *choices;
    void (*print)(FILE *out, const char *arg);
    const char *summary; /* NULL: used by the build only, and not told of */
};

/* All; one without a name ends them. */
const struct prints_entry *prints_table(void);

/* Print what argv[1] asks for, if it is one of them: then return true, and in
 * *status_out what the process exits with. */
bool prints_run(int argc, char **argv, int *status_out);

#endif
