/* get.c -- `tessera get`: downloads without the terminal UI. Sees the engine through
 * frames, events and commands only. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/adds.h"
#include "cmd/commands.h"
#include "cmd/dhtopts.h"
#include "cmd/hook.h"
#include "cmd/interrupt.h"
#include "cmd/logging.h"
#include "cmd/newfile.h"
#include "cmd/opt.h"
#include "cmd/peerargs.h"
#include "cmd/report.h"
#include "cmd/runopts.h"
#include "engine/session.h"
#include "meta/metainfo.h"
#include "model/bridge.h"
#include "swarm/pieces.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    GET_WAIT_MS = 200,
    GET_LIMIT_MAX = 1 << 30,
    GET_NAME_MAX = 240 /* bytes of a file's name, before its ending */
};

static const uint64_t GET_NOT_GIVEN = UINT64_MAX;

struct get_options {
    struct runopts run; /* first: shared rows name its fields */
    bool seed;
    double seed_ratio;      /* below 0: not given, the settings' holds */
    uint64_t seed_time_min; /* GET_NOT_GIVEN: the same */
    uint64_t timeout_s;
    bool metadata_only;
    bool json, quiet;
    unsigned verbose;
};

#define AT(member) offsetof(struct get_options, member)

static const struct opt options[] = {
    {"seed", 0, OPT_FLAG, NULL, "go on seeding when done", AT(seed), 0, 0},
    {"seed-ratio", 0, OPT_DECIMAL, "R", "seed until R times the size was sent",
     AT(seed_ratio), 0, 0},
    {"seed-time", 0, OPT_NUMBER, "MIN", "seed for MIN minutes",
     AT(seed_time_min), 0, GET_LIMIT_MAX},
    {"timeout", 0, OPT_NUMBER, "SECONDS",
     "give up when nothing came for so long (exit status 3)", AT(timeout_s), 1,
     GET_LIMIT_MAX},
    {"metadata-only", 0, OPT_FLAG, NULL,
     "save the .torrent of a magnet link, and download nothing",
     AT(metadata_only), 0, 0},
    {"json", 0, OPT_FLAG, NULL, "print JSON, one object a line, see tessera(1)",
     AT(json), 0, 0},
    {"quiet", 'q', OPT_FLAG, NULL, "print nothing but errors", AT(quiet), 0, 0},
    {"verbose", 'v', OPT_COUNT, NULL,
     "log to standard error what happens; -vv: more", AT(verbose), 0, 0},
    {0},
};

#undef AT

static const struct opt_command command = {
    .name = "get",
    .args = "[OPTIONS] FILE|URL|MAGNET...",
    .summary = "Download what .torrent files (or http(s) URLs of them) and "
               "magnet links describe.",
    .notes =
        "FILE - is standard input. What was begun is resumed, and data that "
        "is\n"
        "already in DIR is checked and used. Ctrl-C stops in good order, a\n"
        "second one at once. State is kept in $XDG_STATE_HOME/tessera, else\n"
        "in ~/.local/state/tessera.\n\n"
        "Exit status: 0 done, 1 usage, 2 bad torrent, 3 nothing came before\n"
        "--timeout, 4 disk, 130 interrupted (state saved).",
    .opts = options,
    .shared = runopts_option,
};

/* What is known of the run. */
struct get {
    struct get_options opts;
    struct addr *peers; /* owned: those of --peer */
    size_t n_peers;
    struct bridge *bridge; /* owned */
    struct report *report; /* owned */
    struct hook *hook;     /* owned */
    struct frame *frame;   /* owned: the latest, or NULL */
    size_t n_added;
    size_t n_refused;
    size_t n_saved; /* .torrents, with --metadata-only */
    int status;
    const char *words; /* how it ended; static */
    bool is_quitting;
    bool is_over;
    int64_t last_came_ms; /* when bytes came last */
    uint64_t bytes_came;
};

/* Look the peers up, before anything is begun. */
static int find_peers(struct get *g)
{
    struct cause cause = {""};
    enum err err =
        peerargs_resolve(g->opts.run.peers.items, g->opts.run.peers.n,
                         interrupt_came, &g->peers, &g->n_peers, &cause);
    if (err == OK)
        return EXIT_DONE;
    if (err == ERR_CANCELLED)
        return EXIT_INTERRUPTED;
    opt_error(&command, "--peer: %s", cause.text);
    return EXIT_USAGE;
}

/* Read every torrent before anything is begun. */
static int send_adds(struct get *g, int n, char **uris)
{
    const struct runopts *o = &g->opts.run;
    const struct settings *s = &o->settings;
    int status = find_peers(g);
    if (status != EXIT_DONE)
        return status;
    struct adds_options adds = {.dir = s->dir,
                                .files = o->files,
                                .is_sequential = s->sequential,
                                .is_first_last = s->first_last,
                                .preallocate = s->preallocate,
                                .label = o->label,
                                .metadata_only = g->opts.metadata_only,
                                .max_peers = (uint32_t)s->max_peers,
                                .peers = g->peers,
                                .n_peers = g->n_peers};
    status = adds_send(&command, &adds, n, uris, interrupt_came, g->bridge);
    if (status == EXIT_DONE)
        g->n_added = (size_t)n;
    return status;
}

