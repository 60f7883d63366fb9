/* demo.c -- `tessera demo`: downloads from a private swarm on this machine. The swarm
 * is other processes (demo_swarm.h); this one is a client like any other. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/demo_data.h"
#include "cmd/demo_swarm.h"
#include "cmd/fetch.h"
#include "cmd/interrupt.h"
#include "cmd/opt.h"
#include "cmd/report.h"
#include "cmd/settings_file.h"
#include "cmd/uihost.h"
#include "cmd/uiprefs.h"
#include "engine/session.h"
#include "model/bridge.h"
#include "net/dualsock.h"
#include "ui/tui.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    DEMO_WAIT_MS = 200,
    DEMO_PATIENCE_MS = 30000, /* without a byte: the swarm is gone */
    DEMO_MAX_DESCRIPTION = 160
};

struct demo_options {
    uint64_t size_bytes;
    uint64_t n_peers;
    uint64_t rate_Bps;
    bool no_ui;
};

#define AT(member) offsetof(struct demo_options, member)

static const struct opt options[] = {
    {"size", 0, OPT_SIZE, "SIZE", "how much to download (default: 256M)",
     AT(size_bytes), DEMO_DATA_MIN_BYTES, UINT64_C(1) << 40},
    {"peers", 0, OPT_NUMBER, "N", "from how many peers (default: 8)",
     AT(n_peers), 1, DEMO_PLAN_MAX_PEERS},
    {"rate", 0, OPT_SIZE, "RATE",
     "bytes a second that the peers send together (default: 8M); 0: no limit",
     AT(rate_Bps), 0, 0},
    {"no-ui", 0, OPT_FLAG, NULL,
     "one progress line instead of the terminal UI; ends when all is there",
     AT(no_ui), 0, 0},
    {0},
};

#undef AT

static const struct opt_command command = {
    .name = "demo",
    .args = "[OPTIONS]",
    .summary = "Watch a download from a private swarm on this machine, without "
               "any network.",
    .notes =
        "Data, torrent and peers are made for it, in a temporary folder (in\n"
        "$TMPDIR, else in /tmp or /var/tmp), and nothing of them is left.\n"
        "Some peers are slow, one chokes often, one sends corrupt data.\n"
        "Without a terminal it is as with --no-ui.\n\n"
        "Exit status: 0 done, 1 usage, 3 nothing came for 30 s, 4 disk or\n"
        "system, 5 the data is wrong, 130 interrupted.",
    .opts = options,
};

/* What is known of the run. */
struct demo {
    struct demo_options opts;
    struct demo_plan plan;
    struct demo_swarm *swarm; /* owned, as all here */
    struct bridge *bridge;
    struct report *report;
    struct frame *frame;  /* the latest, or NULL */
    uint32_t n_peers_max; /* connected at once */
    int status;
    const char *words; /* how it ended; static */
    bool has_ui;
    bool is_quitting;
    bool is_over;
    int64_t last_came_ms; /* when bytes came last */
    uint64_t bytes_came;
};

/* ---- The swarm ---- */

/* Not every system has all of 127/8 from the start. */
static bool has_addresses(void)
{
    static const uint8_t ip[4] = {127, 0, 0, 2};
    const struct addr at = addr_v4(ip, 0);
    struct dualsock_config config = {.v4 = true, .local_v4 = &at};
    struct dualsock sockets;
    if (dualsock_open(&config, SOCK_STREAM, &sockets, NULL) != OK)
        return false;
    dualsock_close(&sockets);
    return true;
}

static int status_of(enum err err)
{
    return err == ERR_CANCELLED ? EXIT_INTERRUPTED : EXIT_DISK;
}

static int start_swarm(struct demo *d)
{
    char words[DEMO_MAX_DESCRIPTION], size[24];
    struct cause cause = {""};
    demo_plan_make(&d->plan, d->opts.size_bytes, d->opts.n_peers,
                   d->opts.rate_Bps, !has_addresses());
    enum err err = demo_swarm_new(&d->plan, &d->swarm, &cause);
    if (err == OK) {
        text_size(size, sizeof size, d->plan.size_bytes);
        demo_plan_describe(&d->plan, words, sizeof words);
        printf("A swarm on this machine, in %s:\n%s to be had from %s.\n",
               demo_swarm_folder(d->swarm), size, words);
        fflush(stdout);
        err = demo_swarm_wait(d->swarm, interrupt_came, &cause);
    }
    if (err == OK)
        return EXIT_DONE;
    if (err != ERR_CANCELLED)
        opt_error(&command, "%s", cause.text);
    return status_of(err);
}

