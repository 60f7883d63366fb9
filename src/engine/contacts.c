#include "config.h"

#include "engine/contacts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/callbook.h"
#include "engine/dhtnode.h"
#include "net/loop.h"
#include "proto/metadata.h"
#include "proto/pex.h"
#include "swarm/gossip.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { MESSAGE_MAX = 256 }; /* a request or a reject */

static int64_t now_of(const struct seeker *s)
{
    return loop_now_ms(s->env->loop);
}

struct contact *contacts_by_id(const struct seeker *s, peer_id_t id)
{
    for (struct contact *c = s->contacts; c != NULL; c = c->next)
        if (c->id == id && c->peer != NULL && !peerlink_is_closing(c->link))
            return c;
    return NULL;
}

bool contacts_send(struct contact *c, enum metadata_kind kind,
                   uint32_t piece_idx)
{
    struct metadata_msg msg = {.kind = kind, .piece_idx = piece_idx};
    struct buf bytes;
    buf_init(&bytes, MESSAGE_MAX);
    enum err err = metadata_append(&bytes, &msg);
    assert(err == OK);
    bool is_sent = peer_send_extended(c->peer, EXTENDED_UT_METADATA,
                                      buf_bytes(&bytes), bytes.len);
    buf_fini(&bytes);
    return is_sent;
}

/* ---- What a peer tells: its host ---- */

static size_t pick(void *ctx, struct peer *p, struct block_ref *out, size_t cap)
{
    (void)ctx;
    (void)p;
    (void)out;
    (void)cap;
    return 0;
}

static uint8_t *block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late)
{
    (void)ctx;
    (void)p;
    (void)b;
    (void)late;
    return NULL;
}

static void on_some_block(void *ctx, struct peer *p, struct block_ref b)
{
    (void)ctx;
    (void)p;
    (void)b;
}

static void on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why)
{
    (void)ctx;
    (void)p;
    (void)b;
    (void)why;
}

static void on_some_have(void *ctx, struct peer *p, uint32_t piece_idx)
{
    (void)ctx;
    (void)p;
    (void)piece_idx;
}

static void on_nothing(void *ctx, struct peer *p)
{
    (void)ctx;
    (void)p;
}

static void on_extended(void *ctx, struct peer *p)
{
    struct contact *c = ctx;
    struct seeker *s = c->seeker;
    struct peer_status status;
    uint32_t size_bytes;
    peer_status(p, now_of(s), &status);
    if (status.is_incoming && status.listen_port != 0)
        peers_on_listen_port(s->known, peer_remote(p), status.listen_port,
                             now_of(s));
    /* rTorrent reads no more, for good, when a second request comes before it has
     * answered the first. */
    if (memcmp(status.peer_id, "-lt", 3) == 0)
        metadata_fetch_one_at_once(s->fetch, c->id);
    bool has = peer_has_metadata(p, &size_bytes);
    metadata_fetch_on_size(s->fetch, c->id, has ? size_bytes : 0, now_of(s));
    seeker_look(s);
}

static void on_metadata(struct contact *c, const uint8_t *bytes, size_t len)
{
    struct seeker *s = c->seeker;
    struct metadata_msg msg;
    if (metadata_parse(bytes, len, &msg) != OK)
        return;
    if (msg.kind == METADATA_DATA)
        metadata_fetch_on_data(s->fetch, c->id, msg.piece_idx, msg.data.p,
                               msg.data.len, now_of(s));
    else if (msg.kind == METADATA_REJECT)
        metadata_fetch_on_reject(s->fetch, c->id, msg.piece_idx, now_of(s));
    else if (msg.kind == METADATA_REQUEST)
        (void)contacts_send(c, METADATA_REJECT, msg.piece_idx);
    seeker_look(s);
}

/* Whether the torrent is private is not known yet: if it is, whom peers told of is
 * dropped when that is seen. We tell nobody of others until then. */
