#include "config.h"

#include "ui/screen.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/command.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_dht.h"
#include "tests/tui/frames_later.h"
#include "tests/tui/frames_offer.h"
#include "tests/tui/frames_pieces.h"
#include "tests/tui/frames_peers.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/frames_web.h"
#include "tests/tui/suites.h"

/* In place of a key: the next seconds come, a frame each. */
#define LATER "\x01"
enum { LATER_S = 42 };

/* What is shown, and the keys that lead there. */
static const struct {
    const char *name;
    struct frame *(*frame)(void);
    const char *keys;
} cases[] = {
    {"empty", frames_empty, ""},
    {"one", frames_one, ""},
    {"states", frames_states, ""},
    {"hostile", frames_hostile, ""},
    {"many", frames_many, ">>>>"},
    {"many-end", frames_many, "G"},
    {"marked", frames_states, "  j d"},
    {"filter", frames_states, "/out"},
    {"overview", frames_one, "\r"},
    {"overview-error", frames_states, "jjjjjj\r"},
    {"log", frames_one, "\r7"},
    {"overview-why", frames_detail, "\r"},
    {"trackers", frames_detail, "\r5j"},
    {"pieces", frames_detail, "\r2"},
    {"pieces-last", frames_detail, "\r2Gkl"},
    {"pieces-none", frames_one, "\r2"},
    {"peers", frames_detail, "\r3jjj"},
    {"peers-none", frames_one, "\r3"},
    {"log-all", frames_one, "e"},
    {"help", frames_one, "?"},
    {"pieces-state", frames_pieces, "\r2:1852\r"},
    {"pieces-copies", frames_pieces, "\r2m"},
    {"pieces-age", frames_pieces, "\r2mm:1700\r"},
    {"pieces-source", frames_pieces, "\r2mmm"},
    {"pieces-files", frames_pieces, "\r2mmmm"},
    {"pieces-requests", frames_pieces, "\r2mmmmm:2244\r"},
    {"pieces-one", frames_pieces, "\r2z:3001\r"},
    {"pieces-dots", frames_pieces, "\r2zz"},
    {"pieces-endgame", frames_endgame, "\r2:38\r"},
    {"pieces-large", frames_large, "\r2x"},
    {"files", frames_pieces, "\r4jjjj"},
    {"files-file", frames_pieces, "\r4G  kkkk "},
    {"files-filter", frames_pieces, "\r4/EEP"},
    {"files-none", frames_one, "\r4"},
    {"files-hostile", frames_pieces, "\r4/.c\rG"},
    {"peers-kinds", frames_peers, "\r3"},
    {"peers-end", frames_peers, "\r3G"},
    {"peers-sorted", frames_peers, "\r3<<<<Ijj"},
    {"peers-filter", frames_peers, "\r3/down>100k !seed\rj"},
    {"peers-scrolled", frames_peers, "\r3lll"},
    {"peer", frames_peers, "\r3\r"},
    {"peer-blocks", frames_peers, "\r3\rttkkkkk/cancel\r"},
    {"peer-left", frames_peers_left, "\r3/connection\r\r"},
    {"peers-columns", frames_peers, "\r3oj"},
    {"peers-countries", frames_peers_countries, "\r3/cc=DE\r"},
    {"graph", frames_flow, "\r6"},
    {"graph-cursor", frames_flow, "\r6khhhh"},
    {"graph-minute", frames_flow, "\r6T"},
    {"graph-day", frames_flow, "\r6tt"},
    {"graph-young", frames_flow_young, "\r6"},
    {"graph-none", frames_detail, "\r6"},
    {"log-flow", frames_flow, "\r7"},
    {"log-held", frames_flow, "\r7jjjjc"},
    {"log-filter", frames_flow, "\r7/banned\r"},
    {"log-bad", frames_flow, "\r7ii"},
    {"log-all-flow", frames_flow, "e"},
    {"pieces-peer", frames_pieces, "\r3g2z:3001\r"},
    {"list", frames_rich, "jjj>>>>"},
    {"list-sort", frames_rich, "jjjs"},
    {"list-columns", frames_rich, "Goj"},
    {"list-range", frames_rich, "jVjj"},
    {"list-folded", frames_rich, "i]\\"},
    {"overview-rich", frames_rich, "jjj\r"},
    {"overview-hints", frames_rich, "jjj\rw"},
    {"help-list", frames_rich, "?/mark"},
    {"help-pieces", frames_detail, "\r2?"},
    {"command", frames_rich, ":so\tra\t"},
    {"leaving", frames_rich, "Q"},
    {"trackers-flow", frames_flow, "\r5"},
    {"trackers-failing", frames_flow, "\r5j"},
    {"trackers-refused", frames_flow, "\r5jjjj"},
    {"trackers-disabled", frames_disabled, "\r5j"},
    {"trackers-add", frames_flow, "\r5audp://new.ex"},
    {"trackers-remove", frames_flow, "\r5jd"},
    {"cockpit", frames_flow, "c\t"},
    {"graph-peers", frames_flow, "\r6Tm"},
    {"graph-all", frames_flow, "\r6A"},
    {"cockpit-many", frames_states, "c3"},
    {"add", frames_one, "a"},
    {"add-offer", frames_one, "aset.torrent\r"},
    {"add-files", frames_one, "aset.torrent\r\t\t\t\t\t\t\t\tjj j+j-"},
    {"add-failed", frames_one, "abroken\r"},
    {"add-reading", frames_one, "aslow\r"},
    {"add-magnet", frames_one, "amagnet:?xt=urn:btih:1234\r"},
    {"add-gone", frames_one, "aset.torrent\r\t\x15/gone\t"},
    {"add-full", frames_one, "aset.torrent\r\t\x15/full\t"},
    {"add-limits", frames_one, "aset.torrent\r\t\t \t \tiso\t1.5\t500k\toff"},
    {"odd", frames_odd, ""},
    {"odd-moving", frames_odd, "\r"},
    {"odd-closed", frames_odd, "G\r"},
    {"ask-limits", frames_rich, "L"},
    {"ask-label", frames_rich, "T"},
    {"ask-move", frames_rich, "m"},
    {"ask-remove", frames_rich, "d"},
    {"ask-kick", frames_peers, "\r3X"},
    {"ask-peer", frames_peers, "\r3A"},
    {"ask-piece", frames_pieces, "\r2:18"},
    {"held", frames_rich, "jF"},
    {"held-list", frames_rich, "j" LATER "^)))"},
    {"held-pieces", frames_pieces, "\r2" LATER "F(((,,"},
    {"held-lack", frames_pieces, "\r2" LATER "^"},
    {"held-end", frames_peers, "\r3" LATER "F^,"},
    {"log-topics", frames_flow, "\r7cbx"},
    {"cockpit-pieces", frames_pieces, "c2"},
    {"cockpit-peers", frames_peers, "c3jj"},
    {"cockpit-rich", frames_rich, "jjjc1"},
    {"help-overview", frames_one, "\r?"},
    {"help-peers", frames_peers, "\r3?"},
    {"help-peer", frames_peers, "\r3\r?"},
    {"help-files", frames_pieces, "\r4?"},
    {"help-trackers", frames_flow, "\r5?"},
    {"help-graph", frames_flow, "\r6?"},
    {"help-log", frames_flow, "\r7?"},
    {"help-cockpit", frames_flow, "c?"},
    {"command-menu", frames_rich, ":\t"},
    {"command-wrong", frames_rich, ":frobnicate\r"},
    {"trackers-reach", frames_reach, "\r5"},
    {"trackers-finders", frames_finders, "\r5jjjjjj"},
    {"trackers-private", frames_private, "\r5G"},
    {"dht", frames_dht, "Hj"},
    {"dht-alone", frames_dht_alone, "H"},
    {"dht-off", frames_dht_off, "H"},
    {"web-peers", frames_web, "\r3"},
    {"web-peer", frames_web, "\r3\r"},
    {"web-alone", frames_web, "\r5"},
    {"web-trackers", frames_web_trackers, "\r5"},
};
enum { N_CASES = sizeof cases / sizeof cases[0] };

