#include "config.h"

#include "ui/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/ui/suites.h"

/* A pseudo-terminal, and a process whose terminal it is. */
struct pair {
    int master, slave;
    pid_t child;
    struct termios before;
    char output[8192];
};

static void pair_open(struct pair *p)
{
    p->master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(p->master, 0);
    ck_assert_int_eq(grantpt(p->master), 0);
    ck_assert_int_eq(unlockpt(p->master), 0);
    p->slave = open(ptsname(p->master), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(p->slave, 0);
    ck_assert_int_eq(tcgetattr(p->slave, &p->before), 0);
}

/* Run in a process of its own, on the terminal. */
static void pair_run(struct pair *p, void (*run)(void))
{
    p->child = fork();
    ck_assert_int_ge(p->child, 0);
    if (p->child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setsid();
        ioctl(p->slave, TIOCSCTTY, 0);
        for (int fd = 0; fd < 3; fd++)
            dup2(p->slave, fd);
        setenv("TERM", "xterm", 1);
        run();
        _exit(0);
    }
}

/* Its wait status; what it wrote is in output. */
static int pair_end(struct pair *p)
{
    int status;
    ck_assert_int_eq(waitpid(p->child, &status, 0), p->child);
    fcntl(p->master, F_SETFL, O_NONBLOCK);
    size_t len = 0;
    ssize_t n = 1;
    while (n > 0 && len < sizeof p->output - 1) {
        n = read(p->master, p->output + len, sizeof p->output - 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    p->output[len] = '\0';
    struct termios after;
    ck_assert_int_eq(tcgetattr(p->slave, &after), 0);
    ck_assert_uint_eq(after.c_lflag, p->before.c_lflag);
    ck_assert_uint_eq(after.c_iflag, p->before.c_iflag);
    ck_assert_uint_eq(after.c_oflag, p->before.c_oflag);
    close(p->slave);
    close(p->master);
    return status;
}

static void open_and_close(void)
{
    struct cause cause;
    if (terminal_check(&cause) != OK || !terminal_open())
        _exit(1);
    fputs("kept meanwhile\n", stderr);
    terminal_close();
}

START_TEST(terminal_close_leaves_all_as_it_was)
{
    struct pair p;
    pair_open(&p);
    pair_run(&p, open_and_close);
    ck_assert_int_eq(pair_end(&p), 0);
    const char *screen = strstr(p.output, "\033[?1049l");
    ck_assert_ptr_nonnull(screen);
    ck_assert_ptr_nonnull(strstr(screen, "kept meanwhile"));
}
END_TEST

/* Deeper than any stack, and not to be made a loop. */
static unsigned fall(volatile const char *above, unsigned depth)
{
    volatile char here[4000];
    here[0] = (char)(above[0] + 1);
    unsigned below = depth > 0 ? fall(here, depth - 1) : 0;
    return below + (unsigned)here[0];
}

static void overflow(void)
{
    struct rlimit stack = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_STACK, &stack);
    if (!terminal_open())
        _exit(1);
    volatile char first[1] = {0};
    _exit(fall(first, 1u << 20) > 0);
}

START_TEST(terminal_is_given_back_when_the_stack_overflows)
{
    struct pair p;
    pair_open(&p);
    pair_run(&p, overflow);
    int status = pair_end(&p);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
    ck_assert_ptr_nonnull(strstr(p.output, "\033[?1049l"));
}
END_TEST

static void fail_an_assertion(void)
{
    if (!terminal_open())
        _exit(1);
    fputs("what failed\n", stderr);
    abort();
}

START_TEST(terminal_rescue_shows_what_was_said_before_an_abort)
{
    struct pair p;
    pair_open(&p);
    pair_run(&p, fail_an_assertion);
    int status = pair_end(&p);
    ck_assert(WIFSIGNALED(status));
    const char *screen = strstr(p.output, "\033[?1049l");
    ck_assert_ptr_nonnull(screen);
    ck_assert_ptr_nonnull(strstr(screen, "what failed"));
}
END_TEST

static void copy_and_name(void)
{
    if (!terminal_open())
        _exit(1);
    terminal_set_title("ours");
    terminal_set_title("ours");
    bool ok = terminal_copy("text") && !terminal_copy("");
    terminal_set_mouse(true);
    terminal_close();
    _exit(ok ? 0 : 1);
}

static int count(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        n++;
    }
    return n;
}

START_TEST(terminal_sends_its_extras_once_and_takes_them_back)
{
    struct pair p;
    pair_open(&p);
    pair_run(&p, copy_and_name);
    ck_assert_int_eq(pair_end(&p), 0);
    ck_assert_int_eq(count(p.output, "\033]2;ours\a"), 1);
    ck_assert_int_eq(count(p.output, "\033]52;c;dGV4dA==\a"), 1);
    ck_assert_int_eq(count(p.output, "\033[22;2t"), 1);
    ck_assert_int_eq(count(p.output, "\033[23;2t"), 1);
    ck_assert_int_ge(count(p.output, "\033[?1000h") +
                         count(p.output, "\033[?1006;1000h"),
                     1);
    ck_assert_int_ge(count(p.output, "\033[?1000l") +
                         count(p.output, "\033[?1006;1000l"),
                     1);
}
END_TEST

Suite *terminal_suite(void)
{
    Suite *s = suite_create("terminal");
    TCase *t = tcase_create("terminal");
    tcase_add_test(t, terminal_close_leaves_all_as_it_was);
    tcase_add_test(t, terminal_is_given_back_when_the_stack_overflows);
    tcase_add_test(t, terminal_rescue_shows_what_was_said_before_an_abort);
    tcase_add_test(t, terminal_sends_its_extras_once_and_takes_them_back);
    suite_add_tcase(s, t);
    return s;
}
