#include "config.h"

#include "engine/members.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/acquaint.h"
#include "engine/callbook.h"
#include "engine/choking.h"
#include "engine/exchange.h"
#include "engine/finding.h"
#include "engine/intake.h"
#include "engine/metaserve.h"
#include "engine/upload.h"
#include "engine/watch.h"
#include "engine/webasking.h"
#include "engine/webseeds.h"
#include "model/detail_peer.h"
#include "swarm/gossip.h"
#include "util/xalloc.h"

enum { MEMBERS_TICK_MS = 1000, MEMBERS_USEFUL_MS = 60000 };

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

/* Interest. */

static bool is_of_no_use(const struct member *m, const struct peer_status *s)
{
    const struct torrent *t = m->torrent;
    if (!pieces_is_finished(t->pieces))
        return false;
    return m->is_seed || (s->is_upload_only && !s->is_interested);
}

static void update_interest(struct member *m)
{
    struct torrent *t = m->torrent;
    if (!m->has_told || peerlink_is_closing(m->link))
        return;
    int64_t now_ms = now_of(t);
    peer_set_interested(m->peer, m->n_interesting > 0, now_ms);
    watch_on_wish(m, m->n_interesting > 0);
    struct peer_status s;
    peer_status(m->peer, now_ms, &s);
    if (is_of_no_use(m, &s))
        peerlink_close(m->link, ERR_CANCELLED, "neither needs the other");
}

static void count_interest(struct member *m)
{
    if (m->has_told)
        m->n_interesting =
            (uint32_t)bitset_count_and(peer_has(m->peer),
                                       pieces_wanted(m->torrent->pieces));
}

void members_recount(struct torrent *t)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL) {
            count_interest(m);
            update_interest(m);
        }
}

void members_on_have(struct torrent *t, uint32_t piece_idx)
{
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (m->peer == NULL || peerlink_is_closing(m->link))
            continue;
        peer_announce_have(m->peer, piece_idx);
        watch_on_message(m, DETAIL_TRACE_HAVE, true, piece_idx, 0, 0);
        if (m->has_told && bitset_get(peer_has(m->peer), piece_idx)) {
            assert(m->n_interesting > 0);
            if (--m->n_interesting == 0)
                update_interest(m);
        }
    }
}

/* Work for peers. */

static void fill_all(struct torrent *t)
{
    t->fill_is_due = false;
    int64_t now_ms = now_of(t);
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL && !peerlink_is_closing(m->link))
            peer_fill(m->peer, now_ms);
    webasking_fill(t);
}

static void on_fill(void *ctx)
{
    fill_all(ctx);
}

/* What a peer tells: its host. */

static void on_has(void *ctx, struct peer *p)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    m->has_told = true;
    m->is_seed = peer_is_seed(p);
    watch_on_message(m, DETAIL_TRACE_BITFIELD, false,
                     (uint32_t)bitset_count(peer_has(p)), 0, 0);
    if (m->is_seed)
        pieces_seed_joined(t->pieces);
    else
        pieces_peer_joined(t->pieces, peer_has(p));
    if (!peerlink_is_incoming(m->link))
        peers_set_seed(t->known, peer_remote(p), m->is_seed);
    count_interest(m);
    update_interest(m);
}

static void on_have(void *ctx, struct peer *p, uint32_t piece_idx)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    watch_on_message(m, DETAIL_TRACE_HAVE, false, piece_idx, 0, 0);
    pieces_peer_gained(t->pieces, piece_idx);
    if (bitset_get(pieces_wanted(t->pieces), piece_idx))
        m->n_interesting++;
    if (peer_is_seed(p)) {
        pieces_peer_left(t->pieces, peer_has(p));
        pieces_seed_joined(t->pieces);
        m->is_seed = true;
        if (!peerlink_is_incoming(m->link))
            peers_set_seed(t->known, peer_remote(p), true);
    }
    update_interest(m);
    if (!peerlink_is_closing(m->link))
        peer_fill(p, now_of(t));
}

static void on_interest(void *ctx, struct peer *p)
{
    struct member *m = ctx;
    watch_on_interest(m, p);
    choking_soon(m->torrent);
}

static void on_choke(void *ctx, struct peer *p)
{
    struct member *m = ctx;
    (void)p;
    watch_on_choke(m);
    torrent_fill_soon(m->torrent);
}

static void on_request(void *ctx, struct peer *p)
{
    struct peer_request r = peer_request(p, peer_n_requests(p) - 1);
    watch_on_message(ctx, DETAIL_TRACE_REQUEST, false, r.piece_idx, r.begin,
                     r.len);
    upload_serve(ctx);
}

