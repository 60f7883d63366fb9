#include "config.h"

#include "cmd/offers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cmd/fetch.h"
#include "cmd/pathcomp.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "model/command.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { MAX_LOOKED_AT = 20000 /* files of an offer that are looked for */ };

struct offers {
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t is_asked;
    bool is_ending;
    char *source; /* owned; to be read, or NULL */
    char *dir;    /* owned; the folder, or NULL */
    bool asks_folder;
    bool is_busy; /* the thread reads `meta`: it may not be freed */
    pthread_cond_t is_idle;
    enum offer_state state;
    struct metainfo *meta; /* owned, or NULL; as the next two */
    struct magnet *magnet;
    char *name;
    struct cause cause;
    struct offer_folder folder;
    atomic_bool is_cancelled; /* what is being read */
};

/* The offers that this thread reads for: fetch asks without a context. */
static _Thread_local struct offers *mine;

static bool is_cancelled(void)
{
    return atomic_load(&mine->is_cancelled);
}

/* The thread. */

/* A magnet link, or what a path or URL leads to. */
static enum err read_any(const char *source, struct metainfo **meta,
                         struct magnet **magnet, struct cause *cause)
{
    if (magnet_is_meant(source) && access(source, F_OK) != 0)
        return magnet_parse(source, magnet, cause);
    char *path = pathcomp_expand(source);
    enum err err = fetch_torrent(path, is_cancelled, meta, cause);
    free(path);
    return err;
}

/* What it calls itself; of a magnet without a name its hash. Clean, in new memory. */
static char *name_of(const struct metainfo *meta, const struct magnet *magnet)
{
    const char *raw = meta != NULL ? meta->name : magnet->name;
    if (raw != NULL)
        return text_clean_dup(raw, strlen(raw));
    char *hex = xmalloc(2 * MAGNET_HASH_LEN + 1);
    text_hex(hex, magnet->info_hash, MAGNET_HASH_LEN);
    return hex;
}

/* Read the source; the mutex is held, and given up meanwhile. */
static void read_source(struct offers *o)
{
    char *source = o->source;
    struct metainfo *meta = NULL;
    struct magnet *magnet = NULL;
    struct cause cause = {""};
    o->source = NULL;
    atomic_store(&o->is_cancelled, false);
    pthread_mutex_unlock(&o->mutex);
    enum err err = read_any(source, &meta, &magnet, &cause);
    pthread_mutex_lock(&o->mutex);
    free(source);
    if (atomic_load(&o->is_cancelled) || o->source != NULL) {
        metainfo_free(meta);
        magnet_free(magnet);
        return;
    }
    o->state = err == OK ? OFFER_READY : OFFER_FAILED;
    o->cause = cause;
    if (err != OK)
        return;
    o->meta = meta;
    o->magnet = magnet;
    o->name = name_of(meta, magnet);
    o->asks_folder = o->dir != NULL;
}

/* The nearest folder of a path that is there: where what is missing would be made. In
 * new memory. */
static char *nearest_folder(const char *dir)
{
    struct stat st;
    char *path = xstrdup(dir);
    while (stat(path, &st) != 0) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            free(path);
            return xstrdup(".");
        }
        if (slash == path) {
            path[1] = '\0';
            return path;
        }
        *slash = '\0';
    }
    return path;
}

static void look_for_files(const struct metainfo *meta, const char *dir,
                           struct offer_folder *out)
{
    size_t n = meta->n_files < MAX_LOOKED_AT ? meta->n_files : MAX_LOOKED_AT;
    for (size_t i = 0; i < n && !is_cancelled(); i++) {
        struct stat st;
        if (meta->files[i].is_pad)
            continue;
        char *below = metainfo_disk_path(meta, i);
        char *path = xasprintf("%s/%s", dir, below);
        if (lstat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            out->n_existing++;
            out->existing_bytes += (uint64_t)st.st_size;
        }
        free(path);
        free(below);
    }
}

static void survey(const struct metainfo *meta, const char *dir,
                   struct offer_folder *out)
{
    struct statvfs fs;
    struct stat st;
    *out = (struct offer_folder){.is_known = true, .free_bytes = UINT64_MAX};
    char *there = nearest_folder(dir);
    if (stat(there, &st) == 0 && !S_ISDIR(st.st_mode))
        cause_set(&out->trouble, "is not a folder");
    else if (access(there, W_OK | X_OK) != 0)
        cause_set_errno(&out->trouble, errno, "cannot be written to");
    if (statvfs(there, &fs) == 0)
        out->free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    free(there);
    if (meta != NULL && out->trouble.text[0] == '\0')
        look_for_files(meta, dir, out);
}

