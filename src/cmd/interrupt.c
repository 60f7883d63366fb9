#include "config.h"

#include "cmd/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "cmd/commands.h"

static volatile sig_atomic_t n_interrupts;
static volatile sig_atomic_t has_live_line;

static void on_interrupt(int sig)
{
    (void)sig;
    if (++n_interrupts < 2)
        return;
    ssize_t n = has_live_line ? write(STDOUT_FILENO, "\n", 1) : 0;
    (void)n;
    _exit(EXIT_INTERRUPTED);
}

void interrupt_catch(void)
{
    struct sigaction act = {.sa_handler = on_interrupt};
    struct sigaction hup = {.sa_handler = SIG_DFL};
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    /* nohup(1) had it ignored, and so it stays. */
    sigaction(SIGHUP, NULL, &hup);
    if (hup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &act, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_came(void)
{
    return n_interrupts > 0;
}

void interrupt_set_live_line(bool stands)
{
    has_live_line = stands;
}
