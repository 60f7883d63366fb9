/* tui.c -- `tessera` without a subcommand: the session that lasts, with the torrents that
 * are named, in the terminal UI or (--no-ui) without one. */
#include "config.h"

#include "cmd/commands.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/background.h"
#include "cmd/headless.h"
#include "cmd/hook.h"
#include "cmd/lasting.h"
#include "cmd/opt.h"
#include "cmd/runopts.h"
#include "cmd/uihost.h"
#include "cmd/uiprefs.h"
#include "cmd/uiviews.h"
#include "engine/statedir.h"
#include "model/bridge.h"
#include "ui/tui.h"
#include "util/xalloc.h"

struct tui_options {
    struct runopts run; /* first: shared rows name its fields */
    bool paused, no_ui;
};

static const struct opt options[] = {
    {"paused", 0, OPT_FLAG, NULL, "add the torrents without starting them",
     offsetof(struct tui_options, paused), 0, 0},
    {"no-ui", 0, OPT_FLAG, NULL,
     "run the session without a terminal, until a signal ends it",
     offsetof(struct tui_options, no_ui), 0, 0},
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

/* How tables were in the last start, from the state folder. */
static struct uiviews *read_views(void)
{
    struct statedir *state = NULL;
    if (statedir_open(&state, NULL) != OK)
        return uiviews_new(NULL);
    char *path = xasprintf("%s/views", statedir_path(state));
    struct uiviews *views = uiviews_new(path);
    free(path);
    statedir_free(state);
    return views;
}

/* Until the user leaves. Does the session go on in the background? Then in *extra_out, in
 * new memory: settings that are in no file. */
static bool show(struct tui_options *o, struct lasting *session,
                 char **extra_out)
{
    const struct settings *s = &o->run.settings;
    struct bridge *bridge = lasting_bridge(session);
    struct uihost *around = uihost_new(bridge, lasting_dir(session));
    uihost_set_opener(around, &s->open_with);
    uihost_set_settings(around, &o->run.settings, o->run.config_path);
    struct uiviews *views = read_views();
    uihost_set_views(around, views);
    struct host host = uihost_host(around);
    host.can_detach = true;
    /* The user would not wait: what was not saved is checked at the next start. */
    struct tui_prefs prefs = uiprefs_of(s);
    prefs.watch = (struct prefs_watch){watch_event, watch_frame, watch_turn,
                                       lasting_hook(session)};
    enum tui_outcome outcome = tui_run(bridge, &host, &prefs);
    uiviews_save(views);
    if (outcome == TUI_NOT_AWAITED)
        _Exit(EXIT_INTERRUPTED);
    if (outcome == TUI_DETACHED)
        *extra_out = uihost_unsaved(around);
    uihost_free(around);
    uiviews_free(views);
    return outcome == TUI_DETACHED;
}

/* argv as it was parsed: from `first` on stand the torrents. */
static int begin(struct tui_options *o, int argc, char **argv, int first)
{
    struct lasting_config config = {.command = &command,
                                    .run = &o->run,
                                    .is_paused = o->paused,
                                    .has_screen = !o->no_ui};
    struct cause cause = {""};
    if (o->no_ui) {
        background_take_settings(&o->run.settings);
        return headless_run(&config, argc - first, argv + first);
    }
    if (tui_check(&cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return EXIT_USAGE;
    }
    struct lasting *session;
    int status = lasting_open(&config, argc - first, argv + first, &session);
    if (status != EXIT_DONE)
        return status;
    char *extra = NULL;
    bool goes_on = false;
    /* A torrent that cannot be read ends nothing. */
    status = background_take_over(&command);
    if (status == EXIT_DONE)
        status = lasting_start(session);
    if (status == EXIT_DONE)
        goes_on = show(o, session, &extra);
    lasting_close(session);
    /* The torrents that were named are the session's by now. */
    if (goes_on)
        status =
            background_start(&command, argv[0], argv + 1, first - 1, extra);
    free(extra);
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
        status = begin(&opts, argc, argv, first);
    runopts_fini(&opts.run);
    return status;
}

const struct opt_command *cmd_tui_table(void)
{
    return &command;
}
