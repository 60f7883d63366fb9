#include "config.h"

#include "ui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* curses' macros, whose names are ours in util/err.h. */
enum { CURSES_FAILED = ERR };
#undef OK
#undef ERR
#include "ui/clicks.h"
#include "ui/extras.h"
#include "ui/keys.h"
#include "ui/outlet.h"
#include "ui/spill.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    ESC_DELAY_MS = 25,
    RESTORE_LEN = 256,
    NAME_LEN = 64,
    RGB_COLORS = 1 << 24,
    /* How long a slow terminal may take to be given back. */
    LEAVE_MS = 500,
    RESCUE_MS = 200,
    HANDLER_STACK_LEN = 64 << 10
};

static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
                                    SIGABRT, SIGQUIT, SIGSYS};
enum { N_FATAL = sizeof fatal_signals / sizeof fatal_signals[0] };

/* What a signal handler needs; written before handlers are set. */
static struct {
    volatile sig_atomic_t is_open; /* it is curses': to be given back */
    volatile sig_atomic_t has_size, has_stop, has_cont; /* signals that came */
    struct termios before, ours;
    char restore[RESTORE_LEN]; /* sequences that give the screen back */
    size_t restore_len;
    SCREEN *screen;
    int fd;     /* to write to without waiting */
    FILE *tty;  /* owned: of fd; NULL: fd is stdout, which may wait */
    FILE *sink; /* owned: what curses writes to */
    struct outlet *outlet; /* owned */
    struct extras extras;
    char title[EXTRAS_TITLE_LEN];
    bool has_mouse, is_away, wants_all;
} terminal;

/* Async-signal-safe, as all that a handler calls. */
static void write_for(int fd, const char *bytes, size_t len, int wait_ms)
{
    while (len > 0) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (poll(&p, 1, wait_ms) <= 0 || !(p.revents & POLLOUT))
            return;
        ssize_t n = write(fd, bytes, len);
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

void terminal_rescue(void)
{
    if (!terminal.is_open)
        return;
    terminal.is_open = 0;
    write_for(terminal.fd, terminal.restore, terminal.restore_len, RESCUE_MS);
    /* Not TCSADRAIN: a terminal that takes nothing would hold us for ever. */
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
    spill_rescue();
}

static void on_fatal(int sig)
{
    terminal_rescue();
    /* SA_RESETHAND: the default action now. */
    raise(sig);
}

static void on_size(int sig)
{
    (void)sig;
    terminal.has_size = 1;
}

static void on_stop(int sig)
{
    (void)sig;
    terminal.has_stop = 1;
}

static void on_cont(int sig)
{
    (void)sig;
    terminal.has_cont = 1;
}

static void catch_one(int sig, void (*handler)(int sig), int flags)
{
    struct sigaction act = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&act.sa_mask);
    sigaction(sig, &act, NULL);
}

static void catch_signals(void)
{
    /* A stack that has overflown has no room for a handler. */
    static char stack[HANDLER_STACK_LEN];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < N_FATAL; i++)
        catch_one(fatal_signals[i], on_fatal,
                  (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    catch_one(SIGWINCH, on_size, 0);
    catch_one(SIGTSTP, on_stop, 0);
    catch_one(SIGCONT, on_cont, 0);
}

static void release_signals(void)
{
    for (size_t i = 0; i < N_FATAL; i++)
        signal(fatal_signals[i], SIG_DFL);
    signal(SIGWINCH, SIG_DFL);
    signal(SIGTSTP, SIG_DFL);
    signal(SIGCONT, SIG_DFL);
}

static void add_restore(const char *s)
{
    while (*s != '\0' && terminal.restore_len < RESTORE_LEN)
        terminal.restore[terminal.restore_len++] = *s++;
}

/* A capability, without its paddings. */
static void add_capability(const char *name)
{
    const char *s = tigetstr(name);
    if (s == NULL || s == (const char *)-1)
        return;
    for (; *s != '\0'; s++) {
        char one[2] = {*s, '\0'};
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL)
            s = strchr(s, '>');
        else
            add_restore(one);
    }
}

