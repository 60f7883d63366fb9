#include "config.h"

#include "disk/kept.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "meta/bencode.h"
#include "disk/sealed.h"

enum { KEPT_VERSION = 1, MAX_DEPTH = 3 };
enum { MAX_TOKENS = 128 + 3 * KEPT_MAX_URLS };

struct kept *kept_new(const uint8_t info_hash[KEPT_HASH_LEN])
{
    struct kept *k = xzalloc(sizeof *k);
    memcpy(k->info_hash, info_hash, sizeof k->info_hash);
    return k;
}

/* ---- Lists of URLs ---- */

static void urls_fini(struct kept_urls *urls)
{
    for (size_t i = 0; i < urls->n; i++)
        free(urls->items[i]);
    free(urls->items);
}

static size_t urls_find(const struct kept_urls *urls, const char *url)
{
    size_t i = 0;
    while (i < urls->n && strcmp(urls->items[i], url) != 0)
        i++;
    return i;
}

bool kept_urls_has(const struct kept_urls *urls, const char *url)
{
    return urls_find(urls, url) < urls->n;
}

bool kept_urls_add(struct kept_urls *urls, const char *url)
{
    if (kept_urls_has(urls, url))
        return true;
    if (urls->n >= KEPT_MAX_URLS || strlen(url) > KEPT_MAX_URL_LEN)
        return false;
    urls->items = xreallocarray(urls->items, urls->n + 1, sizeof *urls->items);
    urls->items[urls->n++] = xstrdup(url);
    return true;
}

bool kept_urls_remove(struct kept_urls *urls, const char *url)
{
    size_t i = urls_find(urls, url);
    if (i == urls->n)
        return false;
    free(urls->items[i]);
    urls->n--;
    memmove(urls->items + i, urls->items + i + 1,
            (urls->n - i) * sizeof *urls->items);
    return true;
}

static void urls_take(struct kept_urls *to, struct kept_urls *from)
{
    urls_fini(to);
    *to = *from;
    *from = (struct kept_urls){.n = 0};
}

void kept_take_urls(struct kept *k, struct kept *from)
{
    urls_take(&k->more_trackers, &from->more_trackers);
    urls_take(&k->no_trackers, &from->no_trackers);
    urls_take(&k->disabled_trackers, &from->disabled_trackers);
}

void kept_free(struct kept *k)
{
    if (k == NULL)
        return;
    urls_fini(&k->more_trackers);
    urls_fini(&k->no_trackers);
    urls_fini(&k->disabled_trackers);
    free(k->priorities);
    free(k->paused_why);
    free(k->magnet);
    free(k->label);
    free(k->dir);
    free(k);
}

/* ---- Writing ---- */

static void write_urls(struct bencode_writer *w, const char *key,
                       const struct kept_urls *urls)
{
    bencode_write_key(w, key);
    bencode_begin_list(w);
    for (size_t i = 0; i < urls->n; i++)
        bencode_write_str(w, urls->items[i]);
    bencode_end(w);
}

static enum err write_dict(const struct kept *k, struct buf *out)
{
    struct bencode_writer w;
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    sealed_put_uint(&w, "added", (uint64_t)k->added_wall);
    sealed_put_uint(&w, "chooses", k->chooses);
    bencode_put_str(&w, "dir", k->dir);
    write_urls(&w, "disabled-trackers", &k->disabled_trackers);
    sealed_put_uint(&w, "down-limit", k->limit_down_Bps);
    sealed_put_uint(&w, "first-last", k->is_first_last);
    sealed_put_uint(&w, "forced", k->is_forced);
    bencode_put_bytes(&w, "info-hash", k->info_hash, sizeof k->info_hash);
    bencode_put_str(&w, "label", k->label);
    bencode_put_str(&w, "magnet", k->magnet);
    sealed_put_uint(&w, "max-peers", k->max_peers);
    write_urls(&w, "more-trackers", &k->more_trackers);
    write_urls(&w, "no-trackers", &k->no_trackers);
    bencode_put_int(&w, "order", k->order);
    sealed_put_uint(&w, "paused", k->is_paused);
    bencode_put_str(&w, "paused-why", k->paused_why);
    sealed_put_uint(&w, "preallocate", k->preallocate);
    if (k->priorities != NULL)
        bencode_put_bytes(&w, "priorities", k->priorities, k->n_priorities);
    sealed_put_uint(&w, "seed-minutes", k->seed_minutes);
    sealed_put_uint(&w, "seed-ratio", k->seed_ratio_m);
    sealed_put_uint(&w, "seeded", k->is_seeded);
    sealed_put_uint(&w, "sequential", k->is_sequential);
    sealed_put_uint(&w, "up-limit", k->limit_up_Bps);
    sealed_put_uint(&w, "version", KEPT_VERSION);
    bencode_end(&w);
    return bencode_writer_finish(&w);
}

