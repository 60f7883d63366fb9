#include "config.h"

#include "ui/dht_page.h"

#include <inttypes.h>
#include <stdio.h>

#include "ui/flow.h"
#include "ui/plot.h"
#include "ui/table.h"
#include "ui/units.h"
#include "util/text.h"

enum {
    ID_DIGITS = 8,     /* of a node id that are shown */
    WHOLE_FROM_H = 10, /* rows from which more than counts is told */
    LABEL_W = 14,
    BAR_X = 6,
    BAR_LABEL_W = 34 /* cells behind a bar */
};

static const char *const family_names[DETAIL_DHT_N_FAMILIES] = {
    [DETAIL_DHT_V4] = "IPv4", [DETAIL_DHT_V6] = "IPv6"};

/* 1234567 -> "1.2M": thousands, not binary ones. */
static void count_text(char dst[UNITS_LEN], uint64_t n)
{
    if (n < 10000)
        snprintf(dst, UNITS_LEN, "%" PRIu64, n);
    else if (n < 1000000)
        snprintf(dst, UNITS_LEN, "%" PRIu64 "k", n / 1000);
    else
        snprintf(dst, UNITS_LEN, "%.1fM",
                 n < 99999000000 ? (double)n / 1000000 : 99999.0);
}

/* ---- Nodes ---- */

static void put_address(struct flow *f, const struct detail_dht_family *m)
{
    char ip[ADDR_TEXT_MAX];
    if (m->has_external)
        flow_put(f, THEME_NORMAL, "we are %s", addr_ip_text(&m->external, ip));
    else
        flow_put(f, THEME_DIM, "our address is not known");
    for (uint32_t i = 0; i < m->n_votes; i++)
        flow_put(f, THEME_DIM, "%u say %s", m->votes[i].n,
                 addr_ip_text(&m->votes[i].ip, ip));
}

static void put_counts(struct flow *f, const char *name,
                       const struct detail_dht_family *m)
{
    flow_put(f, THEME_STRONG, "%s", name);
    flow_put(f, m->n_good > 0 ? THEME_HAVE : THEME_ALERT, "%u good", m->n_good);
    flow_put(f, THEME_NORMAL, "%u questionable", m->n_questionable);
    flow_put(f, m->n_bad > 0 ? THEME_NORMAL : THEME_DIM, "%u bad", m->n_bad);
}

static void put_network(struct flow *f, const struct detail_dht_family *m)
{
    char id[2 * sizeof m->id + 1], size[UNITS_LEN];
    text_hex(id, m->id, sizeof m->id);
    flow_put(f, THEME_DIM, "in %u bucket%s", m->n_buckets,
             m->n_buckets == 1 ? "" : "s");
    if (m->size_estimate > 0) {
        count_text(size, m->size_estimate);
        flow_put(f, THEME_DIM, "of ~%s in all", size);
    }
    flow_put(f, THEME_DIM, "id %.*s%s", ID_DIGITS, id,
             m->is_verified ? ", fits our address" : "");
    put_address(f, m);
}

int dht_page_nodes(const struct draw_pane *p, const struct detail_dht *d)
{
    struct flow f;
    flow_begin(&f, p, 0, 1);
    for (int i = 0; i < DETAIL_DHT_N_FAMILIES; i++) {
        flow_line(&f);
        if (!d->family[i].is_on) {
            flow_put(&f, THEME_DIM, "%s  off", family_names[i]);
            continue;
        }
        put_counts(&f, family_names[i], &d->family[i]);
        if (p->h >= WHOLE_FROM_H)
            put_network(&f, &d->family[i]);
    }
    if (d->is_read_only)
        flow_put(&f, THEME_RARE, "read-only: it asks, and is not asked");
    flow_line(&f);
    return f.y;
}

/* ---- Buckets ---- */

static uint32_t greatest(const struct detail_dht_family *m)
{
    uint32_t max = 8; /* a full bucket of BEP 5 */
    for (uint32_t i = 0; i < m->n_buckets; i++)
        if (m->buckets[i].n_good > max)
            max = m->buckets[i].n_good;
    return max;
}

