#include "config.h"

#include "cmd/hashers.h"

#include <pthread.h>
#include <unistd.h>

#include "meta/create.h"

enum { MAX_THREADS = 64 };

/* What the threads share. */
struct work {
    const struct tree *tree;         /* borrowed */
    const struct geometry *geo;      /* borrowed */
    const struct hashers_host *host; /* borrowed */
    uint8_t *hashes;                 /* borrowed; each piece has its place */
    pthread_mutex_t mutex;           /* of what follows */
    uint32_t next;                   /* first piece that nobody has taken */
    uint64_t done_bytes;
    bool is_telling; /* a thread is in the host's callback */
    enum err err;    /* the first failure; ends all threads */
    struct cause cause;
};

/* Take up to `batch` pieces. Return how many; 0: there is nothing to do. */
static uint32_t take(struct work *w, uint32_t batch, uint32_t *first_out)
{
    uint32_t n = 0;
    pthread_mutex_lock(&w->mutex);
    if (w->err == OK) {
        n = w->geo->n_pieces - w->next;
        n = n < batch ? n : batch;
        *first_out = w->next;
        w->next += n;
    }
    pthread_mutex_unlock(&w->mutex);
    return n;
}

static uint64_t len_of(const struct geometry *geo, uint32_t first, uint32_t n)
{
    return (uint64_t)(n - 1) * geo->piece_len +
           geometry_piece_len(geo, first + n - 1);
}

/* The lock is not held while the host is told: it draws on a terminal, which
 * may take its time. */
static void tell(struct work *w, uint64_t done_bytes)
{
    bool go_on = w->host->on_progress(w->host->ctx, done_bytes);
    pthread_mutex_lock(&w->mutex);
    w->is_telling = false;
    if (!go_on && w->err == OK)
        w->err = ERR_CANCELLED;
    pthread_mutex_unlock(&w->mutex);
}

static void put_back(struct work *w, enum err err, const struct cause *cause,
                     uint64_t len)
{
    pthread_mutex_lock(&w->mutex);
    if (err == OK) {
        w->done_bytes += len;
    } else if (w->err == OK) {
        w->err = err;
        w->cause = *cause;
    }
    bool must_tell = !w->is_telling;
    uint64_t done_bytes = w->done_bytes;
    w->is_telling = true;
    pthread_mutex_unlock(&w->mutex);
    if (must_tell)
        tell(w, done_bytes);
}

static void *thread_body(void *ctx)
{
    struct work *w = ctx;
    struct tree_reader *reader = tree_reader_new(w->tree);
    struct create_source source = {.read = tree_reader_read, .ctx = reader};
    struct create_hasher *hasher = create_hasher_new(w->geo, source);
    uint32_t batch = create_hasher_batch(hasher);
    uint32_t first = 0;
    enum err err = OK;
    for (uint32_t n; err == OK && (n = take(w, batch, &first)) > 0;) {
        struct cause cause = {.text = ""};
        err = create_hasher_run(hasher, first, n,
                                w->hashes + (size_t)first * METAINFO_HASH_LEN,
                                &cause);
        put_back(w, err, &cause, len_of(w->geo, first, n));
    }
    create_hasher_free(hasher);
    tree_reader_free(reader);
    return NULL;
}

enum err hashers_run(const struct tree *tree, const struct geometry *geo,
                     const struct hashers_host *host, uint8_t *hashes_out,
                     struct cause *cause)
{
    struct work w = {.tree = tree,
                     .geo = geo,
                     .host = host,
                     .hashes = hashes_out};
    pthread_t threads[MAX_THREADS];
    long n_cores = sysconf(_SC_NPROCESSORS_ONLN);
    long n_started = 0;
    pthread_mutex_init(&w.mutex, NULL);
    while (n_started < n_cores - 1 && n_started < MAX_THREADS &&
           pthread_create(&threads[n_started], NULL, thread_body, &w) == 0)
        n_started++;
    thread_body(&w);
    for (long i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&w.mutex);
    if (w.err != OK && cause != NULL)
        *cause = w.cause;
    return w.err;
}