static void on_extended(void *ctx, struct peer *p)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    struct peer_status s;
    peer_status(p, now_of(t), &s);
    if (s.is_incoming && s.listen_port != 0)
        peers_on_listen_port(t->known, peer_remote(p), s.listen_port,
                             now_of(t));
    exchange_on_extended(m, p);
    watch_on_message(m, DETAIL_TRACE_EXTENDED, false, 0, 0, 0);
    update_interest(m);
}

static void on_extended_message(void *ctx, struct peer *p,
                                enum extended_kind kind, const uint8_t *bytes,
                                size_t len)
{
    struct member *m = ctx;
    watch_on_message(m, DETAIL_TRACE_EXTENDED, false, 0, 0, 0);
    if (kind == EXTENDED_UT_METADATA)
        metaserve_on_message(m, bytes, len);
    else if (kind == EXTENDED_UT_PEX)
        exchange_on_message(m, p, bytes, len);
}

static void on_dht_port(void *ctx, struct peer *p, uint16_t port)
{
    struct member *m = ctx;
    if (!m->has_told_node)
        finding_on_port(m->torrent, peer_remote(p), port);
    m->has_told_node = true;
}

static void on_tx(void *ctx, struct peer *p)
{
    struct member *m = ctx;
    (void)p;
    if (m->link != NULL)
        peerlink_send_soon(m->link);
}

static const struct peer_host host_of_members = {
    .pick = intake_pick,
    .block_memory = intake_block_memory,
    .on_block = intake_on_block,
    .on_block_dropped = intake_on_block_dropped,
    .on_release = intake_on_release,
    .on_has = on_has,
    .on_have = on_have,
    .on_interest = on_interest,
    .on_choke = on_choke,
    .on_request = on_request,
    .on_extended = on_extended,
    .on_extended_message = on_extended_message,
    .on_dht_port = on_dht_port,
    .on_tx = on_tx,
};

/* Coming and going. */

static void close_replaced(struct torrent *t, const struct member *by,
                           const struct addr *old)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m != by && m->is_counted && !peerlink_is_closing(m->link) &&
            addr_eq(peerlink_remote(m->link), old)) {
            peerlink_close(m->link, ERR_CANCELLED, "replaced by its twin");
            return;
        }
}

static bool is_welcome(struct member *m, const struct peerlink *l,
                       const struct handshake *theirs, struct cause *cause)
{
    struct torrent *t = m->torrent;
    struct addr old;
    enum peers_verdict v =
        callbook_greet(t->env, t->known, l, theirs, &old, cause);
    m->is_counted = callbook_counts(v);
    if (v == PEERS_REPLACES)
        close_replaced(t, m, &old);
    return m->is_counted;
}

static struct peer *on_greeted(void *ctx, struct peerlink *l,
                               const struct handshake *theirs,
                               struct cause *cause)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    /* While it is checked there are only those that were dialled before. */
    if (!torrent_is_running(t) && t->state != TORRENT_CHECKING) {
        cause_set(cause, "not running");
        return NULL;
    }
    if (!is_welcome(m, l, theirs, cause))
        return NULL;
    struct peer_config config = acquaint_config(m, l);
    config.fast = theirs->fast && t->hello.fast;
    config.extended = theirs->extended && t->hello.extended;
    config.dht_port = finding_port(t, theirs);
    memcpy(config.peer_id, theirs->peer_id, sizeof config.peer_id);
    senders_remember(&t->senders, m->id, &config.remote);
    m->peer = peer_new(&config, &m->host, now_of(t));
    if (pieces_is_finished(t->pieces))
        peer_set_upload_only(m->peer, true);
    m->is_shunned = shuns_has(&t->shuns, &config.remote);
    watch_on_greeted(m, l);
    exchange_on_changed(t);
    choking_soon(t);
    return m->peer;
}

static void on_sent(void *ctx, struct peerlink *l)
{
    (void)l;
    metaserve_on_sent(ctx);
    upload_on_sent(ctx);
}

static void member_leaves(struct member *m, struct peerlink *l, enum err why)
{
    struct torrent *t = m->torrent;
    int64_t now_ms = now_of(t);
    if (m->has_told && m->is_seed)
        pieces_seed_left(t->pieces);
    else if (m->has_told)
        pieces_peer_left(t->pieces, peer_has(m->peer));
    if (m->is_counted) {
        struct peer_status s;
        peer_status(m->peer, now_ms, &s);
        /* That we pause, or sleep, says nothing against it. */
        bool was_useful = t->state == TORRENT_STOPPING || m->is_lost ||
                          s.bytes_up > 0 ||
                          (s.last_block_ms > 0 &&
                           now_ms - s.last_block_ms < MEMBERS_USEFUL_MS);
        peers_on_closed(t->known, peerlink_remote(l), was_useful, now_ms);
    } else
        callbook_missed(t->env, t->known, l, why);
}