static const struct {
    const char *name;
    struct draw_look look;
} looks[] = {
    {"ascii", {GLYPHS_ASCII, THEME_MONO, true, 0}},
    {"block", {GLYPHS_BLOCK, THEME_DARK, true, 0}},
    {"braille", {GLYPHS_BRAILLE, THEME_LIGHT, true, 0}},
};
enum { N_LOOKS = sizeof looks / sizeof looks[0] };

static const struct {
    int h, w;
} sizes[] = {{10, 40}, {24, 80}, {60, 200}};
enum { N_SIZES = sizeof sizes / sizeof sizes[0] };

static void send_nowhere(void *ctx, struct command *c)
{
    (void)ctx;
    command_free(c);
}

/* Those that belong to the frame. */
static void send_events(struct screen *s, int i)
{
    bool is_flow =
        cases[i].frame == frames_flow || cases[i].frame == frames_flow_young;
    size_t n = is_flow ? frames_flow_n_events : FRAMES_N_EVENTS;
    for (size_t e = 0; e < n; e++) {
        struct event event = is_flow ? frames_flow_event(e) : frames_event(e);
        screen_on_event(s, &event, 0);
    }
}

static void come_later(struct screen *s, int i)
{
    for (unsigned second = 1; second <= LATER_S; second++)
        screen_on_frame(s, frames_later(cases[i].frame(), second));
}