enum err kept_encode(const struct kept *k, struct buf *out)
{
    size_t start = out->len;
    enum err err = write_dict(k, out);
    if (err == OK)
        err = sealed_close(out, start);
    if (err != OK)
        buf_chop(out, out->len - start);
    return err;
}

/* ---- Reading ---- */

static const char WHAT[] = "saved settings";

static enum err refuse(struct cause *cause, const char *key)
{
    cause_set(cause, "%s: '%s' is missing or wrong", WHAT, key);
    return ERR_INVALID;
}

/* One number into a field of its own type. */
struct number {
    const char *key;
    int64_t min, max;
    int64_t value; /* as it was read, or the default */
};

enum {
    ADDED,
    CHOOSES,
    DOWN,
    FIRST_LAST,
    FORCED,
    MAX_PEERS,
    ORDER,
    PAUSED,
    PREALLOCATE,
    MINUTES,
    RATIO,
    SEEDED,
    SEQUENTIAL,
    UP,
    N_NUMBERS
};

static enum err read_numbers(struct kept *k, const struct bencode *dict,
                             struct cause *cause)
{
    struct number numbers[N_NUMBERS] = {
        [ADDED] = {"added", 0, INT64_MAX, 0},
        [CHOOSES] = {"chooses", 0, 1, 0},
        [DOWN] = {"down-limit", 0, INT64_MAX, 0},
        [FIRST_LAST] = {"first-last", 0, 1, 0},
        [FORCED] = {"forced", 0, 1, 0},
        [MAX_PEERS] = {"max-peers", 0, UINT32_MAX, 0},
        [ORDER] = {"order", -KEPT_MAX_ORDER, KEPT_MAX_ORDER, 0},
        [PAUSED] = {"paused", 0, 1, 0},
        [PREALLOCATE] = {"preallocate", 0, 1, 0},
        [MINUTES] = {"seed-minutes", 0, UINT32_MAX, 0},
        [RATIO] = {"seed-ratio", 0, UINT32_MAX, 0},
        [SEEDED] = {"seeded", 0, 1, 0},
        [SEQUENTIAL] = {"sequential", 0, 1, 0},
        [UP] = {"up-limit", 0, INT64_MAX, 0},
    };
    for (size_t i = 0; i < N_NUMBERS; i++) {
        struct bencode value;
        if (!bencode_get(dict, numbers[i].key, &value))
            continue;
        if (value.type != BENCODE_INT || value.num < numbers[i].min ||
            value.num > numbers[i].max)
            return refuse(cause, numbers[i].key);
        numbers[i].value = value.num;
    }
    k->added_wall = numbers[ADDED].value;
    k->chooses = numbers[CHOOSES].value != 0;
    k->limit_down_Bps = (uint64_t)numbers[DOWN].value;
    k->is_first_last = numbers[FIRST_LAST].value != 0;
    k->is_forced = numbers[FORCED].value != 0;
    k->max_peers = (uint32_t)numbers[MAX_PEERS].value;
    k->order = numbers[ORDER].value;
    k->is_paused = numbers[PAUSED].value != 0;
    k->preallocate = numbers[PREALLOCATE].value != 0;
    k->seed_minutes = (uint32_t)numbers[MINUTES].value;
    k->seed_ratio_m = (uint32_t)numbers[RATIO].value;
    k->is_seeded = numbers[SEEDED].value != 0;
    k->is_sequential = numbers[SEQUENTIAL].value != 0;
    k->limit_up_Bps = (uint64_t)numbers[UP].value;
    return OK;
}

static bool is_text(const struct bencode *value, size_t max_len)
{
    return value->type == BENCODE_STR && value->str.len <= max_len &&
           (value->str.len == 0 ||
            memchr(value->str.p, '\0', value->str.len) == NULL);
}

