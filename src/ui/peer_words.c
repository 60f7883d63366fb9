#include "config.h"

#include "ui/peer_words.h"

#include <assert.h>
#include <stdio.h>

#include "ui/units.h"
#include "util/text.h"

enum {
    NAME_W = 9,        /* of a strip's name */
    NOTE_W = 10,       /* what is said behind it */
    NOTE_FROM_W = 60,  /* in panes so wide */
    FEW = 3,           /* strips in a low pane */
    ALL_FROM_H = 18,   /* rows from which all are drawn, */
    LEGEND_FROM_H = 30 /* and what they mean */
};

void peer_words_age(char dst[PEER_WORDS_AGE_LEN], int64_t ms)
{
    if (ms < 0)
        ms = 0;
    if (ms < 10000)
        snprintf(dst, PEER_WORDS_AGE_LEN, "%u.%us", (unsigned)(ms / 1000),
                 (unsigned)(ms % 1000 / 100));
    else
        text_duration(dst, PEER_WORDS_AGE_LEN, ms / 1000);
}

static void put_name(struct flow *f, const struct detail *d,
                     const struct detail_peer *peer, int64_t now_ms)
{
    char letters[4], address[DETAIL_ADDRESS_LEN];
    (void)d;
    (void)now_ms;
    flow_put(f, THEME_STRONG, "%s %s", detail_peer_letters(peer->slot, letters),
             detail_peer_address(peer, address));
    if (peer->client[0] != '\0')
        flow_put(f, THEME_STRONG, "%s", peer->client);
    if (peer->web[0] != '\0') {
        flow_put(f, THEME_NORMAL, "web seed, named by the torrent");
        return;
    }
    if (peer->country[0] >= 'A')
        flow_put(f, THEME_NORMAL, "country %s", peer->country);
    enum detail_source source = (enum detail_source)peer->source;
    const char *who = peer->is_incoming ? "came to us" : "we dialled";
    if (peer->is_incoming && source == DETAIL_BY_INCOMING)
        flow_put(f, THEME_NORMAL, "%s", who);
    else
        flow_put(f, THEME_NORMAL, "%s, by %s", who,
                 detail_peer_source_name(source));
}

/* Where it stands among those that want one of our slots. */
static void put_place(struct flow *f, const struct detail *d,
                      const struct detail_peer *peer)
{
    if (peer->choke_rank == 0 || d->n_slots == 0)
        return;
    bool is_near = peer->choke_rank <= d->n_slots;
    flow_put(f, is_near ? THEME_UP : THEME_DIM, "place %u for %u slot%s%s",
             peer->choke_rank, d->n_slots, d->n_slots == 1 ? "" : "s",
             is_near && peer->am_choking ? ": likely to be let soon" : "");
}

static void put_chokes(struct flow *f, const struct detail *d,
                       const struct detail_peer *peer, int64_t now_ms)
{
    char since[PEER_WORDS_AGE_LEN];
    if (peer->web[0] != '\0') {
        flow_put(f, peer->words[0] != '\0' ? THEME_ALERT : THEME_HAVE, "%s",
                 peer->words[0] != '\0'    ? peer->words
                 : peer->n_outstanding > 0 ? "it sends"
                                           : "nothing is asked of it now");
        return;
    }
    text_duration(since, sizeof since, (now_ms - peer->choke_ms) / 1000);
    flow_put(f, peer->is_choking ? THEME_CHOKED : THEME_HAVE,
             peer->is_choking ? "they choke us for %s" : "they let us for %s",
             since);
    if (peer->am_choking)
        flow_put(f, THEME_CHOKED, "we choke them%s",
                 peer->is_shunned ? ", as you asked" : "");
    else {
        text_duration(since, sizeof since, (now_ms - peer->unchoked_ms) / 1000);
        flow_put(f, THEME_UP, "we let them for %s%s", since,
                 peer->is_optimistic ? ", by lot" : "");
    }
    put_place(f, d, peer);
}

