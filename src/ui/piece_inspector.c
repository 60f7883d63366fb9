#include "config.h"

#include "ui/piece_inspector.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/piece_blocks.h"
#include "ui/piece_cells.h"
#include "ui/units.h"
#include "util/addr.h"
#include "util/text.h"

enum {
    BLOCK_LEN = 16384,
    BESIDE_FROM_W = 70, /* cells from which peers stand beside the blocks */
    FILE_FROM_W = 76,   /* and from which the file is in the first line */
    TALL_FROM_H = 12,   /* rows from which lines are not cut but go on below */
    TALL_ROWS = 3,
    BESIDE_BLOCKS = 32, /* and up to how many blocks */
    HEAD_FROM_H = 6,    /* rows from which blocks have their numbers above */
    MAX_ROWS = 8,       /* of blocks */
    MAX_ASKED = 8,      /* peers named */
    MAX_LETTERS = 24,
    MAX_REASONS = 6,
    MAX_EVENTS = 8
};

struct page {
    const struct draw_pane *p;
    int y;
    const struct view_world *w;
    const struct detail *d;
    const struct filetable *files;
    uint32_t piece;
    const struct detail_active *a;     /* or NULL */
    const struct detail_block *blocks; /* or NULL */
    int64_t now_ms;
};

/* A line that grows; what does not fit is left out. */
struct line {
    size_t len;
    char text[512];
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l,
                                                      const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(l->text + l->len, sizeof l->text - l->len, fmt, args);
    va_end(args);
    if (n > 0)
        l->len += (size_t)n;
    if (l->len >= sizeof l->text)
        l->len = sizeof l->text - 1;
}

/* How much of a text is in its first row: up to the last gap that fits. */
static size_t row_of(const char *text, size_t width)
{
    size_t len = strlen(text), cut = len < width ? len : width;
    size_t at = cut;
    while (at > 0 && len > width && text[at] != ' ')
        at--;
    return at > 0 ? at : cut;
}

/* Show a line of our own words; in a tall pane it goes on below. */
static void show(struct page *g, enum theme_role role, const struct line *l)
{
    const char *text = l->text;
    int indent = 0;
    size_t width = g->p->w > 8 ? (size_t)g->p->w - 3 : 5;
    for (int i = 1; g->p->h >= TALL_FROM_H && i < TALL_ROWS; i++) {
        size_t n = row_of(text, width);
        if (text[n] == '\0')
            break;
        draw_format(g->p, g->y++, 1 + indent, g->p->w, role, "%.*s", (int)n,
                    text);
        text += n + strspn(text + n, " ");
        indent = 2;
    }
    draw_text(g->p, g->y++, 1 + indent, g->p->w - 1 - indent, role, text);
}

const struct filetable_file *piece_inspector_file(const struct filetable *files,
                                                  uint32_t piece_idx,
                                                  uint32_t *n_more_out)
{
    const struct filetable_file *found = NULL;
    *n_more_out = 0;
    for (size_t i = 0; files != NULL && i < files->n_files; i++) {
        const struct filetable_file *f = &files->files[i];
        if (f->is_pad || f->size_bytes == 0 || f->last_piece < piece_idx)
            continue;
        if (f->first_piece > piece_idx)
            break;
        if (found == NULL)
            found = f;
        else
            ++*n_more_out;
    }
    return found;
}

static uint64_t piece_len(const struct detail *d, uint32_t i)
{
    uint64_t off = (uint64_t)i * d->piece_len;
    uint64_t left = d->size_bytes > off ? d->size_bytes - off : 0;
    return left < d->piece_len ? left : d->piece_len;
}

static const char *state_words(uint8_t piece)
{
    static const char *const words[DETAIL_N_STATES] = {
        [DETAIL_MISSING] = "missing", [DETAIL_PARTIAL] = "begun",
        [DETAIL_ACTIVE] = "on order", [DETAIL_CHECKING] = "being checked",
        [DETAIL_HAVE] = "here",       [DETAIL_UNWANTED] = "not wanted",
    };
    enum detail_piece state = detail_piece_state(piece);
    return state < DETAIL_N_STATES ? words[state] : "?";
}

static const char *priority_words(uint8_t piece)
{
    static const char *const words[] = {"skip", "low", "normal", "high"};
    return words[(piece & DETAIL_PRIORITY_MASK) >> DETAIL_PRIORITY_SHIFT];
}

