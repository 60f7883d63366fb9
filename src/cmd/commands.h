/* commands.h -- the subcommands: each parses its own options (argv[0] is its name),
 * does its work, and returns the exit status of the process. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

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

/* Without a subcommand: the terminal UI. */
int cmd_tui(int argc, char **argv);
int cmd_get(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_create(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_demo(int argc, char **argv);

#endif
