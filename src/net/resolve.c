#include "config.h"

#include "net/resolve.h"

#include <assert.h>
#include <ctype.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "util/xalloc.h"
#include "net/errands.h"
#include "net/loop.h"
#include "net/sockaddr.h"

/* What is known of a name; a value, copied from thread to name to query. */
struct found {
    enum err err;
    const char *words; /* static */
    size_t n_addrs;
    struct addr addrs[RESOLVE_MAX_ADDRS];
};

/* One call of the lookup function. */
struct lookup {
    struct errand errand; /* first: errands casts it back */
    resolve_lookup_fn *fn;
    void *ctx; /* borrowed: outlives all threads */
    uint64_t id;
    char host[RESOLVE_MAX_HOST_LEN + 1];
    struct found found;
};

/* WAITING for a thread to be free, RUNNING in one, KNOWN until it is too old. */
enum name_state { NAME_WAITING, NAME_RUNNING, NAME_KNOWN };

struct name {
    TAILQ_ENTRY(name) next;
    LIST_HEAD(, resolve_query) queries; /* owned; none when KNOWN */
    enum name_state state;
    uint64_t id;
    int64_t until_ms; /* when KNOWN */
    char host[RESOLVE_MAX_HOST_LEN + 1];
    struct found found; /* when KNOWN */
};

/* Its timer answers with what `found` holds by then: at once what needs no
 * lookup; else that it took too long, unless a lookup put its result there and
 * moved the timer forward. */
struct resolve_query {
    LIST_ENTRY(resolve_query) in_all;
    LIST_ENTRY(resolve_query) in_name; /* when name != NULL */
    struct resolve *r;                 /* borrowed: owns this */
    struct name *name;                 /* borrowed; NULL: nothing to wait for */
    struct loop_timer timer;
    uint16_t port;
    resolve_fn *fn;
    void *ctx; /* borrowed */
    struct found found;
};

struct resolve {
    struct loop *loop; /* borrowed */
    resolve_lookup_fn *lookup;
    void *lookup_ctx;               /* borrowed */
    struct errands *errands;        /* owned; NULL until the first lookup */
    LIST_HEAD(, resolve_query) all; /* owned */
    size_t n_queries;
    TAILQ_HEAD(name_list, name) names; /* owned, oldest first */
    size_t n_names;
    unsigned n_active; /* names that are RUNNING */
    uint64_t next_id;
};

/* The system's resolver. */

static const char *words_of_gai(int rc)
{
    switch (rc) {
    case EAI_NONAME:
#if defined EAI_NODATA && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
        return "host name not found";
    case EAI_AGAIN:
        return "the name server does not answer";
    case EAI_FAIL:
        return "the name server refused";
    default:
        return "the host name cannot be looked up";
    }
}

static size_t lookup_by_system(void *ctx, const char *host, struct addr *addrs,
                               size_t cap, const char **words)
{
    (void)ctx;
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int rc = getaddrinfo(host, NULL, &hints, &list);
    if (rc != 0) {
        *words = words_of_gai(rc);
        return 0;
    }
    size_t n = 0;
    for (const struct addrinfo *ai = list; ai != NULL && n < cap;
         ai = ai->ai_next) {
        struct sockaddr_storage sa;
        if (ai->ai_addrlen > sizeof sa)
            continue;
        memcpy(&sa, ai->ai_addr, ai->ai_addrlen);
        if (sockaddr_to_addr(&sa, ai->ai_addrlen, &addrs[n]) == OK)
            n++;
    }
    freeaddrinfo(list);
    if (n == 0)
        *words = words_of_gai(EAI_NONAME);
    return n;
}

/* Lookups. */

static void run_lookup(struct errand *e)
{
    struct lookup *job = (struct lookup *)e;
    struct found *found = &job->found;
    const char *words = "";
    found->n_addrs =
        job->fn(job->ctx, job->host, found->addrs, RESOLVE_MAX_ADDRS, &words);
    found->err = found->n_addrs > 0 ? OK : ERR_NOT_FOUND;
    found->words = found->n_addrs > 0 ? "" : words;
}

static void on_done(void *ctx, struct errand *e);

