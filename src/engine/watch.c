#include "config.h"

#include "engine/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/provenance.h"
#include "engine/webserver.h"
#include "engine/whosent.h"
#include "net/weburl.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    WATCH_MAX_EVENTS = 50, /* told a second */
    WATCH_SLOTS = 4096     /* letters */
};

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

void watch_init(struct torrent *t)
{
    struct watch *w = xzalloc(sizeof *w);
    w->availability_m = -1;
    t->watch = w;
}

void watch_fini(struct torrent *t)
{
    struct watch *w = t->watch;
    if (w == NULL)
        return;
    free(w->history);
    free(w->sources);
    free(w->came_s);
    bitset_free(w->bad);
    bitset_free(w->slots);
    free(w->gone);
    free(w->trace);
    filetable_unref(w->files);
    free(w);
    t->watch = NULL;
}

/* Telling. */

static void tell(struct torrent *t, enum event_kind kind,
                 const struct member *m, uint32_t piece_idx, const char *text)
{
    struct watch *w = t->watch;
    int64_t now_s = now_of(t) / 1000;
    if (!w->is_focused)
        return;
    if (w->told_s != now_s) {
        w->told_s = now_s;
        w->n_told = 0;
    }
    if (w->n_told++ >= WATCH_MAX_EVENTS)
        return;
    struct event e = {.kind = kind,
                      .torrent = t->id,
                      .peer = m != NULL ? m->id : PEER_ID_NONE,
                      .piece_idx = piece_idx,
                      .at_ms = now_of(t)};
    struct cause line;
    cause_set(&line, "%s", text);
    memcpy(e.text, line.text, sizeof e.text);
    t->env->post(t->env->ctx, &e);
}

/* "B 185.21.3.4:51413" */
static char *words_of(const struct member *m, const struct peerlink *l)
{
    char letters[4];
    char addr[ADDR_TEXT_MAX];
    return xasprintf("%s %s", detail_peer_letters(m->slot, letters),
                     addr_text(peerlink_remote(l), addr));
}

static void tell_of(const struct member *m, const struct peerlink *l,
                    enum event_kind kind, const char *what)
{
    if (!m->torrent->watch->is_focused)
        return;
    char *who = words_of(m, l);
    char *line = xasprintf("%s %s", who, what);
    tell(m->torrent, kind, m, 0, line);
    free(line);
    free(who);
}

/* The trace. */

static void trace(struct member *m, struct detail_trace entry)
{
    struct watch *w = m->torrent->watch;
    entry.at_ms = now_of(m->torrent);
    entry.n_outstanding = m->peer != NULL ? peer_n_outstanding(m->peer) : 0;
    w->trace[w->n_trace++ % DETAIL_MAX_TRACE] = entry;
}

static bool is_traced(const struct member *m)
{
    const struct watch *w = m->torrent->watch;
    return w != NULL && w->traced != PEER_ID_NONE && w->traced == m->id;
}

void watch_on_message(struct member *m, enum detail_trace_kind kind,
                      bool is_out, uint32_t piece_idx, uint32_t begin,
                      uint32_t len)
{
    if (is_traced(m))
        trace(m, (struct detail_trace){.kind = (uint8_t)kind,
                                       .is_out = is_out,
                                       .piece_idx = piece_idx,
                                       .begin = begin,
                                       .len = len});
}

void watch_on_wish(struct member *m, bool is_interested)
{
    if (m->was_interested != is_interested)
        watch_on_message(m,
                         is_interested ? DETAIL_TRACE_INTERESTED
                                       : DETAIL_TRACE_NOT_INTERESTED,
                         true, 0, 0, 0);
    m->was_interested = is_interested;
}

void watch_on_interest(struct member *m, struct peer *p)
{
    if (!is_traced(m))
        return;
    struct peer_status s;
    peer_status(p, now_of(m->torrent), &s);
    watch_on_message(m,
                     s.is_interested ? DETAIL_TRACE_INTERESTED
                                     : DETAIL_TRACE_NOT_INTERESTED,
                     false, 0, 0, 0);
}

static struct detail_trace of_block(const struct member *m,
                                    enum detail_trace_kind kind,
                                    struct block_ref b)
{
    return (struct detail_trace){.kind = (uint8_t)kind,
                                 .piece_idx = b.piece_idx,
                                 .begin = geometry_block_begin(b),
                                 .len = geometry_block_len(m->torrent->geo, b)};
}

void watch_on_request(struct member *m, struct block_ref b, uint8_t reason)
{
    if (!is_traced(m))
        return;
    struct detail_trace entry = of_block(m, DETAIL_TRACE_REQUEST, b);
    entry.is_out = true;
    entry.reason = reason;
    trace(m, entry);
}

