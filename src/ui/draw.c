#include "config.h"

#include "ui/draw.h"

#include <assert.h>
#include <curses.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ui/grid.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { DRAW_TEXT_LEN = 1024, MARKS_MAX = 3, RUN_LEN = 64 };

struct draw {
    WINDOW *win;       /* borrowed from curses, or the sheet, owned */
    struct grid *grid; /* owned: what is drawn now */
    struct draw_look look;
    SCREEN *screen; /* owned: the sheet's; NULL on a terminal */
    FILE *null;     /* owned: what the sheet's screen writes to */
    struct {
        attr_t attrs;
        short pair;
        cchar_t blank; /* a space that looks so */
    } looks[THEME_N_ROLES];
    /* Scratch: on the stack it would be cleared each time. */
    cchar_t run[RUN_LEN];
    /* Of the level; 0: not one character that is one cell wide. */
    wchar_t glyphs[GLYPHS_N];
};

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static attr_t attrs_of(unsigned bits)
{
    return (bits & THEME_BOLD ? A_BOLD : 0) | (bits & THEME_FAINT ? A_DIM : 0) |
           (bits & THEME_REVERSE ? A_REVERSE : 0) |
           (bits & THEME_UNDERLINE ? A_UNDERLINE : 0);
}

/* The glyph's one character, when it can be drawn without a look at it. */
static wchar_t plain_glyph(const struct draw *d, const char *glyph)
{
    uint32_t c;
    size_t len = strlen(glyph);
    bool is_one =
        len > 0 && text_decode((const uint8_t *)glyph, len, &c) == len;
    if (!is_one || (c >= 0x80 && !d->look.is_utf8))
        return 0;
    return wcwidth((wchar_t)c) == 1 ? (wchar_t)c : 0;
}

void draw_set_look(struct draw *d, struct draw_look look)
{
    d->look = look;
    grid_forget(d->grid);
    for (int i = 0; i < (int)GLYPHS_N; i++)
        d->glyphs[i] =
            plain_glyph(d, glyphs_text(look.level, (enum glyphs_id)i));
    int n_colors = has_colors() ? COLORS : 0;
    if (look.max_colors > 0)
        n_colors = min_int(n_colors, look.max_colors);
    for (int i = 0; i < THEME_N_ROLES; i++) {
        struct theme_look l =
            theme_look(look.theme, n_colors, (enum theme_role)i);
        d->looks[i].attrs = attrs_of(l.attrs);
        d->looks[i].pair = 0;
        if (l.fg >= 0 && i + 1 < COLOR_PAIRS) {
            d->looks[i].pair = (short)(i + 1);
            init_extended_pair(i + 1, l.fg, -1);
        }
        setcchar(&d->looks[i].blank, L" ", d->looks[i].attrs, d->looks[i].pair,
                 NULL);
    }
}

struct draw_look draw_look(const struct draw *d)
{
    return d->look;
}

static void start_colors(void)
{
    if (!has_colors())
        return;
    start_color();
    use_default_colors();
}

struct draw *draw_new(struct draw_look look)
{
    struct draw *d = xzalloc(sizeof *d);
    d->win = stdscr;
    d->grid = grid_new();
    start_colors();
    draw_set_look(d, look);
    return d;
}

struct draw *draw_sheet_new(struct draw_look look, int h, int w)
{
    assert(h > 0 && w > 0);
    FILE *null = fopen("/dev/null", "r+");
    if (null == NULL)
        return NULL;
    SCREEN *screen = newterm("xterm-256color", null, null);
    if (screen == NULL) {
        fclose(null);
        return NULL;
    }
    struct draw *d = xzalloc(sizeof *d);
    d->screen = screen;
    d->null = null;
    d->win = newpad(h, w);
    d->grid = grid_new();
    start_colors();
    draw_set_look(d, look);
    return d;
}