static void on_pex(struct contact *c, const uint8_t *bytes, size_t len)
{
    struct seeker *s = c->seeker;
    struct addr added[PEX_MAX_PEERS];
    struct pex pex;
    char from[ADDR_TEXT_MAX];
    if (c->gossip == NULL)
        c->gossip = gossip_new(peerlink_remote(c->link), now_of(s));
    if (gossip_hear(c->gossip, bytes, len, now_of(s), &pex) != OK)
        return;
    log_write(LOG_PEER, LOG_DEBUG, "pex of %s: %zu added",
              addr_text(peerlink_remote(c->link), from), pex.n_added);
    for (size_t i = 0; i < pex.n_added; i++)
        added[i] = pex.added[i].addr;
    contacts_add_peers(s, added, pex.n_added, PEERS_PEX);
}

static void on_extended_message(void *ctx, struct peer *p,
                                enum extended_kind kind, const uint8_t *bytes,
                                size_t len)
{
    struct contact *c = ctx;
    (void)p;
    if (peerlink_is_closing(c->link))
        return;
    if (kind == EXTENDED_UT_METADATA)
        on_metadata(c, bytes, len);
    else if (kind == EXTENDED_UT_PEX && c->seeker->env->uses_pex)
        on_pex(c, bytes, len);
}

static void on_dht_port(void *ctx, struct peer *p, uint16_t port)
{
    struct contact *c = ctx;
    struct addr a = *peer_remote(p);
    a.port = port;
    if (!c->has_told_node && c->seeker->env->dht != NULL)
        dhtnode_add_node(c->seeker->env->dht, &a);
    c->has_told_node = true;
}

static void on_tx(void *ctx, struct peer *p)
{
    struct contact *c = ctx;
    (void)p;
    if (c->link != NULL)
        peerlink_send_soon(c->link);
}

static const struct peer_host host_of_contacts = {
    .pick = pick,
    .block_memory = block_memory,
    .on_block = on_some_block,
    .on_block_dropped = on_some_block,
    .on_release = on_release,
    .on_has = on_nothing,
    .on_have = on_some_have,
    .on_interest = on_nothing,
    .on_choke = on_nothing,
    .on_request = on_nothing,
    .on_extended = on_extended,
    .on_extended_message = on_extended_message,
    .on_dht_port = on_dht_port,
    .on_tx = on_tx,
};

/* ---- Coming and going ---- */

static void close_replaced(struct seeker *s, const struct contact *by,
                           const struct addr *old)
{
    for (struct contact *c = s->contacts; c != NULL; c = c->next)
        if (c != by && c->is_counted && !peerlink_is_closing(c->link) &&
            addr_eq(peerlink_remote(c->link), old)) {
            peerlink_close(c->link, ERR_CANCELLED, "replaced by its twin");
            return;
        }
}

static bool is_welcome(struct contact *c, const struct peerlink *l,
                       const struct handshake *theirs, struct cause *cause)
{
    struct seeker *s = c->seeker;
    struct addr old;
    enum peers_verdict v =
        callbook_greet(s->env, s->known, l, theirs, &old, cause);
    c->is_counted = callbook_counts(v);
    if (v == PEERS_REPLACES)
        close_replaced(s, c, &old);
    return c->is_counted;
}

static struct peer *on_greeted(void *ctx, struct peerlink *l,
                               const struct handshake *theirs,
                               struct cause *cause)
{
    struct contact *c = ctx;
    struct seeker *s = c->seeker;
    if (!is_welcome(c, l, theirs, cause))
        return NULL;
    struct peer_config config = {
        .id = c->id,
        .remote = *peerlink_remote(l),
        .is_incoming = peerlink_is_incoming(l),
        .fast = theirs->fast && s->hello.fast,
        .extended = theirs->extended && s->hello.extended,
        .info_hash = s->hello.info_hash,
        .listen_port = s->env->listen_port,
        .prefers_encryption = s->env->encryption != ENCRYPTION_PLAIN,
        .kinds = {[EXTENDED_UT_METADATA] = true,
                  [EXTENDED_UT_PEX] = s->env->uses_pex},
    };
    memcpy(config.peer_id, theirs->peer_id, sizeof config.peer_id);
    senders_remember(&s->senders, c->id, &config.remote);
    if (theirs->dht && s->env->dht != NULL)
        config.dht_port = dhtnode_port(s->env->dht);
    c->peer = peer_new(&config, &c->host, now_of(s));
    return c->peer;
}

static void on_sent(void *ctx, struct peerlink *l)
{
    (void)ctx;
    (void)l;
}

