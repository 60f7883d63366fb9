/* command.h -- what a front end may ask of the engine. Values with their own memory;
 * the engine answers by events and by what the next frames show. */
#ifndef MODEL_COMMAND_H
#define MODEL_COMMAND_H

#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metainfo;

enum command_kind {
    COMMAND_ADD,
    COMMAND_PEER,     /* a peer for a torrent, given by the user */
    COMMAND_REANNOUNCE,
    COMMAND_QUIT      /* stop everything; EVENT_STOPPED (torrent 0) when done */
};

struct command_add {
    struct metainfo *meta;   /* owned */
    char *dir;               /* owned: the download folder */
    uint8_t *priorities;     /* owned: one a file (enum piece_priority), or NULL */
    bool is_sequential;
    bool preallocate;
    uint64_t limit_down_Bps; /* 0: unlimited */
    uint64_t limit_up_Bps;
    uint32_t max_peers;      /* 0: the default */
    struct addr *peers;      /* owned: known from the start */
    size_t n_peers;
};

struct command {
    enum command_kind kind;
    uint32_t torrent;
    struct addr addr;        /* COMMAND_PEER */
    struct command_add *add; /* owned; COMMAND_ADD */
    struct command *next;    /* the bridge's */
};

struct command *command_new(enum command_kind kind, uint32_t torrent);
void command_free(struct command *c); /* NULL: nothing */

#endif