void draw_free(struct draw *d)
{
    if (d == NULL)
        return;
    if (d->screen != NULL) {
        delwin(d->win);
        endwin();
        delscreen(d->screen);
        fclose(d->null);
    }
    grid_free(d->grid);
    free(d);
}

struct draw_pane draw_begin(struct draw *d)
{
    struct draw_pane p = {.draw = d};
    getmaxyx(d->win, p.h, p.w);
    grid_begin(d->grid, p.h, p.w);
    return p;
}

void draw_forget(struct draw *d)
{
    grid_forget(d->grid);
}

void draw_end(struct draw *d)
{
    grid_flush(d->grid, d->win);
    wnoutrefresh(d->win);
    doupdate();
}

struct draw_pane draw_sub(const struct draw_pane *p, int y, int x, int h, int w)
{
    int y0 = max_int(y, 0), x0 = max_int(x, 0);
    int y1 = min_int(y + h, p->h), x1 = min_int(x + w, p->w);
    return (struct draw_pane){.draw = p->draw,
                              .y = p->y + y0,
                              .x = p->x + x0,
                              .h = max_int(y1 - y0, 0),
                              .w = max_int(x1 - x0, 0)};
}

/* One character with its marks, `cells` wide by our measure, at a place that is
 * known to lie inside the pane. Where the C library's table does not agree with
 * our measure nobody knows what the terminal does: a '?' stands for it. */
static void put(struct draw *d, int y, int x, int cells, enum theme_role role,
                const wchar_t *chars)
{
    cchar_t cell;
    attr_t attrs = d->looks[role].attrs;
    short pair = d->looks[role].pair;
    bool fits = (d->look.is_utf8 || (chars[0] < 0x80 && chars[1] == 0)) &&
                wcwidth(chars[0]) == cells &&
                setcchar(&cell, chars, attrs, pair, NULL) != ERR;
    if (fits) {
        grid_put_wide(d->grid, y, x, &cell, cells);
        return;
    }
    if (setcchar(&cell, L"?", attrs, pair, NULL) == ERR)
        return;
    for (int i = 0; i < cells; i++)
        grid_put(d->grid, y, x + i, &cell, 1);
}

/* The length of text of printable ASCII; -1: it has something else. */
static int ascii_len(const char *text)
{
    const char *c = text;
    while (*c >= ' ' && *c <= '~' && c - text < DRAW_TEXT_LEN)
        c++;
    return *c == '\0' ? (int)(c - text) : -1;
}

/* The bytes of the character at s and the marks upon it; their code points to
 * chars, ended by 0. */
static size_t next_cluster(const char *s, size_t len, wchar_t *chars)
{
    size_t used = 0, n = 0;
    while (used < len) {
        uint32_t c;
        size_t step = text_decode((const uint8_t *)s + used, len - used, &c);
        if (step == 0)
            break;
        char one[8] = "";
        memcpy(one, s + used, step);
        if (n > 0 && text_width(one) > 0)
            break;
        if (n < MARKS_MAX)
            chars[n++] = (wchar_t)c;
        used += step;
    }
    chars[n] = 0;
    return used;
}

/* Characters that are one cell each, inside the pane. */
static void put_run(const struct draw_pane *p, int y, int x,
                    enum theme_role role, const char *ascii, int n)
{
    cchar_t *cells = p->draw->run;
    while (n > 0) {
        int part = min_int(n, RUN_LEN);
        for (int i = 0; i < part; i++) {
            cells[i] = p->draw->looks[role].blank;
            cells[i].chars[0] = (wchar_t)*ascii++;
        }
        grid_put(p->draw->grid, p->y + y, p->x + x, cells, part);
        x += part;
        n -= part;
    }
}

static int put_ascii(const struct draw_pane *p, int y, int x,
                     enum theme_role role, const char *ascii, int n)
{
    int first = max_int(-x, 0);
    put_run(p, y, x + first, role, ascii + first, min_int(n, p->w - x) - first);
    return n;
}