static void quit(struct get *g, int status, const char *words)
{
    if (g->is_quitting)
        return;
    g->is_quitting = true;
    g->status = status;
    g->words = words;
    report_stopping(g->report, clock_now_ms());
    bridge_send(g->bridge, command_new(COMMAND_QUIT, 0));
}

static int status_of(const struct event *e)
{
    bool is_ours = e->err == ERR_BUSY || e->err == ERR_USAGE;
    return is_ours ? EXIT_USAGE : EXIT_DISK;
}

static void on_event(struct get *g, const struct event *e)
{
    report_event(g->report, e);
    hook_on_event(g->hook, e);
    if (e->kind == EVENT_STOPPED && e->torrent == 0)
        g->is_over = true;
    if (e->kind == EVENT_REFUSED)
        g->n_refused++;
    if (e->kind == EVENT_REFUSED || e->kind == EVENT_ERROR ||
        (e->kind == EVENT_DISK && e->err == ERR_NO_SPACE))
        quit(g, status_of(e), "failed");
}

/* Has a finished torrent been seeded as long as was asked? The settings' bounds do not
 * make it seed, they end what --seed began. */
static bool is_seeded_enough(const struct get_options *o,
                             const struct frame_torrent *t)
{
    const struct settings *s = &o->run.settings;
    bool has_ratio = o->seed_ratio >= 0;
    bool has_time = o->seed_time_min != GET_NOT_GIVEN;
    double ratio = has_ratio ? o->seed_ratio : s->seed_ratio;
    uint64_t minutes = has_time ? o->seed_time_min : s->seed_time_min;
    bool asked =
        o->seed || (has_ratio && ratio > 0) || (has_time && minutes > 0);
    if (!asked)
        return true;
    uint64_t base = t->wanted_bytes > 0 ? t->wanted_bytes : 1;
    bool by_ratio = ratio > 0 && (double)t->bytes_up >= ratio * (double)base;
    bool by_time = minutes > 0 && t->seconds_seed >= (int64_t)(minutes * 60);
    return by_ratio || by_time;
}

/* The file is called as its data would be. Return an exit status. */
static int save_torrent(struct get *g, const uint8_t *bytes, size_t len)
{
    struct metainfo *meta;
    struct cause cause = {""};
    if (metainfo_parse(bytes, len, &meta, &cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return EXIT_BAD_TORRENT;
    }
    const char *dir = g->opts.run.settings.dir;
    const char *top = metainfo_top(meta);
    size_t n = strlen(top);
    if (n > GET_NAME_MAX)
        n = text_cut(top, GET_NAME_MAX);
    char *path =
        xasprintf("%s/%.*s.torrent", dir != NULL ? dir : ".", (int)n, top);
    bool ok = newfile_write(path, bytes, len, false);
    int errnum = errno;
    char *clean = text_clean_dup(path, strlen(path));
    if (ok)
        report_saved(g->report, clean);
    else
        opt_error(&command, "%s: %s", clean,
                  errnum == EEXIST ? "exists already; move it away first"
                                   : strerror(errnum));
    free(clean);
    free(path);
    metainfo_free(meta);
    return ok ? EXIT_DONE : EXIT_DISK;
}

static void save_torrents(struct get *g)
{
    uint8_t *bytes;
    size_t len;
    while ((bytes = bridge_take_torrent(g->bridge, &len)) != NULL) {
        int status = save_torrent(g, bytes, len);
        free(bytes);
        if (status != EXIT_DONE)
            quit(g, status, "failed");
        else if (++g->n_saved == g->n_added)
            quit(g, EXIT_DONE, "saved");
    }
}

static void on_frame(struct get *g, struct frame *f, int64_t now_ms)
{
    frame_free(g->frame);
    g->frame = f;
    hook_on_frame(g->hook, f);
    if (!g->is_quitting)
        report_frame(g->report, f, now_ms);
    bool done = f->n_torrents == g->n_added && f->n_torrents > 0;
    uint64_t came = 0;
    bool waits = false;
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        came += t->bytes_down + t->n_checked;
        waits = waits || (!t->is_finished && t->state != FRAME_CHECKING);
        done = done && t->is_finished &&
               (t->state == FRAME_SEEDING || t->state == FRAME_FINISHED) &&
               is_seeded_enough(&g->opts, t);
    }
    if (came != g->bytes_came || !waits)
        g->last_came_ms = now_ms;
    g->bytes_came = came;
    if (done)
        quit(g, EXIT_DONE, "complete");
    else if (g->opts.timeout_s > 0 &&
             now_ms - g->last_came_ms > (int64_t)g->opts.timeout_s * 1000)
        quit(g, EXIT_NOTHING_CAME, "nothing came");
}

