#include "config.h"

#include "tests/engine/house.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "disk/lockset.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "tests/disk/tmpdir.h"
#include "util/buf.h"
#include "util/hash.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { HOUSE_MAX_SEEN = 64 };

/* Rows that a test was given: references. */
static struct frame_torrent *seen[HOUSE_MAX_SEEN];
static size_t n_seen;

enum { WAIT_MS = 1000 };

struct house house;

void house_set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    house.dir = tmpdir_new();
    char *absolute = realpath(house.dir, NULL);
    ck_assert_ptr_nonnull(absolute);
    free(house.dir);
    house.dir = absolute;
    setenv("XDG_STATE_HOME", house.dir, 1);
    house.session = NULL;
    house.bridge = bridge_new();
    house.cause = (struct cause){""};
}

void house_tear_down(void)
{
    while (n_seen > 0)
        frame_torrent_unref(seen[--n_seen]);
    session_join(house.session);
    bridge_free(house.bridge);
    lockset_free(house.locks);
    house.locks = NULL;
    tmpdir_free(house.dir);
}

void house_open(void)
{
    struct session_config config = {.has_port = true};
    ck_assert_msg(session_new(&config, house.bridge, &house.session,
                              &house.cause) == OK,
                  "%s", house.cause.text);
}

void house_start(void)
{
    house_open();
    ck_assert_int_eq(session_start(house.session, &house.cause), OK);
}

void house_end(void)
{
    session_join(house.session);
    house.session = NULL;
}

struct command *house_add(const char *name, const char *tracker)
{
    struct command *c = command_new(COMMAND_ADD, 0);
    char *announce = tracker != NULL ? xasprintf("8:announce%zu:%s",
                                                 strlen(tracker), tracker)
                                     : xstrdup("");
    char *text = xasprintf("d%s4:infod6:lengthi5e4:name%zu:%s"
                           "12:piece lengthi16384e"
                           "6:pieces20:aaaaaaaaaaaaaaaaaaaaee",
                           announce, strlen(name), name);
    ck_assert_msg(metainfo_parse(text, strlen(text), &c->add->meta,
                                 &house.cause) == OK,
                  "%s", house.cause.text);
    c->add->dir = xstrdup(house.dir);
    free(text);
    free(announce);
    return c;
}

struct command *house_add_kept(const char *name)
{
    struct command *c = house_add(name, NULL);
    c->add->is_kept = true;
    return c;
}

struct command *house_add_magnet(const char *name)
{
    struct command *of = house_add(name, NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    char hex[41];
    text_hex(hex, of->add->meta->info_hash, 20);
    command_free(of);
    char *link =
        xasprintf("magnet:?xt=urn:btih:%s&dn=%s&tr=udp://t:1", hex, name);
    ck_assert_int_eq(magnet_parse(link, &c->add->magnet, &house.cause), OK);
    free(link);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    return c;
}

struct command *house_add_whole(const char *name, size_t len,
                                const char *folder)
{
    enum { PIECE_LEN = 16384 };
    struct command *c = command_new(COMMAND_ADD, 0);
    size_t n_pieces = (len + PIECE_LEN - 1) / PIECE_LEN;
    uint8_t *content = xzalloc(len);
    memset(content, name[0], len);
    struct buf text;
    buf_init(&text, 1 << 20);
    char *head = xasprintf("d4:infod6:lengthi%zue4:name%zu:%s"
                           "12:piece lengthi16384e6:pieces%zu:",
                           len, strlen(name), name, 20 * n_pieces);
    ck_assert_int_eq(buf_append(&text, head, strlen(head)), OK);
    for (size_t i = 0; i < n_pieces; i++) {
        uint8_t hash[SHA1_LEN];
        size_t left = len - i * PIECE_LEN;
        hash_sha1(content + i * PIECE_LEN, left < PIECE_LEN ? left : PIECE_LEN,
                  hash);
        ck_assert_int_eq(buf_append(&text, hash, sizeof hash), OK);
    }
    ck_assert_int_eq(buf_append(&text, "ee", 2), OK);
    ck_assert_int_eq(metainfo_parse(buf_bytes(&text), text.len, &c->add->meta,
                                    &house.cause),
                     OK);
    c->add->is_kept = true;
    c->add->dir = xasprintf("%s/%s", house.dir, folder != NULL ? folder : "");
    if (folder != NULL) {
        char *path = xasprintf("%s/%s", folder, name);
        tmpdir_write(house.dir, path, content, len);
        free(path);
    }
    buf_fini(&text);
    free(head);
    free(content);
    return c;
}

char *house_state_path(const char *name, const char *suffix)
{
    struct command *c = house_add(name, NULL);
    char hex[41];
    text_hex(hex, c->add->meta->info_hash, 20);
    command_free(c);
    return xasprintf("%s/tessera/torrents/%s%s", house.dir, hex, suffix);
}

struct lockset_lock *house_lock(const char *name)
{
    struct lockset_lock *lock = NULL;
    struct command *c = house_add(name, NULL);
    char *folder = xasprintf("%s/tessera", house.dir);
    if (house.locks == NULL)
        ck_assert_int_eq(lockset_open(folder, LOCKSET_BEST, &house.locks,
                                      &house.cause),
                         OK);
    enum err err =
        lockset_take(house.locks, c->add->meta->info_hash, &lock, &house.cause);
    ck_assert(err == OK || err == ERR_BUSY);
    command_free(c);
    free(folder);
    return lock;
}

void house_wait_event(enum event_kind kind, struct event *out)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        while (bridge_take_event(house.bridge, out))
            if (out->kind == kind)
                return;
        frame_free(bridge_take_frame(house.bridge));
        bridge_wait(house.bridge, WAIT_MS);
    }
    ck_abort_msg("no event of kind %s", event_kind_name(kind));
}

