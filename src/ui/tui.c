#include "config.h"

#include "ui/tui.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* curses' macros, whose names are ours in util/err.h. */
enum { CURSES_NO_KEY = ERR };
#undef OK
#undef ERR
#include "ui/clicks.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/paste.h"
#include "ui/screen.h"
#include "ui/terminal.h"
#include "ui/units.h"
#include "util/clock.h"

enum {
    EXIT_SIGNAL = 130,
    KEYS_A_TURN = 64,
    MOUSE_A_KEY = 8, /* curses remembers no more */
    /* News are taken, and drawn, so often: soon after a key, which may have asked for
     * something, else more seldom, and where nothing moves most seldom. */
    NEWS_MS = 250,
    NEWS_SOON_MS = 100,
    NEWS_IDLE_MS = 1000,
    SOON_FOR_MS = 1000,
    TITLE_MS = 1000,
    /* So often in a row there was a key, and then none: nobody will type any more. */
    DEAD_READS = 50
};

static volatile sig_atomic_t n_interrupts;
static volatile sig_atomic_t is_ended; /* SIGTERM or SIGHUP came */

static void on_interrupt(int sig)
{
    (void)sig;
    if (++n_interrupts < 2)
        return;
    terminal_rescue();
    _exit(EXIT_SIGNAL);
}

static void on_end(int sig)
{
    (void)sig;
    is_ended = 1;
}

static void catch_signals(void)
{
    struct sigaction interrupt = {.sa_handler = on_interrupt};
    struct sigaction end = {.sa_handler = on_end};
    struct sigaction hup = {.sa_handler = SIG_DFL};
    sigemptyset(&interrupt.sa_mask);
    sigemptyset(&end.sa_mask);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &end, NULL);
    /* nohup(1) had it ignored, and so it stays. */
    sigaction(SIGHUP, NULL, &hup);
    if (hup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &end, NULL);
    signal(SIGPIPE, SIG_IGN);
}

struct tui {
    struct bridge *bridge; /* borrowed, as the next */
    const struct tui_prefs *prefs;
    struct screen *screen;             /* owned */
    struct draw *draw;                 /* owned; NULL: there is no terminal */
    int64_t news_ms, key_ms, title_ms; /* when each was last */
    struct clicks clicks;
    struct paste paste;
    unsigned n_dead_reads;
    bool is_gone;   /* the terminal */
    bool wants_all; /* a frame, whatever the screen thinks */
    bool is_idle; /* nothing moved in the latest frame, and nothing happened */
};

/* The next key, as keys.h has them; 0: none is there. */
static int read_key(struct tui *t)
{
    wint_t c;
    wtimeout(stdscr, 0);
    int kind = wget_wch(stdscr, &c);
    if (kind == CURSES_NO_KEY)
        return 0;
    t->n_dead_reads = 0;
    if (kind == KEY_CODE_YES || c < 0x80)
        return (int)c;
    return KEYS_WIDE + (int)c;
}

static void take_mouse(struct tui *t, int64_t now_ms)
{
    static const enum screen_mouse_kind kinds[] = {
        [CLICKS_ONCE] = SCREEN_CLICK,
        [CLICKS_TWICE] = SCREEN_DOUBLE_CLICK,
        [CLICKS_WHEEL_UP] = SCREEN_WHEEL_UP,
        [CLICKS_WHEEL_DOWN] = SCREEN_WHEEL_DOWN,
    };
    /* What came in a burst is one key, and curses gives the latest first. */
    MEVENT events[MOUSE_A_KEY];
    int n = 0;
    while (n < MOUSE_A_KEY && getmouse(&events[n]) != CURSES_NO_KEY)
        n++;
    while (n-- > 0) {
        const MEVENT *e = &events[n];
        enum clicks_kind kind =
            clicks_take(&t->clicks, e->y, e->x, e->bstate, now_ms);
        if (kind == CLICKS_NONE)
            continue;
        struct screen_mouse m = {.kind = kinds[kind], .y = e->y, .x = e->x};
        screen_on_mouse(t->screen, t->draw, &m, now_ms);
    }
}

