/* commands.h -- the subcommands: each parses its own options (argv[0] is its name),
 * does its work, and returns the exit status of the process. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/opt.h"

/* What the process exits with; the manual lists the same. */
enum {
    EXIT_DONE = 0,
    EXIT_USAGE = 1,
    EXIT_BAD_TORRENT = 2,
    EXIT_NOTHING_CAME = 3,
    EXIT_DISK = 4,
    EXIT_BAD_DATA = 5,
    EXIT_INTERRUPTED = 130
};

/* One of them; its name is "" where there is none: the terminal UI. */
struct commands_entry {
    const char *name;
    int (*run)(int argc, char **argv);
    const struct opt_command *(*table)(void); /* its options */
    const char *summary;
};

/* All, the UI first, the others by name; one without a run() ends them. */
const struct commands_entry *commands_table(void);

int cmd_tui(int argc, char **argv);
int cmd_get(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_create(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_demo(int argc, char **argv);

/* Their options. Static. */
const struct opt_command *cmd_tui_table(void);
const struct opt_command *cmd_get_table(void);
const struct opt_command *cmd_show_table(void);
const struct opt_command *cmd_create_table(void);
const struct opt_command *cmd_verify_table(void);
const struct opt_command *cmd_demo_table(void);

#endif
