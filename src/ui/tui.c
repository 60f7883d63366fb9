#include "config.h"

#include "ui/tui.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* curses' macros, whose names are ours in util/err.h. */
enum { CURSES_NO_KEY = ERR };
#undef OK
#undef ERR
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/terminal.h"
#include "util/clock.h"

enum {
    EXIT_SIGNAL = 130,
    CTRL_C = 3,
    KEYS_A_TURN = 64,
    /* So many reads in a row that failed at once: nobody will type any more. */
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
    sigemptyset(&interrupt.sa_mask);
    sigemptyset(&end.sa_mask);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGHUP, &end, NULL);
    signal(SIGPIPE, SIG_IGN);
}

struct tui {
    struct bridge *bridge; /* borrowed */
    struct screen *screen; /* owned */
    struct draw *draw;     /* owned */
    int64_t drawn_ms;
    unsigned n_dead_reads;
    bool is_gone; /* the terminal */
};

static void send_command(void *ctx, struct command *c)
{
    struct tui *t = ctx;
    bridge_send(t->bridge, c);
}

/* The next key, as keys.h has them; 0: none within wait_ms. */
static int read_key(struct tui *t, int wait_ms)
{
    wint_t c;
    int64_t before_ms = clock_now_ms();
    wtimeout(stdscr, wait_ms);
    int kind = wget_wch(stdscr, &c);
    if (kind == CURSES_NO_KEY) {
        bool at_once = wait_ms > 0 && clock_now_ms() - before_ms < 2;
        t->n_dead_reads = at_once ? t->n_dead_reads + 1 : 0;
        return 0;
    }
    t->n_dead_reads = 0;
    if (kind == KEY_CODE_YES || c < 0x80)
        return (int)c;
    return KEYS_WIDE + (int)c;
}

static void take_keys(struct tui *t)
{
    int wait_ms = TUI_TICK_MS;
    for (int i = 0; i < KEYS_A_TURN; i++) {
        int key = read_key(t, wait_ms);
        if (key == 0)
            break;
        screen_on_key(t->screen, t->draw, key, clock_now_ms());
        wait_ms = 0;
    }
    t->is_gone = terminal_is_gone() || t->n_dead_reads >= DEAD_READS;
}

static void take_news(struct tui *t, int64_t now_ms)
{
    struct event e;
    while (bridge_take_event(t->bridge, &e))
        screen_on_event(t->screen, &e, now_ms);
    struct frame *f = bridge_take_frame(t->bridge);
    if (f != NULL)
        screen_on_frame(t->screen, f);
}

/* Signals that came, as what the user would have done. */
static void take_signals(struct tui *t, int64_t now_ms)
{
    bool wants_end = is_ended || t->is_gone || n_interrupts > 0;
    if (wants_end && screen_phase(t->screen) == SCREEN_RUNS)
        screen_quit(t->screen, now_ms);
}

static void draw_frame(struct tui *t, int64_t now_ms)
{
    if (screen_take_redraw(t->screen))
        clearok(stdscr, TRUE);
    screen_draw(t->screen, t->draw, now_ms, (int64_t)clock_wall());
    draw_end(t->draw);
    t->drawn_ms = now_ms;
}

static void turn(struct tui *t)
{
    bool had_terminal = !t->is_gone;
    if (had_terminal)
        take_keys(t);
    else
        bridge_wait(t->bridge, TUI_TICK_MS);
    int64_t now_ms = clock_now_ms();
    take_news(t, now_ms);
    take_signals(t, now_ms);
    if (!t->is_gone && screen_is_stale(t->screen, now_ms))
        draw_frame(t, now_ms);
}

enum err tui_check(struct cause *cause)
{
    return terminal_check(cause);
}

bool tui_run(struct bridge *bridge)
{
    struct tui t = {.bridge = bridge};
    if (!terminal_open())
        t.is_gone = true;
    catch_signals();
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct draw_look look = {.level = glyphs_choose(is_utf8, getenv("TERM")),
                             .theme = theme_choose(getenv("NO_COLOR")),
                             .is_utf8 = is_utf8};
    if (!t.is_gone)
        t.draw = draw_new(look);
    t.screen = screen_new(&(struct host){.send = send_command, .ctx = &t});
    while (!screen_is_over(t.screen) && screen_phase(t.screen) != SCREEN_NOW)
        turn(&t);
    bool is_over = screen_is_over(t.screen);
    screen_free(t.screen);
    draw_free(t.draw);
    terminal_close();
    return is_over;
}