/* ---- The download ---- */

static void quit(struct demo *d, int status, const char *words)
{
    if (d->is_quitting)
        return;
    d->is_quitting = true;
    d->status = status;
    d->words = words;
    report_stopping(d->report, clock_now_ms());
    bridge_send(d->bridge, command_new(COMMAND_QUIT, 0));
}

static void on_event(struct demo *d, const struct event *e)
{
    report_event(d->report, e);
    if (e->kind == EVENT_STOPPED && e->torrent == 0)
        d->is_over = true;
    if (e->kind == EVENT_REFUSED || e->kind == EVENT_ERROR ||
        (e->kind == EVENT_DISK && e->err == ERR_NO_SPACE))
        quit(d, EXIT_DISK, "failed");
}

static void on_frame(struct demo *d, struct frame *f, int64_t now_ms)
{
    frame_free(d->frame);
    d->frame = f;
    if (f->n_torrents == 0)
        return;
    const struct frame_torrent *t = f->torrents[0];
    if (!d->is_quitting)
        report_frame(d->report, f, now_ms);
    if (t->n_peers > d->n_peers_max)
        d->n_peers_max = t->n_peers;
    if (t->bytes_down != d->bytes_came)
        d->last_came_ms = now_ms;
    d->bytes_came = t->bytes_down;
    if (t->is_finished && t->state == FRAME_SEEDING)
        quit(d, EXIT_DONE, "complete");
    else if (now_ms - d->last_came_ms > DEMO_PATIENCE_MS)
        quit(d, EXIT_NOTHING_CAME, "nothing came");
}

static void turn(struct demo *d)
{
    bridge_wait(d->bridge, DEMO_WAIT_MS);
    int64_t now_ms = clock_now_ms();
    struct event e;
    while (bridge_take_event(d->bridge, &e))
        on_event(d, &e);
    struct frame *f = bridge_take_frame(d->bridge);
    if (f != NULL)
        on_frame(d, f, now_ms);
    if (interrupt_came())
        quit(d, EXIT_INTERRUPTED, "interrupted");
}

/* The progress line, until the end. */
static void run(struct demo *d)
{
    d->last_came_ms = clock_now_ms();
    while (!d->is_over)
        turn(d);
    report_result(d->report, d->frame, d->status, d->words, clock_now_ms());
    if (d->status == EXIT_NOTHING_CAME)
        opt_error(&command, "nothing came for %d s", DEMO_PATIENCE_MS / 1000);
}

/* The terminal UI, until the user leaves it. Of the settings, how it looks counts. */
static void show(struct demo *d)
{
    struct settings settings;
    struct cause cause;
    char *path = settings_file_path();
    settings_init(&settings);
    if (path != NULL) {
        enum err err = settings_file_load(&settings, path, &cause);
        if (err != OK && err != ERR_NOT_FOUND)
            settings_note(&settings, "%s", cause.text);
    }
    struct tui_prefs prefs = uiprefs_of(&settings);
    /* Who would not wait leaves the rest to the keeper. */
    struct uihost *around =
        uihost_new(d->bridge, demo_swarm_download_dir(d->swarm));
    struct host host = uihost_host(around);
    enum tui_outcome outcome = tui_run(d->bridge, &host, &prefs);
    uihost_free(around);
    if (outcome == TUI_NOT_AWAITED)
        _exit(EXIT_INTERRUPTED);
    settings_fini(&settings);
    free(path);
    interrupt_catch();
    d->status = EXIT_DONE;
}

static struct command *make_add(const struct demo *d, struct metainfo *meta)
{
    struct command *c = command_new(COMMAND_ADD, 0);
    const struct addr *addrs = demo_swarm_addrs(d->swarm);
    c->add->meta = meta;
    c->add->dir = xstrdup(demo_swarm_download_dir(d->swarm));
    c->add->peers = xmemdup(addrs, d->plan.n_peers * sizeof *addrs);
    c->add->n_peers = d->plan.n_peers;
    return c;
}

