#include "config.h"

#include "ui/peer_table.h"

#include <stdio.h>
#include <string.h>

#include "ui/peer_words.h"
#include "ui/units.h"
#include "util/text.h"

enum {
    CURSOR_X = 0,
    N_FIXED = 2 /* columns that never scroll */
};

static const struct {
    struct table_column column;
    int wide; /* cells where there is room */
} all[PEER_ROWS_N] = {
    [PEER_ROWS_ID] = {{"Id", 2, 0, 0, true}, 2},
    [PEER_ROWS_ADDRESS] = {{"Address", 21, 0, 0, true}, 24},
    [PEER_ROWS_CLIENT] = {{"Client", 7, 5, 0, true}, 20},
    [PEER_ROWS_SOURCE] = {{"Src", 3, 9, 0, true}, 3},
    [PEER_ROWS_FLAGS] = {{"Flags", 7, 1, 0, true}, 7},
    [PEER_ROWS_DONE] = {{"Done", 4, 6, 0, false}, 4},
    [PEER_ROWS_DOWN] = {{"Down", 5, 2, 0, false}, 6},
    [PEER_ROWS_UP] = {{"Up", 5, 7, 0, false}, 6},
    [PEER_ROWS_REQ] = {{"Req", 5, 4, 0, false}, 7},
    [PEER_ROWS_RTT] = {{"RTT", 4, 8, 0, false}, 5},
    [PEER_ROWS_NOW] = {{"Now", 6, 3, 0, true}, 10},
    [PEER_ROWS_TOTAL] = {{"Total", 9, 12, 0, false}, 9},
    [PEER_ROWS_GIVES] = {{"Gives", 5, 10, 0, false}, 6},
    [PEER_ROWS_UNIQUE] = {{"Uniq", 4, 11, 0, false}, 5},
    [PEER_ROWS_COUNTRY] = {{"CC", 2, 13, 0, true}, 2},
};

static int left_of(bool has_marks)
{
    return has_marks ? 2 : 1;
}

int peer_table_full_width(const struct column_choice *c, bool is_wide)
{
    int w = left_of(true);
    for (int by = 0; by < PEER_ROWS_N; by++)
        if ((c->refused >> by & 1) == 0)
            w += (is_wide ? all[by].wide : all[by].column.width) + 1;
    return w;
}

void peer_table_fit(struct peer_table *t, const struct column_choice *c,
                    size_t scroll, bool has_marks, int width)
{
    bool is_wide = width >= peer_table_full_width(c, true);
    size_t n_seen = 0;
    t->n = 0;
    t->has_marks = has_marks;
    for (int by = 0; by < PEER_ROWS_N; by++) {
        if ((c->refused >> by & 1) != 0)
            continue;
        if (n_seen++ >= N_FIXED && n_seen <= N_FIXED + scroll)
            continue;
        struct table_column *column = &t->columns[t->n];
        *column = all[by].column;
        if (is_wide)
            column->width = all[by].wide;
        if ((c->wanted >> by & 1) != 0)
            column->rank = 1;
        /* Scrolled, what comes first is what is wanted. */
        if (scroll > 0 && column->rank > 0)
            column->rank = (int)t->n;
        t->of[t->n++] = (enum peer_rows_by)by;
    }
    /* What is left over goes to a column without a name: numbers keep their width. */
    t->columns[t->n] = (struct table_column){"", 0, 0, 0, true};
    table_fit(&t->table, t->columns, t->n + 1, left_of(has_marks), width);
}

unsigned peer_table_shown(const struct peer_table *t)
{
    unsigned shown = 0;
    for (size_t i = 0; i < t->n; i++)
        shown |= t->table.w[i] > 0 ? 1U << t->of[i] : 0;
    return shown;
}

bool peer_table_is_cut(const struct peer_table *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->table.w[i] == 0)
            return true;
    return false;
}

const char *peer_table_title(unsigned by)
{
    return all[by].column.title;
}

