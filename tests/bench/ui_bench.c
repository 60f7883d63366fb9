/* ui_bench.c -- what drawing costs: keys and frames of a big session, and a big piece
 * map, through the screen and curses to /dev/null. One line a measure: name, value,
 * bound, ok or over. */
#include "config.h"

#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* curses' macros, whose names are ours in util/err.h. */
#undef OK
#undef ERR
#include "model/command.h"
#include "model/detail.h"
#include "ui/screen.h"
#include "util/addr.h"
#include "util/xalloc.h"

enum {
    N_TORRENTS = 5000,
    N_PEERS = 500,
    N_PIECES = 100000,
    N_KEYS = 2000,
    N_MAPS = 200,
    FRAMES_A_SECOND = 4,
    WARM_UP = 10
};

static struct frame_torrent *rows[N_TORRENTS]; /* owned: shared by all frames */
static struct focus focus;                     /* what the screen asked for */
static bool is_over;

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(const char *name, double value, double bound,
                   const char *unit)
{
    bool ok = value < bound;
    printf("%-52s %9.3f  < %-7g %-6s %s\n", name, value, bound, unit,
           ok ? "ok" : "over");
    is_over = is_over || !ok;
}

static void make_rows(void)
{
    for (uint32_t i = 0; i < N_TORRENTS; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s %05u of many torrents",
                 i % 10 == 0 ? "日本語" : "torrent", (i * 7919) % N_TORRENTS);
        struct frame_torrent t = {
            .id = i + 1,
            .name = name,
            .state = i % 4 == 0 ? FRAME_DOWNLOADING : FRAME_SEEDING,
            .size_bytes = (uint64_t)(i + 1) << 20,
            .wanted_bytes = (uint64_t)(i + 1) << 20,
            .rate_down_Bps = i % 4 == 0 ? i * 100 : 0,
            .rate_up_Bps = i * 10,
            .n_pieces = N_PIECES,
            .n_pieces_have = N_PIECES / 2,
            .n_peers = i % 90,
            .eta_s = i,
        };
        t.wanted_left_bytes = i % 4 == 0 ? t.size_bytes / 3 : 0;
        t.have_bytes = t.size_bytes - t.wanted_left_bytes;
        rows[i] = frame_torrent_new(&t);
    }
}

static struct detail *make_detail(unsigned turn)
{
    struct detail *d = detail_new(focus.torrent, &focus);
    d->n_pieces = N_PIECES;
    d->piece_len = 1 << 20;
    d->pieces = xmalloc(N_PIECES);
    d->availability = xmalloc(N_PIECES);
    for (uint32_t i = 0; i < N_PIECES; i++) {
        d->pieces[i] = i * 2654435761u >> 25 < 70 ? DETAIL_HAVE
                       : i % 1009 == turn % 1009  ? DETAIL_ACTIVE
                                                  : DETAIL_MISSING;
        d->availability[i] = (uint8_t)(1 + i % 9);
        d->n_state[d->pieces[i]]++;
    }
    d->n_peers = N_PEERS;
    d->peers = xcalloc(N_PEERS, sizeof *d->peers);
    for (uint32_t i = 0; i < N_PEERS; i++) {
        uint8_t v4[4] = {10, (uint8_t)turn, (uint8_t)(i >> 8), (uint8_t)i};
        struct detail_peer *p = &d->peers[i];
        *p = (struct detail_peer){.id = i + 1,
                                  .slot = (uint16_t)i,
                                  .addr = addr_v4(v4, 6881),
                                  .n_pieces = N_PIECES / 2 + i,
                                  .rate_down_Bps = (i * 977 + turn) % 90000,
                                  .rate_up_Bps = i * 10};
        snprintf(p->client, sizeof p->client, "Some Client 1.%u", i % 7);
    }
    return d;
}

static struct frame *make_frame(unsigned turn, bool has_detail)
{
    struct frame *f = frame_new_shared(N_TORRENTS);
    for (uint32_t i = 0; i < N_TORRENTS; i++)
        f->torrents[i] = frame_torrent_ref(rows[i]);
    f->now_ms = 1000 + turn;
    f->rate_down_Bps = 1000000 + turn;
    f->detail = has_detail && focus.torrent != 0 ? make_detail(turn) : NULL;
    return f;
}