/* What keys asked of the terminal. */
static void serve(struct tui *t)
{
    terminal_set_mouse(screen_wants_mouse(t->screen));
    if (screen_take_suspend(t->screen))
        terminal_ask_stop();
    const char *text = screen_take_copy(t->screen);
    if (text != NULL && !terminal_copy(text))
        screen_say(t->screen, "this terminal takes no text to copy", t->key_ms);
}

static void take_key(struct tui *t, int key)
{
    enum paste_result pasted = paste_key(&t->paste, key, t->key_ms);
    if (pasted == PASTE_WHOLE)
        screen_on_paste(t->screen, t->draw, &t->paste, t->key_ms);
    else if (pasted == PASTE_NOT && key == KEY_MOUSE)
        take_mouse(t, t->key_ms);
    else if (pasted == PASTE_NOT)
        screen_on_key(t->screen, t->draw, key, t->key_ms);
}

static void take_keys(struct tui *t, int wait_ms)
{
    if (terminal_wait(wait_ms)) {
        t->n_dead_reads++;
        for (int i = 0; i < KEYS_A_TURN; i++) {
            int key = read_key(t);
            if (key == 0)
                break;
            t->key_ms = clock_now_ms();
            take_key(t, key);
            serve(t);
        }
    }
    t->is_gone = terminal_is_gone() || t->n_dead_reads >= DEAD_READS;
}

static void name_window(struct tui *t, const struct frame *f, int64_t now_ms)
{
    if (t->is_gone || now_ms - t->title_ms < TITLE_MS)
        return;
    size_t n_active = 0;
    for (size_t i = 0; i < f->n_torrents; i++)
        n_active += f->torrents[i]->rate_down_Bps > 0 ||
                    f->torrents[i]->rate_up_Bps > 0;
    char rate[UNITS_LEN], title[64];
    units_rate(rate, f->rate_down_Bps);
    snprintf(title, sizeof title, PACKAGE_NAME ": %zu active, %s", n_active,
             rate);
    terminal_set_title(title);
    t->title_ms = now_ms;
}

static int64_t news_due_ms(const struct tui *t, int64_t now_ms)
{
    bool soon = now_ms - t->key_ms < SOON_FOR_MS ||
                screen_phase(t->screen) != SCREEN_RUNS;
    return t->news_ms + (soon         ? NEWS_SOON_MS
                         : t->is_idle ? NEWS_IDLE_MS
                                      : (int64_t)t->prefs->frame_ms);
}

static bool moves(const struct frame *f)
{
    bool does = f->rate_down_Bps > 0 || f->rate_up_Bps > 0 || f->disk_jobs > 0;
    for (size_t i = 0; i < f->n_torrents && !does; i++)
        does = f->torrents[i]->state == FRAME_CHECKING ||
               f->torrents[i]->n_peers + f->torrents[i]->n_connecting > 0;
    return does;
}

static void take_news(struct tui *t, int64_t now_ms)
{
    const struct prefs_watch *watch = &t->prefs->watch;
    struct event e;
    bool happens = false;
    t->news_ms = now_ms;
    while (bridge_take_event(t->bridge, &e)) {
        if (watch->on_event != NULL)
            watch->on_event(watch->ctx, &e);
        screen_on_event(t->screen, &e, now_ms);
        happens = true;
    }
    struct frame *f = bridge_take_frame(t->bridge);
    if (watch->on_turn != NULL)
        watch->on_turn(watch->ctx);
    if (f == NULL)
        return;
    if (watch->on_frame != NULL)
        watch->on_frame(watch->ctx, f);
    t->is_idle = !happens && !moves(f);
    name_window(t, f, now_ms);
    screen_on_frame(t->screen, f);
}

