/* get.c -- `tessera get`: downloads without the terminal UI. Sees the engine through
 * frames, events and commands only. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/adds.h"
#include "cmd/commands.h"
#include "cmd/interrupt.h"
#include "cmd/opt.h"
#include "cmd/peerargs.h"
#include "cmd/report.h"
#include "engine/session.h"
#include "meta/metainfo.h"
#include "model/bridge.h"
#include "swarm/pieces.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { GET_WAIT_MS = 200, GET_NO_PORT = 65536, GET_LIMIT_MAX = 1 << 30 };

struct get_options {
    const char *dir;
    uint64_t port;
    const char *bind;
    struct opt_list peers;
    bool seed;
    double seed_ratio;
    uint64_t seed_time_min;
    uint64_t down_Bps, up_Bps;
    const char *files;
    bool sequential, preallocate;
    uint64_t max_peers;
    uint64_t timeout_s;
    bool no_dht, no_pex, no_lsd;
    bool json, quiet;
    unsigned verbose;
    const char *log;
};

#define AT(member) offsetof(struct get_options, member)

static const struct opt options[] = {
    {"dir", 'd', OPT_TEXT, "DIR", "download into DIR (default: here)", AT(dir),
     0, 0},
    {"port", 'p', OPT_NUMBER, "N",
     "listen on port N; 0: any free one (default: one chosen at the first "
     "start, and kept)",
     AT(port), 0, 65535},
    {"bind", 0, OPT_TEXT, "ADDRESS",
     "use this address of the machine only, to listen and to connect from",
     AT(bind), 0, 0},
    {"peer", 0, OPT_LIST, "HOST:PORT",
     "a peer to begin with; may be given again", AT(peers), 0, 0},
    {"files", 0, OPT_TEXT, "LIST",
     "only these files, by the numbers that tessera show prints, such as 1,3-5",
     AT(files), 0, 0},
    {"sequential", 0, OPT_FLAG, NULL, "fetch pieces in order", AT(sequential),
     0, 0},
    {"preallocate", 0, OPT_FLAG, NULL, "reserve the space of all files first",
     AT(preallocate), 0, 0},
    {"seed", 0, OPT_FLAG, NULL, "go on seeding when done", AT(seed), 0, 0},
    {"seed-ratio", 0, OPT_DECIMAL, "R", "seed until R times the size was sent",
     AT(seed_ratio), 0, 0},
    {"seed-time", 0, OPT_NUMBER, "MIN", "seed for MIN minutes",
     AT(seed_time_min), 0, GET_LIMIT_MAX},
    {"down", 0, OPT_SIZE, "RATE",
     "receive at most RATE bytes a second; 500K, 2M; 0: no limit", AT(down_Bps),
     0, 0},
    {"up", 0, OPT_SIZE, "RATE", "send at most RATE bytes a second", AT(up_Bps),
     0, 0},
    {"max-peers", 0, OPT_NUMBER, "N", "connect to at most N peers (1 to 10000)",
     AT(max_peers), 1, 10000},
    {"timeout", 0, OPT_NUMBER, "SECONDS",
     "give up when nothing came for so long (exit status 3)", AT(timeout_s), 1,
     GET_LIMIT_MAX},
    {"no-dht", 0, OPT_FLAG, NULL, "do not use the DHT (no effect yet)",
     AT(no_dht), 0, 0},
    {"no-pex", 0, OPT_FLAG, NULL, "do not exchange peers (no effect yet)",
     AT(no_pex), 0, 0},
    {"no-lsd", 0, OPT_FLAG, NULL,
     "do not look for peers nearby (no effect yet)", AT(no_lsd), 0, 0},
    {"json", 0, OPT_FLAG, NULL, "print JSON, one object a line, see tessera(1)",
     AT(json), 0, 0},
    {"quiet", 'q', OPT_FLAG, NULL, "print nothing but errors", AT(quiet), 0, 0},
    {"verbose", 'v', OPT_COUNT, NULL,
     "log to standard error what happens; -vv: more", AT(verbose), 0, 0},
    {"log", 0, OPT_TEXT, "TOPICS", "log these topics, such as peer=trace,disk",
     AT(log), 0, 0},
    {0},
};

#undef AT

static const struct opt_command command = {
    .name = "get",
    .args = "[OPTIONS] FILE|URL...",
    .summary = "Download what .torrent files (or http(s) URLs of them) "
               "describe.",
    .notes =
        "FILE - is standard input. What was begun is resumed, and data that "
        "is\n"
        "already in DIR is checked and used. Ctrl-C stops in good order, a\n"
        "second one at once. State is kept in $XDG_STATE_HOME/tessera, else\n"
        "in ~/.local/state/tessera.\n\n"
        "Exit status: 0 done, 1 usage, 2 bad torrent, 3 nothing came before\n"
        "--timeout, 4 disk, 130 interrupted (state saved).",
    .opts = options,
};

/* What is known of the run. */
struct get {
    struct get_options opts;
    struct addr *peers; /* owned: those of --peer */
    size_t n_peers;
    struct bridge *bridge; /* owned */
    struct report *report; /* owned */
    struct frame *frame;   /* owned: the latest, or NULL */
    size_t n_added;
    size_t n_refused;
    int status;
    const char *words; /* how it ended; static */
    bool is_quitting;
    bool is_over;
    int64_t last_came_ms; /* when bytes came last */
    uint64_t bytes_came;
};

static void log_to_stderr(void *ctx, enum log_topic topic, enum log_level level,
                          const char *line)
{
    (void)ctx;
    fprintf(stderr, "%s %s: %s\n", log_level_name(level), log_topic_name(topic),
            line);
}