static void note_focus(void *ctx, struct command *c)
{
    (void)ctx;
    if (c->kind == COMMAND_FOCUS)
        focus = c->focus;
    command_free(c);
}

struct stand {
    struct screen *screen;
    struct draw *draw;
    int64_t now_ms;
};

static void show(struct stand *s)
{
    s->now_ms += 1;
    screen_draw(s->screen, s->draw, s->now_ms, 1795413600);
    draw_end(s->draw);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Keys one after another, a new frame before each tenth. */
static void measure_keys(struct stand *s, const char *name, const char *keys,
                         bool has_detail)
{
    static double took[N_KEYS];
    size_t n_keys = strlen(keys);
    for (int i = 0; i < N_KEYS; i++) {
        struct frame *f =
            i % 10 == 0 ? make_frame((unsigned)i, has_detail) : NULL;
        double began = seconds(CLOCK_MONOTONIC);
        if (f != NULL)
            screen_on_frame(s->screen, f);
        screen_on_key(s->screen, s->draw, keys[(size_t)i % n_keys], s->now_ms);
        show(s);
        took[i] = (seconds(CLOCK_MONOTONIC) - began) * 1000;
    }
    qsort(took, N_KEYS, sizeof took[0], by_value);
    report(name, took[N_KEYS * 99 / 100], 50, "ms");
}

/* CPU of taking and drawing a frame, in milliseconds. */
static double frame_ms(struct stand *s, bool has_detail)
{
    double sum = 0;
    for (int i = -WARM_UP; i < N_MAPS; i++) {
        struct frame *f = make_frame((unsigned)(i + WARM_UP), has_detail);
        double began = seconds(CLOCK_PROCESS_CPUTIME_ID);
        screen_on_frame(s->screen, f);
        show(s);
        if (i >= 0)
            sum += seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
    }
    return sum * 1000 / N_MAPS;
}

static void press(struct stand *s, const char *keys)
{
    for (; *keys != '\0'; keys++)
        screen_on_key(s->screen, s->draw, *keys, s->now_ms);
    show(s);
}

static bool set_up(struct stand *s, const char *rows_text, const char *columns)
{
    setenv("LINES", rows_text, 1);
    setenv("COLUMNS", columns, 1);
    FILE *out = fopen("/dev/null", "w"), *in = fopen("/dev/null", "r");
    if (out == NULL || in == NULL || newterm("xterm-256color", out, in) == NULL)
        return false;
    typeahead(-1);
    leaveok(stdscr, TRUE);
    struct draw_look look = {.level = GLYPHS_BLOCK,
                             .theme = THEME_DARK,
                             .is_utf8 = true};
    struct host host = {.send = note_focus};
    s->draw = draw_new(look);
    s->screen = screen_new(&host);
    screen_on_frame(s->screen, make_frame(0, false));
    show(s);
    return true;
}

static void measure_tables(struct stand *s)
{
    measure_keys(s, "key to screen, 5,000 torrents, p99", "jjkGgs\x06\x02I",
                 false);
    report("a frame of 5,000 torrents, 4 a second, of one core",
           frame_ms(s, false) * FRAMES_A_SECOND / 10, 2, "%");
    press(s, "\r3");
    measure_keys(s, "key to screen, 500 peers, p99", "jjkGg\x06\x02>", true);
    report("a frame of 500 peers, 4 a second, of one core",
           frame_ms(s, true) * FRAMES_A_SECOND / 10, 2, "%");
}

/* ui_bench [map]: all, or the map alone. */
int main(int argc, char **argv)
{
    struct stand s = {.now_ms = 1000};
    setlocale(LC_ALL, "C.UTF-8");
    make_rows();
    if (!set_up(&s, "60", "200")) {
        fprintf(stderr, "ui_bench: curses does not begin\n");
        return 1;
    }
    if (argc < 2 || strcmp(argv[1], "map") != 0)
        measure_tables(&s);
    else
        press(&s, "\r");
    press(&s, "2");
    report("a map of 100,000 pieces, CPU", frame_ms(&s, true), 2, "ms");
    screen_free(s.screen);
    draw_free(s.draw);
    return is_over;
}
