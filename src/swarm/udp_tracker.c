#include "config.h"

#include "swarm/udp_tracker.h"

#include "util/text.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* States: see the header. CONNECTING and ASKING wait for a datagram or for the
 * deadline; DONE and FAILED for nothing. */

struct slot {
    struct addr remote;
    uint64_t connection_id;
    int64_t until_ms;
};

struct udp_tracker_cache {
    struct slot slots[UDP_TRACKER_CACHE_MAX];
    size_t n;
};

struct udp_tracker {
    struct addr remote;
    bool is_scrape;
    struct tracker_request request;
    uint8_t *path; /* owned */
    size_t path_len;
    struct udp_tracker_cache *cache; /* borrowed: outlives all exchanges */
    const struct rng *rng;           /* borrowed: the session's */

    enum udp_tracker_state state;
    uint32_t transaction_id;
    uint64_t connection_id;
    int64_t id_until_ms;
    bool id_is_cached; /* not given to this exchange: it may be stale */
    bool has_tx;       /* a datagram waits to be sent */
    unsigned n_resends;
    int64_t resend_ms;
    int64_t give_up_ms;

    enum err result;
    struct tracker_reply reply; /* owns its peers; DONE announces only */
    struct tracker_scrape scrape;
    char words[UDP_TRACKER_WORDS_MAX];
};

struct udp_tracker_cache *udp_tracker_cache_new(void)
{
    return xzalloc(sizeof(struct udp_tracker_cache));
}

void udp_tracker_cache_free(struct udp_tracker_cache *c)
{
    free(c);
}

static struct slot *cache_find(struct udp_tracker_cache *c,
                               const struct addr *remote)
{
    for (size_t i = 0; i < c->n; i++)
        if (addr_eq(&c->slots[i].remote, remote))
            return &c->slots[i];
    return NULL;
}

static void cache_forget(struct udp_tracker_cache *c, const struct addr *remote)
{
    struct slot *slot = cache_find(c, remote);

    if (slot != NULL)
        *slot = c->slots[--c->n];
}

static void cache_put(struct udp_tracker_cache *c, const struct slot *slot)
{
    struct slot *at = cache_find(c, &slot->remote);

    if (at == NULL && c->n < UDP_TRACKER_CACHE_MAX)
        at = &c->slots[c->n++];
    if (at == NULL) {
        at = &c->slots[0];
        for (size_t i = 1; i < c->n; i++)
            if (c->slots[i].until_ms < at->until_ms)
                at = &c->slots[i];
    }
    *at = *slot;
}

/* Begin to send in a state: a new transaction, its first datagram waits. */
static void enter(struct udp_tracker *t, enum udp_tracker_state state,
                  int64_t now_ms)
{
    t->state = state;
    t->transaction_id = rng_u32(t->rng);
    t->n_resends = 0;
    t->resend_ms = now_ms + UDP_TRACKER_RESEND_MS;
    t->has_tx = true;
}

static void end(struct udp_tracker *t, enum udp_tracker_state state,
                enum err result)
{
    t->state = state;
    t->result = result;
    t->has_tx = false;
}

static void reconnect(struct udp_tracker *t, int64_t now_ms)
{
    cache_forget(t->cache, &t->remote);
    t->id_is_cached = false;
    enter(t, UDP_TRACKER_CONNECTING, now_ms);
}

static bool is_over(const struct udp_tracker *t)
{
    return t->state == UDP_TRACKER_DONE || t->state == UDP_TRACKER_FAILED;
}

struct udp_tracker *udp_tracker_new(const struct udp_tracker_config *config,
                                    int64_t now_ms)
{
    struct udp_tracker *t = xzalloc(sizeof *t);
    struct slot *slot = cache_find(config->cache, &config->remote);

    t->remote = config->remote;
    t->is_scrape = config->is_scrape;
    t->request = config->request;
    t->request.tracker_id = (struct span){NULL, 0}; /* not in BEP 15 */
    if (config->path.len > 0 && config->path.len <= TRACKER_UDP_MAX_PATH) {
        t->path = xmemdup(config->path.p, config->path.len);
        t->path_len = config->path.len;
    }
    t->cache = config->cache;
    t->rng = config->rng;
    t->result = ERR_AGAIN;
    t->give_up_ms = now_ms + UDP_TRACKER_TOTAL_MS;
    tracker_reply_init(&t->reply);
    if (slot == NULL || slot->until_ms <= now_ms) {
        reconnect(t, now_ms);
        return t;
    }
    t->connection_id = slot->connection_id;
    t->id_until_ms = slot->until_ms;
    t->id_is_cached = true;
    enter(t, UDP_TRACKER_ASKING, now_ms);
    return t;
}

void udp_tracker_free(struct udp_tracker *t)
{
    if (t == NULL)
        return;
    tracker_reply_fini(&t->reply);
    free(t->path);
    free(t);
}

