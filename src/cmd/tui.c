/* tui.c -- `tessera` without a subcommand: the terminal UI on a session with the
 * torrents that were named. */
#include "config.h"

#include "cmd/commands.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/adds.h"
#include "cmd/dhtopts.h"
#include "cmd/hook.h"
#include "cmd/logging.h"
#include "cmd/opt.h"
#include "cmd/peerargs.h"
#include "cmd/runopts.h"
#include "cmd/uihost.h"
#include "cmd/uiprefs.h"
#include "cmd/watchdir.h"
#include "engine/session.h"
#include "model/bridge.h"
#include "ui/tui.h"
#include "util/addr.h"
#include "util/clock.h"

struct tui_options {
    struct runopts run; /* first: shared rows name its fields */
    bool paused;
};

static const struct opt options[] = {
    {"paused", 0, OPT_FLAG, NULL, "add the torrents without starting them",
     offsetof(struct tui_options, paused), 0, 0},
    {0},
};

static const struct opt_command command = {
    .name = "",
    .args = "[OPTIONS] [FILE|URL|MAGNET|HASH...]\n"
            "       tessera COMMAND [OPTIONS] [ARGUMENTS]",
    .summary = "A BitTorrent client for the terminal. Without a command: the "
               "terminal UI, on the torrents that are named.",
    .opts = options,
    .shared = runopts_option,
};

static int send_adds(const struct tui_options *o, int n, char **uris,
                     struct bridge *bridge)
{
    const struct settings *s = &o->run.settings;
    struct cause cause = {""};
    struct adds_options adds = {.dir = s->dir,
                                .files = o->run.files,
                                .is_sequential = s->sequential,
                                .preallocate = s->preallocate,
                                .is_paused = o->paused,
                                .label = o->run.label,
                                .is_kept = true,
                                .max_peers = (uint32_t)s->max_peers};
    struct addr *peers = NULL;
    enum err err = peerargs_resolve(o->run.peers.items, o->run.peers.n, NULL,
                                    &peers, &adds.n_peers, &cause);
    if (err != OK) {
        opt_error(&command, "--peer: %s", cause.text);
        return EXIT_USAGE;
    }
    adds.peers = peers;
    int status = adds_send(&command, &adds, n, uris, NULL, bridge);
    free(peers);
    return status;
}

/* ---- Hooks, from what the UI sees ---- */

static void watch_event(void *ctx, const struct event *e)
{
    hook_on_event(ctx, e);
}

static void watch_frame(void *ctx, const struct frame *f)
{
    hook_on_frame(ctx, f);
}

static void watch_turn(void *ctx)
{
    hook_tick(ctx);
}

/* To the log of the UI, as an event of the session. */
static void say_line(void *ctx, const char *line)
{
    struct event e = {.kind = EVENT_COMMAND, .err = ERR_SYS};
    e.at_ms = clock_now_ms();
    snprintf(e.text, sizeof e.text, "%s", line);
    bridge_post(ctx, &e);
}

static const char *dir_of(const struct settings *s)
{
    return s->dir != NULL ? s->dir : ".";
}

/* Begin to look at the watch folders; NULL: there are none. */
static struct watchdir *watch_folders(const struct settings *s,
                                      struct bridge *bridge)
{
    static const enum watchdir_action actions[] = {
        [SETTINGS_RENAME] = WATCHDIR_RENAME,
        [SETTINGS_DELETE] = WATCHDIR_DELETE,
        [SETTINGS_KEEP] = WATCHDIR_KEEP,
    };
    struct watchdir_config config = {.folders = s->watch_folders.items,
                                     .n_folders = s->watch_folders.n,
                                     .action = actions[s->watch_action],
                                     .save_dir = dir_of(s)};
    if (config.n_folders == 0)
        return NULL;
    struct watchdir *w = watchdir_new(&config, bridge);
    if (!watchdir_start(w))
        say_line(bridge, "watch-folder: no thread to look at them");
    return w;
}

static int run_session(struct tui_options *o, struct bridge *bridge,
                       struct hook *hook)
{
    const struct settings *s = &o->run.settings;
    struct session_config config;
    struct addr bind;
    struct dhtopts dht;
    if (!runopts_session(&command, s, &config, &bind) ||
        !dhtopts_session(&dht, &command, &o->run, &config))
        return EXIT_USAGE;
    runopts_give_proxy(&o->run, &config);
    config.is_watched = true;
    config.keeps = true;
    config.dir = dir_of(s);
    runopts_send_limits(s, bridge);
    runopts_send_turns(s, bridge);
    struct session *session = NULL;
    struct cause cause = {""};
    enum err err = session_new(&config, bridge, &session, &cause);
    dhtopts_fini(&dht);
    if (err == OK)
        err = session_start(session, &cause);
    if (err != OK) {
        opt_error(&command, "%s%s", cause.text,
                  err == ERR_BUSY ? " (--port chooses another)" : "");
        session_join(session);
        return err == ERR_BUSY ? EXIT_USAGE : EXIT_DISK;
    }
    struct watchdir *watchdir = watch_folders(s, bridge);
    struct uihost *around = uihost_new(bridge, dir_of(s));
    uihost_set_opener(around, &s->open_with);
    uihost_set_settings(around, &o->run.settings, o->run.config_path);
    struct host host = uihost_host(around);
    /* The user would not wait: what was not saved is checked at the next start. */
    struct tui_prefs prefs = uiprefs_of(s);
    prefs.watch =
        (struct prefs_watch){watch_event, watch_frame, watch_turn, hook};
    if (!tui_run(bridge, &host, &prefs))
        _Exit(EXIT_INTERRUPTED);
    uihost_free(around);
    watchdir_free(watchdir);
    session_join(session);
    return EXIT_DONE;
}

static int begin(struct tui_options *o, int n, char **uris)
{
    struct cause cause = {""};
    if (tui_check(&cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return EXIT_USAGE;
    }
    if (!logging_begin(&command, &o->run.settings, 0))
        return EXIT_USAGE;
    struct bridge *bridge = bridge_new();
    const struct settings *s = &o->run.settings;
    struct hook *hook =
        hook_new(&s->on_complete, &s->on_error, say_line, bridge);
    /* What was said on stderr is hidden by now. */
    for (size_t i = 0; i < s->notes.n; i++)
        say_line(bridge, s->notes.items[i]);
    int status = runopts_open_proxy(&command, &o->run) ? EXIT_DONE : EXIT_USAGE;
    if (status == EXIT_DONE)
        status = send_adds(o, n, uris, bridge);
    if (status == EXIT_DONE)
        status = run_session(o, bridge, hook);
    hook_free(hook);
    bridge_free(bridge);
    logging_end();
    return status;
}

int cmd_tui(int argc, char **argv)
{
    struct tui_options opts = {.paused = false};
    int first;
    int status = EXIT_USAGE;
    runopts_init(&opts.run);
    enum opt_result parsed =
        runopts_parse(&command, argc, argv, &opts, sizeof opts, &first);
    if (parsed == OPT_DONE)
        status = EXIT_DONE;
    else if (parsed == OPT_OK && opts.run.files != NULL && argc - first > 1)
        opt_error(&command, "--files: goes with one torrent only");
    else if (parsed == OPT_OK)
        status = begin(&opts, argc - first, argv + first);
    runopts_fini(&opts.run);
    return status;
}

const struct opt_command *cmd_tui_table(void)
{
    return &command;
}