/* A frame may have been cut anywhere, and the mouse be on. */
static void collect_restore(void)
{
    terminal.restore_len = 0;
    if (terminal.extras.has_sync)
        add_restore(extras_sync(false));
    if (tigetstr("kmous") != NULL && tigetstr("kmous") != (char *)-1)
        add_restore("\033[?1006l\033[?1000l");
    add_capability("sgr0");
    add_capability("rmkx");
    add_capability("rmcup");
    add_capability("cnorm");
    if (terminal.extras.has_paste)
        add_restore(extras_paste(false));
    if (terminal.extras.has_title)
        add_restore(extras_title_kept(false));
}

enum err terminal_check(struct cause *cause)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        cause_set(cause, "no terminal here; tessera get downloads without one");
        return ERR_UNSUPPORTED;
    }
    const char *name = getenv("TERM");
    char clean[NAME_LEN] = "";
    if (name != NULL)
        text_clean(clean, sizeof clean, name, strlen(name));
    int status;
    if (setupterm(NULL, STDOUT_FILENO, &status) == CURSES_FAILED) {
        cause_set(cause,
                  "the terminal TERM=%s is not known here; set TERM to one "
                  "that is, such as xterm or vt100",
                  clean);
        return ERR_NOT_FOUND;
    }
    const char *move = tigetstr("cup");
    bool can_move = move != NULL && move != (const char *)-1;
    del_curterm(cur_term);
    if (can_move)
        return OK;
    cause_set(cause,
              "the terminal TERM=%s cannot place its cursor; tessera get "
              "downloads without it",
              clean);
    return ERR_UNSUPPORTED;
}

static bool has_direct_colors(const char *name)
{
    int status;
    if (setupterm(name, STDOUT_FILENO, &status) == CURSES_FAILED)
        return false;
    bool has = tigetnum("colors") >= RGB_COLORS && tigetflag("RGB") > 0;
    del_curterm(cur_term);
    return has;
}

/* The description to use: of the same terminal with all its colours, when it says that
 * it has them and the description is there. NULL: TERM's own. */
static const char *choose_description(char name[NAME_LEN])
{
    const char *term = getenv("TERM");
    if (term == NULL || !terminal.extras.has_rgb)
        return NULL;
    extras_direct_name(name, NAME_LEN, term);
    return has_direct_colors(name) ? name : NULL;
}

/* Memory that curses can write to as to a file. */
static FILE *open_sink(void)
{
#ifdef HAVE_MEMFD_CREATE
    int fd = memfd_create("frame", MFD_CLOEXEC);
    if (fd >= 0) {
        FILE *f = fdopen(fd, "w+");
        if (f == NULL)
            close(fd);
        return f;
    }
#endif
    return tmpfile();
}

/* The terminal opened once more: what makes that not wait leaves the shell's as it is. */
static void open_tty(void)
{
    const char *path = ttyname(STDOUT_FILENO);
    terminal.tty = path != NULL ? fopen(path, "we") : NULL;
    terminal.fd = STDOUT_FILENO;
    if (terminal.tty == NULL)
        return;
    int fd = fileno(terminal.tty);
    int flags = fcntl(fd, F_GETFL);
    if (isatty(fd) && flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0)
        terminal.fd = fd;
}

static void close_files(void)
{
    outlet_free(terminal.outlet);
    terminal.outlet = NULL;
    if (terminal.tty != NULL)
        fclose(terminal.tty);
    if (terminal.sink != NULL)
        fclose(terminal.sink);
    terminal.tty = terminal.sink = NULL;
}

/* How the terminal is to be: each key at once, none of them the driver's but those of
 * signals, and bytes sent as they are. */
