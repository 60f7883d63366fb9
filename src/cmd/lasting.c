#include "config.h"

#include "cmd/lasting.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/adds.h"
#include "cmd/commands.h"
#include "cmd/dhtopts.h"
#include "cmd/interrupt.h"
#include "cmd/logging.h"
#include "cmd/peerargs.h"
#include "cmd/watchdir.h"
#include "engine/keeper.h"
#include "engine/session.h"
#include "engine/statedir.h"
#include "util/addr.h"
#include "util/clock.h"
#include "util/xalloc.h"

struct lasting {
    struct lasting_config config;
    struct bridge *bridge; /* owned, as the rest */
    struct hook *hook;
    struct session *session;
    struct watchdir *watchdir; /* NULL: there are no folders to look at */
    struct statedir *statedir; /* of the watchdir; NULL: the same */
};

/* Something went wrong beside the session. */
static void say_line(void *ctx, const char *line)
{
    const struct lasting *l = ctx;
    if (!l->config.has_screen) {
        opt_error(l->config.command, "%s", line);
        return;
    }
    struct event e = {.kind = EVENT_COMMAND, .err = ERR_SYS};
    e.at_ms = clock_now_ms();
    snprintf(e.text, sizeof e.text, "%s", line);
    bridge_post(l->bridge, &e);
}

static int send_adds(const struct lasting *l, int n, char **uris)
{
    const struct runopts *run = l->config.run;
    const struct settings *s = &run->settings;
    struct cause cause = {""};
    struct adds_options adds = {.dir = s->dir,
                                .files = run->files,
                                .is_sequential = s->sequential,
                                .is_first_last = s->first_last,
                                .preallocate = s->preallocate,
                                .is_paused = l->config.is_paused,
                                .label = run->label,
                                .is_kept = true,
                                .max_peers = (uint32_t)s->max_peers};
    struct addr *peers = NULL;
    if (n == 0)
        return EXIT_DONE; /* nobody is looked up for nothing */
    enum err err =
        peerargs_resolve(run->peers.items, run->peers.n, interrupt_came, &peers,
                         &adds.n_peers, &cause);
    if (err == ERR_CANCELLED)
        return EXIT_INTERRUPTED;
    if (err != OK) {
        opt_error(l->config.command, "--peer: %s", cause.text);
        return EXIT_USAGE;
    }
    adds.peers = peers;
    int status =
        adds_send(l->config.command, &adds, n, uris, interrupt_came, l->bridge);
    free(peers);
    return status;
}

static bool is_kept(void *ctx, const uint8_t *info_hash)
{
    return keeper_has(ctx, info_hash);
}

/* Begin to look at the watch folders; NULL: there are none. */
static struct watchdir *watch_folders(struct lasting *l)
{
    static const enum watchdir_action actions[] = {
        [SETTINGS_RENAME] = WATCHDIR_RENAME,
        [SETTINGS_DELETE] = WATCHDIR_DELETE,
        [SETTINGS_KEEP] = WATCHDIR_KEEP,
    };
    const struct settings *s = &l->config.run->settings;
    struct watchdir_config config = {.folders = s->watch_folders.items,
                                     .n_folders = s->watch_folders.n,
                                     .action = actions[s->watch_action],
                                     .save_dir = lasting_dir(l),
                                     .is_kept = is_kept};
    struct cause cause = {""};
    if (config.n_folders == 0)
        return NULL;
    if (statedir_open(&l->statedir, &cause) != OK) {
        say_line(l, cause.text);
        return NULL;
    }
    config.ctx = l->statedir;
    struct watchdir *w = watchdir_new(&config, l->bridge);
    if (!watchdir_start(w))
        say_line(l, "watch-folder: no thread to look at them");
    return w;
}

int lasting_start(struct lasting *l)
{
    const struct opt_command *command = l->config.command;
    const struct settings *s = &l->config.run->settings;
    struct session_config config;
    struct addr bind;
    struct dhtopts dht;
    if (!runopts_session(command, s, &config, &bind) ||
        !dhtopts_session(&dht, command, l->config.run, &config))
        return EXIT_USAGE;
    runopts_give_proxy(l->config.run, &config);
    config.is_watched = l->config.has_screen;
    config.keeps = true;
    config.dir = lasting_dir(l);
    runopts_send_limits(s, l->bridge);
    runopts_send_turns(s, l->bridge);
    struct cause cause = {""};
    enum err err = session_new(&config, l->bridge, &l->session, &cause);
    dhtopts_fini(&dht);
    if (err == OK)
        err = session_start(l->session, &cause);
    if (err != OK) {
        opt_error(command, "%s%s", cause.text,
                  err == ERR_BUSY ? " (--port chooses another)" : "");
        return err == ERR_BUSY ? EXIT_USAGE : EXIT_DISK;
    }
    l->watchdir = watch_folders(l);
    return EXIT_DONE;
}

int lasting_open(const struct lasting_config *config, int n, char **uris,
                 struct lasting **out)
{
    struct runopts *run = config->run;
    const struct settings *s = &run->settings;
    if (!logging_begin(config->command, s, 0))
        return EXIT_USAGE;
    struct lasting *l = xzalloc(sizeof *l);
    l->config = *config;
    l->bridge = bridge_new();
    l->hook = hook_new(&s->on_complete, &s->on_error, say_line, l);
    /* They were said on stderr. */
    for (size_t i = 0; i < s->notes.n && config->has_screen; i++)
        say_line(l, s->notes.items[i]);
    int status = EXIT_DONE;
    if (!runopts_open_way(config->command, run))
        status = interrupt_came() ? EXIT_INTERRUPTED : EXIT_USAGE;
    if (status == EXIT_DONE)
        status = send_adds(l, n, uris);
    if (status == EXIT_DONE)
        *out = l;
    else
        lasting_close(l);
    return status;
}

void lasting_close(struct lasting *l)
{
    watchdir_free(l->watchdir);
    statedir_free(l->statedir);
    session_join(l->session);
    hook_free(l->hook);
    bridge_free(l->bridge);
    free(l);
    logging_end();
}

struct bridge *lasting_bridge(const struct lasting *l)
{
    return l->bridge;
}

struct hook *lasting_hook(const struct lasting *l)
{
    return l->hook;
}

const char *lasting_dir(const struct lasting *l)
{
    const struct settings *s = &l->config.run->settings;
    return s->dir != NULL ? s->dir : ".";
}
