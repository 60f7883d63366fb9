/* runopts.h -- what the terminal UI and `get` are told alike: the options of both, with
 * the configuration file below them. The command line wins over the file, the file over
 * the defaults. Begins a subcommand's own struct of options:
 *
 *     struct get_options { struct runopts run; bool json; };
 *
 * Owner and thread: the subcommand's; main thread. */
#ifndef CMD_RUNOPTS_H
#define CMD_RUNOPTS_H

#include "cmd/opt.h"
#include "cmd/settings.h"
#include "engine/session.h"
#include "model/bridge.h"
#include "net/proxyurl.h"
#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>

struct runopts {
    struct settings settings; /* first: shared rows name its fields */
    char *
        config_path; /* owned: the file in use, or to be made; NULL: no place */
    const char *config;
    struct opt_list peers, dht_nodes;
    const char *files, *label;
    bool has_proxy; /* the next two; by runopts_open_way() */
    struct proxyurl proxy;
    struct addr proxy_at;
};

/* The rows, for opt_command.shared. */
const struct opt *runopts_option(size_t i);

/* Read the configuration file that is named, else the user's where there is one, and
 * then the options. `into` begins with a struct runopts; all `size` bytes are set to
 * defaults before, but for what runopts_init() does, and hold no list of their own.
 * What is wrong with the file is said on stderr, and kept in the settings' notes. */
enum opt_result runopts_parse(const struct opt_command *command, int argc,
                              char **argv, void *into, size_t size,
                              int *first_out);
/* The session's configuration by the settings; *bind is what it points to. Return
 * false when an address is of no use, which was said as from `command`. */
bool runopts_session(const struct opt_command *command,
                     const struct settings *s, struct session_config *out,
                     struct addr *bind);
/* Have torrents fetched from the address to bind to, and by the proxy of the settings, if
 * there are such; the proxy's name is looked up here, no other is from then on. False: one
 * cannot be used, or the options do not go with it, which was said; or interrupt_came().
 * Before anything is fetched or looked up. */
bool runopts_open_way(const struct opt_command *command, struct runopts *r);
/* The session's configuration: by that proxy. */
void runopts_give_proxy(const struct runopts *r, struct session_config *out);
/* Send the lists of the IP filter, when they changed. */
void runopts_send_filter(const struct settings *s, struct bridge *bridge);
/* Send the database of countries, when it changed. */
void runopts_send_geoip(const struct settings *s, struct bridge *bridge);
/* Send what the session is told by a command instead. */
void runopts_send_limits(const struct settings *s, struct bridge *bridge);
/* And what a session that lasts is told: how many torrents may be active, and when they
 * have seeded enough. */
void runopts_send_turns(const struct settings *s, struct bridge *bridge);

void runopts_init(struct runopts *r);
void runopts_fini(struct runopts *r);

/* Is TESSERA_OFFLINE set, as in tests: nobody is asked that nobody named? */
bool runopts_is_offline(void);

#endif