static void member_remove(struct member *m)
{
    struct torrent *t = m->torrent;
    for (struct member **at = &t->members; *at != NULL; at = &(*at)->next)
        if (*at == m) {
            *at = m->next;
            break;
        }
    t->n_members--;
    torrent_touch(t);
    metaserve_forget(m);
    gossip_free(m->gossip);
    free(m->side);
    free(m->timeline);
    free(m);
}

static void add_overhead(const struct peerlink *l, uint64_t *down, uint64_t *up)
{
    uint64_t more_down, more_up;
    peerlink_overhead(l, &more_down, &more_up);
    *down += more_down;
    *up += more_up;
}

void members_overhead(const struct torrent *t, uint64_t *down_out,
                      uint64_t *up_out)
{
    *down_out = t->overhead_down;
    *up_out = t->overhead_up;
    for (const struct member *m = t->members; m != NULL; m = m->next)
        if (m->link != NULL)
            add_overhead(m->link, down_out, up_out);
}

void members_let_go(struct torrent *t)
{
    if (t->state == TORRENT_RUNNING && t->holds_files && t->n_members == 0 &&
        t->n_jobs == 0 && !webseeds_are_busy(t))
        torrent_submit(t, disk_job_new(DISK_CLOSE, t->store, t->id));
}

static void on_closed(void *ctx, struct peerlink *l, enum err why,
                      const char *words)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    add_overhead(l, &t->overhead_down, &t->overhead_up);
    watch_on_left(m, words);
    exchange_on_left(m);
    member_leaves(m, l, why);
    /* Its requests come back now, while the member is still there to tell. */
    peer_free(peerlink_take_peer(l));
    member_remove(m);
    if (torrent_is_running(t)) {
        torrent_fill_soon(t);
        choking_soon(t);
        members_dial(t);
        members_let_go(t);
    } else
        t->on_eased(t);
}

static struct member *member_new(struct torrent *t)
{
    struct member *m = xzalloc(sizeof *m);
    m->torrent = t;
    m->id = ++t->next_id;
    m->host = host_of_members;
    m->host.ctx = m;
    m->flipped_ms = CHOKER_NEVER;
    m->next = t->members;
    t->members = m;
    t->n_members++;
    torrent_touch(t);
    return m;
}

static struct peerlink_owner owner_of(struct member *m)
{
    return (struct peerlink_owner){.on_greeted = on_greeted,
                                   .on_sent = on_sent,
                                   .on_closed = on_closed,
                                   .ctx = m,
                                   .down = &m->torrent->down_limit,
                                   .up = &m->torrent->up_limit,
                                   .hello = m->torrent->hello};
}

/* Dial one candidate; false when there is none or a limit says no. */
static bool dial_one(struct torrent *t)
{
    struct addr remote;
    if (!callbook_next(t->env, t->known, &t->dial_timer, &remote))
        return false;
    struct member *m = member_new(t);
    m->source = peers_source(t->known, &remote);
    struct peerlink_owner owner = owner_of(m);
    owner.crypt = peers_crypt(t->known, &remote);
    if (peerlink_dial(t->env, &owner, &remote, &m->link) != OK) {
        peers_on_failed(t->known, &remote, PEERS_UNREACHABLE, now_of(t));
        member_remove(m);
    }
    return true;
}

void members_dial(struct torrent *t)
{
    while (torrent_is_running(t) && t->n_members < t->max_peers && dial_one(t))
        ;
}

void members_add_peers(struct torrent *t, const struct addr *addrs, size_t n,
                       enum peers_source source)
{
    for (size_t i = 0; i < n; i++)
        (void)peers_add(t->known, &addrs[i], source, now_of(t));
    members_dial(t);
}

static void on_dial_timer(void *ctx)
{
    members_dial(ctx);
}

void members_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs)
{
    if (!torrent_is_running(t) || t->n_members >= t->max_peers ||
        peers_is_banned(t->known, conn_remote(conn))) {
        conn_close(conn);
        limits_on_closed(t->env->limits, false);
        return;
    }
    struct member *m = member_new(t);
    m->source = PEERS_INCOMING;
    struct peerlink_owner owner = owner_of(m);
    m->link = peerlink_accept(t->env, &owner, conn, theirs);
}

