#include "config.h"

#include "cmd/demo_peer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/demo_data.h"
#include "engine/session.h"
#include "model/bridge.h"
#include "swarm/choker.h"
#include "util/clock.h"
#include "util/xalloc.h"

struct run {
    const struct demo_peer_config *config; /* borrowed */
    struct bridge *bridge;                 /* owned, until the process ends */
    struct metainfo *meta; /* borrowed: parsed from the same bytes */
    bool is_ready;         /* and it was told */
    bool is_over;
    bool is_choking;   /* everybody, for a while */
    int64_t turned_ms; /* when that changed last */
};

static void tell(struct run *r, const struct demo_peer_news *news)
{
    ssize_t n = write(r->config->ready_fd, news, sizeof *news);
    (void)n; /* if nobody reads, our maker is gone, which is looked at */
    close(r->config->ready_fd);
    r->is_ready = true;
}

static void fail(struct run *r, const char *words)
{
    struct demo_peer_news news = {.cause = {""}};
    cause_set(&news.cause, "%s", words);
    if (!r->is_ready)
        tell(r, &news);
    r->is_over = true;
}

static void add_torrent(struct run *r)
{
    const struct demo_peer_config *config = r->config;
    struct command *c = command_new(COMMAND_ADD, 0);
    c->add->meta = config->meta;
    c->add->dir = xstrdup(config->dir);
    c->add->peers =
        xmemdup(config->others, config->n_others * sizeof *config->others);
    c->add->n_peers = config->n_others;
    bridge_send(r->bridge, c);
}

/* Its data is checked: from now on others take it for good. */
static void begin(struct run *r, uint16_t port)
{
    struct demo_peer_news news = {.addr = r->config->plan->addr};
    news.addr.port = port;
    struct cause cause = {""};
    if (r->config->plan->kind == DEMO_PLAN_CORRUPT &&
        demo_data_spoil(r->config->dir, r->meta, &cause) != OK)
        fail(r, cause.text);
    else
        tell(r, &news);
}

static void on_frame(struct run *r, const struct frame *f)
{
    if (!r->is_ready && f->n_torrents == 1 &&
        f->torrents[0]->state != FRAME_CHECKING)
        begin(r, f->listen_port);
}

/* Open the slots, or close them all; the next round of choking does it. */
static void turn_slots(struct run *r, int64_t now_ms)
{
    if (now_ms - r->turned_ms < DEMO_PEER_CHOKE_MS)
        return;
    r->is_choking = !r->is_choking;
    r->turned_ms = now_ms;
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits.has_slots = true;
    c->limits.n_slots = r->is_choking ? 0 : CHOKER_SLOTS;
    bridge_send(r->bridge, c);
}

static void on_event(struct run *r, const struct event *e)
{
    if (e->kind == EVENT_REFUSED || e->kind == EVENT_ERROR)
        fail(r, e->text);
    else if (e->kind == EVENT_STOPPED && e->torrent == 0)
        r->is_over = true;
}

static void run(struct run *r)
{
    bool is_choker = r->config->plan->kind == DEMO_PLAN_CHOKER;
    int64_t begun_ms = clock_now_ms();
    int64_t until_ms = begun_ms + DEMO_PEER_START_MS;
    /* Half way between two rounds of choking, the first of which is about now. */
    r->turned_ms = begun_ms + DEMO_PEER_CHOKE_MS / 2;
    while (!r->is_over && getppid() == r->config->maker) {
        bridge_wait(r->bridge, DEMO_PEER_LOOK_MS);
        struct event e;
        while (bridge_take_event(r->bridge, &e))
            on_event(r, &e);
        struct frame *f = bridge_take_frame(r->bridge);
        if (f != NULL)
            on_frame(r, f);
        frame_free(f);
        int64_t now_ms = clock_now_ms();
        if (is_choker)
            turn_slots(r, now_ms);
        if (!r->is_ready && now_ms > until_ms)
            fail(r, "its data is not checked after two minutes");
    }
}

void demo_peer_run(const struct demo_peer_config *config)
{
    struct run r = {.config = config, .bridge = bridge_new()};
    const struct demo_plan_peer *plan = config->plan;
    struct session_config ours = {.has_port = true,
                                  .bind = &plan->addr,
                                  .limit_down_Bps = plan->down_Bps,
                                  .limit_up_Bps = plan->up_Bps};
    struct session *session = NULL;
    struct cause cause = {""};
    setenv("XDG_STATE_HOME", config->state_dir, 1);
    enum err err = metainfo_parse(config->meta->raw, config->meta->raw_len,
                                  &r.meta, &cause);
    if (err == OK)
        err = session_new(&ours, r.bridge, &session, &cause);
    if (err == OK)
        err = session_start(session, &cause);
    if (err == OK) {
        add_torrent(&r);
        run(&r);
    } else
        fail(&r, cause.text);
    /* Nothing of it is worth saving. */
    _exit(0);
}