size_t udp_tracker_tx(struct udp_tracker *t, uint8_t *out, int64_t now_ms)
{
    if (!t->has_tx)
        return 0;
    if (t->state == UDP_TRACKER_ASKING && now_ms >= t->id_until_ms)
        reconnect(t, now_ms);
    t->has_tx = false;
    if (t->state == UDP_TRACKER_CONNECTING)
        return tracker_udp_put_connect(out, t->transaction_id);
    if (t->is_scrape)
        return tracker_udp_put_scrape(out, t->connection_id, t->transaction_id,
                                      t->request.info_hash);
    return tracker_udp_put_announce(out, t->connection_id, t->transaction_id,
                                    &t->request,
                                    (struct span){t->path, t->path_len});
}

static void on_error(struct udp_tracker *t, const uint8_t *bytes, size_t n,
                     int64_t now_ms)
{
    struct tracker_text text;

    if (tracker_udp_parse_error(bytes, n, &text) != OK)
        return;
    /* Most likely the tracker no longer knows this id: it was restarted. */
    if (t->state == UDP_TRACKER_ASKING && t->id_is_cached) {
        reconnect(t, now_ms);
        return;
    }
    if (text.len > 0)
        text_clean(t->words, sizeof t->words, text.bytes, text.len);
    else
        snprintf(t->words, sizeof t->words, "refused without a reason");
    end(t, UDP_TRACKER_FAILED, ERR_REFUSED);
}

static void on_connect(struct udp_tracker *t, const uint8_t *bytes, size_t n,
                       int64_t now_ms)
{
    struct slot slot = {.remote = t->remote};

    if (tracker_udp_parse_connect(bytes, n, &slot.connection_id) != OK)
        return;
    slot.until_ms = now_ms + UDP_TRACKER_ID_MS;
    cache_put(t->cache, &slot);
    t->connection_id = slot.connection_id;
    t->id_until_ms = slot.until_ms;
    enter(t, UDP_TRACKER_ASKING, now_ms);
}

static void on_answer(struct udp_tracker *t, const uint8_t *bytes, size_t n)
{
    bool is_v6 = !addr_is_v4(&t->remote);
    enum err e;

    if (t->is_scrape)
        e = tracker_udp_parse_scrape(bytes, n, &t->scrape);
    else
        e = tracker_udp_parse_announce(bytes, n, is_v6, &t->reply);
    if (e == OK)
        end(t, UDP_TRACKER_DONE, OK);
}

bool udp_tracker_rx(struct udp_tracker *t, const struct addr *from,
                    const uint8_t *bytes, size_t n, int64_t now_ms)
{
    uint32_t action, transaction_id;

    if (is_over(t) || !addr_eq(from, &t->remote) ||
        tracker_udp_head(bytes, n, &action, &transaction_id) != OK ||
        transaction_id != t->transaction_id)
        return false;
    if (action == TRACKER_UDP_ERROR)
        on_error(t, bytes, n, now_ms);
    else if (t->state == UDP_TRACKER_CONNECTING)
        on_connect(t, bytes, n, now_ms);
    else
        on_answer(t, bytes, n);
    return true;
}

int64_t udp_tracker_deadline_ms(const struct udp_tracker *t)
{
    if (is_over(t))
        return INT64_MAX;
    return t->resend_ms < t->give_up_ms ? t->resend_ms : t->give_up_ms;
}

void udp_tracker_tick(struct udp_tracker *t, int64_t now_ms)
{
    if (is_over(t))
        return;
    if (now_ms >= t->give_up_ms) {
        snprintf(t->words, sizeof t->words, "no answer within %d s",
                 UDP_TRACKER_TOTAL_MS / 1000);
        end(t, UDP_TRACKER_FAILED, ERR_TIMEOUT);
        return;
    }
    if (now_ms < t->resend_ms)
        return;
    if (t->state == UDP_TRACKER_ASKING &&
        (t->id_is_cached || now_ms >= t->id_until_ms)) {
        reconnect(t, now_ms);
        return;
    }
    t->n_resends++;
    t->resend_ms = now_ms + ((int64_t)UDP_TRACKER_RESEND_MS << t->n_resends);
    t->has_tx = true;
}

enum udp_tracker_state udp_tracker_state(const struct udp_tracker *t)
{
    return t->state;
}

const struct addr *udp_tracker_remote(const struct udp_tracker *t)
{
    return &t->remote;
}

enum err udp_tracker_result(const struct udp_tracker *t)
{
    return t->result;
}

const struct tracker_reply *udp_tracker_reply(const struct udp_tracker *t)
{
    return t->state == UDP_TRACKER_DONE && !t->is_scrape ? &t->reply : NULL;
}

const struct tracker_scrape *udp_tracker_scrape(const struct udp_tracker *t)
{
    return t->state == UDP_TRACKER_DONE && t->is_scrape ? &t->scrape : NULL;
}

const char *udp_tracker_words(const struct udp_tracker *t)
{
    return t->words;
}
