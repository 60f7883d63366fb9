/* tui.c -- `tessera` without a subcommand: the terminal UI on a session with the
 * torrents that were named. */
#include "config.h"

#include "cmd/commands.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/adds.h"
#include "cmd/opt.h"
#include "cmd/peerargs.h"
#include "cmd/uihost.h"
#include "engine/session.h"
#include "model/bridge.h"
#include "ui/tui.h"
#include "util/addr.h"

enum { TUI_NO_PORT = 65536, TUI_LIMIT_MAX_PEERS = 10000 };

struct tui_options {
    const char *dir;
    uint64_t port;
    struct opt_list peers;
    uint64_t down_Bps, up_Bps;
    uint64_t max_peers;
};

#define AT(member) offsetof(struct tui_options, member)

static const struct opt options[] = {
    {"dir", 'd', OPT_TEXT, "DIR", "download into DIR (default: here)", AT(dir),
     0, 0},
    {"port", 'p', OPT_NUMBER, "N",
     "listen on port N; 0: any free one (default: one chosen at the first "
     "start, and kept)",
     AT(port), 0, 65535},
    {"peer", 0, OPT_LIST, "HOST:PORT",
     "a peer to begin with; may be given again", AT(peers), 0, 0},
    {"down", 0, OPT_SIZE, "RATE",
     "receive at most RATE bytes a second; 500K, 2M; 0: no limit", AT(down_Bps),
     0, 0},
    {"up", 0, OPT_SIZE, "RATE", "send at most RATE bytes a second", AT(up_Bps),
     0, 0},
    {"max-peers", 0, OPT_NUMBER, "N", "connect to at most N peers (1 to 10000)",
     AT(max_peers), 1, TUI_LIMIT_MAX_PEERS},
    {0},
};

#undef AT

static const struct opt_command command = {
    .name = "",
    .args = "[OPTIONS] [FILE|URL...]",
    .summary = "Download what .torrent files (or http(s) URLs of them) "
               "describe, and watch it.",
    .opts = options,
};

static int send_adds(const struct tui_options *o, int n, char **uris,
                     struct bridge *bridge)
{
    struct cause cause = {""};
    struct adds_options adds = {.dir = o->dir,
                                .max_peers = (uint32_t)o->max_peers};
    struct addr *peers = NULL;
    enum err err = peerargs_resolve(o->peers.items, o->peers.n, NULL, &peers,
                                    &adds.n_peers, &cause);
    if (err != OK) {
        opt_error(&command, "--peer: %s", cause.text);
        return EXIT_USAGE;
    }
    adds.peers = peers;
    int status = adds_send(&command, &adds, n, uris, NULL, bridge);
    free(peers);
    return status;
}

static int run_session(const struct tui_options *o, struct bridge *bridge)
{
    struct session_config config = {.has_port = o->port != TUI_NO_PORT,
                                    .port = (uint16_t)o->port,
                                    .max_peers = (uint32_t)o->max_peers,
                                    .limit_down_Bps = o->down_Bps,
                                    .limit_up_Bps = o->up_Bps,
                                    .is_watched = true};
    struct session *session = NULL;
    struct cause cause = {""};
    enum err err = session_new(&config, bridge, &session, &cause);
    if (err == OK)
        err = session_start(session, &cause);
    if (err != OK) {
        opt_error(&command, "%s%s", cause.text,
                  err == ERR_BUSY ? " (--port chooses another)" : "");
        session_join(session);
        return err == ERR_BUSY ? EXIT_USAGE : EXIT_DISK;
    }
    struct uihost *around = uihost_new(bridge, o->dir != NULL ? o->dir : ".");
    struct host host = uihost_host(around);
    /* The user would not wait: what was not saved is checked at the next start. */
    if (!tui_run(bridge, &host))
        _Exit(EXIT_INTERRUPTED);
    uihost_free(around);
    session_join(session);
    return EXIT_DONE;
}

static int begin(const struct tui_options *o, int n, char **uris)
{
    struct cause cause = {""};
    if (tui_check(&cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return EXIT_USAGE;
    }
    struct bridge *bridge = bridge_new();
    int status = send_adds(o, n, uris, bridge);
    if (status == EXIT_DONE)
        status = run_session(o, bridge);
    bridge_free(bridge);
    return status;
}

int cmd_tui(int argc, char **argv)
{
    struct tui_options opts = {.port = TUI_NO_PORT};
    int first;
    int status = EXIT_USAGE;
    enum opt_result parsed = opt_parse(&command, argc, argv, &opts, &first);
    if (parsed == OPT_DONE)
        status = EXIT_DONE;
    else if (parsed == OPT_OK)
        status = begin(&opts, argc - first, argv + first);
    opt_list_fini(&opts.peers);
    return status;
}
