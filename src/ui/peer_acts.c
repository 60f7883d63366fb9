#include "config.h"

#include "ui/peer_acts.h"

#include <stdio.h>
#include <string.h>

#include "ui/torrent_acts.h"
#include "util/text.h"

enum { CLIENT_LEN = 32 }; /* bytes of it in a question */

const struct detail_peer *peer_acts_peer(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    return d != NULL ? detail_peer_by_id(d, w->peer) : NULL;
}

const struct detail_gone *peer_acts_gone(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    for (size_t i = 0; d != NULL && i < d->n_gone; i++)
        if (d->gone[i].id == w->peer)
            return &d->gone[i];
    return NULL;
}

static void send_about(struct view_world *w, const struct ask *a,
                       enum command_kind kind, const char *words)
{
    struct command *c = command_new(kind, a->targets.ids[0]);
    c->peer = a->arg;
    view_send(w, c);
    snprintf(w->message, sizeof w->message, "%s", words);
}

static void on_kick(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    send_about(w, a, COMMAND_KICK, "asked to close the connection");
}

static void on_ban(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    send_about(w, a, COMMAND_BAN, "asked to ban it");
}

static void
ask_about(struct view_world *w, const struct detail_peer *p, const char *what,
          void (*answer)(struct view_world *w, struct ask *a, int key))
{
    char question[ASK_QUESTION_LEN], address[DETAIL_ADDRESS_LEN], letters[4];
    int len = (int)text_cut(p->client, strnlen(p->client, CLIENT_LEN));
    snprintf(question, sizeof question, "%s %s %s %.*s? y: yes  others: no",
             what, detail_peer_letters(p->slot, letters),
             detail_peer_address(p, address), len, p->client);
    ask_key(&w->ask, question, "y", answer);
    idset_toggle(&w->ask.targets, w->torrent);
    w->ask.arg = p->id;
}

static void snub(struct view_world *w, const struct detail_peer *p)
{
    /* The other way than it is by now, where an earlier moment is shown. */
    const struct detail *d = view_detail_in(w, view_latest(w));
    const struct detail_peer *now =
        d != NULL ? detail_peer_by_id(d, p->id) : NULL;
    bool is_shunned = now != NULL ? now->is_shunned : p->is_shunned;
    struct command *c = command_new(COMMAND_SNUB, w->torrent);
    c->peer = p->id;
    c->flag = !is_shunned;
    view_send(w, c);
    snprintf(w->message, sizeof w->message,
             is_shunned ? "asked to treat it as the others"
                        : "asked to choke it until S is pressed again");
}

static void copy_address(struct view_world *w, const struct detail_peer *p,
                         const struct detail_gone *gone)
{
    char address[DETAIL_ADDRESS_LEN];
    if (p != NULL)
        (void)detail_peer_address(p, address);
    else
        (void)addr_text(&gone->addr, address);
    snprintf(w->copy, sizeof w->copy, "%s", address);
    snprintf(w->message, sizeof w->message, "copied %s", address);
}

/* A line was typed: an address; what is none is asked for again. */
static void on_address(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    struct addr addr;
    uint32_t torrent = a->targets.ids[0];
    if (addr_parse(a->line.text, 0, &addr) != OK || !addr_is_dialable(&addr)) {
        snprintf(w->message, sizeof w->message,
                 "%.100s: no address as 192.0.2.1:6881 or [2001:db8::1]:6881",
                 a->line.text);
        ask_again(a);
        return;
    }
    struct command *c = command_new(COMMAND_PEER, torrent);
    char text[ADDR_TEXT_MAX];
    c->addr = addr;
    view_send(w, c);
    snprintf(w->message, sizeof w->message, "asked to connect to %s",
             addr_text(&addr, text));
}

static bool ask_address(struct view_world *w)
{
    if (torrent_acts_find(w, w->torrent) == NULL)
        return false;
    ask_line(&w->ask, "peer, as 192.0.2.1:6881:", "", on_address);
    idset_toggle(&w->ask.targets, w->torrent);
    return true;
}

bool peer_acts_do(struct view_world *w, enum keys_action action)
{
    const struct detail_peer *p = peer_acts_peer(w);
    const struct detail_gone *gone = peer_acts_gone(w);
    bool is_mine = action == KEYS_KICK || action == KEYS_BAN ||
                   action == KEYS_SNUB || action == KEYS_COPY;
    if (action == KEYS_ADD_PEER)
        return ask_address(w);
    if (!is_mine)
        return false;
    if (action == KEYS_COPY && (p != NULL || gone != NULL))
        copy_address(w, p, gone);
    else if (p == NULL)
        snprintf(w->message, sizeof w->message, "%s",
                 gone != NULL ? "that peer is not connected any more"
                              : "no peer is selected");
    else if (action == KEYS_KICK)
        ask_about(w, p, "close the connection to", on_kick);
    else if (action == KEYS_BAN)
        ask_about(w, p, "never talk again to", on_ban);
    else
        snub(w, p);
    return true;
}
