#include "config.h"

#include "engine/obey.h"

#include "engine/steer.h"
#include "engine/torrent.h"

typedef enum err (*obey_function)(struct torrent *t, const struct command *c,
                                  struct cause *cause);

static enum err add_peer(struct torrent *t, const struct command *c,
                         struct cause *cause)
{
    (void)cause;
    torrent_add_peers(t, &c->addr, 1, PEERS_USER);
    return OK;
}

static enum err reannounce(struct torrent *t, const struct command *c,
                           struct cause *cause)
{
    (void)c;
    (void)cause;
    steer_reannounce(t);
    return OK;
}

static enum err pause_or_resume(struct torrent *t, const struct command *c,
                                struct cause *cause)
{
    (void)cause;
    if (c->kind == COMMAND_PAUSE)
        torrent_pause(t);
    else
        torrent_resume(t);
    return OK;
}

static enum err verify(struct torrent *t, const struct command *c,
                       struct cause *cause)
{
    (void)c;
    (void)cause;
    torrent_verify(t);
    return OK;
}

static enum err limit(struct torrent *t, const struct command *c,
                      struct cause *cause)
{
    (void)cause;
    steer_limit(t, &c->limits);
    return OK;
}

static enum err prioritize(struct torrent *t, const struct command *c,
                           struct cause *cause)
{
    enum err err = steer_want(t, c->first_file, c->n_files, c->priority);
    if (err != OK)
        cause_set(cause, "no file %u, or no priority %u",
                  (unsigned)c->first_file, (unsigned)c->priority);
    return err;
}

static enum err order_pieces(struct torrent *t, const struct command *c,
                             struct cause *cause)
{
    (void)cause;
    if (c->kind == COMMAND_SEQUENTIAL)
        steer_set_sequential(t, c->flag);
    else
        steer_set_first_last(t, c->flag);
    return OK;
}

static enum err raise_piece(struct torrent *t, const struct command *c,
                            struct cause *cause)
{
    enum err err = steer_raise(t, c->piece_idx);
    if (err != OK)
        cause_set(cause, "piece %u is not to be fetched",
                  (unsigned)c->piece_idx);
    return err;
}

static enum err send_away(struct torrent *t, const struct command *c,
                          struct cause *cause)
{
    enum err err = steer_send_away(t, c->peer, c->kind == COMMAND_BAN);
    if (err != OK)
        cause_set(cause, "that peer is not connected any more");
    return err;
}

static enum err snub(struct torrent *t, const struct command *c,
                     struct cause *cause)
{
    enum err err = steer_snub(t, c->peer, c->flag);
    if (err != OK)
        cause_set(cause, "that peer is not connected any more");
    return err;
}

static enum err choose(struct torrent *t, const struct command *c,
                       struct cause *cause)
{
    (void)t;
    (void)c;
    cause_set(cause, "its files are known: choose among them");
    return ERR_BUSY;
}

static const obey_function functions[COMMAND_N_KINDS] = {
    [COMMAND_PEER] = add_peer,           [COMMAND_REANNOUNCE] = reannounce,
    [COMMAND_PAUSE] = pause_or_resume,   [COMMAND_RESUME] = pause_or_resume,
    [COMMAND_VERIFY] = verify,           [COMMAND_LIMITS] = limit,
    [COMMAND_PRIORITY] = prioritize,     [COMMAND_SEQUENTIAL] = order_pieces,
    [COMMAND_RAISE] = raise_piece,       [COMMAND_KICK] = send_away,
    [COMMAND_BAN] = send_away,           [COMMAND_SNUB] = snub,
    [COMMAND_FIRST_LAST] = order_pieces, [COMMAND_CHOOSE] = choose,
};

bool obey_knows(enum command_kind kind)
{
    return functions[kind] != NULL;
}

enum err obey_command(struct torrent *t, const struct command *c,
                      struct cause *cause)
{
    torrent_touch(t);
    return functions[c->kind](t, c, cause);
}