void members_adopt(struct torrent *t, struct peerlink *link,
                   enum peers_source source, bool is_counted)
{
    struct member *m = member_new(t);
    m->source = source;
    m->is_counted = is_counted;
    m->link = link;
    struct peerlink_owner owner = owner_of(m);
    peerlink_give(link, &owner);
    acquaint_adopt(m);
}

void members_ban(struct torrent *t, const struct addr *culprit,
                 const char *words)
{
    char ip[ADDR_TEXT_MAX], letters[4] = "";
    if (peers_is_banned(t->known, culprit))
        return; /* for a piece that was under way meanwhile */
    addr_ip_text(culprit, ip);
    peers_ban(t->known, culprit);
    peer_id_t latest = PEER_ID_NONE;
    for (struct member *m = t->members; m != NULL; m = m->next) {
        struct addr c = peers_culprit(peerlink_remote(m->link));
        if (peerlink_is_closing(m->link) || !addr_eq(&c, culprit))
            continue;
        if (m->id > latest && m->is_greeted)
            detail_peer_letters(m->slot, letters);
        latest = m->id > latest ? m->id : latest;
        peerlink_close(m->link, ERR_REFUSED, words);
    }
    bool has_letters = letters[0] != '\0';
    char *line =
        xasprintf("banned %s: %s%s%s%s", ip, words, has_letters ? " (" : "",
                  letters, has_letters ? ")" : "");
    torrent_post_about(t,
                       (struct event){.kind = EVENT_BANNED,
                                      .err = (int)ERR_HASH,
                                      .peer = latest},
                       line);
    free(line);
}

/* Once a second, while somebody is there or wanted. */
static void on_tick(void *ctx)
{
    struct torrent *t = ctx;
    if (!torrent_is_running(t))
        return;
    fill_all(t);
    members_dial(t);
    if (finding_is_short(t)) {
        trackers_want_peers(t->trackers);
        finding_want_peers(t);
    }
    if (!pieces_is_finished(t->pieces) || t->n_members > 0)
        loop_timer_arm(t->env->loop, &t->tick_timer,
                       now_of(t) + MEMBERS_TICK_MS);
}

static void tell_whether_seeding(struct torrent *t, bool is_seeding)
{
    peers_set_seeding(t->known, is_seeding);
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL && !peerlink_is_closing(m->link))
            peer_set_upload_only(m->peer, is_seeding);
}

void members_on_finished(struct torrent *t)
{
    tell_whether_seeding(t, true);
    members_recount(t);
}

void members_on_wanting(struct torrent *t)
{
    tell_whether_seeding(t, false);
    members_dial(t);
    if (!loop_timer_armed(&t->tick_timer))
        on_tick(t);
}

void members_init(struct torrent *t)
{
    t->fill = on_fill;
    loop_timer_init(&t->dial_timer, on_dial_timer, t);
    choking_init(t);
    loop_timer_init(&t->tick_timer, on_tick, t);
}

void members_run(struct torrent *t)
{
    if (t->members != NULL) {
        acquaint_tell(t);
        members_recount(t);
        choking_soon(t);
    }
    peers_set_seeding(t->known, pieces_is_finished(t->pieces));
    members_dial(t);
    on_tick(t);
}

void members_close_all(struct torrent *t, const char *words)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        peerlink_close(m->link, ERR_CANCELLED, words);
    loop_timer_cancel(t->env->loop, &t->dial_timer);
    choking_stop(t);
    loop_timer_cancel(t->env->loop, &t->tick_timer);
}

void members_check(struct torrent *t, uint64_t *n_asked_out)
{
    size_t n = 0;
    for (struct member *m = t->members; m != NULL; m = m->next, n++) {
        if (m->peer == NULL)
            continue;
        peer_check(m->peer);
        if (m->has_told && torrent_is_running(t))
            assert(
                m->n_interesting ==
                bitset_count_and(peer_has(m->peer), pieces_wanted(t->pieces)));
        struct peer_status s;
        peer_status(m->peer, now_of(t), &s);
        *n_asked_out += s.n_outstanding;
        *n_asked_out += m->is_filling && !m->is_late ? 1 : 0;
    }
    assert(n == t->n_members);
}

void members_fini(struct torrent *t)
{
    while (t->members != NULL) {
        struct member *m = t->members;
        peerlink_free(m->link);
        member_remove(m);
    }
    loop_timer_cancel(t->env->loop, &t->dial_timer);
    choking_stop(t);
    loop_timer_cancel(t->env->loop, &t->tick_timer);
    loop_defer_cancel(t->env->loop, t);
    senders_fini(&t->senders);
}
