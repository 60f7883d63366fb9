#include "config.h"

#include "engine/magnets.h"

#include "engine/seeker.h"

void magnets_look(struct steward *s, struct roster_entry *e)
{
    if (e->kept->is_paused || s->is_stopping || e->fate != ROSTER_STAYS)
        seeker_stop(e->seeker);
    else
        seeker_start(e->seeker);
}

/* ---- What is asked ---- */

typedef enum err (*magnets_function)(struct steward *s, struct roster_entry *e,
                                     const struct command *c,
                                     struct cause *cause);

static enum err add_peer(struct steward *s, struct roster_entry *e,
                         const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    seeker_add_peers(e->seeker, &c->addr, 1, PEERS_USER);
    return OK;
}

static enum err reannounce(struct steward *s, struct roster_entry *e,
                           const struct command *c, struct cause *cause)
{
    (void)s;
    (void)c;
    (void)cause;
    seeker_reannounce(e->seeker);
    return OK;
}

static enum err pause_or_resume(struct steward *s, struct roster_entry *e,
                                const struct command *c, struct cause *cause)
{
    (void)cause;
    e->kept->is_paused = c->kind == COMMAND_PAUSE;
    magnets_look(s, e);
    return OK;
}

static enum err force(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    (void)cause;
    e->kept->is_forced = c->flag;
    e->kept->is_paused = e->kept->is_paused && !c->flag;
    magnets_look(s, e);
    return OK;
}

static enum err limit(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    const struct command_limits *to = &c->limits;
    (void)s;
    (void)cause;
    if (to->has_down)
        e->kept->limit_down_Bps = to->down_Bps;
    if (to->has_up)
        e->kept->limit_up_Bps = to->up_Bps;
    if (to->has_peers)
        e->kept->max_peers = to->max_peers;
    return OK;
}

static enum err order_pieces(struct steward *s, struct roster_entry *e,
                             const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    e->kept->is_sequential = c->flag;
    return OK;
}

static enum err choose(struct steward *s, struct roster_entry *e,
                       const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    e->kept->chooses = c->flag;
    return OK;
}

static enum err send_away(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)s;
    enum err err = seeker_send_away(e->seeker, c->peer, c->kind == COMMAND_BAN);
    if (err != OK)
        cause_set(cause, "that peer is not connected any more");
    return err;
}

static const magnets_function functions[COMMAND_N_KINDS] = {
    [COMMAND_PEER] = add_peer,
    [COMMAND_REANNOUNCE] = reannounce,
    [COMMAND_PAUSE] = pause_or_resume,
    [COMMAND_RESUME] = pause_or_resume,
    [COMMAND_FORCE] = force,
    [COMMAND_LIMITS] = limit,
    [COMMAND_SEQUENTIAL] = order_pieces,
    [COMMAND_KICK] = send_away,
    [COMMAND_BAN] = send_away,
    [COMMAND_CHOOSE] = choose,
};

enum err magnets_obey(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (functions[c->kind] != NULL)
        return functions[c->kind](s, e, c, cause);
    cause_set(cause, "wait until its metadata are here: what it holds is not "
                     "known yet");
    return ERR_BUSY;
}