static int put_clean(const struct draw_pane *p, int y, int x,
                     enum theme_role role, const char *clean)
{
    int n = ascii_len(clean);
    if (n >= 0)
        return put_ascii(p, y, x, role, clean, n);
    size_t len = strlen(clean);
    int at = x;
    for (size_t i = 0; i < len;) {
        wchar_t chars[MARKS_MAX + 1];
        size_t step = next_cluster(clean + i, len - i, chars);
        if (step == 0)
            break;
        char base[8] = "";
        memcpy(base, clean + i, step < sizeof base ? step : sizeof base - 1);
        int cells = (int)text_width(base);
        if (at >= 0 && at + cells <= p->w && cells > 0)
            put(p->draw, p->y + y, p->x + at, cells, role, chars);
        at += cells;
        i += step;
    }
    return at - x;
}

/* text, clean and cut to w cells, in dst. Returns its cells. */
static int fit(const struct draw *d, char dst[DRAW_TEXT_LEN], const char *text,
               int w)
{
    char clean[DRAW_TEXT_LEN];
    if (ascii_len(text) < 0) {
        text_clean(clean, sizeof clean, text, strlen(text));
        text = clean;
    }
    bool ascii = !d->look.is_utf8 || d->look.level == GLYPHS_ASCII;
    return (int)text_fit(dst, DRAW_TEXT_LEN, text, (size_t)w, ascii);
}

/* What does not fit, or is not ASCII; at its end when `right`. */
static int put_fitted(const struct draw_pane *p, int y, int x, int w,
                      enum theme_role role, const char *text, bool right)
{
    char fitted[DRAW_TEXT_LEN];
    int cells = fit(p->draw, fitted, text, w);
    return put_clean(p, y, right ? x + w - cells : x, role, fitted);
}

int draw_text(const struct draw_pane *p, int y, int x, int w,
              enum theme_role role, const char *text)
{
    w = min_int(w, p->w - x);
    if (y < 0 || y >= p->h || w <= 0)
        return 0;
    int len = ascii_len(text);
    if (len >= 0 && len <= w)
        return put_ascii(p, y, x, role, text, len);
    return put_fitted(p, y, x, w, role, text, false);
}

void draw_right(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const char *text)
{
    if (y < 0 || y >= p->h || w <= 0)
        return;
    int len = ascii_len(text);
    if (len >= 0 && len <= w)
        put_ascii(p, y, x + w - len, role, text, len);
    else
        put_fitted(p, y, x, w, role, text, true);
}

int draw_format(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const char *fmt, ...)
{
    char text[DRAW_TEXT_LEN];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return n < 0 ? 0 : draw_text(p, y, x, w, role, text);
}

void draw_glyphs(const struct draw_pane *p, int y, int x, int n,
                 enum theme_role role, enum glyphs_id id)
{
    if (y < 0 || y >= p->h)
        return;
    int end = min_int(x + n, p->w);
    x = max_int(x, 0);
    if (p->draw->glyphs[id] == 0) {
        for (; x < end; x++)
            put_clean(p, y, x, role, glyphs_text(p->draw->look.level, id));
        return;
    }
    cchar_t *cells = p->draw->run;
    for (int i = 0; i < min_int(end - x, RUN_LEN); i++) {
        cells[i] = p->draw->looks[role].blank;
        cells[i].chars[0] = p->draw->glyphs[id];
    }
    for (; x < end; x += RUN_LEN)
        grid_put(p->draw->grid, p->y + y, p->x + x, cells,
                 min_int(end - x, RUN_LEN));
}

