#include "config.h"

#include "ui/chrome.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ui/units.h"
#include "util/text.h"

enum {
    SHORT_W = 40, /* up to here rates are without "/s" */
    LONG_W = 120, /* from here on there is room for evidence and the time */
    SHORT_OF_ROOM = 3, /* how early that goes */
    PIECE_LEN = 48,
    TABS_X = 1,
    HINTS_X = 1,
    HINTS_GAP = 2,
    NAME_FROM_W = 8 /* less says nothing */
};

/* A part of the header: which go first when there is little room. */
struct piece {
    char text[PIECE_LEN];
    int rank; /* the greatest goes first; 0: stays */
};

enum {
    NAME,
    ACTIVE,
    DOWN,
    DOWN_LIMIT,
    UP,
    UP_LIMIT,
    ALT,
    PORT,
    DHT,
    PEERS,
    ROOM,
    DISK,
    CLOCK,
    N_PIECES
};

/* " /500k", as wide for every limit. */
static void limit_text(char dst[PIECE_LEN], uint64_t limit_Bps)
{
    char size[UNITS_LEN] = "off";
    if (limit_Bps > 0)
        units_size(size, limit_Bps);
    snprintf(dst, PIECE_LEN, " /%-4s", size);
}

static void rate_text(char dst[PIECE_LEN], const char *name, uint64_t rate_Bps,
                      bool is_short)
{
    char rate[UNITS_LEN];
    if (is_short)
        units_size(rate, rate_Bps);
    else
        units_rate(rate, rate_Bps);
    snprintf(dst, PIECE_LEN, " %s %-*s", name, is_short ? 4 : 6, rate);
}

/* Is our port open? Somebody who came in is the evidence. */
static void port_text(char dst[PIECE_LEN], const struct frame *f, bool is_long)
{
    char since[UNITS_LEN];
    bool was_reached = f->last_incoming_ms > 0;
    const char *state = f->listen_port == 0 ? "-" : was_reached ? "ok" : "?";
    if (!is_long)
        snprintf(dst, PIECE_LEN, "  port %-2s", state);
    else if (was_reached && f->listen_port != 0) {
        text_duration(since, sizeof since,
                      (f->now_ms - f->last_incoming_ms) / 1000);
        snprintf(dst, PIECE_LEN, "  port %u ok, %s ago", f->listen_port, since);
    } else
        snprintf(dst, PIECE_LEN, "  port %u %s", f->listen_port,
                 f->listen_port == 0                ? "-"
                 : f->reach.mapping == REACH_MAPPED ? "mapped, nobody came in"
                                                    : "? nobody came in");
}

static void clock_text(char dst[PIECE_LEN], int64_t wall_s)
{
    struct tm tm;
    time_t at = (time_t)wall_s;
    if (localtime_r(&at, &tm) != NULL)
        strftime(dst, PIECE_LEN, "  %H:%M:%S", &tm);
}

/* Room where downloads go. When what they still need is more, it says so with "!", and
 * is among what stays. */
static void put_room(struct piece *piece, const struct frame *f, bool is_long)
{
    char room[UNITS_LEN], needs[UNITS_LEN];
    uint64_t needs_bytes = 0;
    if (f->free_bytes == UINT64_MAX)
        return;
    for (size_t i = 0; i < f->n_torrents; i++)
        needs_bytes += f->torrents[i]->wanted_left_bytes;
    bool is_short = needs_bytes > f->free_bytes;
    units_size(room, f->free_bytes);
    units_size(needs, needs_bytes);
    if (is_long || is_short)
        snprintf(piece->text, PIECE_LEN, "  free %-4s need %s%s", room, needs,
                 is_short ? "!" : "");
    else
        snprintf(piece->text, PIECE_LEN, "  free %s", room);
    if (is_short)
        piece->rank = SHORT_OF_ROOM;
}

static size_t count_active(const struct frame *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_torrents; i++)
        n += f->torrents[i]->rate_down_Bps > 0 ||
             f->torrents[i]->rate_up_Bps > 0;
    return n;
}

