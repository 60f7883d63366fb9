#include "config.h"

#include "cmd/runopts.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/fetch.h"
#include "cmd/interrupt.h"
#include "cmd/peerargs.h"
#include "cmd/settings_file.h"
#include "util/text.h"
#include "util/xalloc.h"

#define AT(member) offsetof(struct runopts, member)

_Static_assert(AT(settings) == 0, "settings_option() rows name fields of it");

static const struct opt rows[] = {
    {"peer", 0, OPT_LIST, "HOST:PORT",
     "a peer to begin with; may be given again", AT(peers), 0, 0},
    {"dht-node", 0, OPT_LIST, "HOST:PORT",
     "a DHT node to begin with; may be given again", AT(dht_nodes), 0, 0},
    {"files", 0, OPT_TEXT, "LIST",
     "only these files, by the numbers that tessera show prints, such as 1,3-5",
     AT(files), 0, 0},
    {"label", 0, OPT_TEXT, "WORD", "give the torrents this label", AT(label), 0,
     0},
    {"config", 0, OPT_TEXT, "FILE",
     "read settings from FILE instead of "
     "$XDG_CONFIG_HOME/tessera/tessera.conf",
     AT(config), 0, 0},
};

#undef AT

enum { MAX_RATIO = 1000000 /* in thousandths, it fits 32 bits */ };
enum { N_ROWS = sizeof rows / sizeof rows[0] };

const struct opt *runopts_option(size_t i)
{
    size_t n = 0;
    while (n <= i && settings_option(n) != NULL)
        n++;
    if (n > i)
        return settings_option(i);
    return i - n < N_ROWS ? &rows[i - n] : NULL;
}

void runopts_init(struct runopts *r)
{
    *r = (struct runopts){0};
    settings_init(&r->settings);
}

void runopts_fini(struct runopts *r)
{
    opt_list_fini(&r->peers);
    opt_list_fini(&r->dht_nodes);
    settings_fini(&r->settings);
    free(r->config_path);
}

static void say_notes(const struct opt_command *command,
                      const struct settings *s)
{
    for (size_t i = 0; i < s->notes.n; i++)
        opt_error(command, "%s", s->notes.items[i]);
    if (s->n_notes_left_off > 0)
        opt_error(command, "and %u lines more like these", s->n_notes_left_off);
}