static int download(struct demo *d, struct metainfo *meta)
{
    struct session_config config = {.has_port = true,
                                    .dir = demo_swarm_download_dir(d->swarm),
                                    .bind = &d->plan.self,
                                    .is_watched = d->has_ui};
    struct session *session = NULL;
    struct cause cause = {""};
    setenv("XDG_STATE_HOME", demo_swarm_state_dir(d->swarm), 1);
    bridge_send(d->bridge, make_add(d, meta));
    enum err err = session_new(&config, d->bridge, &session, &cause);
    if (err == OK)
        err = session_start(session, &cause);
    if (err != OK) {
        opt_error(&command, "%s", cause.text);
        session_join(session);
        return EXIT_DISK;
    }
    if (d->has_ui)
        show(d);
    else
        run(d);
    session_join(session);
    return d->status;
}

/* ---- What came of it ---- */

static bool go_on(void *ctx, uint64_t len)
{
    (void)ctx;
    (void)len;
    return !interrupt_came();
}

static int check(const struct demo *d, const struct metainfo *meta)
{
    struct demo_data_host host = {.on_bytes = go_on};
    struct cause cause = {""};
    enum err err =
        demo_data_check(demo_swarm_download_dir(d->swarm), meta, &host, &cause);
    if (err == OK)
        return EXIT_DONE;
    if (err != ERR_CANCELLED)
        opt_error(&command, "%s", cause.text);
    return err == ERR_HASH ? EXIT_BAD_DATA : status_of(err);
}

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

static void say_done(const struct demo *d)
{
    const struct frame_torrent *t = d->frame->torrents[0];
    printf("It came from up to %u peer%s at once, and was hashed again: all is "
           "right.\n",
           d->n_peers_max, plural(d->n_peers_max));
    if (t->n_hash_fails > 0)
        printf("%u piece%s came corrupt and %s fetched again; %u peer%s "
               "banned for it.\n",
               t->n_hash_fails, plural(t->n_hash_fails),
               t->n_hash_fails == 1 ? "was" : "were", t->n_banned,
               t->n_banned == 1 ? " was" : "s were");
}

static int run_all(struct demo *d)
{
    struct metainfo *meta = NULL, *copy = NULL;
    struct cause cause = {""};
    int status = start_swarm(d);
    if (status != EXIT_DONE)
        return status;
    const char *path = demo_swarm_torrent(d->swarm);
    enum err err = fetch_torrent(path, NULL, &meta, &cause);
    if (err == OK)
        err = fetch_torrent(path, NULL, &copy, &cause);
    if (err == OK)
        status = download(d, copy);
    else {
        opt_error(&command, "%s", cause.text);
        status = EXIT_DISK;
    }
    /* The UI has shown what came, and may be left before all did. */
    if (status == EXIT_DONE && !d->has_ui)
        status = check(d, meta);
    if (status == EXIT_DONE && !d->has_ui)
        say_done(d);
    metainfo_free(meta);
    return status;
}

static int begin(struct demo *d)
{
    struct cause why_not;
    d->has_ui = !d->opts.no_ui && tui_check(&why_not) == OK;
    bool has_live_line = isatty(STDOUT_FILENO);
    interrupt_set_live_line(has_live_line);
    interrupt_catch();
    d->bridge = bridge_new();
    d->report = report_new(&(struct report_config){.style = has_live_line
                                                                ? REPORT_LIVE
                                                                : REPORT_LINES,
                                                   .command = command.name,
                                                   .out = stdout,
                                                   .err = stderr,
                                                   .now_ms = clock_now_ms()});
    int status = run_all(d);
    bool was_begun = d->swarm != NULL;
    demo_swarm_free(d->swarm);
    if (was_begun)
        puts("What was made for it is removed.");
    frame_free(d->frame);
    report_free(d->report);
    bridge_free(d->bridge);
    return status;
}

int cmd_demo(int argc, char **argv)
{
    struct demo d = {.opts = {.size_bytes = 256u << 20,
                              .n_peers = 8,
                              .rate_Bps = 8u << 20},
                     .words = ""};
    int first;
    enum opt_result parsed = opt_parse(&command, argc, argv, &d.opts, &first);
    if (parsed == OPT_DONE)
        return EXIT_DONE;
    if (parsed == OPT_OK && first == argc)
        return begin(&d);
    if (parsed == OPT_OK)
        opt_error(&command, "takes no arguments (see tessera demo --help)");
    return EXIT_USAGE;
}

const struct opt_command *cmd_demo_table(void)
{
    return &command;
}