static void add_file(const struct page *g, struct line *l)
{
    uint32_t n_more;
    const struct filetable_file *f =
        piece_inspector_file(g->files, g->piece, &n_more);
    if (f == NULL)
        return;
    const char *slash = strrchr(f->path, '/');
    bool is_short = g->p->w >= FILE_FROM_W && slash != NULL;
    add(l, "file %s", is_short ? slash + 1 : f->path);
    if (n_more > 0)
        add(l, " +%u", n_more);
}

/* What it is, and where: the file on a line of its own where the pane is narrow. */
static void title(struct page *g)
{
    const struct detail *d = g->d;
    char size[UNITS_LEN];
    uint8_t piece = d->pieces[g->piece];
    struct line l = {0};
    int x = 1;
    x += draw_format(g->p, g->y, x, g->p->w - x, THEME_STRONG, "piece %u",
                     g->piece);
    add(&l, "  %s", state_words(piece));
    if ((piece & DETAIL_BAD) != 0)
        add(&l, ", failed its hash");
    if (g->a != NULL)
        add(&l, "  %u/%u blk, %u asked", g->a->n_received, g->a->n_blocks,
            g->a->n_asked);
    if (g->p->w < FILE_FROM_W && g->p->h >= TALL_FROM_H) {
        draw_text(g->p, g->y++, x, g->p->w - x, THEME_NORMAL, l.text);
        l = (struct line){0};
        x = 1;
    }
    if (d->availability != NULL)
        add(&l, "%savail %u", x > 1 ? "  " : "", d->availability[g->piece]);
    add(&l, "  %s", priority_words(piece));
    if (d->piece_len > 0) {
        units_size(size, piece_len(d, g->piece));
        add(&l, "  %s", size);
    }
    if (g->p->w >= FILE_FROM_W) {
        add(&l, "  ");
        add_file(g, &l);
    }
    draw_text(g->p, g->y++, x, g->p->w - x, THEME_NORMAL, l.text);
}

static void file_line(struct page *g)
{
    struct line l = {0};
    add_file(g, &l);
    if (g->p->w < FILE_FROM_W && l.len > 0)
        draw_text(g->p, g->y++, 1, g->p->w - 1, THEME_DIM, l.text);
}

/* Blocks, and the peers that are asked for them. */

static bool is_asked_of(const struct page *g, uint32_t i, uint32_t peer)
{
    return g->blocks[i].state == DETAIL_BLOCK_ASKED &&
           g->blocks[i].peer == peer;
}

static bool is_free(const struct page *g, uint32_t i, uint32_t peer)
{
    (void)peer;
    return g->blocks[i].state == DETAIL_BLOCK_FREE;
}

/* The blocks of which something is so, as "4,7,b-e"; how many there are. */
static uint32_t add_blocks(const struct page *g, struct line *l,
                           bool (*is_so)(const struct page *, uint32_t,
                                         uint32_t),
                           uint32_t peer)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->a->n_blocks; i++) {
        uint32_t first = i;
        if (!is_so(g, i, peer))
            continue;
        while (i + 1 < g->a->n_blocks && is_so(g, i + 1, peer))
            i++;
        add(l, n > 0 ? ",%x" : "%x", first);
        if (i > first)
            add(l, i > first + 1 ? "-%x" : ",%x", i);
        n += i - first + 1;
    }
    return n;
}

/* The peers asked for blocks, each once, in the order of blocks; the count. */
static size_t list_asked(const struct page *g, uint32_t peers[MAX_ASKED])
{
    size_t n = 0;
    for (uint32_t i = 0; g->blocks != NULL && i < g->a->n_blocks; i++) {
        size_t k = 0;
        while (k < n && peers[k] != g->blocks[i].peer)
            k++;
        if (g->blocks[i].state == DETAIL_BLOCK_ASKED && k == n && n < MAX_ASKED)
            peers[n++] = g->blocks[i].peer;
    }
    return n;
}

static void draw_asked(const struct page *g, int y, int x, uint32_t peer)
{
    const struct detail_peer *p = detail_peer_by_id(g->d, peer);
    char text[ADDR_TEXT_MAX], rate[UNITS_LEN];
    struct line l = {0};
    if (p == NULL)
        return;
    detail_peer_letters(p->slot, text);
    add(&l, "%s ", text);
    addr_text(&p->addr, text);
    units_rate(rate, p->rate_down_Bps);
    add(&l, "%s  %s  on order ", text, rate);
    add_blocks(g, &l, is_asked_of, peer);
    add(&l, "  %s", p->client);
    draw_text(g->p, y, x, g->p->w - x,
              peer == g->w->peer ? THEME_OF_PEER : THEME_NORMAL, l.text);
}