static void put_flags(struct flow *f, const struct detail *d,
                      const struct detail_peer *peer, int64_t now_ms)
{
    (void)d;
    flow_put(f, THEME_NORMAL, "%s",
             !peer->am_interested ? "- we want nothing of theirs"
             : peer->is_choking   ? "d we would download"
                                  : "D we download");
    if (peer->is_snubbed) {
        char silent[PEER_WORDS_AGE_LEN];
        int64_t since_ms = peer->last_block_ms > peer->choke_ms
                               ? peer->last_block_ms
                               : peer->choke_ms;
        peer_words_age(silent, now_ms - since_ms);
        flow_put(f, THEME_BAD, "S silent for %s", silent);
    }
    flow_put(f, THEME_NORMAL, "%s",
             !peer->is_interested ? "- they want nothing of ours"
             : peer->am_choking   ? "u they would download"
                                  : "U they download");
    if (peer->is_shunned)
        flow_put(f, THEME_ALERT, "X choked by you");
    else if (peer->is_optimistic)
        flow_put(f, THEME_NORMAL, "O let by lot");
    flow_put(f, THEME_NORMAL, "%s",
             peer->is_encrypted ? "e encrypted"
             : peer->has_crypt  ? "p plain, after an encrypted handshake"
                                : "p plain");
}

static void put_queue(struct flow *f, const struct detail *d,
                      const struct detail_peer *peer, int64_t now_ms)
{
    char text[PEER_WORDS_AGE_LEN];
    (void)d;
    flow_put(f, THEME_NORMAL, "queue %u/%u", peer->n_outstanding, peer->depth);
    if (peer->oldest_ms != 0) {
        peer_words_age(text, now_ms - peer->oldest_ms);
        flow_put(f, THEME_NORMAL, "oldest %s", text);
    }
    if (peer->rtt_us >= 0) {
        units_rtt(text, peer->rtt_us);
        flow_put(f, THEME_NORMAL, "RTT %sms", text);
    }
    flow_put(f, peer->n_timeouts > 0 ? THEME_ALERT : THEME_NORMAL,
             "timeouts %u", peer->n_timeouts);
    flow_put(f, THEME_NORMAL, "rejects %u", peer->n_rejects);
    units_size(text, peer->bytes_wasted);
    flow_put(f, THEME_NORMAL, "wasted %s", text);
    flow_put(f, peer->n_bad > 0 ? THEME_BAD : THEME_NORMAL, "bad %u",
             peer->n_bad);
    if (peer->n_queued > 0)
        flow_put(f, THEME_NORMAL, "asks us for %u", peer->n_queued);
}

static void put_gives(struct flow *f, const struct detail *d,
                      const struct detail_peer *peer, int64_t now_ms)
{
    (void)now_ms;
    uint32_t n_wanted = d->why_input.n_wanted;
    const char *plural = peer->n_gives == 1 ? "" : "s";
    if (n_wanted > 0)
        flow_put(f, THEME_NORMAL, "gives %u piece%s that we lack (%u%%)",
                 peer->n_gives, plural,
                 units_permille(peer->n_gives, n_wanted) / 10);
    else
        flow_put(f, THEME_NORMAL, "gives %u piece%s that we lack",
                 peer->n_gives, plural);
    if (peer->n_unique == 0) {
        flow_put(f, THEME_NORMAL, "none of them alone");
        return;
    }
    char text[DETAIL_MAX_UNIQUE * 11 + 2] = "";
    size_t len = 0, n = d->focus.peer == peer->id ? d->n_unique : 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " %u",
                                d->unique[i]);
    flow_put(f, THEME_RARE, "it alone has %u%s%s", peer->n_unique,
             n > 0 ? ":" : "", text);
    if (n > 0 && n < peer->n_unique)
        flow_put(f, THEME_DIM, "...");
}

static void put_totals(struct flow *f, const struct detail *d,
                       const struct detail_peer *peer, int64_t now_ms)
{
    char text[PEER_WORDS_AGE_LEN], up[UNITS_LEN];
    (void)d;
    units_size(text, peer->bytes_down);
    units_size(up, peer->bytes_up);
    flow_put(f, THEME_NORMAL, "total D %s U %s", text, up);
    text_duration(text, sizeof text, (now_ms - peer->connected_ms) / 1000);
    flow_put(f, THEME_NORMAL, "connected %s", text);
    peer_words_age(text, now_ms - peer->last_rx_ms);
    flow_put(f, THEME_NORMAL, "last message %s ago", text);
    if (peer->request_delay_ms >= 0) {
        peer_words_age(text, peer->request_delay_ms);
        flow_put(f, THEME_NORMAL, "a block takes %s", text);
    }
    if (peer->trust < 0)
        flow_put(f, THEME_ALERT, "suspect (%d)", peer->trust);
}