static void run(struct get *g)
{
    while (!g->is_over) {
        bridge_wait(g->bridge, GET_WAIT_MS);
        int64_t now_ms = clock_now_ms();
        struct event e;
        while (bridge_take_event(g->bridge, &e))
            on_event(g, &e);
        save_torrents(g);
        struct frame *f = bridge_take_frame(g->bridge);
        if (f != NULL)
            on_frame(g, f, now_ms);
        hook_tick(g->hook);
        if (interrupt_came())
            quit(g, EXIT_INTERRUPTED, "interrupted; state saved");
    }
    /* What happened after the last frame came. */
    if (g->frame != NULL)
        hook_on_frame(g->hook, g->frame);
}

static int run_session(struct get *g, int n, char **uris)
{
    const struct get_options *o = &g->opts;
    struct session_config config;
    struct session *session = NULL;
    struct cause cause = {""};
    struct addr bind;
    struct dhtopts dht;
    if (!runopts_session(&command, &o->run.settings, &config, &bind) ||
        !runopts_open_way(&command, &g->opts.run) ||
        !dhtopts_session(&dht, &command, &o->run, &config))
        return interrupt_came() ? EXIT_INTERRUPTED : EXIT_USAGE;
    runopts_give_proxy(&o->run, &config);
    runopts_send_limits(&o->run.settings, g->bridge);
    int status = send_adds(g, n, uris);
    if (status != EXIT_DONE) {
        dhtopts_fini(&dht);
        return status;
    }
    enum err err = session_new(&config, g->bridge, &session, &cause);
    dhtopts_fini(&dht);
    if (err == OK)
        err = session_start(session, &cause);
    if (err != OK) {
        opt_error(&command, "%s%s", cause.text,
                  err == ERR_BUSY ? " (--port chooses another)" : "");
        session_join(session);
        return err == ERR_BUSY ? EXIT_USAGE : EXIT_DISK;
    }
    g->last_came_ms = clock_now_ms();
    run(g);
    session_join(session);
    if (g->status == EXIT_NOTHING_CAME)
        opt_error(&command, "nothing came for %llu s",
                  (unsigned long long)o->timeout_s);
    /* Nothing was begun, or nothing of it is downloaded. */
    bool has_none = g->status == EXIT_USAGE || o->metadata_only;
    report_result(g->report, has_none ? NULL : g->frame, g->status, g->words,
                  clock_now_ms());
    return g->status;
}

static enum report_style style_of(const struct get_options *o)
{
    if (o->json)
        return REPORT_JSON;
    if (o->quiet)
        return REPORT_QUIET;
    return isatty(STDOUT_FILENO) ? REPORT_LIVE : REPORT_LINES;
}

static void say_hook(void *ctx, const char *line)
{
    (void)ctx;
    opt_error(&command, "%s", line);
}

static int begin(struct get *g, int n, char **uris)
{
    enum report_style style = style_of(&g->opts);
    interrupt_set_live_line(style == REPORT_LIVE);
    if (!logging_begin(&command, &g->opts.run.settings, g->opts.verbose))
        return EXIT_USAGE;
    interrupt_catch();
    g->bridge = bridge_new();
    g->report = report_new(&(struct report_config){.style = style,
                                                   .command = command.name,
                                                   .out = stdout,
                                                   .err = stderr,
                                                   .now_ms = clock_now_ms()});
    const struct settings *s = &g->opts.run.settings;
    g->hook = hook_new(&s->on_complete, &s->on_error, say_hook, NULL);
    int status = run_session(g, n, uris);
    hook_free(g->hook);
    frame_free(g->frame);
    report_free(g->report);
    bridge_free(g->bridge);
    free(g->peers);
    logging_end();
    return status;
}

int cmd_get(int argc, char **argv)
{
    struct get g = {.opts = {.seed_ratio = -1, .seed_time_min = GET_NOT_GIVEN},
                    .words = ""};
    int first;
    int status = EXIT_USAGE;
    runopts_init(&g.opts.run);
    enum opt_result parsed =
        runopts_parse(&command, argc, argv, &g.opts, sizeof g.opts, &first);
    if (parsed == OPT_DONE)
        status = EXIT_DONE;
    else if (parsed == OPT_OK && first == argc)
        opt_error(&command, "no torrent given (see tessera get --help)");
    else if (parsed == OPT_OK && g.opts.run.files != NULL && argc - first > 1)
        opt_error(&command, "--files: goes with one torrent only");
    else if (parsed == OPT_OK && g.opts.metadata_only &&
             g.opts.run.files != NULL)
        opt_error(&command, "--files and --metadata-only exclude each other");
    else if (parsed == OPT_OK && g.opts.json && g.opts.quiet)
        opt_error(&command, "--json and --quiet exclude each other");
    else if (parsed == OPT_OK)
        status = begin(&g, argc - first, argv + first);
    runopts_fini(&g.opts.run);
    return status;
}

const struct opt_command *cmd_get_table(void)
{
    return &command;
}