/* Up to 32 blocks in one row, with the peers at their right. */
static void blocks_beside(struct page *g)
{
    struct cellrow_cell cells[BESIDE_BLOCKS];
    char digits[BESIDE_BLOCKS + 1];
    uint32_t peers[MAX_ASKED];
    int n = piece_blocks_make(g->d, g->a, g->w->peer, g->now_ms, BESIDE_BLOCKS,
                              cells);
    size_t n_asked = list_asked(g, peers);
    int x = 1 + 4 + n + 2, y = g->y;
    for (int i = 0; i < n; i++)
        digits[i] = "0123456789abcdef"[i % 16];
    digits[n] = '\0';
    if (g->p->h >= HEAD_FROM_H)
        draw_format(g->p, g->y++, 1, x, THEME_DIM, "blk %s", digits);
    cellrow_draw(g->p, g->y++, 5, cells, n);
    for (size_t i = 0; i < n_asked && y < g->y; i++)
        draw_asked(g, y++, x, peers[i]);
}

/* As many rows as it takes, or cells of several blocks; peers below. */
static void blocks_alone(struct page *g)
{
    struct cellrow_cell cells[CELLROW_MAX];
    uint32_t peers[MAX_ASKED];
    int row = g->p->w - 6 > 16 ? (g->p->w - 6) / 16 * 16 : g->p->w - 2;
    int rows = g->p->h / 3 < 1 ? 1 : g->p->h / 3;
    rows = rows < MAX_ROWS ? rows : MAX_ROWS;
    row = row < 1                        ? 1
          : row > CELLROW_MAX / MAX_ROWS ? CELLROW_MAX / MAX_ROWS
                                         : row;
    uint32_t per_cell = piece_blocks_per_cell(g->a, row * rows);
    int n =
        piece_blocks_make(g->d, g->a, g->w->peer, g->now_ms, row * rows, cells);
    for (int at = 0; at < n; at += row) {
        draw_format(g->p, g->y, 1, 4, THEME_DIM, "%x", (unsigned)at * per_cell);
        cellrow_draw(g->p, g->y++, 5, cells + at, n - at < row ? n - at : row);
    }
    if (per_cell > 1)
        draw_format(g->p, g->y++, 1, g->p->w - 1, THEME_DIM,
                    "a cell is %u blocks", per_cell);
    size_t n_asked = list_asked(g, peers);
    for (size_t i = 0; i < n_asked && g->y < g->p->h / 2; i++)
        draw_asked(g, g->y++, 1, peers[i]);
}

static void blocks(struct page *g)
{
    if (g->blocks == NULL)
        return;
    if (g->p->w >= BESIDE_FROM_W && g->a->n_blocks <= BESIDE_BLOCKS)
        blocks_beside(g);
    else
        blocks_alone(g);
}

static void requests(struct page *g)
{
    struct line l = {0};
    char age[16];
    if (g->blocks == NULL)
        return;
    add(&l, "asked");
    for (uint32_t i = 0; i < g->a->n_blocks; i++) {
        const struct detail_block *b = &g->blocks[i];
        if (b->state != DETAIL_BLOCK_ASKED)
            continue;
        piece_blocks_age(age, g->now_ms - b->since_ms);
        add(&l, "  %x %s", i, age);
        if (piece_cells_is_slow(g->d, b, g->now_ms))
            add(&l, "(slow)");
        if (b->n_asked > 1)
            add(&l, "(of %u)", b->n_asked);
    }
    if (g->a->n_asked == 0)
        add(&l, " of nobody");
    if (g->a->n_asked + g->a->n_received < g->a->n_blocks) {
        add(&l, "   free: ");
        add_blocks(g, &l, is_free, 0);
    }
    show(g, THEME_NORMAL, &l);
}

/* Who has it. */

static bool asks_it(const struct page *g, uint32_t peer)
{
    for (uint32_t i = 0; g->blocks != NULL && i < g->a->n_blocks; i++)
        if (is_asked_of(g, i, peer))
            return true;
    return false;
}

/* Why a peer that would send is not asked for this piece. */
static const char *why_not(const struct detail_peer *p)
{
    if (p->is_snubbed)
        return "silent";
    if (p->n_outstanding >= p->depth)
        return "full";
    return p->trust < 0 ? "suspect" : "later";
}

static void add_letter(struct line *l, const struct detail_peer *p, uint32_t n)
{
    char letters[4];
    detail_peer_letters(p->slot, letters);
    if (n < MAX_LETTERS)
        add(l, " %s", letters);
}