static bool start_lookup(struct resolve *r, const struct name *name)
{
    if (r->errands == NULL)
        r->errands = errands_new(r->loop, on_done, r);
    if (r->errands == NULL)
        return false;
    struct lookup *job = xzalloc(sizeof *job);
    job->fn = r->lookup;
    job->ctx = r->lookup_ctx;
    job->id = name->id;
    memcpy(job->host, name->host, sizeof job->host);
    if (errands_send(r->errands, &job->errand, run_lookup))
        return true;
    free(job);
    return false;
}

/* Names. */

static void answer_soon(struct resolve_query *q, const struct found *found)
{
    if (q->name != NULL)
        LIST_REMOVE(q, in_name);
    q->name = NULL;
    q->found = *found;
    loop_timer_arm(q->r->loop, &q->timer, loop_now_ms(q->r->loop));
}

static void drop_name(struct resolve *r, struct name *name)
{
    assert(LIST_EMPTY(&name->queries) && name->state != NAME_RUNNING);
    TAILQ_REMOVE(&r->names, name, next);
    r->n_names--;
    free(name);
}

static void finish_name(struct resolve *r, struct name *name,
                        const struct found *found)
{
    while (!LIST_EMPTY(&name->queries))
        answer_soon(LIST_FIRST(&name->queries), found);
    name->state = NAME_KNOWN;
    name->found = *found;
    name->until_ms = loop_now_ms(r->loop) + RESOLVE_KEEP_MS;
    if (found->err != OK)
        drop_name(r, name);
}

static void start_waiting(struct resolve *r)
{
    static const struct found no_thread = {
        .err = ERR_SYS, .words = "no thread to look up the host name"};
    struct name *name;
    struct name *next;
    for (name = TAILQ_FIRST(&r->names);
         name != NULL && r->n_active < RESOLVE_MAX_ACTIVE; name = next) {
        next = TAILQ_NEXT(name, next);
        if (name->state != NAME_WAITING)
            continue;
        if (start_lookup(r, name)) {
            name->state = NAME_RUNNING;
            r->n_active++;
        } else {
            finish_name(r, name, &no_thread);
        }
    }
}

static struct name *name_by_id(struct resolve *r, uint64_t id)
{
    struct name *name;
    TAILQ_FOREACH(name, &r->names, next)
    {
        if (name->id == id)
            return name;
    }
    return NULL;
}

static void on_done(void *ctx, struct errand *e)
{
    struct resolve *r = ctx;
    const struct lookup *job = (struct lookup *)e;
    struct name *name = name_by_id(r, job->id);
    assert(name != NULL && name->state == NAME_RUNNING);
    r->n_active--;
    finish_name(r, name, &job->found);
    free(e);
    start_waiting(r);
}

/* Make room for one name more; return false when all are in use. */
static bool forget_old(struct resolve *r)
{
    struct name *name;
    struct name *next;
    int64_t now_ms = loop_now_ms(r->loop);
    for (name = TAILQ_FIRST(&r->names); name != NULL; name = next) {
        next = TAILQ_NEXT(name, next);
        if (name->state == NAME_KNOWN && name->until_ms <= now_ms)
            drop_name(r, name);
    }
    for (name = TAILQ_FIRST(&r->names);
         name != NULL && r->n_names >= RESOLVE_MAX_NAMES; name = next) {
        next = TAILQ_NEXT(name, next);
        if (name->state == NAME_KNOWN)
            drop_name(r, name);
    }
    return r->n_names < RESOLVE_MAX_NAMES;
}

static struct name *name_of(struct resolve *r, const char *host)
{
    struct name *name;
    bool has_room = forget_old(r);
    TAILQ_FOREACH(name, &r->names, next)
    {
        if (strcasecmp(name->host, host) == 0)
            return name;
    }
    if (!has_room)
        return NULL;
    name = xzalloc(sizeof *name);
    name->state = NAME_WAITING;
    name->id = r->next_id++;
    memcpy(name->host, host, strlen(host) + 1);
    TAILQ_INSERT_TAIL(&r->names, name, next);
    r->n_names++;
    return name;
}

/* Queries. */