static void put_link(struct flow *f, const struct detail *d,
                     const struct detail_peer *peer, int64_t now_ms)
{
    (void)d;
    (void)now_ms;
    if (peer->web[0] != '\0')
        return;
    flow_put(f, THEME_NORMAL, "speaks %s%s%s",
             peer->has_fast || peer->has_extended ? "" : "BEP 3 only",
             peer->has_fast ? "FAST " : "", peer->has_extended ? "EXT" : "");
    if (peer->has_crypt)
        flow_put(f, THEME_NORMAL, "%s",
                 peer->is_encrypted ? "RC4" : "RC4 handshake, then plain");
    if (peer->reqq > 0)
        flow_put(f, THEME_NORMAL, "takes %u requests", peer->reqq);
    if (peer->is_seed)
        flow_put(f, THEME_NORMAL, "a seed");
    else if (peer->is_upload_only)
        flow_put(f, THEME_NORMAL, "only uploads");
}

void peer_words_put(struct flow *f, enum peer_words_on on,
                    const struct detail *d, const struct detail_peer *peer,
                    int64_t now_ms)
{
    static void (*const put[PEER_WORDS_N])(struct flow * f,
                                           const struct detail *d,
                                           const struct detail_peer *peer,
                                           int64_t now_ms) = {
        [PEER_WORDS_NAME] = put_name,   [PEER_WORDS_CHOKES] = put_chokes,
        [PEER_WORDS_FLAGS] = put_flags, [PEER_WORDS_QUEUE] = put_queue,
        [PEER_WORDS_GIVES] = put_gives, [PEER_WORDS_TOTALS] = put_totals,
        [PEER_WORDS_LINK] = put_link,
    };
    assert(on < PEER_WORDS_N);
    put[on](f, d, peer, now_ms);
    flow_line(f);
}

/* Cells of a strip or map in the pane: what name and note leave. */
static int strip_w(const struct draw_pane *p)
{
    return p->w - 1 - NAME_W - (p->w < NOTE_FROM_W ? 0 : NOTE_W);
}

static void draw_edges(const struct draw_pane *p, int y, const char *name,
                       const char *note)
{
    draw_text(p, y, 1, NAME_W, THEME_DIM, name);
    if (p->w >= NOTE_FROM_W)
        draw_text(p, y, p->w - NOTE_W + 1, NOTE_W - 1, THEME_NORMAL, note);
}

void peer_words_strip(const struct draw_pane *p, int y, enum strips_row row,
                      const struct timeline *t)
{
    char note[32] = "", rate[UNITS_LEN];
    if (row == STRIPS_THEY_CHOKE || row == STRIPS_WE_CHOKE)
        snprintf(note, sizeof note, "open %u%%",
                 timeline_share_pct(t, TIMELINE_KNOWN,
                                    row == STRIPS_WE_CHOKE
                                        ? TIMELINE_WE_CHOKE
                                        : TIMELINE_THEY_CHOKE));
    else if (row == STRIPS_DOWN || row == STRIPS_UP) {
        units_size(rate, strips_max_Bps(t, row));
        snprintf(note, sizeof note, "max %s", rate);
    } else if (row == STRIPS_WANT)
        snprintf(note, sizeof note, "cell %ds", strips_cell_s(strip_w(p)));
    draw_edges(p, y, strips_name(row), note);
    strips_draw(p, y, 1 + NAME_W, strip_w(p), row, t);
}

void peer_words_map(const struct draw_pane *p, int y, enum have_map_row row,
                    const struct detail *d, const char *note)
{
    static const char *const names[] = {[HAVE_MAP_THEIRS] = "has",
                                        [HAVE_MAP_OURS] = "ours",
                                        [HAVE_MAP_GIVES] = "give"};
    draw_edges(p, y, names[row], note);
    have_map_draw(p, y, 1 + NAME_W, strip_w(p), row, d);
}