static void who_has_it(struct page *g)
{
    const struct detail *d = g->d;
    struct line has = {0}, choking = {0}, idle = {0};
    uint32_t n_has = 0, n_choking = 0, n_idle = 0;
    /* Told of the piece in focus only: of another one in a moment. */
    if (d->focus.piece_idx != g->piece || d->n_peers == 0)
        return;
    bool is_lacked = piece_cells_lacks(d, g->piece);
    for (size_t i = 0; i < d->n_peers; i++) {
        const struct detail_peer *p = &d->peers[i];
        if (!p->has_piece)
            continue;
        add_letter(&has, p, n_has++);
        if (!is_lacked)
            continue;
        if (p->is_choking)
            add_letter(&choking, p, n_choking++);
        else if (!asks_it(g, p->id) && n_idle++ < MAX_REASONS) {
            add_letter(&idle, p, 0);
            add(&idle, " (%s)", why_not(p));
        }
    }
    struct line l = {0};
    add(&l, "has it:%s", n_has == 0 ? " nobody here" : has.text);
    if (n_has > MAX_LETTERS)
        add(&l, " +%u", n_has - MAX_LETTERS);
    if (n_choking > 0)
        add(&l, "   choking us:%s", choking.text);
    if (n_choking > MAX_LETTERS)
        add(&l, " +%u", n_choking - MAX_LETTERS);
    if (n_idle > 0)
        add(&l, "   not asked:%s", idle.text);
    show(g, THEME_NORMAL, &l);
}

/* Times. */

/* Why the block that was asked for last was picked. */
static enum detail_reason latest_reason(const struct page *g)
{
    const struct detail_block *latest = NULL;
    for (uint32_t i = 0; i < g->a->n_blocks; i++) {
        const struct detail_block *b = &g->blocks[i];
        if (b->reason != DETAIL_PICK_NONE && b->reason < DETAIL_PICK_N &&
            (latest == NULL || (b->state == DETAIL_BLOCK_ASKED &&
                                (latest->state != DETAIL_BLOCK_ASKED ||
                                 b->since_ms > latest->since_ms))))
            latest = b;
    }
    return latest != NULL ? (enum detail_reason)latest->reason
                          : DETAIL_PICK_NONE;
}

static void progress(struct page *g, struct line *l)
{
    const struct detail_active *a = g->a;
    char text[UNITS_LEN];
    if (a->first_ms > 0) {
        int64_t took_ms = g->now_ms - a->first_ms;
        piece_blocks_age(text, took_ms);
        add(l, "begun %s ago", text);
        uint64_t came = (uint64_t)a->n_received * BLOCK_LEN;
        if (came > 0 && took_ms > 0) {
            uint64_t rate_Bps = came * 1000 / (uint64_t)took_ms;
            uint64_t left = (uint64_t)(a->n_blocks - a->n_received) * BLOCK_LEN;
            units_rate(text, rate_Bps);
            add(l, "  %s", text);
            if (rate_Bps > 0 && left > 0) {
                piece_blocks_age(text, (int64_t)(left * 1000 / rate_Bps));
                add(l, "  done in ~%s", text);
            }
        }
    }
    if (g->blocks != NULL && latest_reason(g) != DETAIL_PICK_NONE)
        add(l, "   why picked: %s", detail_piece_reason_name(latest_reason(g)));
}

/* Who sent it and when, as far as it was asked for. */
static void origin(struct page *g, struct line *l)
{
    const struct detail *d = g->d;
    char text[ADDR_TEXT_MAX];
    if (d->ages_s != NULL && d->ages_s[g->piece] != UINT32_MAX) {
        piece_blocks_age(text, (int64_t)d->ages_s[g->piece] * 1000);
        add(l, "came %s ago  ", text);
    }
    if (d->sources == NULL || d->sources[g->piece] == 0) {
        if (d->sources != NULL || d->ages_s != NULL)
            add(l, l->len > 0 ? "" : "came before this run");
        return;
    }
    uint32_t id = d->sources[g->piece];
    const struct detail_peer *p = detail_peer_by_id(d, id);
    if (p != NULL) {
        detail_peer_letters(p->slot, text);
        add(l, "most of it from %s ", text);
        addr_text(&p->addr, text);
        add(l, "%s %s", text, p->client);
        return;
    }
    for (size_t i = 0; i < d->n_gone; i++)
        if (d->gone[i].id == id) {
            addr_text(&d->gone[i].addr, text);
            add(l, "most of it from %s, which left", text);
            return;
        }
    add(l, "most of it from one that left");
}

/* When it is begun, and of whom it would be asked. */
static void next_line(const struct detail *d, uint32_t i, struct line *l)
{
    char letters[4];
    const struct detail_peer *of = detail_peer_by_id(d, d->next_peer[i]);
    add(l, "number %u of those that are begun next", i + 1);
    if (of != NULL)
        add(l, ", likely with %s", detail_peer_letters(of->slot, letters));
}

