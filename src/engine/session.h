/* session.h -- everything that runs: the loop and its thread, the sockets, the disk
 * queue, the limits, and all torrents. Talks to a front end through a bridge, and
 * through nothing else. After session_start() the engine's thread owns it; only
 * session_join() may be called by others. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "engine/dhtconf.h"
#include "model/encryption.h"
#include "model/bridge.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SESSION_DISK_WORKERS = 2,
    SESSION_FRAME_MS = 250,
    SESSION_REFOCUS_MS =
        50,                /* the soonest a new focus is shown after a frame */
    SESSION_STOP_MS = 4000 /* what trackers and the last save may take */
};

struct proxyurl;
struct session;

/* How the gateway is asked to let the world reach the port: see gateway.h. */
enum session_mapping {
    SESSION_MAP_NOT,
    SESSION_MAP_ANY,
    SESSION_MAP_UPNP,
    SESSION_MAP_NATPMP,
    SESSION_MAP_PCP
};

struct session_config {
    bool has_port; /* `port` was given; else the one kept, or a new one */
    uint16_t port; /* 0: any that is free */
    /* Copied: listen there, dial and ask trackers from there, and leave the other
     * family alone; NULL: any address. Its port is not looked at. */
    const struct addr *bind;
    uint32_t max_peers;      /* over all torrents; 0: the default */
    uint64_t limit_down_Bps; /* 0: unlimited */
    uint64_t limit_up_Bps;
    /* Copied; where downloads go, for frame.free_bytes; or NULL. */
    const char *dir;
    enum encryption encryption;
    size_t pool_bytes; /* memory for pieces; 0: POOL_DEFAULT_BYTES */
    bool uses_pex;     /* of torrents that are not private */
    bool uses_lsd;     /* likewise */
    uint16_t lsd_port; /* 0: LSD_PORT */
    bool is_watched;   /* by views: keep histories, obey COMMAND_FOCUS */
    bool keeps; /* what was kept is there again, command_add.is_kept counts */
    const char *const *filter_paths; /* of the IP filter; only read */
    size_t n_filter_paths;
    const char *geoip_path; /* database of countries; only read; NULL: none */
    enum session_mapping mapping;
    /* Copied; peers and HTTP go by it alone. NULL: none. */
    const struct proxyurl *proxy;
    struct addr proxy_at;     /* where it is, when there is one */
    uint32_t max_active_down; /* see command_limits; 0: no bound */
    uint32_t max_active_seeds;
    uint32_t seed_ratio_m; /* goals: see command_limits; 0: none */
    uint32_t seed_minutes;
    int64_t (*slept_ms)(void); /* NULL: clock_slept_ms(), the machine's */
    struct dhtconf dht;        /* is_local is the session's to say */
};

/* Open sockets and state folder. config is only read; bridge is borrowed and outlives
 * it; *out: owned, until session_join(). SIGPIPE must be ignored by then. ERR_SYS;
 * ERR_BUSY: the port that was given is taken (one that was kept is replaced by any);
 * ERR_INVALID: no place for the state folder. cause says what and what to do. */
enum err session_new(const struct session_config *config, struct bridge *bridge,
                     struct session **out, struct cause *cause) ERR_MUST_CHECK;

/* Run in a thread of its own until COMMAND_QUIT is carried out, which EVENT_STOPPED of
 * torrent 0 says. Commands sent before are carried out. ERR_SYS: no thread, see cause;
 * the session is still to be joined. */
enum err session_start(struct session *s, struct cause *cause) ERR_MUST_CHECK;
/* Wait for that, and free. Without session_start(): free. NULL: nothing. */
void session_join(struct session *s);

#endif
