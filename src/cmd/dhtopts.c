#include "config.h"

#include "cmd/dhtopts.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/peerargs.h"
#include "net/resolve.h"
#include "util/text.h"
#include "util/xalloc.h"

/* One more place; false, which is said, when the text is none. */
static bool add(struct dhtopts *d, const struct opt_command *command,
                const char *option, const char *text)
{
    char host[RESOLVE_MAX_HOST_LEN + 1];
    uint16_t port;
    if (!peerargs_split(text, host, sizeof host, &port)) {
        char *clean = text_clean_dup(text, strlen(text));
        opt_error(command, "%s: '%s' is not HOST:PORT", option, clean);
        free(clean);
        return false;
    }
    d->places = xreallocarray(d->places, d->n + 1, sizeof *d->places);
    d->hosts = xreallocarray(d->hosts, d->n + 1, sizeof *d->hosts);
    d->hosts[d->n] = xstrdup(host);
    d->places[d->n] =
        (struct dhtconf_place){.host = d->hosts[d->n], .port = port};
    d->n++;
    return true;
}

static void add_words(struct dhtopts *d, const struct opt_command *command,
                      const char *words)
{
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        char *word = xstrndup(words, len);
        if (len > 0)
            (void)add(d, command, "TESSERA_DHT_BOOTSTRAP", word);
        free(word);
        words += len + (words[len] == ' ');
    }
}

bool dhtopts_session(struct dhtopts *d, const struct opt_command *command,
                     const struct runopts *r, struct session_config *config)
{
    const char *instead = getenv("TESSERA_DHT_BOOTSTRAP");
    const struct opt_list *routers = &r->settings.dht_bootstrap;
    if (instead == NULL && runopts_is_offline())
        instead = "";
    *d = (struct dhtopts){.n = 0};
    if (instead != NULL)
        add_words(d, command, instead);
    for (size_t i = 0; instead == NULL && i < routers->n; i++)
        (void)add(d, command, "dht-bootstrap", routers->items[i]);
    size_t n_routers = d->n;
    for (size_t i = 0; i < r->dht_nodes.n; i++)
        if (!add(d, command, "--dht-node", r->dht_nodes.items[i])) {
            dhtopts_fini(d);
            return false;
        }
    config->dht = (struct dhtconf){
        .is_on = r->settings.dht,
        .routers = d->places,
        .n_routers = n_routers,
        .nodes = d->n > n_routers ? d->places + n_routers : NULL,
        .n_nodes = d->n - n_routers,
    };
    return true;
}

void dhtopts_fini(struct dhtopts *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->hosts[i]);
    free(d->hosts);
    free(d->places);
    *d = (struct dhtopts){.n = 0};
}
