#include "config.h"

#include "net/wakepipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "net/sock.h"

void wakepipe_init(struct wakepipe *w)
{
    atomic_init(&w->rung, false);
    w->fds[0] = -1;
    w->fds[1] = -1;
}

#ifdef HAVE_PIPE2
static int open_pipe(int fds[2])
{
    return pipe2(fds, O_NONBLOCK | O_CLOEXEC);
}
#else
static int open_pipe(int fds[2])
{
    if (pipe(fds) != 0)
        return -1;
    if (sock_prepare(fds[0]) && sock_prepare(fds[1]))
        return 0;
    close(fds[0]);
    close(fds[1]);
    return -1;
}
#endif

enum err wakepipe_open(struct wakepipe *w)
{
    int fds[2];
    if (open_pipe(fds) != 0)
        return ERR_SYS;
    w->fds[0] = fds[0];
    w->fds[1] = fds[1];
    return OK;
}

void wakepipe_fini(struct wakepipe *w)
{
    for (int i = 0; i < 2; i++) {
        if (w->fds[i] >= 0)
            close(w->fds[i]);
        w->fds[i] = -1;
    }
}

int wakepipe_fd(const struct wakepipe *w)
{
    return w->fds[0];
}

void wakepipe_ring(struct wakepipe *w)
{
    if (atomic_exchange(&w->rung, true) || w->fds[1] < 0)
        return;
    /* A full pipe (EAGAIN) is as readable as one with a byte. */
    while (write(w->fds[1], "", 1) < 0 && errno == EINTR)
        continue;
}

bool wakepipe_is_rung(const struct wakepipe *w)
{
    return atomic_load(&w->rung);
}

/* Before the flag is cleared, never after: the byte of a ring that comes between
 * would be eaten, its flag stay up, and no later ring would write another. */
void wakepipe_drain(struct wakepipe *w)
{
    char bytes[64];
    ssize_t n;
    do
        n = read(w->fds[0], bytes, sizeof bytes);
    while (n > 0 || (n < 0 && errno == EINTR));
}

bool wakepipe_clear(struct wakepipe *w)
{
    return atomic_exchange(&w->rung, false);
}
