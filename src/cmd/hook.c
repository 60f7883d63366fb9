#include "config.h"

#include "cmd/hook.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/spawn.h"
#include "util/err.h"
#include "util/text.h"
#include "util/xalloc.h"

extern char **environ;

enum kind { COMPLETE, FAILED, N_KINDS };

enum { N_FACTS = 8, HASH_LEN = 20 };

/* Something that happened. Without facts it waits for a frame, then for its turn. */
struct task {
    STAILQ_ENTRY(task) next;
    enum kind kind;
    uint32_t torrent;
    int64_t at_ms; /* the engine's clock */
    char error[EVENT_TEXT_LEN];
    char *facts[N_FACTS]; /* owned: "NAME=value"; NULL: not known */
};

STAILQ_HEAD(tasks, task);

struct hook {
    const struct opt_list *argv[N_KINDS]; /* borrowed */
    void (*say)(void *ctx, const char *line);
    void *ctx;
    bool has_said[N_KINDS];
    bool has_said_full;
    struct tasks pending; /* for facts */
    struct tasks ready;
    size_t n_waiting; /* in both */
    pid_t running[HOOK_MAX_RUNNING];
    size_t n_running;
};

/* ---- Facts ---- */

static void free_task(struct task *t)
{
    for (size_t i = 0; i < N_FACTS; i++)
        free(t->facts[i]);
    free(t);
}

static void take_facts(struct task *t, const struct frame_torrent *row)
{
    char hex[2 * HASH_LEN + 1];
    text_hex(hex, row->info_hash, HASH_LEN);
    size_t n = 0;
    t->facts[n++] = xasprintf("TESSERA_EVENT=%s",
                              t->kind == COMPLETE ? "complete" : "error");
    t->facts[n++] = xasprintf("TESSERA_NAME=%s", row->name);
    t->facts[n++] = xasprintf("TESSERA_HASH=%s", hex);
    t->facts[n++] =
        xasprintf("TESSERA_SIZE=%llu", (unsigned long long)row->size_bytes);
    t->facts[n++] = xasprintf("TESSERA_LABEL=%s", row->label);
    t->facts[n++] = xasprintf("TESSERA_ERROR=%s", t->error);
    if (row->dir[0] != '\0')
        t->facts[n++] = xasprintf("TESSERA_DIR=%s", row->dir);
    if (row->dir[0] != '\0' && row->top[0] != '\0')
        t->facts[n++] = xasprintf("TESSERA_PATH=%s/%s", row->dir, row->top);
    assert(n <= N_FACTS);
}

static const struct frame_torrent *find_row(const struct frame *f, uint32_t id)
{
    for (size_t i = 0; i < f->n_torrents; i++)
        if (f->torrents[i]->id == id)
            return f->torrents[i];
    return NULL;
}

/* Our environment with the facts in place of what has their names; the strings are
 * borrowed. */
static char **make_environment(const struct task *t)
{
    size_t n = 0, n_env = 0;
    while (environ[n_env] != NULL)
        n_env++;
    char **env = xcalloc(n_env + N_FACTS + 1, sizeof *env);
    for (size_t i = 0; i < n_env; i++)
        if (strncmp(environ[i], "TESSERA_", 8) != 0)
            env[n++] = environ[i];
    for (size_t i = 0; i < N_FACTS; i++)
        if (t->facts[i] != NULL)
            env[n++] = t->facts[i];
    return env;
}

/* ---- Running ---- */

static void say(const struct hook *h, enum kind kind, const char *what)
{
    char line[CAUSE_MAX_LEN], clean[200] = "";
    const struct opt_list *argv = h->argv[kind];
    if (argv->n > 0)
        text_clean(clean, sizeof clean, argv->items[0], strlen(argv->items[0]));
    snprintf(line, sizeof line, "%s: %s: %s",
             kind == COMPLETE ? "on-complete" : "on-error", clean, what);
    h->say(h->ctx, line);
}