static void fill_pieces(struct piece pieces[N_PIECES],
                        const struct view_world *w, int width)
{
    static const int ranks[N_PIECES] = {
        [NAME] = 3, [ACTIVE] = 5, [DOWN_LIMIT] = 2, [UP_LIMIT] = 2,
        [ALT] = 1,  [PORT] = 4,   [DHT] = 6,        [PEERS] = 7,
        [ROOM] = 6, [DISK] = 8,   [CLOCK] = 7};
    const struct frame *f = w->frame;
    bool is_short = width <= SHORT_W, is_long = width >= LONG_W;
    for (int i = 0; i < N_PIECES; i++)
        pieces[i] = (struct piece){.rank = ranks[i]};
    snprintf(pieces[NAME].text, PIECE_LEN, " " PACKAGE_NAME);
    snprintf(pieces[ACTIVE].text, PIECE_LEN, "  %zu act/%zu ", count_active(f),
             f->n_torrents);
    rate_text(pieces[DOWN].text, "D", f->rate_down_Bps, is_short);
    limit_text(pieces[DOWN_LIMIT].text, f->limit_down_Bps);
    rate_text(pieces[UP].text, is_short ? "U" : " U", f->rate_up_Bps, is_short);
    limit_text(pieces[UP_LIMIT].text, f->limit_up_Bps);
    if (w->limits.is_alt)
        snprintf(pieces[ALT].text, PIECE_LEN, " alt");
    port_text(pieces[PORT].text, f, is_long);
    if (f->dht_state != FRAME_DHT_OFF)
        snprintf(pieces[DHT].text, PIECE_LEN, "  DHT %-3u", f->n_dht_nodes);
    snprintf(pieces[PEERS].text, PIECE_LEN, "  peers %-3u", f->n_peers);
    put_room(&pieces[ROOM], f, is_long);
    if (!is_long)
        return;
    char rate[UNITS_LEN];
    units_rate(rate, f->disk_write_Bps);
    snprintf(pieces[DISK].text, PIECE_LEN, "  disk w %-6s q%zu", rate,
             f->disk_jobs);
    clock_text(pieces[CLOCK].text, f->now_wall); /* held with the view */
}

/* Leave out what matters least until the rest fits. */
static void fit_pieces(struct piece pieces[N_PIECES], int width)
{
    int used = 0;
    for (int i = 0; i < N_PIECES; i++)
        used += (int)strlen(pieces[i].text);
    while (used > width) {
        int least = -1;
        for (int i = 0; i < N_PIECES; i++)
            if (pieces[i].text[0] != '\0' && pieces[i].rank > 0 &&
                (least < 0 || pieces[i].rank >= pieces[least].rank))
                least = i;
        if (least < 0)
            return;
        used -= (int)strlen(pieces[least].text);
        pieces[least].text[0] = '\0';
    }
}

void chrome_header(const struct draw_pane *p, const struct view_world *w,
                   const char *held)
{
    draw_fill(p, 0, 0, p->w, THEME_BAR);
    if (w->frame == NULL) {
        draw_text(p, 0, 1, p->w, THEME_BAR, PACKAGE_NAME);
        return;
    }
    struct piece pieces[N_PIECES];
    int width = p->w - (int)strlen(held);
    fill_pieces(pieces, w, p->w);
    fit_pieces(pieces, width);
    int x = 0;
    for (int i = 0; i < N_PIECES; i++)
        x += draw_text(p, 0, x, p->w, THEME_BAR, pieces[i].text);
    draw_right(p, 0, 0, p->w, THEME_BAR, held);
}

/* A tab is its number and title in three more cells: " 1 Over ", or where all of these do
 * not fit, its number but for the one that is shown. */
static int tab_width(const char *title, bool has_title)
{
    return has_title ? (int)strlen(title) + 4 : 3;
}

static bool is_long(const char *const *titles, int width)
{
    int all = TABS_X;
    for (int i = 0; i < (int)VIEW_N_TABS; i++)
        all += tab_width(titles[i], true);
    return all <= width;
}