void peer_table_heading(const struct peer_table *t, const struct draw_pane *p,
                        int y, const struct peer_rows *order)
{
    const struct table *table = &t->table;
    size_t sorted = 0;
    while (sorted < t->n && t->of[sorted] != order->by)
        sorted++;
    table_heading(table, p, y, sorted, order->is_inverted);
    if (sorted < t->n)
        draw_tint(p, y, table->x[sorted], table->w[sorted], THEME_BAR);
}

/* "qBittorrent 4.6.3" in w cells: "qB4.6.3". What has no version stays as it is. */
static void short_client(const char *client, int w, char *dst, size_t cap)
{
    const char *version = strchr(client, ' ');
    int n = 0;
    while (n < 2 && client[n] > ' ' && client[n] < 0x7f)
        n++;
    if (version == NULL || version[1] < '0' || version[1] > '9' || n < 2)
        snprintf(dst, cap, "%s", client);
    else if (snprintf(dst, cap, "%.2s%s", client, version + 1) > w)
        snprintf(dst, cap, "%.1s%s", client, version + 1);
}

static void now_text(const struct detail_peer *p, int w, int64_t now_ms,
                     char *dst, size_t cap)
{
    if (p->is_snubbed && p->am_interested) {
        int64_t since_ms =
            p->last_block_ms > p->choke_ms ? p->last_block_ms : p->choke_ms;
        int64_t s = (now_ms - since_ms) / 1000;
        snprintf(dst, cap, w >= 10 ? "silent %ds" : "S %ds",
                 (int)(s < 0     ? 0
                       : s > 999 ? 999
                                 : s));
    } else if (p->gets_block) {
        if (snprintf(dst, cap, "%u.%x", p->now_piece_idx, p->now_block_idx) > w)
            snprintf(dst, cap, "%u", p->now_piece_idx);
    } else if (p->words[0] != '\0')
        snprintf(dst, cap, "%s", p->words);
    else
        snprintf(dst, cap, "%s",
                 p->is_choking && p->am_interested ? "choked" : "");
}

static void total_text(const struct detail_peer *p, char *dst, size_t cap)
{
    char down[UNITS_LEN], up[UNITS_LEN];
    units_size(down, p->bytes_down);
    units_size(up, p->bytes_up);
    snprintf(dst, cap, "%.4s/%.4s", down, up);
}

static void number_text(enum peer_rows_by by, int w,
                        const struct detail_peer *p, char *dst, size_t cap)
{
    if (by == PEER_ROWS_DOWN || by == PEER_ROWS_UP)
        units_size(dst, by == PEER_ROWS_UP ? p->rate_up_Bps : p->rate_down_Bps);
    else if (by == PEER_ROWS_REQ) {
        if (snprintf(dst, cap, "%u/%u", p->n_outstanding, p->depth) > w)
            snprintf(dst, cap, "%u", p->n_outstanding);
    } else if (by == PEER_ROWS_GIVES || by == PEER_ROWS_UNIQUE)
        snprintf(dst, cap, "%u",
                 by == PEER_ROWS_GIVES ? p->n_gives : p->n_unique);
    else if (by == PEER_ROWS_RTT && p->rtt_us >= 0)
        units_rtt(dst, p->rtt_us);
    else if (by == PEER_ROWS_TOTAL)
        total_text(p, dst, cap);
}

static void cell_text(const struct peer_table *t, size_t i,
                      const struct detail_peer *p, char *dst, size_t cap)
{
    int w = t->table.w[i];
    dst[0] = '\0';
    if (t->of[i] == PEER_ROWS_ID)
        (void)detail_peer_letters(p->slot, dst);
    else if (t->of[i] == PEER_ROWS_ADDRESS)
        (void)detail_peer_address(p, dst);
    else if (t->of[i] == PEER_ROWS_CLIENT && w < all[PEER_ROWS_CLIENT].wide)
        short_client(p->client, w, dst, cap);
    else if (t->of[i] == PEER_ROWS_CLIENT)
        snprintf(dst, cap, "%s", p->client);
    else if (t->of[i] == PEER_ROWS_SOURCE)
        snprintf(dst, cap, "%c%c",
                 detail_peer_source_letter((enum detail_source)p->source),
                 p->is_incoming ? 'i' : 'o');
    else if (t->of[i] == PEER_ROWS_FLAGS)
        detail_peer_flags(p, dst);
    else if (t->of[i] == PEER_ROWS_DONE)
        snprintf(dst, cap, "%u%%",
                 units_permille(p->n_pieces, t->detail->n_pieces) / 10);
    else if (t->of[i] == PEER_ROWS_COUNTRY)
        snprintf(dst, cap, "%s", p->country);
    else if (t->of[i] == PEER_ROWS_NOW)
        now_text(p, w, t->now_ms, dst, cap);
    else
        number_text(t->of[i], w, p, dst, cap);
}