static void take_stop(struct tui *t, int64_t now_ms)
{
    if (terminal_take_stop() == TERMINAL_NO_JOBS)
        screen_say(t->screen,
                   "not suspended: no shell with job control started this",
                   now_ms);
}

/* Signals that came, as what the user would have done. */
static void take_signals(struct tui *t, int64_t now_ms)
{
    bool wants_end = is_ended || t->is_gone || n_interrupts > 0;
    if (wants_end && screen_phase(t->screen) == SCREEN_RUNS)
        screen_quit(t->screen, now_ms);
    if (t->draw == NULL || t->is_gone)
        return;
    take_stop(t, now_ms);
    if (terminal_refit()) {
        draw_forget(t->draw);
        t->wants_all = true;
    }
}

/* Only when the terminal has taken the last one: what is late is not drawn at all. */
static void draw_frame(struct tui *t, int64_t now_ms)
{
    if (t->is_gone || terminal_is_away() || !terminal_is_clear() ||
        !(t->wants_all || screen_is_stale(t->screen, now_ms)))
        return;
    if (screen_take_redraw(t->screen))
        clearok(stdscr, TRUE);
    screen_draw(t->screen, t->draw, now_ms, (int64_t)clock_wall());
    draw_end(t->draw);
    terminal_commit();
    t->wants_all = false;
}

static void turn(struct tui *t)
{
    int64_t now_ms = clock_now_ms();
    int64_t wait_ms = news_due_ms(t, now_ms) - now_ms;
    wait_ms = wait_ms < 0 ? 0 : wait_ms;
    if (t->is_gone)
        bridge_wait(t->bridge, NEWS_SOON_MS);
    else
        take_keys(t, (int)wait_ms);
    now_ms = clock_now_ms();
    if (t->is_gone || now_ms >= news_due_ms(t, now_ms))
        take_news(t, now_ms);
    take_signals(t, now_ms);
    draw_frame(t, now_ms);
}

enum err tui_check(struct cause *cause)
{
    return terminal_check(cause);
}

/* What the user set, and where nothing is set, what the terminal seems to take. */
static struct draw_look choose_look(const struct tui_prefs *prefs)
{
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct draw_look look = {.level = glyphs_choose(is_utf8, getenv("TERM")),
                             .theme = theme_choose(getenv("NO_COLOR"),
                                                   getenv("COLORFGBG")),
                             .is_utf8 = is_utf8,
                             .max_colors =
                                 prefs->n_colors > 0 ? prefs->n_colors : 0};
    if (prefs->glyphs != PREFS_AUTO && is_utf8)
        look.level = (enum glyphs_level)prefs->glyphs;
    if (prefs->theme != PREFS_AUTO)
        look.theme = (enum theme_kind)prefs->theme;
    if (prefs->n_colors == 0)
        look.theme = THEME_MONO;
    return look;
}

static enum tui_outcome outcome_of(const struct screen *s)
{
    if (!screen_is_over(s))
        return TUI_NOT_AWAITED;
    return screen_detaches(s) ? TUI_DETACHED : TUI_STOPPED;
}

enum tui_outcome tui_run(struct bridge *bridge, const struct host *host,
                         const struct tui_prefs *prefs)
{
    struct tui t = {.bridge = bridge, .prefs = prefs};
    if (!terminal_open())
        t.is_gone = true;
    catch_signals();
    if (!t.is_gone)
        t.draw = draw_new(choose_look(prefs));
    t.screen = screen_new(host);
    screen_set_prefs(t.screen, prefs);
    if (!t.is_gone)
        serve(&t);
    while (!screen_is_over(t.screen) && screen_phase(t.screen) != SCREEN_NOW)
        turn(&t);
    enum tui_outcome outcome = outcome_of(t.screen);
    screen_free(t.screen);
    draw_free(t.draw);
    terminal_close();
    return outcome;
}