void contacts_remove(struct contact *c)
{
    struct seeker *s = c->seeker;
    for (struct contact **at = &s->contacts; *at != NULL; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    s->n_contacts--;
    gossip_free(c->gossip);
    free(c);
}

/* What it ends with is noted where its address is known. */
void contacts_leave(struct contact *c, enum err why)
{
    struct seeker *s = c->seeker;
    bool was_useful = metadata_fetch_n_from(s->fetch, c->id) > 0;
    metadata_fetch_on_left(s->fetch, c->id, now_of(s));
    if (s->known == NULL)
        return;
    if (c->is_counted)
        peers_on_closed(s->known, peerlink_remote(c->link),
                        was_useful || c->is_lost || !s->is_running, now_of(s));
    else
        callbook_missed(s->env, s->known, c->link, why);
}

static void on_closed(void *ctx, struct peerlink *l, enum err why,
                      const char *words)
{
    struct contact *c = ctx;
    struct seeker *s = c->seeker;
    (void)l;
    (void)words;
    contacts_leave(c, why);
    contacts_remove(c);
    seeker_look(s);
    contacts_dial(s);
    if (seeker_is_quiet(s))
        s->host.on_quiet(s->host.ctx);
}

static struct contact *contact_new(struct seeker *s, enum peers_source source)
{
    struct contact *c = xzalloc(sizeof *c);
    c->seeker = s;
    c->id = ++s->next_id;
    c->source = source;
    c->host = host_of_contacts;
    c->host.ctx = c;
    c->next = s->contacts;
    s->contacts = c;
    s->n_contacts++;
    return c;
}

static struct peerlink_owner owner_of(struct contact *c)
{
    return (struct peerlink_owner){.on_greeted = on_greeted,
                                   .on_sent = on_sent,
                                   .on_closed = on_closed,
                                   .ctx = c,
                                   .down = &c->seeker->down_limit,
                                   .up = &c->seeker->up_limit,
                                   .hello = c->seeker->hello};
}

static bool dial_one(struct seeker *s)
{
    struct addr remote;
    if (!callbook_next(s->env, s->known, &s->dial_timer, &remote))
        return false;
    struct contact *c = contact_new(s, peers_source(s->known, &remote));
    struct peerlink_owner owner = owner_of(c);
    owner.crypt = peers_crypt(s->known, &remote);
    if (peerlink_dial(s->env, &owner, &remote, &c->link) != OK) {
        peers_on_failed(s->known, &remote, PEERS_UNREACHABLE, now_of(s));
        contacts_remove(c);
    }
    return true;
}

void contacts_dial(struct seeker *s)
{
    while (s->is_running && !s->is_found && s->n_contacts < s->max_contacts &&
           dial_one(s))
        ;
}

void contacts_accept(struct seeker *s, struct conn *conn,
                     const struct handshake *theirs)
{
    if (!s->is_running || s->is_found || s->n_contacts >= s->max_contacts ||
        peers_is_banned(s->known, conn_remote(conn))) {
        conn_close(conn);
        limits_on_closed(s->env->limits, false);
        return;
    }
    struct contact *c = contact_new(s, PEERS_INCOMING);
    struct peerlink_owner owner = owner_of(c);
    c->link = peerlink_accept(s->env, &owner, conn, theirs);
}

void contacts_ban(struct seeker *s, const struct addr *culprit,
                  const char *words)
{
    char ip[ADDR_TEXT_MAX];
    if (peers_is_banned(s->known, culprit))
        return;
    peers_ban(s->known, culprit);
    for (struct contact *c = s->contacts; c != NULL; c = c->next) {
        struct addr a = peers_culprit(peerlink_remote(c->link));
        if (addr_eq(&a, culprit))
            peerlink_close(c->link, ERR_REFUSED, words);
    }
    char *line = xasprintf("banned %s: %s", addr_ip_text(culprit, ip), words);
    seeker_post(s, EVENT_BANNED, ERR_HASH, line);
    free(line);
}

void contacts_add_peers(struct seeker *s, const struct addr *addrs, size_t n,
                        enum peers_source source)
{
    if (s->known == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        (void)peers_add(s->known, &addrs[i], source, now_of(s));
    contacts_dial(s);
}