struct frame *house_wait_frame(void)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        struct event dropped;
        struct frame *f = bridge_take_frame(house.bridge);
        if (f != NULL)
            return f;
        while (bridge_take_event(house.bridge, &dropped))
            ;
        bridge_wait(house.bridge, WAIT_MS);
    }
    ck_abort_msg("no frame");
}

uint16_t house_wait_running(size_t n)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        struct frame *f = house_wait_frame();
        bool is_running =
            f->n_torrents == n && f->torrents[0]->state == FRAME_DOWNLOADING;
        uint16_t port = f->listen_port;
        frame_free(f);
        if (is_running)
            return port;
    }
    ck_abort_msg("it does not run");
}

void house_quit(void)
{
    struct event e;
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    house_wait_event(EVENT_STOPPED, &e);
    ck_assert_uint_eq(e.torrent, 0);
    ck_assert_int_eq(e.err, OK);
    ck_assert(!bridge_take_event(house.bridge, &e));
    house_end();
}

void house_start_keeping(const struct session_config *more)
{
    struct session_config config = {.has_port = true};
    if (more != NULL)
        config = *more;
    config.has_port = config.keeps = config.is_watched = true;
    ck_assert_msg(session_new(&config, house.bridge, &house.session,
                              &house.cause) == OK,
                  "%s", house.cause.text);
    struct command *soon = command_new(COMMAND_FOCUS, 0);
    soon->focus.interval_ms = FOCUS_INTERVAL_MIN_MS;
    bridge_send(house.bridge, soon);
    ck_assert_int_eq(session_start(house.session, &house.cause), OK);
}

void house_send(enum command_kind kind, uint32_t torrent, bool flag,
                const char *text)
{
    struct command *c = command_new(kind, torrent);
    c->flag = flag;
    c->text = text != NULL ? xstrdup(text) : NULL;
    bridge_send(house.bridge, c);
}

struct frame *house_wait_for(bool (*is_it)(const struct frame *f,
                                           const void *ctx),
                             const void *ctx)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        struct frame *f = house_wait_frame();
        if (is_it(f, ctx))
            return f;
        frame_free(f);
    }
    ck_abort_msg("no such frame");
}

const struct frame_torrent *house_row(const struct frame *f, const char *name)
{
    for (size_t i = 0; i < f->n_torrents; i++)
        if (strcmp(f->torrents[i]->name, name) == 0)
            return f->torrents[i];
    return NULL;
}

struct wanted {
    const char *name;
    enum frame_state state;
};

static bool is_in_state(const struct frame *f, const void *ctx)
{
    const struct wanted *wanted = ctx;
    const struct frame_torrent *t = house_row(f, wanted->name);
    return t != NULL && t->state == wanted->state;
}

struct frame_torrent house_wait_state(const char *name, enum frame_state state)
{
    struct wanted wanted = {name, state};
    for (int i = 0;; i++) {
        struct frame *f = house_wait_frame();
        bool is_it = is_in_state(f, &wanted);
        const struct frame_torrent *t = house_row(f, name);
        if (!is_it && i == HOUSE_WAITS - 1)
            ck_abort_msg("%s is %s (%s), not %s", name,
                         t != NULL ? frame_state_name(t->state) : "not there",
                         t != NULL ? t->cause : "", frame_state_name(state));
        if (is_it) {
            /* Its strings are to last as long as the test. */
            ck_assert_uint_lt(n_seen, HOUSE_MAX_SEEN);
            for (size_t k = 0; k < f->n_torrents; k++)
                if (f->torrents[k] == t)
                    seen[n_seen++] = frame_torrent_ref(f->torrents[k]);
        }
        frame_free(f);
        if (is_it)
            return *seen[n_seen - 1];
    }
}

void house_admit(struct command *c)
{
    struct event e;
    bridge_send(house.bridge, c);
    house_wait_event(EVENT_ADDED, &e);
}

void house_restart(void)
{
    house_quit();
    house_start_keeping(NULL);
}

uint32_t house_id_of(const char *name)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        struct frame *f = house_wait_frame();
        const struct frame_torrent *t = house_row(f, name);
        uint32_t id = t != NULL ? t->id : 0;
        frame_free(f);
        if (id != 0)
            return id;
    }
    ck_abort_msg("no torrent %s", name);
}

static bool has_n(const struct frame *f, const void *ctx)
{
    return f->n_torrents == *(const size_t *)ctx;
}

void house_wait_n(size_t n)
{
    frame_free(house_wait_for(has_n, &n));
}

/* The names of the list, each by its first letter. */
static bool is_in_order(const struct frame *f, const void *ctx)
{
    const char *letters = ctx;
    if (f->n_torrents != strlen(letters))
        return false;
    for (size_t i = 0; i < f->n_torrents; i++)
        if (f->torrents[i]->name[0] != letters[i] ||
            f->torrents[i]->queue_pos != i + 1)
            return false;
    return true;
}

void house_wait_order(const char *letters)
{
    frame_free(house_wait_for(is_in_order, letters));
}