void draw_plain(const struct draw_pane *p, int y, int x, enum theme_role role,
                const wchar_t *chars, int n)
{
    if (y < 0 || y >= p->h)
        return;
    int at = max_int(-x, 0), end = min_int(n, p->w - x);
    bool is_utf8 = p->draw->look.is_utf8;
    cchar_t *cells = p->draw->run;
    while (at < end) {
        int part = min_int(end - at, RUN_LEN);
        for (int i = 0; i < part; i++) {
            wchar_t c = chars[at + i];
            cells[i] = p->draw->looks[role].blank;
            cells[i].chars[0] = is_utf8 || c < 0x80 ? c : L'?';
        }
        grid_put(p->draw->grid, p->y + y, p->x + x + at, cells, part);
        at += part;
    }
}

void draw_tint(const struct draw_pane *p, int y, int x, int n,
               enum theme_role role)
{
    int first = max_int(x, 0), end = min_int(x + n, p->w);
    if (y < 0 || y >= p->h || first >= end)
        return;
    grid_tint(p->draw->grid, p->y + y, p->x + first, end - first,
              &p->draw->looks[role].blank);
}

void draw_fill(const struct draw_pane *p, int y, int x, int n,
               enum theme_role role)
{
    int end = min_int(x + n, p->w);
    if (y < 0 || y >= p->h)
        return;
    for (x = max_int(x, 0); x < end; x++)
        grid_put(p->draw->grid, p->y + y, p->x + x, &p->draw->looks[role].blank,
                 1);
}

void draw_bar(const struct draw_pane *p, int y, int x, int w, unsigned have,
              unsigned part)
{
    if (w <= 0)
        return;
    int full = (int)((uint64_t)have * (unsigned)w / 1000);
    int begun = (int)((uint64_t)part * (unsigned)w / 1000);
    begun = max_int(begun, full);
    draw_glyphs(p, y, x, full, THEME_HAVE, GLYPHS_FULL);
    draw_glyphs(p, y, x + full, begun - full, THEME_PARTIAL, GLYPHS_PART);
    draw_glyphs(p, y, x + begun, w - begun, THEME_DIM, GLYPHS_NONE);
}

/* One cell of the sheet as text, or as its look's letter; its bytes go to dst.
 * Returns the cells it takes. */
static int snap_cell(struct draw *d, int y, int x, bool looks, char *dst,
                     size_t *n_out)
{
    cchar_t cell;
    wchar_t chars[CCHARW_MAX + 1] = {0};
    attr_t attrs = 0;
    short pair = 0;
    mvwin_wch(d->win, y, x, &cell);
    getcchar(&cell, chars, &attrs, &pair, NULL);
    int cells = chars[0] >= 0x80 ? max_int(wcwidth(chars[0]), 1) : 1;
    if (looks) {
        char letter = attrs & A_REVERSE     ? 'R'
                      : attrs & A_BOLD      ? 'B'
                      : attrs & A_DIM       ? 'D'
                      : attrs & A_UNDERLINE ? 'U'
                                            : ' ';
        *dst = pair > 0 ? (char)('a' + pair - 1) : letter;
        *n_out = 1;
        return 1;
    }
    *n_out = 0;
    for (size_t i = 0; i < CCHARW_MAX && chars[i] != 0; i++) {
        int used = wctomb(dst + *n_out, chars[i]);
        *n_out += used > 0 ? (size_t)used : 0;
    }
    return cells;
}

char *draw_snapshot(struct draw *d, bool looks)
{
    assert(d->screen != NULL);
    int h, w;
    getmaxyx(d->win, h, w);
    grid_flush(d->grid, d->win);
    size_t cap = (size_t)h * ((size_t)w * CCHARW_MAX * MB_LEN_MAX + 1) + 1;
    char *out = xmalloc(cap);
    size_t len = 0;
    for (int y = 0; y < h; y++) {
        size_t end = len;
        for (int x = 0; x < w;) {
            size_t n;
            x += snap_cell(d, y, x, looks, out + len, &n);
            len += n;
            if (n != 1 || out[len - 1] != ' ')
                end = len;
        }
        len = end;
        out[len++] = '\n';
    }
    out[len] = '\0';
    return out;
}