/* As read_source(). */
static void read_folder(struct offers *o)
{
    char *dir = pathcomp_expand(o->dir);
    struct offer_folder folder;
    o->asks_folder = false;
    o->is_busy = true;
    atomic_store(&o->is_cancelled, false);
    pthread_mutex_unlock(&o->mutex);
    survey(o->meta, dir, &folder);
    pthread_mutex_lock(&o->mutex);
    o->is_busy = false;
    pthread_cond_broadcast(&o->is_idle);
    if (!o->asks_folder)
        o->folder = folder;
    free(dir);
}

static void *run(void *ctx)
{
    struct offers *o = ctx;
    mine = o;
    pthread_mutex_lock(&o->mutex);
    while (!o->is_ending) {
        if (o->source != NULL)
            read_source(o);
        else if (o->asks_folder)
            read_folder(o);
        else
            pthread_cond_wait(&o->is_asked, &o->mutex);
    }
    pthread_mutex_unlock(&o->mutex);
    return NULL;
}

/* The front end. */

struct offers *offers_new(void)
{
    struct offers *o = xzalloc(sizeof *o);
    pthread_mutex_init(&o->mutex, NULL);
    pthread_cond_init(&o->is_asked, NULL);
    pthread_cond_init(&o->is_idle, NULL);
    atomic_init(&o->is_cancelled, false);
    return o;
}

/* Drop what is offered; the mutex is held. */
static void forget(struct offers *o)
{
    atomic_store(&o->is_cancelled, true);
    while (o->is_busy)
        pthread_cond_wait(&o->is_idle, &o->mutex);
    metainfo_free(o->meta);
    magnet_free(o->magnet);
    free(o->name);
    free(o->source);
    o->meta = NULL;
    o->magnet = NULL;
    o->name = NULL;
    o->source = NULL;
    o->state = OFFER_NONE;
    o->cause.text[0] = '\0';
    o->folder = (struct offer_folder){0};
}

void offers_free(struct offers *o)
{
    if (o == NULL)
        return;
    pthread_mutex_lock(&o->mutex);
    forget(o);
    o->is_ending = true;
    pthread_cond_signal(&o->is_asked);
    pthread_mutex_unlock(&o->mutex);
    if (o->has_thread)
        pthread_join(o->thread, NULL);
    pthread_cond_destroy(&o->is_asked);
    pthread_cond_destroy(&o->is_idle);
    pthread_mutex_destroy(&o->mutex);
    free(o->dir);
    free(o);
}

/* Have the thread look; the mutex is held. */
static void ask(struct offers *o)
{
    if (!o->has_thread) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        o->has_thread = pthread_create(&o->thread, NULL, run, o) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (!o->has_thread) {
            o->state = OFFER_FAILED;
            cause_set(&o->cause, "no thread can be started to read it");
        }
    }
    pthread_cond_signal(&o->is_asked);
}

static void begin(void *ctx, const char *source)
{
    struct offers *o = ctx;
    pthread_mutex_lock(&o->mutex);
    forget(o);
    o->source = xstrdup(source);
    o->state = OFFER_READING;
    ask(o);
    pthread_mutex_unlock(&o->mutex);
}

static void set_folder(void *ctx, const char *dir)
{
    struct offers *o = ctx;
    pthread_mutex_lock(&o->mutex);
    if (o->dir == NULL || strcmp(o->dir, dir) != 0 || !o->folder.is_known) {
        free(o->dir);
        o->dir = xstrdup(dir);
        o->asks_folder = true;
        o->folder = (struct offer_folder){0};
        ask(o);
    }
    pthread_mutex_unlock(&o->mutex);
}

static void look(void *ctx, struct offer *out)
{
    struct offers *o = ctx;
    pthread_mutex_lock(&o->mutex);
    *out = (struct offer){.state = o->state,
                          .meta = o->meta,
                          .name = o->name,
                          .cause = o->cause,
                          .folder = o->folder};
    pthread_mutex_unlock(&o->mutex);
}

static struct command *take(void *ctx, const char *dir)
{
    struct offers *o = ctx;
    struct command *c = NULL;
    pthread_mutex_lock(&o->mutex);
    while (o->is_busy)
        pthread_cond_wait(&o->is_idle, &o->mutex);
    if (o->state == OFFER_READY) {
        c = command_new(COMMAND_ADD, 0);
        c->add->meta = o->meta;
        c->add->magnet = o->magnet;
        c->add->dir = pathcomp_expand(dir);
        o->meta = NULL;
        o->magnet = NULL;
        forget(o);
    }
    pthread_mutex_unlock(&o->mutex);
    return c;
}

static void drop(void *ctx)
{
    struct offers *o = ctx;
    pthread_mutex_lock(&o->mutex);
    forget(o);
    pthread_mutex_unlock(&o->mutex);
}

struct offer_host offers_host(struct offers *o)
{
    return (struct offer_host){.begin = begin,
                               .set_folder = set_folder,
                               .look = look,
                               .take = take,
                               .drop = drop,
                               .ctx = o};
}
