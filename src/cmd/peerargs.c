#include "config.h"

#include "cmd/peerargs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "net/resolve.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { PEERARGS_LOOK_MS = 200 };

struct lookup {
    struct addr *addrs; /* owned: of all arguments so far */
    size_t n;
    bool is_over; /* the one asked for now */
    enum err err;
    struct cause cause;
};

bool peerargs_split(const char *text, char *host, size_t cap,
                    uint16_t *port_out)
{
    const char *colon = strrchr(text, ':');
    uint16_t port;
    if (colon == NULL ||
        !text_parse_port(colon + 1, strlen(colon + 1), &port) || port == 0)
        return false;
    size_t len = (size_t)(colon - text);
    if (text[0] == '[') {
        if (len < 3 || text[len - 1] != ']')
            return false;
        text++;
        len -= 2;
    } else if (memchr(text, ':', len) != NULL)
        return false; /* an IPv6 address without brackets: where does it end? */
    if (len == 0 || len >= cap)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    *port_out = port;
    return true;
}

static void on_answer(void *ctx, const struct resolve_answer *answer)
{
    struct lookup *l = ctx;
    l->is_over = true;
    l->err = answer->err;
    cause_set(&l->cause, "%s", answer->words);
    l->addrs =
        xreallocarray(l->addrs, l->n + answer->n_addrs + 1, sizeof *l->addrs);
    for (size_t i = 0; i < answer->n_addrs; i++)
        if (addr_is_dialable(&answer->addrs[i]))
            l->addrs[l->n++] = answer->addrs[i];
        else if (answer->n_addrs == 1) {
            l->err = ERR_USAGE;
            cause_set(&l->cause, "no address that a peer can have");
        }
}

static enum err look_up(struct loop *loop, struct resolve *resolve,
                        struct lookup *l, const char *text,
                        bool (*is_cancelled)(void))
{
    char host[RESOLVE_MAX_HOST_LEN + 1];
    uint16_t port;
    if (!peerargs_split(text, host, sizeof host, &port)) {
        cause_set(&l->cause, "not HOST:PORT, such as 192.0.2.7:6881, "
                             "[2001:db8::7]:6881 or example.org:6881");
        return ERR_USAGE;
    }
    l->is_over = false;
    resolve_start(resolve, host, port, on_answer, l);
    while (!l->is_over) {
        enum err err = loop_run_once(loop, PEERARGS_LOOK_MS);
        if (err == OK && is_cancelled != NULL && is_cancelled())
            err = ERR_CANCELLED;
        if (err != OK)
            return err;
    }
    return l->err == OK ? OK : ERR_USAGE;
}

static enum err look_up_all(const char *const *items, size_t n,
                            bool (*is_cancelled)(void), struct lookup *l,
                            struct cause *cause)
{
    struct loop *loop;
    enum err err = loop_new(clock_now_ms(), true, &loop);
    if (err != OK) {
        cause_set(cause, "%s", err_text(err));
        return err;
    }
    struct resolve *resolve = resolve_new(loop, NULL, NULL);
    for (size_t i = 0; i < n && err == OK; i++) {
        err = look_up(loop, resolve, l, items[i], is_cancelled);
        if (err == OK)
            continue;
        char *clean = text_clean_dup(items[i], strlen(items[i]));
        cause_set(cause, "'%s': %s", clean,
                  err == ERR_USAGE ? l->cause.text : err_text(err));
        free(clean);
    }
    resolve_free(resolve);
    loop_free(loop);
    return err;
}

enum err peerargs_resolve(const char *const *items, size_t n,
                          bool (*is_cancelled)(void), struct addr **out,
                          size_t *n_out, struct cause *cause)
{
    struct lookup l = {.addrs = xcalloc(1, sizeof(struct addr))};
    enum err err = n > 0 ? look_up_all(items, n, is_cancelled, &l, cause) : OK;
    if (err != OK) {
        free(l.addrs);
        return err;
    }
    *out = l.addrs;
    *n_out = l.n;
    return OK;
}
