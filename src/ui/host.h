/* host.h -- what the UI asks of whoever runs it, beside the engine: the UI itself knows
 * no files, programs or terminals. A function that is NULL is not to be had, and keys
 * that need it say so. None may block for long. Owner and thread: the front end's. */
#ifndef UI_HOST_H
#define UI_HOST_H

#include "ui/offer.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

struct command;

struct host {
    /* Hand a command to the engine, which takes it. Never NULL. */
    void (*send)(void *ctx, struct command *c);
    /* Keep text that the user asked for (a trace, a log) in a new file whose name begins
     * with `name`; *path_out: where, in new memory. */
    enum err (*save)(void *ctx, const char *name, const char *text, size_t len,
                     char **path_out, struct cause *cause);
    /* Extend the path being typed (cap bytes) by as much as is certain; false when
     * nothing was added: then `choices` (n_choices bytes) has what it may be. */
    bool (*complete)(void *ctx, char *path, size_t cap, char *choices,
                     size_t n_choices);
    /* Show a file or folder with the program that the user has for it. */
    enum err (*open)(void *ctx, const char *path, struct cause *cause);
    /* Set a key of the configuration, to a value as its file has it ("500K"), for this
     * run; what the engine has of it is told to it. ERR_NOT_FOUND, ERR_USAGE: cause has
     * the words. */
    enum err (*set)(void *ctx, const char *key, const char *value,
                    struct cause *cause);
    /* Put all that was set into the configuration file. *n_out: how many keys, *path_out:
     * the file, in new memory. */
    enum err (*keep)(void *ctx, size_t *n_out, char **path_out,
                     struct cause *cause);
    /* The i-th key, and the value that it has (in new memory; value_out may be NULL);
     * NULL when there is no i-th. */
    const char *(*setting)(void *ctx, size_t i, char **value_out);
    /* What was kept of a table from the last start, borrowed; NULL: nothing. And a line
     * to keep of it. Both or none. */
    const char *(*recall)(void *ctx, const char *table);
    void (*remember)(void *ctx, const char *table, const char *line);
    bool can_detach; /* the session can go on when the UI ends: KEYS_DETACH */
    void *ctx;       /* borrowed */
    struct offer_host offers; /* begin NULL: nothing can be added here */
    const char *dir;          /* borrowed: where torrents are saved by default */
};

#endif