static void times(struct page *g)
{
    const struct detail *d = g->d;
    struct line l = {0};
    enum detail_piece state = detail_piece_state(d->pieces[g->piece]);
    if (g->a != NULL)
        progress(g, &l);
    else if (state == DETAIL_HAVE)
        origin(g, &l);
    else if (state == DETAIL_UNWANTED)
        add(&l, "no file that is wanted lies in it");
    else if (d->availability != NULL && d->availability[g->piece] == 0)
        add(&l, "nobody here has it");
    for (uint32_t i = 0; g->a == NULL && i < d->n_next; i++)
        if (d->next[i] == g->piece)
            next_line(d, i, &l);
    if (l.len > 0)
        show(g, THEME_NORMAL, &l);
}

/* Which wanted pieces the fewest here have, and which only the selected peer: what would
 * be lost with it. */
static void singles(struct page *g)
{
    const struct detail *d = g->d;
    struct line rare = {0}, unique = {0};
    char letters[4];
    const struct detail_peer *peer =
        d->focus.peer == g->w->peer ? detail_peer_by_id(d, g->w->peer) : NULL;
    if (g->p->h < TALL_FROM_H)
        return;
    add(&rare, "rarest, %u here ha%s:", d->availability_min,
        d->availability_min == 1 ? "s" : "ve");
    for (uint32_t i = 0; i < d->n_rare; i++)
        add(&rare, " %u", d->rare[i]);
    if (d->n_rare > 0)
        show(g, THEME_NORMAL, &rare);
    if (peer == NULL || d->n_unique == 0)
        return;
    add(&unique, "%u that only %s has:", peer->n_unique,
        detail_peer_letters(peer->slot, letters));
    for (size_t i = 0; i < d->n_unique; i++)
        add(&unique, " %u", d->unique[i]);
    show(g, THEME_NORMAL, &unique);
}

/* What came of the latest pieces up to this frame, which may be held, in the rows that
 * are left. */
static void events(struct page *g)
{
    const struct view_world *w = g->w;
    int end = g->y + MAX_EVENTS < g->p->h ? g->y + MAX_EVENTS : g->p->h;
    for (size_t i = w->n_events; i-- > 0 && g->y < end;) {
        const struct event *e = &w->events[i];
        struct line l = {0};
        char age[16];
        bool is_told = e->kind == EVENT_PIECE || e->kind == EVENT_HASH_FAILED ||
                       e->kind == EVENT_BANNED;
        if (!is_told || e->torrent != w->torrent || e->at_ms > g->now_ms)
            continue;
        /* Whole seconds: tenths would draw every line in every frame. */
        text_duration(age, sizeof age, (g->now_ms - e->at_ms) / 1000);
        add(&l, "%6s ago  %s", age, e->text);
        bool is_it = e->kind == EVENT_PIECE && e->piece_idx == g->piece;
        enum theme_role role = is_it                    ? THEME_STRONG
                               : e->kind != EVENT_PIECE ? THEME_BAD
                                                        : THEME_DIM;
        draw_text(g->p, g->y++, 1, g->p->w - 1, role, l.text);
    }
}

int piece_inspector_draw(const struct draw_pane *p, const struct view_world *w,
                         const struct detail *d, const struct filetable *files)
{
    struct page g = {.p = p,
                     .w = w,
                     .d = d,
                     .files = files,
                     .piece = w->piece_idx,
                     .a = detail_active_at(d, w->piece_idx),
                     .now_ms = w->frame->now_ms};
    if (g.piece >= d->n_pieces)
        return 0;
    if (g.a != NULL)
        g.blocks = detail_blocks_of(d, g.a);
    title(&g);
    blocks(&g);
    requests(&g);
    who_has_it(&g);
    times(&g);
    file_line(&g);
    singles(&g);
    events(&g);
    return g.y < p->h ? g.y : p->h;
}

void piece_inspector_next(const struct draw_pane *p, int y,
                          const struct detail *d)
{
    struct line l = {0};
    add(&l, "next up");
    for (uint32_t i = 0; i < d->n_next; i++) {
        char letters[4] = "-";
        const struct detail_peer *of = detail_peer_by_id(d, d->next_peer[i]);
        if (of != NULL)
            detail_peer_letters(of->slot, letters);
        add(&l, "  %u(%u) %s", d->next[i],
            d->availability != NULL ? d->availability[d->next[i]] : 0, letters);
    }
    if (d->n_next > 0)
        draw_text(p, y, 1, p->w - 1, THEME_DIM, l.text);
}
