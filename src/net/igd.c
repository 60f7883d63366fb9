#include "config.h"

#include "net/igd.h"

#ifdef HAVE_MINIUPNPC

#include <miniupnpc/miniupnpc.h>
#include <miniupnpc/upnpcommands.h>
#include <miniupnpc/upnperrors.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/sock.h"
#include "util/addr.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    PORT_LEN = 8,
    LAN_LEN = 64,
    WAN_LEN = 64,
    DISCOVER_TTL = 2, /* of the UPnP device architecture */
    IS_CONNECTED = 1, /* of UPNP_GetValidIGD() */
    SSDP_PORT = 1900,
    CONFLICT = 718,      /* ConflictInMappingEntry */
    ONLY_PERMANENT = 725 /* OnlyPermanentLeasesSupported */
};

static const char *const protocols[] = {"TCP", "UDP"};

/* A device and what of ours it sees. */
struct device {
    char control_url[PORTMAP_URL_LEN];
    char service[PORTMAP_SERVICE_LEN];
    char lan[LAN_LEN]; /* our address */
};

static int valid_igd(struct UPNPDev *list, struct UPNPUrls *urls,
                     struct IGDdatas *data, char lan[LAN_LEN])
{
#if MINIUPNPC_API_VERSION >= 18
    char wan[WAN_LEN] = "";
    return UPNP_GetValidIGD(list, urls, data, lan, LAN_LEN, wan, sizeof wan);
#else
    return UPNP_GetValidIGD(list, urls, data, lan, LAN_LEN);
#endif
}

static bool keep(struct device *d, const struct UPNPUrls *urls,
                 const struct IGDdatas *data)
{
    bool fits = urls->controlURL != NULL &&
                strlen(urls->controlURL) < sizeof d->control_url &&
                strlen(data->first.servicetype) < sizeof d->service;
    if (fits) {
        snprintf(d->control_url, sizeof d->control_url, "%s", urls->controlURL);
        snprintf(d->service, sizeof d->service, "%s", data->first.servicetype);
    }
    return fits;
}

/* Is there a way to those who are asked? Where there is none miniupnpc says so itself, on
 * stderr. */
static bool has_network(void)
{
    static const uint8_t ssdp[] = {239, 255, 255, 250};
    struct addr group = addr_v4(ssdp, SSDP_PORT), own;
    int fd = sock_open_to(&group, NULL, &own);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static enum err discover(const struct portmap_wish *wish, struct device *out,
                         struct cause *cause)
{
    struct UPNPUrls urls = {0};
    struct IGDdatas data = {0};
    char own[ADDR_TEXT_MAX];
    const char *from = NULL;
    int error = 0;
    if (!has_network()) {
        cause_set(cause, "UPnP: there is no network");
        return ERR_NOT_FOUND;
    }
    if (wish->is_bound)
        from = addr_ip_text(&wish->local, own);
    struct UPNPDev *list =
        upnpDiscover(IGD_DISCOVER_MS, from, NULL, UPNP_LOCAL_PORT_ANY, 0,
                     DISCOVER_TTL, &error);
    if (list == NULL) {
        cause_set(cause, "UPnP: no gateway answers");
        return ERR_NOT_FOUND;
    }
    int found = valid_igd(list, &urls, &data, out->lan);
    freeUPNPDevlist(list);
    enum err err = ERR_NOT_FOUND;
    if (found != IS_CONNECTED)
        cause_set(cause, "UPnP: %s",
                  found > IS_CONNECTED ? "the gateway is not connected itself"
                                       : "no gateway answers");
    else if (!keep(out, &urls, &data))
        cause_set(cause, "UPnP: the gateway's address is too long");
    else
        err = OK;
    if (found != 0)
        FreeUPNPUrls(&urls);
    return err;
}

static enum err refuse(int code, uint16_t port, struct cause *cause)
{
    const char *words = strupnperror(code);
    if (code == CONFLICT) {
        cause_set(cause,
                  "UPnP: port %u is another machine's at the gateway (--port "
                  "chooses another)",
                  (unsigned)port);
        return ERR_REFUSED;
    }
    char *clean = words != NULL ? text_clean_dup(words, strlen(words)) : NULL;
    cause_set(cause, "UPnP: the gateway refuses: %s (%d)",
              clean != NULL ? clean : "it does not say why", code);
    free(clean);
    return ERR_REFUSED;
}

/* One protocol; *life_s: what was asked for, 0 where only that is taken. */
static int add(const struct device *d, uint16_t port, const char *protocol,
               uint32_t *life_s)
{
    char text[PORT_LEN], life[16];
    snprintf(text, sizeof text, "%u", (unsigned)port);
    snprintf(life, sizeof life, "%u", (unsigned)*life_s);
    int code = UPNP_AddPortMapping(d->control_url, d->service, text, text,
                                   d->lan, PACKAGE, protocol, NULL, life);
    if (code != ONLY_PERMANENT || *life_s == 0)
        return code;
    *life_s = 0;
    return UPNP_AddPortMapping(d->control_url, d->service, text, text, d->lan,
                               PACKAGE, protocol, NULL, "0");
}

static void take_back(const char *control_url, const char *service,
                      uint16_t port, size_t n)
{
    char text[PORT_LEN];
    snprintf(text, sizeof text, "%u", (unsigned)port);
    for (size_t i = 0; i < n; i++)
        (void)UPNP_DeletePortMapping(control_url, service, text, protocols[i],
                                     NULL);
}

static void ask_external(const struct device *d, struct portmap_mapping *m)
{
    char ip[WAN_LEN] = "";
    m->has_external = UPNP_GetExternalIPAddress(d->control_url, d->service,
                                                ip) == UPNPCOMMAND_SUCCESS &&
                      addr_parse_ip(ip, &m->external) == OK;
}

static enum err map_at(const struct device *d, const struct portmap_wish *wish,
                       struct portmap_mapping *out, struct cause *cause)
{
    struct portmap_mapping m = {.by = "UPnP", .life_s = PORTMAP_LIFE_S};
    for (size_t i = 0; i < 2; i++) {
        int code = add(d, wish->port, protocols[i], &m.life_s);
        if (code != UPNPCOMMAND_SUCCESS) {
            take_back(d->control_url, d->service, wish->port, i);
            return refuse(code, wish->port, cause);
        }
    }
    ask_external(d, &m);
    m.external.port = wish->port;
    memcpy(m.control_url, d->control_url, sizeof m.control_url);
    memcpy(m.service, d->service, sizeof m.service);
    *out = m;
    return OK;
}

enum err igd_map(const struct portmap_wish *wish, struct portmap_mapping *out,
                 struct cause *cause)
{
    struct device d = {.lan = ""};
    enum err err = discover(wish, &d, cause);
    return err == OK ? map_at(&d, wish, out, cause) : err;
}

void igd_unmap(const struct portmap_wish *wish,
               const struct portmap_mapping *mapping)
{
    take_back(mapping->control_url, mapping->service, wish->port, 2);
}

#else

enum err igd_map(const struct portmap_wish *wish, struct portmap_mapping *out,
                 struct cause *cause)
{
    (void)wish;
    (void)out;
    cause_set(cause, "UPnP: built without miniupnpc");
    return ERR_UNSUPPORTED;
}

void igd_unmap(const struct portmap_wish *wish,
               const struct portmap_mapping *mapping)
{
    (void)wish;
    (void)mapping;
}

#endif