void watch_on_block(struct member *m, struct block_ref b)
{
    if (!is_traced(m))
        return;
    struct torrent *t = m->torrent;
    struct detail_trace entry = of_block(m, DETAIL_TRACE_PIECE, b);
    const struct pieces_block *blocks = pieces_blocks(t->pieces, b.piece_idx);
    if (blocks != NULL && blocks[b.block_idx].state == BLOCK_ASKED &&
        blocks[b.block_idx].peer == m->id)
        entry.took_ms = (uint32_t)(now_of(t) - blocks[b.block_idx].since_ms);
    trace(m, entry);
}

void watch_on_release(struct member *m, struct block_ref b,
                      enum peer_release why)
{
    static const enum detail_trace_kind kinds[] = {
        [PEER_RELEASE_CHOKED] = DETAIL_TRACE_N_KINDS, /* the CHOKE says it */
        [PEER_RELEASE_REJECTED] = DETAIL_TRACE_REJECT,
        [PEER_RELEASE_TIMEOUT] = DETAIL_TRACE_TIMEOUT,
        [PEER_RELEASE_CANCELLED] = DETAIL_TRACE_CANCEL,
        [PEER_RELEASE_CLOSED] = DETAIL_TRACE_N_KINDS,
    };
    if (m->torrent->watch == NULL)
        return;
    if (why == PEER_RELEASE_REJECTED)
        m->n_rejects++;
    if (why == PEER_RELEASE_TIMEOUT)
        m->n_timeouts++;
    if (why == PEER_RELEASE_REJECTED || why == PEER_RELEASE_TIMEOUT)
        m->had_trouble = true;
    if (!is_traced(m) || kinds[why] == DETAIL_TRACE_N_KINDS)
        return;
    struct detail_trace entry = of_block(m, kinds[why], b);
    entry.is_out = why == PEER_RELEASE_CANCELLED;
    trace(m, entry);
}

void watch_focus(struct torrent *t, bool is_focused, peer_id_t traced)
{
    struct watch *w = t->watch;
    if (w == NULL)
        return;
    w->is_focused = is_focused;
    if (w->traced == traced)
        return;
    w->traced = traced;
    w->n_trace = 0;
    if (traced == PEER_ID_NONE) {
        free(w->trace);
        w->trace = NULL;
    } else if (w->trace == NULL)
        w->trace = xcalloc(DETAIL_MAX_TRACE, sizeof *w->trace);
}

/* Peers come and go. */

static uint16_t take_slot(struct watch *w)
{
    if (w->slots == NULL)
        w->slots = bitset_new(WATCH_SLOTS);
    int64_t slot = bitset_next_clear(w->slots, 0);
    if (slot < 0)
        slot = WATCH_SLOTS - 1;
    bitset_set(w->slots, (size_t)slot);
    return (uint16_t)slot;
}

static struct timeline *begin_timeline(const struct torrent *t)
{
    struct timeline *line = xmalloc(sizeof *line);
    timeline_init(line, now_of(t) / 1000);
    return line;
}

void watch_on_web(struct webserver *s)
{
    if (s->torrent->watch == NULL || s->has_slot)
        return;
    s->has_slot = true;
    s->slot = take_slot(s->torrent->watch);
    s->timeline = begin_timeline(s->torrent);
}

void watch_on_greeted(struct member *m, const struct peerlink *l)
{
    struct watch *w = m->torrent->watch;
    if (w == NULL)
        return;
    m->slot = take_slot(w);
    m->is_greeted = true;
    m->choke_ms = now_of(m->torrent);
    m->timeline = begin_timeline(m->torrent);
    bool came = peerlink_is_incoming(l);
    if (came) {
        struct overall *o = m->torrent->overall;
        o->last_incoming_ms = now_of(m->torrent);
        arrivals_note(&o->arrivals, peerlink_remote(l), now_of(m->torrent));
    }
    tell_of(m, l, EVENT_PEER, came ? "connected to us" : "connected");
}

void watch_on_left(struct member *m, const char *words)
{
    struct torrent *t = m->torrent;
    struct watch *w = t->watch;
    if (w == NULL || !m->is_greeted)
        return;
    struct peer_status s = {0};
    if (m->peer != NULL)
        peer_status(m->peer, now_of(t), &s);
    if (w->gone == NULL)
        w->gone = xcalloc(DETAIL_MAX_GONE, sizeof *w->gone);
    struct detail_gone *g = &w->gone[w->n_gone++ % DETAIL_MAX_GONE];
    *g = (struct detail_gone){.id = m->id,
                              .slot = m->slot,
                              .addr = *peerlink_remote(m->link),
                              .is_banned =
                                  peers_is_banned(t->known,
                                                  peerlink_remote(m->link)),
                              .at_ms = now_of(t),
                              .bytes_down = s.bytes_down,
                              .bytes_up = s.bytes_up};
    memcpy(g->client, s.client, sizeof g->client);
    text_clean(g->words, sizeof g->words, words, strlen(words));
    bitset_clear(w->slots, m->slot);
    char *line = xasprintf("left: %s", words);
    tell_of(m, m->link, EVENT_PEER, line);
    free(line);
}