/* Start the first that is ready; return its process, or 0. */
static pid_t start_next(struct hook *h)
{
    struct task *t = STAILQ_FIRST(&h->ready);
    pid_t pid = 0;
    STAILQ_REMOVE_HEAD(&h->ready, next);
    h->n_waiting--;
    char **env = make_environment(t);
    int errnum = spawn_program(h->argv[t->kind], NULL, env, &pid);
    free(env);
    if (errnum != 0 && !h->has_said[t->kind]) {
        h->has_said[t->kind] = true;
        say(h, t->kind, strerror(errnum));
    }
    free_task(t);
    return errnum == 0 ? pid : 0;
}

void hook_tick(struct hook *h)
{
    for (size_t i = h->n_running; i-- > 0;)
        if (waitpid(h->running[i], NULL, WNOHANG) != 0)
            h->running[i] = h->running[--h->n_running];
    while (h->n_running < HOOK_MAX_RUNNING && !STAILQ_EMPTY(&h->ready)) {
        pid_t pid = start_next(h);
        if (pid != 0)
            h->running[h->n_running++] = pid;
    }
}

/* ---- What happened ---- */

static void add_task(struct hook *h, enum kind kind, const struct event *e)
{
    if (h->argv[kind]->n == 0)
        return;
    if (h->n_waiting >= HOOK_MAX_WAITING) {
        if (!h->has_said_full)
            say(h, kind, "too many wait to be run: some are left out");
        h->has_said_full = true;
        return;
    }
    struct task *t = xzalloc(sizeof *t);
    t->kind = kind;
    t->torrent = e->torrent;
    t->at_ms = e->at_ms;
    if (kind == FAILED)
        snprintf(t->error, sizeof t->error, "%s", e->text);
    STAILQ_INSERT_TAIL(&h->pending, t, next);
    h->n_waiting++;
}

void hook_on_event(struct hook *h, const struct event *e)
{
    if (e->torrent != 0 && e->kind == EVENT_FINISHED)
        add_task(h, COMPLETE, e);
    else if (e->torrent != 0 && e->kind == EVENT_ERROR)
        add_task(h, FAILED, e);
}

/* Give a task its facts, or drop it. Return false when the frame is from before. */
static bool settle(struct hook *h, struct task *t, const struct frame *f)
{
    const struct frame_torrent *row = find_row(f, t->torrent);
    if (f->now_ms < t->at_ms)
        return false;
    if (t->kind == COMPLETE && row != NULL && !row->is_finished)
        return false;
    /* Gone since, or what was found complete: nothing of it came now. */
    if (row == NULL || (t->kind == COMPLETE && row->bytes_down_run == 0)) {
        h->n_waiting--;
        free_task(t);
        return true;
    }
    take_facts(t, row);
    STAILQ_INSERT_TAIL(&h->ready, t, next);
    return true;
}

void hook_on_frame(struct hook *h, const struct frame *f)
{
    struct tasks pending = STAILQ_HEAD_INITIALIZER(pending);
    STAILQ_CONCAT(&pending, &h->pending);
    while (!STAILQ_EMPTY(&pending)) {
        struct task *t = STAILQ_FIRST(&pending);
        STAILQ_REMOVE_HEAD(&pending, next);
        if (!settle(h, t, f))
            STAILQ_INSERT_TAIL(&h->pending, t, next);
    }
    hook_tick(h);
}

/* ---- Life ---- */

struct hook *hook_new(const struct opt_list *on_complete,
                      const struct opt_list *on_error,
                      void (*say_line)(void *ctx, const char *line), void *ctx)
{
    struct hook *h = xzalloc(sizeof *h);
    h->argv[COMPLETE] = on_complete;
    h->argv[FAILED] = on_error;
    h->say = say_line;
    h->ctx = ctx;
    STAILQ_INIT(&h->pending);
    STAILQ_INIT(&h->ready);
    return h;
}

void hook_free(struct hook *h)
{
    if (h == NULL)
        return;
    while (!STAILQ_EMPTY(&h->ready))
        (void)start_next(h);
    struct task *t;
    while ((t = STAILQ_FIRST(&h->pending)) != NULL) {
        STAILQ_REMOVE_HEAD(&h->pending, next);
        free_task(t);
    }
    free(h);
}

size_t hook_n_running(const struct hook *h)
{
    return h->n_running;
}

size_t hook_n_waiting(const struct hook *h)
{
    return h->n_waiting;
}