int dht_page_strips(const struct draw_pane *p, const struct detail_dht *d)
{
    int y = 0;
    for (int i = 0; i < DETAIL_DHT_N_FAMILIES; i++) {
        const struct detail_dht_family *m = &d->family[i];
        uint32_t samples[DETAIL_DHT_MAX_BUCKETS + 1] = {0};
        if (!m->is_on || m->n_buckets == 0)
            continue;
        size_t n = m->n_buckets + m->n_buckets % 2;
        for (uint32_t k = 0; k < m->n_buckets; k++)
            samples[k] = m->buckets[k].n_good;
        int w = (int)(n / PLOT_PER_CELL);
        int room = p->w - LABEL_W - 2;
        draw_format(p, y, 1, LABEL_W, THEME_DIM, "buckets %s", family_names[i]);
        plot_strip(p, y++, LABEL_W, w < room ? w : room, THEME_HAVE, samples, n,
                   greatest(m));
    }
    return y;
}

static void draw_bucket(const struct draw_pane *p, int y, uint32_t i,
                        const struct detail_dht_bucket *b)
{
    int room = p->w - BAR_X - BAR_LABEL_W;
    int x = BAR_X;
    const struct {
        int n;
        enum theme_role role;
        enum glyphs_id glyph;
    } parts[] = {
        {b->n_good, THEME_HAVE, GLYPHS_FULL},
        {b->n_questionable, THEME_PARTIAL, GLYPHS_PART},
        {b->n_bad, THEME_BAD, GLYPHS_DOT},
    };
    draw_format(p, y, 1, BAR_X, THEME_DIM, "%3u", i);
    for (size_t k = 0; k < sizeof parts / sizeof *parts && room > 0; k++) {
        int n = parts[k].n < room ? parts[k].n : room;
        draw_glyphs(p, y, x, n, parts[k].role, parts[k].glyph);
        x += n;
        room -= n;
    }
    struct flow f;
    flow_begin(&f, p, y, x + 1);
    flow_put(&f, THEME_NORMAL, "%u good", b->n_good);
    if (b->n_questionable > 0)
        flow_put(&f, THEME_DIM, "%u questionable", b->n_questionable);
    if (b->n_bad > 0)
        flow_put(&f, THEME_DIM, "%u bad", b->n_bad);
    if (b->n_spare > 0)
        flow_put(&f, THEME_DIM, "%u spare", b->n_spare);
}

int dht_page_bars(const struct draw_pane *p, const struct detail_dht *d)
{
    const struct detail_dht_family *v4 = &d->family[DETAIL_DHT_V4];
    const struct detail_dht_family *v6 = &d->family[DETAIL_DHT_V6];
    const struct detail_dht_family *m = v6->n_good > v4->n_good ? v6 : v4;
    if (m->n_buckets == 0)
        return 0;
    draw_format(p, 0, 1, p->w - 1, THEME_HEADING,
                "buckets %s, the far half of the network first",
                family_names[m == v6]);
    for (uint32_t i = 0; i < m->n_buckets; i++)
        draw_bucket(p, (int)i + 1, i, &m->buckets[i]);
    return (int)m->n_buckets + 1;
}

/* ---- Traffic ---- */

enum traffic_column { IN, OUT, ANSWERED, TOTAL, KIND, N_COLUMNS };

/* Of a second; and the share of our queries that was answered. */
static const struct table_column columns[N_COLUMNS] = {
    [IN] = {"In/s", 7, 2, 0, false},       [OUT] = {"Out/s", 7, 1, 0, false},
    [ANSWERED] = {"Answ", 5, 3, 0, false}, [TOTAL] = {"Total", 7, 4, 0, false},
    [KIND] = {"Queries", 13, 0, 0, true},
};

static uint64_t total(const struct detail_dht_traffic *t)
{
    return t->queries_in + t->queries_out;
}

