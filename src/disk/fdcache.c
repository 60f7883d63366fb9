#include "config.h"

#include "disk/fdcache.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

struct fdcache {
    pthread_mutex_t lock;
    struct fdcache_file *newest, *oldest; /* owned; the list of found ones */
    size_t n_open;                        /* listed, stale and being opened */
    size_t max_open;
};

struct fdcache *fdcache_new(size_t max_open)
{
    assert(max_open > 0);
    struct fdcache *c = xzalloc(sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->max_open = max_open;
    return c;
}

void fdcache_free(struct fdcache *c)
{
    if (c == NULL)
        return;
    fdcache_drop_all(c);
    assert(c->n_open == 0);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void file_close(struct fdcache_file *file)
{
    if (file == NULL)
        return;
    close(file->fd);
    free(file);
}

/* ---- Under the lock ---- */

static void list_remove(struct fdcache *c, struct fdcache_file *file)
{
    if (file->newer != NULL)
        file->newer->older = file->older;
    else
        c->newest = file->older;
    if (file->older != NULL)
        file->older->newer = file->newer;
    else
        c->oldest = file->newer;
    file->newer = file->older = NULL;
}

static void list_insert(struct fdcache *c, struct fdcache_file *file)
{
    file->newer = NULL;
    file->older = c->newest;
    if (c->newest != NULL)
        c->newest->newer = file;
    else
        c->oldest = file;
    c->newest = file;
}

static struct fdcache_file *find(const struct fdcache *c, size_t key)
{
    struct fdcache_file *file = c->newest;
    while (file != NULL && file->key != key)
        file = file->older;
    return file;
}

/* Take a file out of the list. Return it, to be closed without the lock, when
 * nobody uses it; else its last user closes it, and NULL. */
static struct fdcache_file *retire(struct fdcache *c, struct fdcache_file *file)
{
    list_remove(c, file);
    if (file->n_users > 0) {
        file->is_stale = true;
        return NULL;
    }
    c->n_open--;
    return file;
}

/* The least recently used one that nobody uses, taken out; NULL if none. */
static struct fdcache_file *evict(struct fdcache *c)
{
    struct fdcache_file *file = c->oldest;
    while (file != NULL && file->n_users > 0)
        file = file->newer;
    return file == NULL ? NULL : retire(c, file);
}

/* Use `key` if it is there and opened well enough. */
static struct fdcache_file *use(struct fdcache *c, size_t key,
                                enum beneath_mode mode)
{
    struct fdcache_file *file = find(c, key);
    if (file == NULL || (mode != BENEATH_READ && !file->is_writable))
        return NULL;
    file->n_users++;
    list_remove(c, file);
    list_insert(c, file);
    return file;
}

/* ---- Without it ---- */

/* Close one idle file to make room for another; false when there was none. */
static bool make_room(struct fdcache *c)
{
    pthread_mutex_lock(&c->lock);
    struct fdcache_file *victim = evict(c);
    pthread_mutex_unlock(&c->lock);
    file_close(victim);
    return victim != NULL;
}

static int open_within_limits(struct fdcache *c, struct beneath *b,
                              const char *path, enum beneath_mode mode)
{
    int fd = beneath_open(b, path, mode);
    /* The process may have fewer to give than our share. */
    while (fd < 0 && (errno == EMFILE || errno == ENFILE) && make_room(c))
        fd = beneath_open(b, path, mode);
    return fd;
}

/* Put a file just opened in the list, in place of one opened for less; or, when
 * another thread was quicker, use that one. What is to be closed instead goes to
 * *spare_out. */
static struct fdcache_file *adopt(struct fdcache *c,
                                  struct fdcache_file *opened,
                                  enum beneath_mode mode,
                                  struct fdcache_file **spare_out)
{
    struct fdcache_file *file = use(c, opened->key, mode);
    if (file != NULL) {
        c->n_open--;
        *spare_out = opened;
        return file;
    }
    struct fdcache_file *old = find(c, opened->key);
    *spare_out = old == NULL ? NULL : retire(c, old);
    list_insert(c, opened);
    return opened;
}

struct fdcache_file *fdcache_find(struct fdcache *c, size_t key,
                                  enum beneath_mode mode)
{
    pthread_mutex_lock(&c->lock);
    struct fdcache_file *file = use(c, key, mode);
    pthread_mutex_unlock(&c->lock);
    return file;
}

int fdcache_open(struct fdcache *c, struct beneath *b, size_t key,
                 const char *path, enum beneath_mode mode,
                 struct fdcache_file **out)
{
    pthread_mutex_lock(&c->lock);
    struct fdcache_file *file = use(c, key, mode);
    struct fdcache_file *spare = NULL;
    if (file == NULL && c->n_open++ >= c->max_open)
        spare = evict(c);
    pthread_mutex_unlock(&c->lock);
    file_close(spare);
    if (file != NULL) {
        *out = file;
        return 0;
    }

    int fd = open_within_limits(c, b, path, mode);
    if (fd < 0) {
        int errnum = errno;
        pthread_mutex_lock(&c->lock);
        c->n_open--;
        pthread_mutex_unlock(&c->lock);
        return errnum;
    }
    struct fdcache_file *opened = xzalloc(sizeof *opened);
    opened->key = key;
    opened->fd = fd;
    opened->is_writable = mode != BENEATH_READ;
    opened->n_users = 1;
    pthread_mutex_lock(&c->lock);
    *out = adopt(c, opened, mode, &spare);
    pthread_mutex_unlock(&c->lock);
    file_close(spare);
    return 0;
}

void fdcache_put(struct fdcache *c, struct fdcache_file *file)
{
    pthread_mutex_lock(&c->lock);
    assert(file->n_users > 0);
    bool is_last = --file->n_users == 0 && file->is_stale;
    if (is_last)
        c->n_open--;
    pthread_mutex_unlock(&c->lock);
    if (is_last)
        file_close(file);
}

void fdcache_drop(struct fdcache *c, size_t key)
{
    pthread_mutex_lock(&c->lock);
    struct fdcache_file *file = find(c, key);
    struct fdcache_file *idle = file == NULL ? NULL : retire(c, file);
    pthread_mutex_unlock(&c->lock);
    file_close(idle);
}

void fdcache_drop_all(struct fdcache *c)
{
    struct fdcache_file *idle = NULL;
    pthread_mutex_lock(&c->lock);
    while (c->newest != NULL) {
        struct fdcache_file *file = retire(c, c->newest);
        if (file != NULL) {
            file->older = idle;
            idle = file;
        }
    }
    pthread_mutex_unlock(&c->lock);
    while (idle != NULL) {
        struct fdcache_file *next = idle->older;
        file_close(idle);
        idle = next;
    }
}

size_t fdcache_n_open(struct fdcache *c)
{
    pthread_mutex_lock(&c->lock);
    size_t n = c->n_open;
    pthread_mutex_unlock(&c->lock);
    return n;
}