static void set_mode(void)
{
    terminal.ours = terminal.before;
    terminal.ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
    terminal.ours.c_lflag |= ISIG;
    terminal.ours.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
    terminal.ours.c_oflag &= ~(tcflag_t)(ONLCR | OCRNL);
#ifdef TABDLY
    terminal.ours.c_oflag &= ~(tcflag_t)TABDLY;
#endif
    terminal.ours.c_cc[VMIN] = 1;
    terminal.ours.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.ours);
}

static void put(const char *sequence)
{
    outlet_put(terminal.outlet, sequence, strlen(sequence));
}

/* After curses has begun, or begins again. */
static void begin_extras(void)
{
    if (terminal.extras.has_title)
        put(extras_title_kept(true));
    if (terminal.extras.has_paste)
        put(extras_paste(true));
    terminal.title[0] = '\0';
}

static void end_extras(void)
{
    if (terminal.extras.has_paste)
        put(extras_paste(false));
    if (terminal.extras.has_title)
        put(extras_title_kept(false));
}

static void fit_size(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0)
        resize_term(size.ws_row, size.ws_col);
}

static bool open_curses(void)
{
    char name[NAME_LEN];
    terminal.screen = newterm(choose_description(name), terminal.sink, stdin);
    if (terminal.screen == NULL)
        return false;
    collect_restore();
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    define_key(extras_paste_mark(true), KEYS_PASTE);
    define_key(extras_paste_mark(false), KEYS_PASTE_END);
    set_escdelay(ESC_DELAY_MS);
    curs_set(0);
    leaveok(stdscr, TRUE);
    /* A frame is drawn whole, also when keys wait. */
    typeahead(-1);
    mouseinterval(0);
    fit_size();
    return true;
}

static const char *environment(const char *name)
{
    return getenv(name);
}

bool terminal_open(void)
{
    if (tcgetattr(STDIN_FILENO, &terminal.before) != 0)
        return false;
    terminal.extras = extras_choose(environment);
    terminal.sink = open_sink();
    if (terminal.sink == NULL)
        return false;
    open_tty();
    terminal.outlet = outlet_new(terminal.fd);
    /* Before curses, which then leaves these signals to us. */
    catch_signals();
    if (!open_curses()) {
        release_signals();
        close_files();
        return false;
    }
    set_mode();
    spill_keep();
    terminal.is_open = 1;
    terminal.is_away = false;
    begin_extras();
    terminal_commit();
    return true;
}

void terminal_commit(void)
{
    int fd = fileno(terminal.sink);
    off_t len = lseek(fd, 0, SEEK_CUR);
    if (len <= 0 || lseek(fd, 0, SEEK_SET) != 0)
        return;
    char *frame = xmalloc((size_t)len);
    ssize_t n = read(fd, frame, (size_t)len);
    lseek(fd, 0, SEEK_SET);
    if (n > 0 && terminal.extras.has_sync)
        put(extras_sync(true));
    if (n > 0)
        outlet_put(terminal.outlet, frame, (size_t)n);
    if (n > 0 && terminal.extras.has_sync)
        put(extras_sync(false));
    free(frame);
}

/* Give it back, as at the end; curses begins again at its next refresh. */
static void leave(void)
{
    if (terminal.has_mouse)
        mousemask(0, NULL);
    endwin();
    terminal_commit();
    end_extras();
    outlet_drain(terminal.outlet, LEAVE_MS);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
    terminal.is_open = 0;
}

void terminal_close(void)
{
    if (terminal.outlet == NULL)
        return;
    if (terminal.is_open)
        leave();
    delscreen(terminal.screen);
    close_files();
    spill_give();
    release_signals();
}

bool terminal_is_gone(void)
{
    struct termios mode;
    return outlet_is_gone(terminal.outlet) ||
           tcgetattr(STDIN_FILENO, &mode) != 0;
}

bool terminal_is_clear(void)
{
    return outlet_is_clear(terminal.outlet);
}

uint64_t terminal_n_written(void)
{
    return outlet_n_written(terminal.outlet);
}

