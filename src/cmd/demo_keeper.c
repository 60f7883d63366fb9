#include "config.h"

#include "cmd/demo_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/demo_data.h"
#include "cmd/demo_peer.h"
#include "cmd/progress.h"
#include "util/clock.h"
#include "util/xalloc.h"

enum { FTW_FDS = 16 };

_Static_assert(sizeof(struct demo_keeper_news) <= 4096,
               "written to a pipe at once");

struct keeper {
    const struct demo_keeper_config *config; /* borrowed */
    const struct demo_plan *plan;            /* borrowed */
    pid_t pid;                               /* this process */
    struct progress progress;
    uint64_t done_bytes;
    struct metainfo *meta; /* owned, as all here, until the process ends */
    char *seeds_dir;
    struct {
        pid_t pid;    /* 0: not started */
        int ready_fd; /* -1: it has told, or is not started */
        struct addr addr;
    } peers[DEMO_PLAN_MAX_PEERS];
};

/* ---- Clearing away ---- */

static int remove_entry(const char *path, const struct stat *st, int kind,
                        struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

void demo_keeper_remove(const char *folder)
{
    (void)nftw(folder, remove_entry, FTW_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void clear_away(struct keeper *k)
{
    for (size_t i = 0; i < k->plan->n_peers; i++)
        if (k->peers[i].pid > 0)
            kill(k->peers[i].pid, SIGKILL);
    for (size_t i = 0; i < k->plan->n_peers; i++)
        if (k->peers[i].pid > 0)
            waitpid(k->peers[i].pid, NULL, 0);
    demo_keeper_remove(k->config->folder);
}

/* ---- The demo's end of the lifeline ---- */

/* Nothing is ever written to it: it is empty, or at its end. */
static bool is_demo_gone(const struct keeper *k)
{
    char byte;
    return read(k->config->lifeline_fd, &byte, 1) == 0;
}

static void wait_for_end(const struct keeper *k)
{
    char byte;
    int flags = fcntl(k->config->lifeline_fd, F_GETFL);
    fcntl(k->config->lifeline_fd, F_SETFL, flags & ~O_NONBLOCK);
    while (read(k->config->lifeline_fd, &byte, 1) < 0 && errno == EINTR)
        ;
}

/* ---- The data ---- */

static bool on_bytes(void *ctx, uint64_t len)
{
    struct keeper *k = ctx;
    k->done_bytes += len;
    progress_update(&k->progress, k->done_bytes, clock_now_ms());
    return !is_demo_gone(k);
}

static char *path_of(const struct keeper *k, const char *name)
{
    return xasprintf("%s/%s", k->config->folder, name);
}

static enum err make_folder(const char *path, struct cause *cause)
{
    if (mkdir(path, 0700) == 0)
        return OK;
    cause_set_errno(cause, errno, "%s", path);
    return ERR_SYS;
}

/* The download folder of peer i, in new memory. */
static char *dir_of(const struct keeper *k, size_t i)
{
    enum demo_plan_kind kind = k->plan->peers[i].kind;
    if (kind != DEMO_PLAN_LEECH && kind != DEMO_PLAN_CORRUPT)
        return xstrdup(k->seeds_dir);
    return xasprintf("%s/peer-%zu", k->config->folder, i + 1);
}

static enum err make_copy(struct keeper *k, const char *dir,
                          const struct demo_data_host *host,
                          struct cause *cause)
{
    enum err err = make_folder(dir, cause);
    if (err == OK)
        err = demo_data_write(dir, k->plan->size_bytes, host, cause);
    return err;
}

static enum err make_all(struct keeper *k, struct cause *cause)
{
    struct demo_data_host host = {.on_bytes = on_bytes, .ctx = k};
    size_t n_spoilt = demo_plan_count(k->plan, DEMO_PLAN_CORRUPT);
    char *torrent = path_of(k, "torrent");
    k->seeds_dir = path_of(k, "seeds");
    progress_init(&k->progress, "making data",
                  k->plan->size_bytes * (2 + n_spoilt), false);
    enum err err = make_copy(k, k->seeds_dir, &host, cause);
    if (err == OK)
        err = demo_data_describe(k->seeds_dir, torrent, &host, &k->meta, cause);
    for (size_t i = 0; i < k->plan->n_peers && err == OK; i++) {
        char *dir = dir_of(k, i);
        if (k->plan->peers[i].kind == DEMO_PLAN_CORRUPT)
            err = make_copy(k, dir, &host, cause);
        free(dir);
    }
    progress_fini(&k->progress);
    free(torrent);
    return err;
}

/* ---- The peers ---- */

_Noreturn static void run_peer(struct keeper *k, size_t i, int ready_fd)
{
    struct addr others[DEMO_PLAN_MAX_PEERS];
    struct demo_peer_config config = {
        .plan = &k->plan->peers[i],
        .meta = k->meta,
        .dir = dir_of(k, i),
        .state_dir = xasprintf("%s/state-%zu", k->config->folder, i + 1),
        .others = others,
        .ready_fd = ready_fd,
        .maker = k->pid,
    };
    if (k->plan->peers[i].kind == DEMO_PLAN_LEECH)
        for (size_t j = 0; j < i; j++)
            if (k->peers[j].addr.port != 0)
                others[config.n_others++] = k->peers[j].addr;
    close(k->config->lifeline_fd);
    close(k->config->news_fd);
    signal(SIGTERM, SIG_DFL);
    demo_peer_run(&config);
}

static enum err start_peer(struct keeper *k, size_t i, struct cause *cause)
{
    int fds[2];
    if (pipe(fds) != 0) {
        cause_set_errno(cause, errno, "no pipe");
        return ERR_SYS;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        run_peer(k, i, fds[1]);
    }
    int errnum = errno;
    close(fds[1]);
    k->peers[i].ready_fd = fds[0];
    k->peers[i].pid = pid > 0 ? pid : 0;
    if (pid > 0)
        return OK;
    cause_set_errno(cause, errnum, "no process for peer %zu", i + 1);
    return ERR_SYS;
}

/* Read its news; a timer interrupts, so that we see when the demo is gone. */
static enum err wait_for_peer(struct keeper *k, size_t i, struct cause *cause)
{
    struct demo_peer_news news = {.cause = {""}};
    ssize_t n;
    while ((n = read(k->peers[i].ready_fd, &news, sizeof news)) < 0 &&
           errno == EINTR)
        if (is_demo_gone(k))
            return ERR_CANCELLED;
    close(k->peers[i].ready_fd);
    k->peers[i].ready_fd = -1;
    k->peers[i].addr = news.addr;
    if (n == (ssize_t)sizeof news && news.cause.text[0] == '\0')
        return OK;
    cause_set(cause, "peer %zu could not start: %s", i + 1,
              n == (ssize_t)sizeof news ? news.cause.text : "it ended");
    return ERR_SYS;
}

static enum err start_peers(struct keeper *k, struct cause *cause)
{
    enum err err = OK;
    size_t n = k->plan->n_peers;
    const struct demo_plan_peer *plans = k->plan->peers;
    for (size_t i = 0; i < n && err == OK; i++)
        if (plans[i].kind != DEMO_PLAN_LEECH)
            err = start_peer(k, i, cause);
    for (size_t i = 0; i < n && err == OK; i++)
        if (plans[i].kind != DEMO_PLAN_LEECH)
            err = wait_for_peer(k, i, cause);
    for (size_t i = 0; i < n && err == OK; i++)
        if (plans[i].kind == DEMO_PLAN_LEECH) {
            err = start_peer(k, i, cause);
            if (err == OK)
                err = wait_for_peer(k, i, cause);
        }
    return err;
}

/* ---- The process ---- */

static void on_alarm(int sig)
{
    (void)sig;
}

/* Only the lifeline ends us, and what may be drawn is drawn from the background. */
static void set_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTTOU};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    struct sigaction act = {.sa_handler = on_alarm};
    sigemptyset(&act.sa_mask);
    sigaction(SIGALRM, &act, NULL);
}

static void set_alarms(int period_ms)
{
    struct itimerval period = {.it_interval.tv_usec = period_ms * 1000,
                               .it_value.tv_usec = period_ms * 1000};
    setitimer(ITIMER_REAL, &period, NULL);
}

_Noreturn void demo_keeper_run(const struct demo_keeper_config *config)
{
    struct keeper k = {.config = config, .plan = config->plan, .pid = getpid()};
    struct demo_keeper_news news = {.cause = {""}};
    setpgid(0, 0);
    set_signals();
    /* Whoever reads what the demo prints shall not wait for us. */
    bool ok = freopen("/dev/null", "r", stdin) != NULL &&
              freopen("/dev/null", "w", stdout) != NULL;
    fcntl(config->lifeline_fd, F_SETFL, O_NONBLOCK);
    news.err = ok ? make_all(&k, &news.cause) : ERR_SYS;
    if (news.err == OK) {
        set_alarms(DEMO_KEEPER_LOOK_MS);
        news.err = start_peers(&k, &news.cause);
        set_alarms(0);
    }
    for (size_t i = 0; i < k.plan->n_peers; i++)
        news.addrs[i] = k.peers[i].addr;
    if (news.err != OK)
        clear_away(&k);
    ssize_t n = write(config->news_fd, &news, sizeof news);
    (void)n; /* if nobody reads, the lifeline says so too */
    close(config->news_fd);
    if (news.err == OK) {
        wait_for_end(&k);
        clear_away(&k);
    }
    _exit(0);
}