void chrome_tabs(const struct draw_pane *p, const char *const *titles,
                 enum view_place at, const char *name)
{
    int x = TABS_X;
    bool has_titles = is_long(titles, p->w);
    for (int i = 0; i < (int)VIEW_N_TABS; i++) {
        bool here = (int)at == i;
        if (here || has_titles)
            draw_format(p, 0, x, p->w, here ? THEME_HEADING : THEME_DIM,
                        here ? "[%d %s]" : " %d %s ", i + 1, titles[i]);
        else
            draw_format(p, 0, x, p->w, THEME_DIM, " %d ", i + 1);
        x += tab_width(titles[i], here || has_titles);
    }
    int room = p->w - x - 2, name_w = (int)text_width(name);
    if (room >= NAME_FROM_W)
        draw_text(p, 0, name_w < room ? p->w - 1 - name_w : x + 1, room,
                  THEME_STRONG, name);
}

enum view_place chrome_tab_at(const char *const *titles, enum view_place at,
                              int width, int x)
{
    int left = TABS_X;
    bool has_titles = is_long(titles, width);
    for (int i = 0; i < (int)VIEW_N_TABS; i++) {
        int right = left + tab_width(titles[i], (int)at == i || has_titles);
        if (x >= left && x < right)
            return (enum view_place)i;
        left = right;
    }
    return VIEW_STAY;
}

static int hint_width(const struct chrome_hint *h)
{
    return (int)(strlen(h->name) + 1 + strlen(h->word));
}

/* Those of one scope, behind what is there. Returns where the next one begins. */
static int lay_scope(struct chrome_hints *h, enum keys_scope scope, int x)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    for (size_t i = 0; i < n && h->n < CHROME_MAX_HINTS; i++) {
        const struct keys_binding *b = &table[i];
        /* q is shown for back, but where it is text. */
        bool is_text = b->keys[0] >= ' ' && b->keys[0] < 0x7f;
        if (h->mode == CHROME_TYPES ? is_text : b->action == KEYS_BACK)
            continue;
        /* A key that the view uses for something else means that there. */
        if (b->scope != scope || b->hint == NULL ||
            keys_find(h->scope, false, b->keys[0]) != b->action)
            continue;
        struct chrome_hint *hint = &h->all[h->n];
        bool leaves = h->mode == CHROME_LEAVES && b->action == KEYS_LEAVE;
        *hint = (struct chrome_hint){.key = b->keys[0],
                                     .x = x,
                                     .word = leaves ? "leave" : b->hint};
        keys_name(b->keys[0], hint->name);
        if (x + hint_width(hint) >= h->width)
            continue;
        x += hint_width(hint) + HINTS_GAP;
        h->n++;
    }
    return x;
}

void chrome_lay_hints(struct chrome_hints *h, enum keys_scope scope,
                      enum chrome_mode mode, int width)
{
    enum keys_scope scopes[] = {scope, KEYS_DETAIL, KEYS_TORRENT,
                                KEYS_ANYWHERE};
    if (h->width == width && h->scope == scope && h->mode == mode)
        return;
    h->scope = scope;
    h->mode = mode;
    h->width = width;
    h->n = 0;
    int x = HINTS_X;
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if ((i == 0 || scopes[i] != scope) && keys_holds_in(scopes[i], scope))
            x = lay_scope(h, scopes[i], x);
}

void chrome_keys(const struct draw_pane *p, int y, const struct chrome_hints *h)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct chrome_hint *hint = &h->all[i];
        draw_text(p, y, hint->x, p->w, THEME_KEY, hint->name);
        draw_text(p, y, hint->x + (int)strlen(hint->name) + 1, p->w, THEME_DIM,
                  hint->word);
    }
}

int chrome_key_at(const struct chrome_hints *h, int x)
{
    for (size_t i = 0; i < h->n; i++)
        if (x >= h->all[i].x && x < h->all[i].x + hint_width(&h->all[i]))
            return h->all[i].key;
    return 0;
}