void watch_on_choke(struct member *m)
{
    if (m->torrent->watch == NULL)
        return;
    bool is_choking = peer_is_choking(m->peer);
    watch_on_message(m, is_choking ? DETAIL_TRACE_CHOKE : DETAIL_TRACE_UNCHOKE,
                     false, 0, 0, 0);
    char was[16];
    text_duration(was, sizeof was, (now_of(m->torrent) - m->choke_ms) / 1000);
    char *line = is_choking ? xasprintf("choked us (had let us for %s)", was)
                            : xasprintf("unchoked us (had choked for %s)", was);
    m->choke_ms = now_of(m->torrent);
    tell_of(m, m->link, EVENT_CHOKE, line);
    free(line);
}

void watch_on_slot(struct member *m, bool is_unchoked)
{
    if (m->torrent->watch == NULL)
        return;
    watch_on_message(m, is_unchoked ? DETAIL_TRACE_UNCHOKE : DETAIL_TRACE_CHOKE,
                     true, 0, 0, 0);
    tell_of(m, m->link, EVENT_SLOT,
            !is_unchoked       ? "choked by us"
            : m->is_optimistic ? "unchoked by us, by lot"
                               : "unchoked by us");
}

/* Pieces. */

static void tell_piece(struct torrent *t, uint32_t piece_idx,
                       const struct provenance *p, int64_t took_ms)
{
    char words[PROVENANCE_WORDS_LEN];
    whosent_words(t, p, words, sizeof words);
    char *line = xasprintf("%u verified in %u.%us: %s", piece_idx,
                           (unsigned)(took_ms / 1000),
                           (unsigned)(took_ms % 1000 / 100), words);
    tell(t, EVENT_PIECE, NULL, piece_idx, line);
    free(line);
}

void watch_on_piece(struct torrent *t, uint32_t piece_idx)
{
    struct watch *w = t->watch;
    const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
    if (w == NULL || blocks == NULL)
        return;
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    struct provenance p;
    int64_t first_ms = INT64_MAX;
    provenance_count(&p, blocks, n);
    for (uint32_t i = 0; i < n; i++)
        if (blocks[i].since_ms < first_ms)
            first_ms = blocks[i].since_ms;
    if (w->sources == NULL) {
        w->sources = xcalloc(t->geo->n_pieces, sizeof *w->sources);
        w->came_s = xcalloc(t->geo->n_pieces, sizeof *w->came_s);
    }
    w->sources[piece_idx] = provenance_main(&p);
    w->came_s[piece_idx] = (uint32_t)(now_of(t) / 1000) + 1;
    if (w->bad != NULL)
        bitset_clear(w->bad, piece_idx);
    if (w->is_focused)
        tell_piece(t, piece_idx, &p, now_of(t) - first_ms);
}

void watch_on_bad(struct torrent *t, uint32_t piece_idx)
{
    struct watch *w = t->watch;
    const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
    if (w == NULL)
        return;
    if (w->bad == NULL)
        w->bad = bitset_new(t->geo->n_pieces);
    bitset_set(w->bad, piece_idx);
    if (blocks == NULL)
        return;
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    for (struct member *m = t->members; m != NULL; m = m->next) {
        bool had_part = false;
        for (uint32_t i = 0; i < n && !had_part; i++)
            had_part = blocks[i].peer == m->id;
        m->n_bad += had_part;
        m->had_trouble = m->had_trouble || had_part;
    }
}

/* Trackers. */

void watch_on_tracker(struct torrent *t)
{
    struct watch *w = t->watch;
    if (w == NULL || t->trackers == NULL)
        return;
    const struct announcer *a = trackers_announcer(t->trackers);
    int64_t latest_ms = -1;
    for (size_t i = 0; i < announcer_n_trackers(a); i++) {
        struct announcer_tracker tr;
        announcer_tracker(a, i, &tr);
        bool is_latest =
            tr.state == ANNOUNCER_WORKING && tr.last_ms >= latest_ms;
        if (is_latest)
            latest_ms = tr.last_ms;
        if (!is_latest && w->tracker_host[0] != '\0')
            continue;
        size_t len;
        const char *host = weburl_host(tr.url, &len);
        text_clean(w->tracker_host, sizeof w->tracker_host, host, len);
    }
}
