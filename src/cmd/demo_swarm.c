#include "config.h"

#include "cmd/demo_swarm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/demo_keeper.h"
#include "util/text.h"
#include "util/xalloc.h"

/* For state files, the torrent and folders. */
static const uint64_t SLACK_BYTES = 32u << 20;

struct demo_swarm {
    char *folder; /* owned, these; absolute */
    char *download_dir;
    char *state_dir;
    char *torrent;
    pid_t keeper;    /* 0: not started */
    int lifeline_fd; /* -1: none */
    int news_fd;     /* -1: none, or read */
    struct demo_keeper_news news;
};

/* ---- The folder ---- */

static bool has_room(const char *dir, uint64_t need, struct cause *cause)
{
    struct statvfs st;
    char *clean = text_clean_dup(dir, strlen(dir));
    bool ok = false;
    if (statvfs(dir, &st) != 0)
        cause_set_errno(cause, errno, "%s", clean);
    else {
        uint64_t free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
        char have[24], want[24];
        text_size(have, sizeof have, free_bytes);
        text_size(want, sizeof want, need);
        ok = free_bytes >= need;
        if (!ok)
            cause_set(cause,
                      "%s has %s free, and %s are needed: give a smaller "
                      "--size, or set TMPDIR to another place",
                      clean, have, want);
    }
    free(clean);
    return ok;
}

/* Where to make the folder, or NULL. */
static const char *choose_place(uint64_t need, struct cause *cause)
{
    static const char *const places[] = {"/tmp", "/var/tmp"};
    const char *tmpdir = getenv("TMPDIR");
    if (tmpdir != NULL && tmpdir[0] != '\0')
        return has_room(tmpdir, need, cause) ? tmpdir : NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (has_room(places[i], need, cause))
            return places[i];
    return NULL;
}

static enum err make_folder(struct demo_swarm *s, const struct demo_plan *plan,
                            struct cause *cause)
{
    const char *place =
        choose_place(demo_plan_disk_bytes(plan) + SLACK_BYTES, cause);
    if (place == NULL)
        return ERR_NO_SPACE;
    char *path = xasprintf("%s/tessera-demo.XXXXXX", place);
    s->folder = mkdtemp(path) != NULL ? realpath(path, NULL) : NULL;
    if (s->folder == NULL) {
        cause_set_errno(cause, errno, "no folder in %s", place);
        free(path);
        return ERR_SYS;
    }
    free(path);
    s->download_dir = xasprintf("%s/download", s->folder);
    s->state_dir = xasprintf("%s/state", s->folder);
    s->torrent = xasprintf("%s/torrent", s->folder);
    return OK;
}

/* ---- The keeper ---- */

/* A pipe that programs which we may start do not hold open. */
static enum err make_pipe(int fds[2], struct cause *cause)
{
    if (pipe(fds) != 0) {
        cause_set_errno(cause, errno, "no pipe");
        return ERR_SYS;
    }
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return OK;
}

static enum err start_keeper(struct demo_swarm *s, const struct demo_plan *plan,
                             struct cause *cause)
{
    int lifeline[2], news[2];
    enum err err = make_pipe(lifeline, cause);
    if (err != OK)
        return err;
    err = make_pipe(news, cause);
    if (err != OK) {
        close(lifeline[0]);
        close(lifeline[1]);
        return err;
    }
    fflush(NULL);
    s->keeper = fork();
    if (s->keeper == 0) {
        struct demo_keeper_config config = {.plan = plan,
                                            .folder = s->folder,
                                            .lifeline_fd = lifeline[0],
                                            .news_fd = news[1]};
        close(lifeline[1]);
        close(news[0]);
        demo_keeper_run(&config);
    }
    int errnum = errno;
    close(lifeline[0]);
    close(news[1]);
    s->lifeline_fd = lifeline[1];
    s->news_fd = news[0];
    if (s->keeper > 0)
        return OK;
    s->keeper = 0;
    cause_set_errno(cause, errnum, "no process for the demo's peers");
    return ERR_SYS;
}

enum err demo_swarm_new(const struct demo_plan *plan, struct demo_swarm **out,
                        struct cause *cause)
{
    struct demo_swarm *s = xzalloc(sizeof *s);
    s->lifeline_fd = -1;
    s->news_fd = -1;
    enum err err = make_folder(s, plan, cause);
    if (err == OK)
        err = start_keeper(s, plan, cause);
    if (err != OK) {
        demo_swarm_free(s);
        return err;
    }
    *out = s;
    return OK;
}

void demo_swarm_free(struct demo_swarm *s)
{
    if (s == NULL)
        return;
    if (s->lifeline_fd >= 0)
        close(s->lifeline_fd);
    if (s->news_fd >= 0)
        close(s->news_fd);
    if (s->keeper > 0)
        while (waitpid(s->keeper, NULL, 0) < 0 && errno == EINTR)
            ;
    if (s->folder != NULL)
        demo_keeper_remove(s->folder); /* had the keeper been killed */
    free(s->folder);
    free(s->download_dir);
    free(s->state_dir);
    free(s->torrent);
    free(s);
}

enum err demo_swarm_wait(struct demo_swarm *s, bool (*is_cancelled)(void),
                         struct cause *cause)
{
    ssize_t n;
    while ((n = read(s->news_fd, &s->news, sizeof s->news)) < 0 &&
           errno == EINTR)
        if (is_cancelled())
            return ERR_CANCELLED;
    if (is_cancelled())
        return ERR_CANCELLED;
    if (n != (ssize_t)sizeof s->news) {
        cause_set(cause, "the process that keeps the demo's peers was killed");
        return ERR_SYS;
    }
    if (s->news.err != OK)
        *cause = s->news.cause;
    return s->news.err;
}

const char *demo_swarm_folder(const struct demo_swarm *s)
{
    return s->folder;
}

const char *demo_swarm_download_dir(const struct demo_swarm *s)
{
    return s->download_dir;
}

const char *demo_swarm_state_dir(const struct demo_swarm *s)
{
    return s->state_dir;
}

const char *demo_swarm_torrent(const struct demo_swarm *s)
{
    return s->torrent;
}

const struct addr *demo_swarm_addrs(const struct demo_swarm *s)
{
    return s->news.addrs;
}
