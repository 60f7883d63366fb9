#include "config.h"

#include "ui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* curses' macros, whose names are ours in util/err.h. */
enum { CURSES_FAILED = ERR };
#undef OK
#undef ERR
#include "util/text.h"

enum { ESC_DELAY_MS = 25, RESTORE_LEN = 256 };

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* What a signal handler needs; written before handlers are set. */
static struct {
    volatile sig_atomic_t is_open;
    struct termios before;
    char restore[RESTORE_LEN]; /* sequences that give the screen back */
    size_t restore_len;
    SCREEN *screen;
    int stderr_fd; /* the real one while it is kept; -1: it is not */
    FILE *kept;    /* owned: what was written to stderr */
} terminal = {.stderr_fd = -1};

void terminal_rescue(void)
{
    if (!terminal.is_open)
        return;
    terminal.is_open = 0;
    if (terminal.stderr_fd >= 0)
        dup2(terminal.stderr_fd, STDERR_FILENO);
    ssize_t n = write(STDOUT_FILENO, terminal.restore, terminal.restore_len);
    (void)n;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
}

static void on_fatal(int sig)
{
    terminal_rescue();
    /* SA_RESETHAND: the default action now. */
    raise(sig);
}

static void catch_fatal(void)
{
    struct sigaction act = {.sa_handler = on_fatal,
                            .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof fatal_signals / sizeof fatal_signals[0]; i++)
        sigaction(fatal_signals[i], &act, NULL);
}

/* Add a capability to what gives the screen back, without its paddings. */
static void add_restore(const char *name)
{
    const char *s = tigetstr(name);
    if (s == NULL || s == (const char *)-1)
        return;
    while (*s != '\0' && terminal.restore_len < RESTORE_LEN) {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL)
            s = strchr(s, '>') + 1;
        else
            terminal.restore[terminal.restore_len++] = *s++;
    }
}

enum err terminal_check(struct cause *cause)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        cause_set(cause, "no terminal here; tessera get downloads without one");
        return ERR_UNSUPPORTED;
    }
    const char *name = getenv("TERM");
    char clean[64] = "";
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

/* Lines of libraries would smear the screen: keep them for later. */
static void keep_stderr(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    terminal.kept = tmpfile();
    if (terminal.kept == NULL)
        return;
    fflush(stderr);
    terminal.stderr_fd = dup(STDERR_FILENO);
    if (terminal.stderr_fd >= 0)
        dup2(fileno(terminal.kept), STDERR_FILENO);
}

static void give_stderr(void)
{
    if (terminal.stderr_fd >= 0) {
        fflush(stderr);
        dup2(terminal.stderr_fd, STDERR_FILENO);
        close(terminal.stderr_fd);
        terminal.stderr_fd = -1;
    }
    if (terminal.kept == NULL)
        return;
    char line[512];
    rewind(terminal.kept);
    while (fgets(line, sizeof line, terminal.kept) != NULL)
        fputs(line, stderr);
    fclose(terminal.kept);
    terminal.kept = NULL;
}

bool terminal_open(void)
{
    if (tcgetattr(STDIN_FILENO, &terminal.before) != 0)
        return false;
    terminal.screen = newterm(NULL, stdout, stdin);
    if (terminal.screen == NULL)
        return false;
    terminal.restore_len = 0;
    add_restore("sgr0");
    add_restore("rmkx");
    add_restore("rmcup");
    add_restore("cnorm");
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(ESC_DELAY_MS);
    curs_set(0);
    leaveok(stdscr, TRUE);
    /* ^S must not freeze the screen; curses keeps this over a suspension. */
    struct termios mode;
    if (tcgetattr(STDIN_FILENO, &mode) == 0) {
        mode.c_iflag &= ~(tcflag_t)IXON;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
        def_prog_mode();
    }
    keep_stderr();
    terminal.is_open = 1;
    catch_fatal();
    return true;
}

void terminal_close(void)
{
    if (!terminal.is_open)
        return;
    terminal.is_open = 0;
    werase(stdscr);
    wrefresh(stdscr);
    endwin();
    delscreen(terminal.screen);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
    give_stderr();
    for (size_t i = 0; i < sizeof fatal_signals / sizeof fatal_signals[0]; i++)
        signal(fatal_signals[i], SIG_DFL);
}

bool terminal_is_gone(void)
{
    struct termios mode;
    return tcgetattr(STDIN_FILENO, &mode) != 0;
}