static bool is_host_name(const char *host)
{
    size_t len = strlen(host);
    if (len == 0 || len > RESOLVE_MAX_HOST_LEN)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)host[i];
        if (c > 0x7e || (!isalnum(c) && strchr("-._", c) == NULL))
            return false;
    }
    return true;
}

static void forget_query(struct resolve_query *q)
{
    struct resolve *r = q->r;
    struct name *name = q->name;
    loop_timer_cancel(r->loop, &q->timer);
    LIST_REMOVE(q, in_all);
    r->n_queries--;
    if (name == NULL)
        return;
    LIST_REMOVE(q, in_name);
    q->name = NULL;
    if (LIST_EMPTY(&name->queries) && name->state == NAME_WAITING)
        drop_name(r, name);
}

static void answer(void *ctx)
{
    struct resolve_query *q = ctx;
    struct found *found = &q->found;
    forget_query(q);
    for (size_t i = 0; i < found->n_addrs; i++)
        found->addrs[i].port = q->port;
    const struct resolve_answer a = {.err = found->err,
                                     .words = found->words,
                                     .addrs = found->addrs,
                                     .n_addrs = found->n_addrs};
    q->fn(q->ctx, &a);
    free(q);
}

/* Fill *found with what can be said without a lookup; else return the name to
 * wait for. */
static struct name *begin_query(struct resolve *r, const char *host,
                                struct found *found)
{
    static const struct found bad = {.err = ERR_SYNTAX,
                                     .words = "not a host name"};
    static const struct found busy = {.err = ERR_BUSY,
                                      .words = "too many host names at once"};
    struct addr literal;
    if (addr_parse_ip(host, &literal) == OK) {
        *found = (struct found){.err = OK, .words = "", .n_addrs = 1};
        found->addrs[0] = literal;
        return NULL;
    }
    if (!is_host_name(host)) {
        *found = bad;
        return NULL;
    }
    struct name *name =
        r->n_queries < RESOLVE_MAX_QUERIES ? name_of(r, host) : NULL;
    if (name == NULL) {
        *found = busy;
        return NULL;
    }
    if (name->state == NAME_KNOWN) {
        *found = name->found;
        return NULL;
    }
    return name;
}

struct resolve_query *resolve_start(struct resolve *r, const char *host,
                                    uint16_t port, resolve_fn *fn, void *ctx)
{
    int64_t now_ms = loop_now_ms(r->loop);
    struct resolve_query *q = xzalloc(sizeof *q);
    q->r = r;
    q->port = port;
    q->fn = fn;
    q->ctx = ctx;
    loop_timer_init(&q->timer, answer, q);
    q->name = begin_query(r, host, &q->found);
    LIST_INSERT_HEAD(&r->all, q, in_all);
    r->n_queries++;
    if (q->name == NULL) {
        loop_timer_arm(r->loop, &q->timer, now_ms);
        return q;
    }
    q->found.err = ERR_TIMEOUT;
    q->found.words = "looking up the host name took too long";
    LIST_INSERT_HEAD(&q->name->queries, q, in_name);
    loop_timer_arm(r->loop, &q->timer, now_ms + RESOLVE_TIMEOUT_MS);
    start_waiting(r);
    return q;
}

void resolve_cancel(struct resolve *r, struct resolve_query *q)
{
    assert(q->r == r);
    forget_query(q);
    free(q);
}

struct resolve *resolve_new(struct loop *loop, resolve_lookup_fn *lookup,
                            void *ctx)
{
    struct resolve *r = xzalloc(sizeof *r);
    r->loop = loop;
    r->lookup = lookup != NULL ? lookup : lookup_by_system;
    r->lookup_ctx = ctx;
    LIST_INIT(&r->all);
    TAILQ_INIT(&r->names);
    return r;
}

void resolve_free(struct resolve *r)
{
    if (r == NULL)
        return;
    while (!LIST_EMPTY(&r->all)) {
        struct resolve_query *q = LIST_FIRST(&r->all);
        forget_query(q);
        free(q);
    }
    while (!TAILQ_EMPTY(&r->names)) {
        struct name *name = TAILQ_FIRST(&r->names);
        TAILQ_REMOVE(&r->names, name, next);
        free(name);
    }
    errands_free(r->errands);
    free(r);
}