/* A screen after the case's keys; offer: the host's, outlives it. */
static struct screen *make_screen(struct draw *d, int i, struct offer *offer)
{
    struct screen *s =
        screen_new(&(struct host){.send = send_nowhere,
                                  .offers = frames_offer_host(offer),
                                  .dir = "/srv/dl"});
    screen_on_frame(s, cases[i].frame());
    send_events(s, i);
    screen_draw(s, d, FRAMES_NOW_MS, FRAMES_WALL_S);
    for (const char *key = cases[i].keys; *key != '\0'; key++) {
        if (*key == LATER[0])
            come_later(s, i);
        else
            screen_on_key(s, d, *key, FRAMES_NOW_MS);
        screen_draw(s, d, FRAMES_NOW_MS, FRAMES_WALL_S);
    }
    return s;
}

/* All sizes of a case in one look, as one text; in new memory. */
static char *render(int i, int look)
{
    size_t len, cap = 1 << 20;
    char *out = malloc(cap);
    ck_assert_ptr_nonnull(out);
    len = 0;
    for (int k = 0; k < N_SIZES; k++) {
        struct draw *d =
            draw_sheet_new(looks[look].look, sizes[k].h, sizes[k].w);
        ck_assert_ptr_nonnull(d);
        struct offer offer = {.state = OFFER_NONE};
        struct screen *s = make_screen(d, i, &offer);
        char *text = draw_snapshot(d, false);
        char *letters = draw_snapshot(d, true);
        len += (size_t)snprintf(out + len, cap - len, "=== %dx%d\n%s",
                                sizes[k].w, sizes[k].h, text);
        if (sizes[k].w == 80)
            len += (size_t)snprintf(out + len, cap - len, "=== looks\n%s",
                                    letters);
        ck_assert_uint_lt(len, cap);
        free(text);
        free(letters);
        screen_free(s);
        draw_free(d);
    }
    return out;
}

static void write_golden(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static char *read_golden(const char *path)
{
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s: not there", path);
    size_t cap = 1 << 20;
    char *text = calloc(1, cap);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, cap - 1, f), cap - 1);
    fclose(f);
    return text;
}

/* Fail with the first line that is not the same. */
static void compare(const char *path, const char *wanted, const char *got)
{
    for (int line = 1;; line++) {
        size_t n = strcspn(wanted, "\n"), m = strcspn(got, "\n");
        ck_assert_msg(n == m && memcmp(wanted, got, n) == 0,
                      "%s:%d: wanted\n%.*s\ngot\n%.*s\n"
                      "(tests/tui/regen.sh shows all that changed)",
                      path, line, (int)n, wanted, (int)m, got);
        ck_assert_int_eq(wanted[n], got[m]);
        if (wanted[n] == '\0')
            return;
        wanted += n + 1;
        got += m + 1;
    }
}

START_TEST(screen_draw_is_as_the_golden_one)
{
    int i = _i / N_LOOKS, look = _i % N_LOOKS;
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    setenv("TZ", "UTC", 1);
    tzset();
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.%s.txt", GOLDEN_DIR, cases[i].name,
             looks[look].name);
    char *got = render(i, look);
    if (getenv("TUI_REGEN") != NULL)
        write_golden(path, got);
    char *wanted = read_golden(path);
    compare(path, wanted, got);
    free(wanted);
    free(got);
}
END_TEST

Suite *golden_suite(void)
{
    Suite *s = suite_create("golden");
    TCase *t = tcase_create("golden");
    tcase_add_loop_test(t, screen_draw_is_as_the_golden_one, 0,
                        N_CASES * N_LOOKS);
    suite_add_tcase(s, t);
    return s;
}