static bool set_up_log(const struct get_options *o, bool *shares_line)
{
    if (o->verbose == 0 && o->log == NULL)
        return true;
    log_set_sink(log_to_stderr, shares_line);
    if (o->verbose > 0)
        log_set_all_levels(o->verbose > 1 ? LOG_DEBUG : LOG_INFO);
    if (o->log == NULL || log_set_levels_from(o->log))
        return true;
    opt_error(&command, "--log: topics are general, net, peer, picker, choke, "
                        "tracker, disk, state, http, all; levels error, warn, "
                        "info, debug, trace");
    return false;
}

/* An address without a port. */
static bool parse_bind(const char *text, struct addr *out)
{
    bool has_port = addr_parse(text, 0, out) == OK;
    if (!has_port && addr_parse(text, 1, out) == OK)
        return true;
    char *clean = text_clean_dup(text, strlen(text));
    opt_error(&command,
              "--bind: '%s' is not an address such as 192.0.2.7 or "
              "2001:db8::7",
              clean);
    free(clean);
    return false;
}

/* Look the peers up, before anything is begun. */
static int find_peers(struct get *g)
{
    struct cause cause = {""};
    enum err err =
        peerargs_resolve(g->opts.peers.items, g->opts.peers.n, interrupt_came,
                         &g->peers, &g->n_peers, &cause);
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
    const struct get_options *o = &g->opts;
    int status = find_peers(g);
    if (status != EXIT_DONE)
        return status;
    struct adds_options adds = {.dir = o->dir,
                                .files = o->files,
                                .is_sequential = o->sequential,
                                .preallocate = o->preallocate,
                                .max_peers = (uint32_t)o->max_peers,
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
    if (e->kind == EVENT_STOPPED && e->torrent == 0)
        g->is_over = true;
    if (e->kind == EVENT_REFUSED)
        g->n_refused++;
    if (e->kind == EVENT_REFUSED || e->kind == EVENT_ERROR ||
        (e->kind == EVENT_DISK && e->err == ERR_NO_SPACE))
        quit(g, status_of(e), "failed");
}

/* Has a finished torrent been seeded as long as was asked? */
static bool is_seeded_enough(const struct get_options *o,
                             const struct frame_torrent *t)
{
    bool bounded = o->seed_ratio > 0 || o->seed_time_min > 0;
    if (!o->seed && !bounded)
        return true;
    if (!bounded)
        return false;
    uint64_t base = t->wanted_bytes > 0 ? t->wanted_bytes : 1;
    bool by_ratio = o->seed_ratio > 0 &&
                    (double)t->bytes_up >= o->seed_ratio * (double)base;
    bool by_time = o->seed_time_min > 0 &&
                   t->seconds_seed >= (int64_t)(o->seed_time_min * 60);
    return by_ratio || by_time;
}

static void on_frame(struct get *g, struct frame *f, int64_t now_ms)
{
    frame_free(g->frame);
    g->frame = f;
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
        struct frame *f = bridge_take_frame(g->bridge);
        if (f != NULL)
            on_frame(g, f, now_ms);
        if (interrupt_came())
            quit(g, EXIT_INTERRUPTED, "interrupted; state saved");
    }
}

static int run_session(struct get *g, int n, char **uris)
{
    const struct get_options *o = &g->opts;
    struct session_config config = {.has_port = o->port != GET_NO_PORT,
                                    .port = (uint16_t)o->port,
                                    .max_peers = (uint32_t)o->max_peers,
                                    .limit_down_Bps = o->down_Bps,
                                    .limit_up_Bps = o->up_Bps};
    struct session *session = NULL;
    struct cause cause = {""};
    struct addr bind;
    if (o->bind != NULL && !parse_bind(o->bind, &bind))
        return EXIT_USAGE;
    config.bind = o->bind != NULL ? &bind : NULL;
    int status = send_adds(g, n, uris);
    if (status != EXIT_DONE)
        return status;
    enum err err = session_new(&config, g->bridge, &session, &cause);
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
    bool is_ours = g->status == EXIT_USAGE; /* nothing was begun */
    report_result(g->report, is_ours ? NULL : g->frame, g->status, g->words,
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

static int begin(struct get *g, int n, char **uris)
{
    enum report_style style = style_of(&g->opts);
    interrupt_set_live_line(style == REPORT_LIVE);
    bool shares_line = style == REPORT_LIVE && isatty(STDERR_FILENO);
    if (!set_up_log(&g->opts, &shares_line))
        return EXIT_USAGE;
    interrupt_catch();
    g->bridge = bridge_new();
    g->report = report_new(&(struct report_config){.style = style,
                                                   .command = command.name,
                                                   .out = stdout,
                                                   .err = stderr,
                                                   .now_ms = clock_now_ms()});
    int status = run_session(g, n, uris);
    frame_free(g->frame);
    report_free(g->report);
    bridge_free(g->bridge);
    free(g->peers);
    log_set_sink(NULL, NULL);
    return status;
}

int cmd_get(int argc, char **argv)
{
    struct get g = {.opts = {.port = GET_NO_PORT}, .words = ""};
    int first;
    int status = EXIT_USAGE;
    enum opt_result parsed = opt_parse(&command, argc, argv, &g.opts, &first);
    if (parsed == OPT_DONE)
        status = EXIT_DONE;
    else if (parsed == OPT_OK && first == argc)
        opt_error(&command, "no torrent given (see tessera get --help)");
    else if (parsed == OPT_OK && g.opts.files != NULL && argc - first > 1)
        opt_error(&command, "--files: goes with one torrent only");
    else if (parsed == OPT_OK && g.opts.json && g.opts.quiet)
        opt_error(&command, "--json and --quiet exclude each other");
    else if (parsed == OPT_OK)
        status = begin(&g, argc - first, argv + first);
    opt_list_fini(&g.opts.peers);
    return status;
}