static enum theme_role cell_role(enum peer_rows_by by,
                                 const struct detail_peer *p, bool is_cursor)
{
    enum theme_role role = is_cursor ? THEME_CURSOR : THEME_NORMAL;
    if (by == PEER_ROWS_DOWN)
        return p->rate_down_Bps > 0 ? THEME_DOWN : THEME_DIM;
    if (by == PEER_ROWS_UP)
        return p->rate_up_Bps > 0 ? THEME_UP : THEME_DIM;
    if (by == PEER_ROWS_UNIQUE)
        return p->n_unique > 0 ? THEME_RARE : THEME_DIM;
    if (by == PEER_ROWS_NOW)
        return p->is_snubbed   ? THEME_BAD
               : p->gets_block ? THEME_ACTIVE
                               : THEME_CHOKED;
    return by == PEER_ROWS_SOURCE || by == PEER_ROWS_RTT ||
                   by == PEER_ROWS_COUNTRY
               ? THEME_DIM
               : role;
}

static void draw_left(const struct peer_table *t, const struct draw_pane *p,
                      int y, bool is_cursor, bool is_marked)
{
    if (is_cursor)
        draw_glyphs(p, y, CURSOR_X, 1, THEME_CURSOR, GLYPHS_CURSOR);
    if (t->has_marks && is_marked)
        draw_glyphs(p, y, CURSOR_X + 1, 1, THEME_ACTIVE, GLYPHS_MARK);
}

void peer_table_draw(const struct peer_table *t, const struct draw_pane *p,
                     int y, const struct detail_peer *peer, bool is_cursor)
{
    char text[DETAIL_WORDS_LEN];
    _Static_assert((int)DETAIL_WORDS_LEN >= (int)DETAIL_ADDRESS_LEN &&
                       (int)DETAIL_WORDS_LEN >= (int)DETAIL_CLIENT_LEN,
                   "room");
    draw_left(t, p, y, is_cursor, peer->has_piece);
    for (size_t i = 0; i < t->n; i++) {
        if (t->table.w[i] == 0)
            continue;
        cell_text(t, i, peer, text, sizeof text);
        table_cell(&t->table, p, y, i, cell_role(t->of[i], peer, is_cursor),
                   text);
    }
}

void peer_table_draw_gone(const struct peer_table *t, const struct draw_pane *p,
                          int y, const struct detail_gone *gone, bool is_cursor)
{
    char text[ADDR_TEXT_MAX], age[PEER_WORDS_AGE_LEN];
    enum theme_role role = is_cursor ? THEME_CURSOR : THEME_DIM;
    draw_left(t, p, y, is_cursor, false);
    table_cell(&t->table, p, y, 0, role, detail_peer_letters(gone->slot, text));
    table_cell(&t->table, p, y, 1, role, addr_text(&gone->addr, text));
    text_duration(age, sizeof age, (t->now_ms - gone->at_ms) / 1000);
    draw_format(p, y, t->table.x[1] + t->table.w[1] + 1, p->w,
                gone->is_banned ? THEME_BAD : THEME_DIM, "%s %s ago: %s",
                gone->is_banned ? "BANNED" : "left", age, gone->words);
}

enum peer_rows_by peer_table_at(const struct peer_table *t, int x)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->table.w[i] > 0 && x >= t->table.x[i] &&
            x <= t->table.x[i] + t->table.w[i])
            return t->of[i];
    return PEER_ROWS_N;
}
