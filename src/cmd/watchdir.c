#include "config.h"

#include "cmd/watchdir.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/fetch.h"
#include "disk/fdio.h"
#include "meta/metainfo.h"
#include "model/command.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

static const char SUFFIX[] = ".torrent";

/* A file as it was at the latest look. */
struct seen {
    struct seen *next;
    char *path; /* owned */
    off_t size;
    int64_t changed_ns;
    bool is_done; /* added, or refused: nothing to do until it changes */
    bool is_sent; /* added, and not put away yet */
    uint8_t info_hash[METAINFO_HASH_LEN]; /* when is_sent */
    bool is_there;                        /* in this look */
};

struct watchdir {
    struct bridge *bridge; /* borrowed */
    char **folders;        /* owned */
    size_t n_folders;
    bool *was_told; /* owned: this folder cannot be read, and that was said */
    enum watchdir_action action;
    char *save_dir; /* owned */
    bool (*is_kept)(void *ctx, const uint8_t *info_hash);
    void *ctx;
    struct seen *seen;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; /* of is_ending */
    pthread_cond_t ends;
    bool is_ending;
};

static void say(struct watchdir *w, enum err err, const char *what,
                const char *words)
{
    struct event e = {.kind = EVENT_REFUSED, .err = (int)err};
    char *clean = text_clean_dup(what, strlen(what));
    char *line = xasprintf("watch folder: %s%s%s", clean,
                           words[0] != '\0' ? ": " : "", words);
    text_fit(e.text, sizeof e.text, line, sizeof e.text, true);
    bridge_post(w->bridge, &e);
    free(line);
    free(clean);
}

/* Afterwards. A name that is taken is not taken from whoever has it. */
static void put_away(struct watchdir *w, const char *path)
{
    if (w->action == WATCHDIR_DELETE && unlink(path) != 0)
        say(w, ERR_SYS, path, "it was added, but cannot be deleted");
    if (w->action != WATCHDIR_RENAME)
        return;
    char *to = xasprintf("%s.added", path);
    for (int i = 1; i < 1000 && link(path, to) != 0; i++) {
        if (errno != EEXIST) {
            /* Not every file system has links. */
            if (rename(path, to) != 0)
                say(w, ERR_SYS, path, "it was added, but cannot be renamed");
            free(to);
            return;
        }
        free(to);
        to = xasprintf("%s.added.%d", path, i);
    }
    unlink(path);
    free(to);
}

static void add(struct watchdir *w, struct seen *s)
{
    struct metainfo *meta;
    struct cause cause = {""};
    enum err err = fetch_torrent(s->path, NULL, &meta, &cause);
    if (err != OK) {
        say(w, err, cause.text, "");
        return;
    }
    s->is_sent = true;
    memcpy(s->info_hash, meta->info_hash, sizeof s->info_hash);
    struct command *c = command_new(COMMAND_ADD, 0);
    c->add->meta = meta;
    c->add->dir = xstrdup(w->save_dir);
    c->add->is_kept = true;
    bridge_send(w->bridge, c);
}

static struct seen *find(struct watchdir *w, const char *path)
{
    for (struct seen *s = w->seen; s != NULL; s = s->next)
        if (strcmp(s->path, path) == 0)
            return s;
    struct seen *s = xzalloc(sizeof *s);
    s->path = xstrdup(path);
    s->size = -1;
    s->next = w->seen;
    w->seen = s;
    return s;
}

static void look_at(struct watchdir *w, const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    struct seen *s = find(w, path);
    int64_t changed_ns = fdio_change_ns(&st);
    bool is_same = s->size == st.st_size && s->changed_ns == changed_ns;
    s->is_there = true;
    s->size = st.st_size;
    s->changed_ns = changed_ns;
    if (!is_same)
        s->is_done = s->is_sent = false;
    else if (!s->is_done) {
        s->is_done = true;
        add(w, s);
    }
    if (s->is_sent && w->is_kept(w->ctx, s->info_hash)) {
        s->is_sent = false;
        put_away(w, path);
    }
}

static bool is_torrent(const char *name)
{
    size_t len = strlen(name), n = sizeof SUFFIX - 1;
    return name[0] != '.' && len > n && strcmp(name + len - n, SUFFIX) == 0;
}

static void look_into(struct watchdir *w, size_t i)
{
    DIR *dir = opendir(w->folders[i]);
    if (dir == NULL) {
        struct cause cause;
        cause_set_errno(&cause, errno, "cannot be read");
        if (!w->was_told[i])
            say(w, ERR_SYS, w->folders[i], cause.text);
        w->was_told[i] = true;
        return;
    }
    w->was_told[i] = false;
    for (size_t n = 0; n < WATCHDIR_MAX_FILES;) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL)
            break;
        if (!is_torrent(entry->d_name))
            continue;
        char *path = xasprintf("%s/%s", w->folders[i], entry->d_name);
        look_at(w, path);
        free(path);
        n++;
    }
    closedir(dir);
}

/* Forget those that are gone. */
static void sweep(struct watchdir *w)
{
    for (struct seen **at = &w->seen; *at != NULL;) {
        struct seen *s = *at;
        if (s->is_there) {
            s->is_there = false;
            at = &s->next;
            continue;
        }
        *at = s->next;
        free(s->path);
        free(s);
    }
}

void watchdir_look(struct watchdir *w)
{
    for (size_t i = 0; i < w->n_folders; i++)
        look_into(w, i);
    sweep(w);
}

static void *run(void *ctx)
{
    struct watchdir *w = ctx;
    pthread_mutex_lock(&w->mutex);
    while (!w->is_ending) {
        pthread_mutex_unlock(&w->mutex);
        watchdir_look(w);
        pthread_mutex_lock(&w->mutex);
        int64_t until_ms = clock_now_ms() + WATCHDIR_EVERY_MS;
        struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                                 .tv_nsec = (long)(until_ms % 1000) * 1000000};
        if (!w->is_ending)
            pthread_cond_timedwait(&w->ends, &w->mutex, &until);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

struct watchdir *watchdir_new(const struct watchdir_config *config,
                              struct bridge *bridge)
{
    struct watchdir *w = xzalloc(sizeof *w);
    w->bridge = bridge;
    w->n_folders = config->n_folders;
    w->folders = xcalloc(w->n_folders, sizeof *w->folders);
    w->was_told = xcalloc(w->n_folders, sizeof *w->was_told);
    for (size_t i = 0; i < w->n_folders; i++)
        w->folders[i] = xstrdup(config->folders[i]);
    w->action = config->action;
    w->save_dir = xstrdup(config->save_dir);
    w->is_kept = config->is_kept;
    w->ctx = config->ctx;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->ends, &attr);
    pthread_condattr_destroy(&attr);
    return w;
}

bool watchdir_start(struct watchdir *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->has_thread = pthread_create(&w->thread, NULL, run, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return w->has_thread;
}

void watchdir_free(struct watchdir *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->mutex);
    w->is_ending = true;
    pthread_cond_signal(&w->ends);
    pthread_mutex_unlock(&w->mutex);
    if (w->has_thread)
        pthread_join(w->thread, NULL);
    sweep(w);
    pthread_cond_destroy(&w->ends);
    pthread_mutex_destroy(&w->mutex);
    for (size_t i = 0; i < w->n_folders; i++)
        free(w->folders[i]);
    free(w->folders);
    free(w->was_told);
    free(w->save_dir);
    free(w);
}