static void draw_kind(const struct draw_pane *p, const struct table *table,
                      int y, enum detail_dht_kind kind,
                      const struct detail_dht_traffic *t)
{
    char text[UNITS_LEN];
    snprintf(text, sizeof text, "%u", t->queries_in_rate);
    table_cell(table, p, y, IN, THEME_NORMAL, text);
    snprintf(text, sizeof text, "%u", t->queries_out_rate);
    table_cell(table, p, y, OUT, THEME_NORMAL, text);
    snprintf(text, sizeof text, "-");
    if (t->queries_out > 0)
        snprintf(text, sizeof text, "%u%%",
                 units_permille(t->replies_in, t->queries_out) / 10);
    table_cell(table, p, y, ANSWERED, THEME_NORMAL, text);
    count_text(text, total(t));
    table_cell(table, p, y, TOTAL, THEME_DIM, text);
    table_cell(table, p, y, KIND, THEME_NORMAL, detail_dht_kind_name(kind));
}

int dht_page_traffic(const struct draw_pane *p, const struct detail_dht *d)
{
    struct table table;
    bool is_drawn[DETAIL_DHT_N_KINDS] = {false};
    int y = 1;
    table_fit(&table, columns, N_COLUMNS, 0, p->w);
    table_heading(&table, p, 0, N_COLUMNS, false);
    for (;; y++) {
        int most = -1;
        for (int i = 0; i < DETAIL_DHT_N_KINDS; i++)
            if (!is_drawn[i] && total(&d->kind[i]) > 0 &&
                (most < 0 || total(&d->kind[i]) > total(&d->kind[most])))
                most = i;
        if (most < 0)
            break;
        is_drawn[most] = true;
        draw_kind(p, &table, y, (enum detail_dht_kind)most, &d->kind[most]);
    }
    if (y == 1)
        draw_text(p, y++, 1, p->w - 1, THEME_DIM, "no queries yet");
    return y;
}

/* ---- Totals ---- */

static void put_bytes(struct flow *f, const char *name, uint64_t bytes,
                      uint64_t rate_Bps)
{
    char size[UNITS_LEN], rate[UNITS_LEN];
    units_size(size, bytes);
    units_rate(rate, rate_Bps);
    flow_put(f, THEME_NORMAL, "%s %s, %s", name, size, rate);
}

static void put_dropped(struct flow *f, const struct detail_dht *d)
{
    const struct {
        uint64_t n;
        const char *words;
    } parts[] = {
        {d->dropped_malformed, "broken"},
        {d->dropped_limited, "too many"},
        {d->dropped_forbidden, "from where none may be"},
        {d->dropped_unasked, "not asked for"},
    };
    uint64_t n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        n += parts[i].n;
    if (n > 0)
        flow_put(f, THEME_DIM, "dropped %" PRIu64 ":", n);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].n > 0)
            flow_put(f, THEME_DIM, "%" PRIu64 " %s", parts[i].n,
                     parts[i].words);
}

static void put_blocked(struct flow *f, const struct detail_dht *d)
{
    char ip[ADDR_TEXT_MAX], left[UNITS_LEN];
    if (d->n_blocked == 0)
        return;
    flow_put(f, THEME_RARE, "%u not heard:", d->n_blocked);
    for (uint32_t i = 0; i < d->n_blocked_shown; i++) {
        text_duration(left, sizeof left, d->blocked[i].left_ms / 1000);
        flow_put(f, THEME_DIM, "%s for %s", addr_ip_text(&d->blocked[i].ip, ip),
                 left);
    }
}

int dht_page_totals(const struct draw_pane *p, const struct detail_dht *d)
{
    struct flow f;
    flow_begin(&f, p, 0, 1);
    flow_put(&f, THEME_NORMAL, "kept for others: %u peer%s of %u torrent%s",
             d->n_peers, d->n_peers == 1 ? "" : "s", d->n_hashes,
             d->n_hashes == 1 ? "" : "s");
    if (d->n_items > 0)
        flow_put(&f, THEME_NORMAL, "%u item%s", d->n_items,
                 d->n_items == 1 ? "" : "s");
    put_bytes(&f, "in", d->bytes_in, d->in_Bps);
    put_bytes(&f, "out", d->bytes_out, d->out_Bps);
    flow_put(&f, THEME_DIM, "port %u", d->port);
    put_dropped(&f, d);
    put_blocked(&f, d);
    flow_line(&f);
    return f.y;
}
