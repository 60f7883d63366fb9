/* main.c -- picks the subcommand. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/keylist.h"
#include "cmd/settings_file.h"
#include "util/text.h"

/* Options that print something and end. */
static const struct {
    const char *name;
    void (*print)(FILE *out);
    const char *summary;
} printers[] = {
    {"--print-config", settings_file_print,
     "print a configuration file with all defaults"},
    {"--print-keys", keylist_print, "print the keys of the terminal UI"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    const struct commands_entry *c = commands_table();
    opt_print_help(c->table(), stdout);
    for (size_t i = 0; printers[i].name != NULL; i++)
        printf("      %-22s%s\n", printers[i].name, printers[i].summary);
    puts("      --version             show the version\n\n"
         "Commands, as in tessera COMMAND --help:\n");
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

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    if (argc < 2)
        return cmd_tui(argc, argv);
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0) {
        puts(PACKAGE_STRING);
        return EXIT_DONE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    for (size_t i = 0; printers[i].name != NULL; i++) {
        if (strcmp(word, printers[i].name) == 0) {
            printers[i].print(stdout);
            return EXIT_DONE;
        }
    }
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
