/* main.c -- picks the subcommand. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "util/text.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"create", cmd_create, "make a torrent of a file or a folder"},
    {"demo", cmd_demo, "watch a private swarm on this machine"},
    {"get", cmd_get, "download torrents, without the terminal UI"},
    {"show", cmd_show, "show what torrents hold"},
    {"verify", cmd_verify, "check data against its torrent"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    puts("Usage: tessera [OPTIONS] [FILE|URL...]\n"
         "       tessera COMMAND [OPTIONS] [ARGUMENTS]\n"
         "A BitTorrent client for the terminal. Without a command: the "
         "terminal UI.\n");
    for (size_t i = 0; commands[i].name != NULL; i++)
        printf("  %-10s%s\n", commands[i].name, commands[i].summary);
    puts("\n  -h, --help      show this help\n"
         "      --version   show the version\n\n"
         "tessera COMMAND --help tells more.");
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
    for (size_t i = 0; commands[i].name != NULL; i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (word[0] == '-' || strpbrk(word, "./:") != NULL ||
        access(word, F_OK) == 0)
        return cmd_tui(argc, argv);
    char *clean = text_clean_dup(word, strlen(word));
    fprintf(stderr, "tessera: '%s': unknown command (see tessera --help)\n",
            clean);
    free(clean);
    return EXIT_USAGE;
}