static void draw_strips(struct flow *f, const struct timeline *t)
{
    static const enum strips_row rows[] = {STRIPS_THEY_CHOKE, STRIPS_WE_CHOKE,
                                           STRIPS_DOWN,       STRIPS_UP,
                                           STRIPS_WANT,       STRIPS_QUEUE,
                                           STRIPS_EVENTS};
    size_t n = f->pane->h >= ALL_FROM_H ? sizeof rows / sizeof *rows : FEW;
    for (size_t i = 0; i < n; i++)
        peer_words_strip(f->pane, f->y++, rows[i], t);
}

void peer_words_legend(struct flow *f)
{
    for (int row = 0; row < STRIPS_N; row++) {
        const char *legend = strips_legend((enum strips_row)row);
        if (legend[0] == '\0')
            continue;
        flow_put(f, THEME_DIM, "%-9s%s", strips_name((enum strips_row)row),
                 legend);
        flow_line(f);
    }
}

void peer_words_draw(const struct draw_pane *p, const struct detail *d,
                     const struct detail_peer *peer, int64_t now_ms)
{
    struct flow f;
    bool is_in_focus = d->focus.peer == peer->id;
    flow_begin(&f, p, 0, 1);
    peer_words_put(&f, PEER_WORDS_NAME, d, peer, now_ms);
    peer_words_put(&f, PEER_WORDS_CHOKES, d, peer, now_ms);
    peer_words_put(&f, PEER_WORDS_FLAGS, d, peer, now_ms);
    if (is_in_focus && d->timeline != NULL)
        draw_strips(&f, d->timeline);
    for (int on = PEER_WORDS_QUEUE; on < PEER_WORDS_N && !flow_is_full(&f);
         on++)
        peer_words_put(&f, (enum peer_words_on)on, d, peer, now_ms);
    if (is_in_focus)
        peer_words_map(p, f.y++, HAVE_MAP_THEIRS, d, "");
    if (is_in_focus && d->timeline != NULL && p->h >= LEGEND_FROM_H) {
        f.y++;
        peer_words_legend(&f);
    }
}

void peer_words_gone(const struct draw_pane *p, const struct detail_gone *gone,
                     int64_t now_ms)
{
    char text[PEER_WORDS_AGE_LEN], up[UNITS_LEN];
    char letters[4], address[ADDR_TEXT_MAX];
    struct flow f;
    flow_begin(&f, p, 0, 1);
    flow_put(&f, THEME_STRONG, "%s %s",
             detail_peer_letters(gone->slot, letters),
             addr_text(&gone->addr, address));
    if (gone->client[0] != '\0')
        flow_put(&f, THEME_STRONG, "%s", gone->client);
    flow_line(&f);
    peer_words_age(text, now_ms - gone->at_ms);
    flow_put(&f, gone->is_banned ? THEME_BAD : THEME_NORMAL, "%s %s ago: %s",
             gone->is_banned ? "BANNED, left" : "left", text, gone->words);
    units_size(text, gone->bytes_down);
    units_size(up, gone->bytes_up);
    flow_put(&f, THEME_NORMAL, "total D %s U %s", text, up);
}

void peer_words_dials(char dst[PEER_WORDS_DIALS_LEN],
                      const struct detail_dials *dials)
{
    const struct {
        uint32_t n;
        const char *words;
    } parts[] = {
        {dials->n_refused, "refused"},
        {dials->n_silent, "silent"},
        {dials->n_no_handshake, "no handshake"},
        {dials->n_came, "came in"},
    };
    dst[0] = '\0';
    if (dials->n == 0)
        return;
    int at = snprintf(dst, PEER_WORDS_DIALS_LEN, "%u  reached %u", dials->n,
                      dials->n_greeted);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].n > 0)
            at += snprintf(dst + at, PEER_WORDS_DIALS_LEN - (size_t)at,
                           "  %s %u", parts[i].words, parts[i].n);
}
