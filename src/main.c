/* main.c -- picks the subcommand. */
#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/prints.h"
#include "util/text.h"

enum { HELP_COLUMN = 28 }; /* as in cmd/opt */

static void print_help(void)
{
    const struct commands_entry *c = commands_table();
    opt_print_help(c->table(), stdout);
    for (const struct prints_entry *p = prints_table(); p->name != NULL; p++) {
        if (p->summary == NULL)
            continue;
        int len = printf("      %s%s", p->name, p->choices != NULL ? " " : "");
        len += p->choices != NULL ? printf("%s", p->choices) : 0;
        printf("%s%*s%s\n", len < HELP_COLUMN ? "" : "\n",
               len < HELP_COLUMN ? HELP_COLUMN - len : HELP_COLUMN, "",
               p->summary);
    }
    puts("\nCommands, as in tessera COMMAND --help:\n");
    for (c++; c->run != NULL; c++)
        printf("  %-10s%s\n", c->name, c->summary);
}

/* Does a word name a torrent rather than a command? */
static bool is_torrent(const char *word)
{
    uint8_t hash[20];
    return strpbrk(word, "./:") != NULL || text_unhex(hash, 20, word) ||
           access(word, F_OK) == 0;
}

/* A standard stream that is closed would become whatever is opened first, and what is
 * printed would go there. Of this, nothing can be written. */
static void hold_standard_streams(void)
{
    FILE *f;
    do
        f = fopen("/dev/null", "r");
    while (f != NULL && fileno(f) <= STDERR_FILENO);
    if (f != NULL)
        fclose(f);
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return cmd_tui(argc, argv);
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    int status;
    if (prints_run(argc, argv, &status))
        return status;
    for (const struct commands_entry *c = commands_table(); c->run != NULL; c++)
        if (strcmp(word, c->name) == 0)
            return c->run(argc - 1, argv + 1);
    if (word[0] == '-' || is_torrent(word))
        return cmd_tui(argc, argv);
    char *clean = text_clean_dup(word, strlen(word));
    fprintf(stderr, "tessera: '%s': unknown command (see tessera --help)\n",
            clean);
    free(clean);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    int status = run(argc, argv);
    bool is_lost = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (!is_lost || status != EXIT_DONE)
        return status;
    fputs("tessera: standard output cannot be written\n", stderr);
    return EXIT_DISK;
}