static enum err read_texts(struct kept *k, const struct bencode *dict,
                           struct cause *cause)
{
    const struct {
        const char *key;
        size_t max_len;
        char **out;
    } texts[] = {
        {"dir", KEPT_MAX_DIR_LEN, &k->dir},
        {"label", KEPT_MAX_LABEL_LEN, &k->label},
        {"magnet", KEPT_MAX_MAGNET_LEN, &k->magnet},
        {"paused-why", KEPT_MAX_WORDS_LEN, &k->paused_why},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct bencode value;
        if (!bencode_get(dict, texts[i].key, &value))
            continue;
        if (!is_text(&value, texts[i].max_len))
            return refuse(cause, texts[i].key);
        *texts[i].out = xstrndup((const char *)value.str.p, value.str.len);
    }
    return k->dir == NULL || k->dir[0] != '/' ? refuse(cause, "dir") : OK;
}

static enum err read_urls(struct kept_urls *urls, const struct bencode *dict,
                          const char *key, struct cause *cause)
{
    struct bencode list, item;
    if (!bencode_get(dict, key, &list))
        return OK;
    if (list.type != BENCODE_LIST)
        return refuse(cause, key);
    struct bencode_iter it = bencode_iter(&list);
    while (bencode_next(&it, &item)) {
        if (!is_text(&item, KEPT_MAX_URL_LEN))
            return refuse(cause, key);
        char *url = xstrndup((const char *)item.str.p, item.str.len);
        bool is_added = kept_urls_add(urls, url);
        free(url);
        if (!is_added)
            return refuse(cause, key);
    }
    return OK;
}

static enum err read_priorities(struct kept *k, const struct bencode *dict,
                                struct cause *cause)
{
    struct bencode value;
    if (!bencode_get(dict, "priorities", &value))
        return OK;
    if (value.type != BENCODE_STR)
        return refuse(cause, "priorities");
    for (size_t i = 0; i < value.str.len; i++)
        if (value.str.p[i] > KEPT_MAX_PRIORITY)
            return refuse(cause, "priorities");
    k->n_priorities = value.str.len;
    k->priorities = xmemdup(value.str.p, value.str.len);
    return OK;
}

static enum err check_whose(const struct bencode *dict,
                            const uint8_t *info_hash, struct cause *cause)
{
    struct bencode version, hash;
    struct bencode_want wants[] = {{"version", BENCODE_INT, &version},
                                   {"info-hash", BENCODE_STR, &hash}};
    bencode_get_many(dict, wants, sizeof wants / sizeof wants[0]);
    if (version.type == BENCODE_INT && version.num != KEPT_VERSION) {
        cause_set(cause, "%s: of version %" PRId64 ", not %d", WHAT,
                  version.num, KEPT_VERSION);
        return ERR_INVALID;
    }
    if (version.type != BENCODE_INT)
        return refuse(cause, "version");
    struct span wanted = {info_hash, KEPT_HASH_LEN};
    if (hash.type != BENCODE_STR || !span_eq(hash.str, wanted)) {
        cause_set(cause, "%s: of another torrent", WHAT);
        return ERR_INVALID;
    }
    return OK;
}

enum err kept_decode(const void *bytes, size_t len,
                     const uint8_t info_hash[KEPT_HASH_LEN], struct kept **out,
                     struct cause *cause)
{
    static const struct bencode_limits limits = {.max_depth = MAX_DEPTH,
                                                 .max_tokens = MAX_TOKENS};
    struct bencode dict;
    if (len > KEPT_MAX_LEN) {
        cause_set(cause, "%s: over 8 MiB", WHAT);
        return ERR_TOO_BIG;
    }
    enum err err = sealed_open(bytes, len, &limits, WHAT, &dict, cause);
    if (err == OK)
        err = check_whose(&dict, info_hash, cause);
    if (err != OK)
        return err;
    struct kept *k = kept_new(info_hash);
    err = read_numbers(k, &dict, cause);
    if (err == OK)
        err = read_texts(k, &dict, cause);
    if (err == OK)
        err = read_priorities(k, &dict, cause);
    if (err == OK)
        err = read_urls(&k->more_trackers, &dict, "more-trackers", cause);
    if (err == OK)
        err = read_urls(&k->no_trackers, &dict, "no-trackers", cause);
    if (err == OK)
        err =
            read_urls(&k->disabled_trackers, &dict, "disabled-trackers", cause);
    if (err == OK)
        *out = k;
    else
        kept_free(k);
    return err;
}