static bool is_absent(const char *path)
{
    return access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Read the file; only one that the user named has to be there. One that is there and
 * cannot be read may hold what keeps things in. */
static enum opt_result load(const struct opt_command *command,
                            struct runopts *r, const char *named)
{
    struct cause cause;
    r->config_path = named != NULL ? xstrdup(named) : settings_file_path();
    if (r->config_path == NULL)
        return OPT_OK;
    enum err err = settings_file_load(&r->settings, r->config_path, &cause);
    if (err != OK && named != NULL) {
        opt_error(command, "--config: %s", cause.text);
        return OPT_ERROR;
    }
    if (err != OK && !is_absent(r->config_path)) {
        opt_error(command, "%s: nothing is begun without it", cause.text);
        return OPT_ERROR;
    }
    say_notes(command, &r->settings);
    if (r->settings.lost_guard == NULL)
        return OPT_OK;
    opt_error(command,
              "%s: nothing is begun without what is set there: correct that "
              "line, or remove it",
              r->settings.lost_guard);
    return OPT_ERROR;
}

enum opt_result runopts_parse(const struct opt_command *command, int argc,
                              char **argv, void *into, size_t size,
                              int *first_out)
{
    struct runopts *r = into;
    assert(size >= sizeof *r && r->peers.n == 0 && r->dht_nodes.n == 0);
    /* The options are read twice: for which file it is, and to win over it. */
    void *fresh = xmemdup(into, size);
    r->settings.ip_filter = (struct opt_list){0}; /* fresh has what it holds */
    enum opt_result result = opt_parse(command, argc, argv, into, first_out);
    const char *named = r->config;
    opt_list_fini(&r->peers);
    opt_list_fini(&r->settings.ip_filter);
    opt_list_fini(&r->dht_nodes);
    memcpy(into, fresh, size);
    free(fresh);
    if (result == OPT_OK)
        result = load(command, r, named);
    if (result == OPT_OK)
        result = opt_parse(command, argc, argv, into, first_out);
    return result;
}

/* An address without a port. */
static bool parse_bind(const struct opt_command *command, const char *text,
                       struct addr *out)
{
    bool has_port = addr_parse(text, 0, out) == OK;
    if (!has_port && addr_parse(text, 1, out) == OK)
        return true;
    char *clean = text_clean_dup(text, strlen(text));
    opt_error(command,
              "--bind: '%s' is not an address such as 192.0.2.7 or "
              "2001:db8::7",
              clean);
    free(clean);
    return false;
}

bool runopts_is_offline(void)
{
    const char *offline = getenv("TESSERA_OFFLINE");
    return offline != NULL && offline[0] != '\0';
}

static enum session_mapping mapping_of(const struct settings *s)
{
    static const enum session_mapping mappings[] = {
        [SETTINGS_MAP_AUTO] = SESSION_MAP_ANY,
        [SETTINGS_MAP_UPNP] = SESSION_MAP_UPNP,
        [SETTINGS_MAP_NATPMP] = SESSION_MAP_NATPMP,
        [SETTINGS_MAP_PCP] = SESSION_MAP_PCP,
        [SETTINGS_MAP_OFF] = SESSION_MAP_NOT};
    if (s->port_mapping == SETTINGS_MAP_AUTO && runopts_is_offline())
        return SESSION_MAP_NOT;
    return mappings[s->port_mapping];
}

/* On networks that the user did not name, not offline. */
static bool calls_out(const struct settings *s)
{
    return s->lsd && (s->bind != NULL || !runopts_is_offline());
}

static enum encryption encryption_of(const struct settings *s)
{
    static const enum encryption encryption[] = {
        [SETTINGS_PLAIN] = ENCRYPTION_PLAIN,
        [SETTINGS_PREFERRED] = ENCRYPTION_PREFERRED,
        [SETTINGS_REQUIRED] = ENCRYPTION_REQUIRED,
    };
    return encryption[s->encryption];
}

bool runopts_session(const struct opt_command *command,
                     const struct settings *s, struct session_config *out,
                     struct addr *bind)
{
    *out = (struct session_config){.has_port = s->port != SETTINGS_ANY_PORT,
                                   .port = (uint16_t)s->port,
                                   .encryption = encryption_of(s),
                                   .max_peers = (uint32_t)s->max_peers,
                                   .limit_down_Bps = s->down_Bps,
                                   .limit_up_Bps = s->up_Bps,
                                   .mapping = mapping_of(s),
                                   .filter_paths = s->ip_filter.items,
                                   .n_filter_paths = s->ip_filter.n,
                                   .geoip_path = s->geoip_file,
                                   .uses_pex = s->pex,
                                   .uses_lsd = calls_out(s)};
    if (s->bind == NULL)
        return true;
    out->bind = bind;
    return parse_bind(command, s->bind, bind);
}

/* A name would be looked up outside of the proxy. */
static bool are_addresses(const struct opt_command *command,
                          const struct opt_list *peers)
{
    for (size_t i = 0; i < peers->n; i++) {
        struct addr a;
        if (addr_parse(peers->items[i], 0, &a) == OK)
            continue;
        char *clean = text_clean_dup(peers->items[i], strlen(peers->items[i]));
        opt_error(command,
                  "--peer: '%s': with a proxy a peer is an address and a port: "
                  "no name is looked up",
                  clean);
        free(clean);
        return false;
    }
    return true;
}

/* Where it is: of several addresses, one that can be dialled from `bind`. */
static enum err find_proxy(struct runopts *r, struct cause *cause)
{
    struct addr *addrs = NULL, bind;
    size_t n = 0;
    bool is_v6 = strchr(r->proxy.host, ':') != NULL;
    char *place = xasprintf("%s%s%s:%u", is_v6 ? "[" : "", r->proxy.host,
                            is_v6 ? "]" : "", (unsigned)r->proxy.port);
    enum err err = peerargs_resolve((const char *const[]){place}, 1,
                                    interrupt_came, &addrs, &n, cause);
    free(place);
    if (err != OK)
        return err;
    r->proxy_at = addrs[0];
    bool is_bound = r->settings.bind != NULL &&
                    addr_parse(r->settings.bind, 1, &bind) == OK;
    for (size_t i = n; is_bound && i-- > 0;)
        if (addr_is_v4(&addrs[i]) == addr_is_v4(&bind))
            r->proxy_at = addrs[i];
    free(addrs);
    return OK;
}

bool runopts_open_way(const struct opt_command *command, struct runopts *r)
{
    struct cause cause = {""};
    struct addr bind;
    char ip[ADDR_TEXT_MAX];
    if (r->settings.bind != NULL) {
        if (!parse_bind(command, r->settings.bind, &bind))
            return false;
        fetch_use_address(addr_ip_text(&bind, ip));
    }
    if (r->settings.proxy == NULL)
        return true;
    if (!are_addresses(command, &r->peers))
        return false;
    enum err err = proxyurl_parse(r->settings.proxy, &r->proxy, &cause);
    if (err == OK)
        err = find_proxy(r, &cause);
    if (err != OK && err != ERR_CANCELLED)
        opt_error(command, "--proxy: %s", cause.text);
    if (err != OK)
        return false;
    r->has_proxy = true;
    char *url = proxyurl_for_curl(&r->proxy, &r->proxy_at);
    fetch_use_proxy(url);
    free(url);
    return true;
}

void runopts_give_proxy(const struct runopts *r, struct session_config *out)
{
    if (!r->has_proxy)
        return;
    out->proxy = &r->proxy;
    out->proxy_at = r->proxy_at;
}

void runopts_send_filter(const struct settings *s, struct bridge *bridge)
{
    struct command *c = command_new(COMMAND_FILTER, 0);
    c->n_paths = s->ip_filter.n;
    c->paths = xcalloc(c->n_paths, sizeof *c->paths);
    for (size_t i = 0; i < c->n_paths; i++)
        c->paths[i] = xstrdup(s->ip_filter.items[i]);
    bridge_send(bridge, c);
}

void runopts_send_geoip(const struct settings *s, struct bridge *bridge)
{
    struct command *c = command_new(COMMAND_GEOIP, 0);
    c->text = s->geoip_file != NULL ? xstrdup(s->geoip_file) : NULL;
    bridge_send(bridge, c);
}

void runopts_send_limits(const struct settings *s, struct bridge *bridge)
{
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits = (struct command_limits){.has_slots = true,
                                        .n_slots = (uint32_t)s->n_slots,
                                        .has_peers = true,
                                        .max_peers = (uint32_t)s->max_peers,
                                        .has_encryption = true,
                                        .encryption = encryption_of(s)};
    bridge_send(bridge, c);
}

void runopts_send_turns(const struct settings *s, struct bridge *bridge)
{
    double ratio = s->seed_ratio < MAX_RATIO ? s->seed_ratio : MAX_RATIO;
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits =
        (struct command_limits){.has_active = true,
                                .max_active_down = (uint32_t)s->max_downloads,
                                .max_active_seeds = (uint32_t)s->max_seeds,
                                .has_goals = true,
                                .seed_ratio_m = (uint32_t)(ratio * 1000 + 0.5),
                                .seed_minutes = (uint32_t)s->seed_time_min};
    bridge_send(bridge, c);
}