bool terminal_wait(int wait_ms)
{
    int64_t until_ms = clock_now_ms() + wait_ms;
    for (;;) {
        bool waits = outlet_len(terminal.outlet) > 0;
        struct pollfd p[2] = {{.fd = terminal.is_away ? -1 : STDIN_FILENO,
                               .events = POLLIN},
                              {.fd = waits ? terminal.fd : -1,
                               .events = POLLOUT}};
        int64_t rest_ms = until_ms - clock_now_ms();
        int n = poll(p, 2, rest_ms > 0 ? (int)rest_ms : 0);
        if (p[1].revents != 0)
            outlet_push(terminal.outlet);
        if (p[0].revents != 0 && n > 0)
            return true;
        /* The time is over; or a signal came, which is news, too. */
        if (n <= 0)
            return false;
    }
}

static bool is_ours(void)
{
    return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Take it again, from whoever had it. */
static void enter(void)
{
    set_mode();
    terminal.is_open = 1;
    terminal.is_away = false;
    terminal.wants_all = true;
    begin_extras();
    if (terminal.has_mouse)
        mousemask((mmask_t)clicks_mask(), NULL);
}

bool terminal_refit(void)
{
    if (terminal.is_away && is_ours()) {
        tcgetattr(STDIN_FILENO, &terminal.before);
        enter();
    } else if (terminal.has_cont && terminal.is_open && is_ours()) {
        /* By SIGSTOP, which is not announced: the shell was here. */
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal.ours);
        endwin();
        terminal.wants_all = true;
    }
    terminal.has_cont = 0;
    if (terminal.has_size || terminal.wants_all)
        fit_size();
    bool all = terminal.wants_all || terminal.has_size ||
               outlet_has_lost(terminal.outlet);
    terminal.wants_all = false;
    terminal.has_size = 0;
    if (all && !terminal.is_away)
        clearok(curscr, TRUE);
    return all && !terminal.is_away;
}

void terminal_ask_stop(void)
{
    kill(0, SIGTSTP);
}

enum terminal_stop terminal_take_stop(void)
{
    if (!terminal.has_stop)
        return TERMINAL_RUNS;
    terminal.has_stop = 0;
    /* A shell with jobs gives each a group of its own; in the group of the session's
     * leader nobody would have us go on, and the system does not stop us. */
    if (getpgrp() == getsid(0))
        return TERMINAL_NO_JOBS;
    if (terminal.is_open)
        leave();
    terminal.is_away = true;
    terminal.has_cont = 0;
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    catch_one(SIGTSTP, on_stop, 0);
    /* Nobody said that it goes on, so it never stopped. */
    return terminal.has_cont ? TERMINAL_STOPPED : TERMINAL_NO_JOBS;
}

bool terminal_is_away(void)
{
    return terminal.is_away;
}

void terminal_set_mouse(bool on)
{
    bool is_news = on != terminal.has_mouse;
    terminal.has_mouse = on;
    if (!is_news || !terminal.is_open)
        return;
    mousemask(on ? (mmask_t)clicks_mask() : 0, NULL);
    terminal_commit();
}

void terminal_set_title(const char *text)
{
    /* A slow terminal has better things to read. */
    if (!terminal.extras.has_title || !terminal.is_open ||
        !terminal_is_clear() ||
        strncmp(terminal.title, text, sizeof terminal.title - 1) == 0)
        return;
    snprintf(terminal.title, sizeof terminal.title, "%s", text);
    char *sequence = xmalloc(EXTRAS_LEN);
    extras_title(sequence, text);
    put(sequence);
    free(sequence);
}

bool terminal_copy(const char *text)
{
    if (!terminal.extras.has_copy || !terminal.is_open)
        return false;
    char *sequence = xmalloc(EXTRAS_LEN);
    bool fits = extras_copy(sequence, text);
    if (fits)
        put(sequence);
    free(sequence);
    return fits;
}
