#include "config.h"

#include "net/natpmp.h"

#ifdef HAVE_NATPMP

#include <natpmp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include "util/clock.h"
#include "net/sockaddr.h"

enum { UNMAP_WAIT_MS = 400 };

static const char *words_of(int code)
{
    switch (code) {
    case NATPMP_ERR_CANNOTGETGATEWAY:
        return "there is no default gateway";
    case NATPMP_TRYAGAIN:
    case NATPMP_ERR_NOGATEWAYSUPPORT:
    case NATPMP_ERR_RECVFROM:
        return "the gateway does not answer";
    case NATPMP_ERR_NOTAUTHORIZED:
        return "the gateway is set to refuse";
    case NATPMP_ERR_NETWORKFAILURE:
        return "the gateway has no address itself";
    case NATPMP_ERR_OUTOFRESOURCES:
        return "the gateway has no room for more";
    case NATPMP_ERR_UNSUPPORTEDVERSION:
    case NATPMP_ERR_UNSUPPORTEDOPCODE:
        return "the gateway speaks another version";
    default:
        return "the gateway cannot be asked";
    }
}

static bool is_answer_of_gateway(int code)
{
    return code <= NATPMP_ERR_UNDEFINEDERROR && code > NATPMP_TRYAGAIN;
}

static enum err refuse(int code, struct cause *cause)
{
    cause_set(cause, "NAT-PMP: %s", words_of(code));
    return is_answer_of_gateway(code) ? ERR_REFUSED : ERR_NOT_FOUND;
}

/* Wait for the answer to what was sent; 0 when it came. */
static int answer(natpmp_t *n, natpmpresp_t *out, int wait_ms)
{
    int64_t until_ms = clock_now_ms() + wait_ms;
    for (;;) {
        int code = readnatpmpresponseorretry(n, out);
        int64_t left_ms = until_ms - clock_now_ms();
        if (code != NATPMP_TRYAGAIN || left_ms <= 0)
            return code;
        struct timeval tv = {0, 0};
        (void)getnatpmprequesttimeout(n, &tv);
        int64_t again_ms = (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000 + 1;
        struct pollfd fd = {.fd = n->s, .events = POLLIN};
        if (again_ms < 1)
            again_ms = 1;
        (void)poll(&fd, 1, (int)(again_ms < left_ms ? again_ms : left_ms));
    }
}

/* Is the gateway reached from the address that is meant? */
static bool is_from(const natpmp_t *n, const struct portmap_wish *wish)
{
    struct addr own;
    return !wish->is_bound || (sockaddr_of_socket(n->s, &own) == OK &&
                               addr_same_ip(&own, &wish->local));
}

static int ask_port(natpmp_t *n, int protocol, uint16_t port, uint32_t life_s,
                    natpmpresp_t *out, int wait_ms)
{
    uint16_t outside = life_s > 0 ? port : 0;
    int code = sendnewportmappingrequest(n, protocol, port, outside, life_s);
    return code < 0 ? code : answer(n, out, wait_ms);
}

static void ask_external(natpmp_t *n, struct portmap_mapping *out)
{
    natpmpresp_t r;
    if (sendpublicaddressrequest(n) < 0 || answer(n, &r, NATPMP_WAIT_MS) != 0 ||
        r.type != NATPMP_RESPTYPE_PUBLICADDRESS)
        return;
    uint8_t ip[4];
    memcpy(ip, &r.pnu.publicaddress.addr, sizeof ip);
    out->external = addr_v4(ip, 0);
    out->has_external = true;
}

static void take_back(natpmp_t *n, uint16_t port)
{
    natpmpresp_t r;
    (void)ask_port(n, NATPMP_PROTOCOL_TCP, port, 0, &r, UNMAP_WAIT_MS);
    (void)ask_port(n, NATPMP_PROTOCOL_UDP, port, 0, &r, UNMAP_WAIT_MS);
}

/* Both protocols; another port than ours is of no use: ours is announced. */
static enum err map_both(natpmp_t *n, uint16_t port,
                         struct portmap_mapping *out, struct cause *cause)
{
    static const int protocols[] = {NATPMP_PROTOCOL_TCP, NATPMP_PROTOCOL_UDP};
    for (size_t i = 0; i < 2; i++) {
        natpmpresp_t r;
        int code =
            ask_port(n, protocols[i], port, PORTMAP_LIFE_S, &r, NATPMP_WAIT_MS);
        enum err err = code != 0 ? refuse(code, cause) : OK;
        if (err == OK && r.pnu.newportmapping.mappedpublicport != port) {
            cause_set(cause,
                      "NAT-PMP: port %u is in use at the gateway (it offers "
                      "%u)",
                      (unsigned)port,
                      (unsigned)r.pnu.newportmapping.mappedpublicport);
            err = ERR_REFUSED;
        }
        if (err != OK) {
            if (code == 0 || i > 0)
                take_back(n, port);
            return err;
        }
        out->life_s = r.pnu.newportmapping.lifetime;
    }
    return OK;
}

enum err natpmp_map(const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    natpmp_t n;
    struct portmap_mapping m = {.by = "NAT-PMP"};
    int code = initnatpmp(&n, 0, 0);
    if (code < 0)
        return refuse(code, cause);
    enum err err = ERR_INVALID;
    if (is_from(&n, wish))
        err = map_both(&n, wish->port, &m, cause);
    else
        cause_set(cause, "NAT-PMP: the gateway is not reached from the "
                         "address of --bind");
    if (err == OK) {
        ask_external(&n, &m);
        m.external.port = wish->port;
        *out = m;
    }
    closenatpmp(&n);
    return err;
}

void natpmp_unmap(const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    natpmp_t n;
    (void)mapping;
    if (initnatpmp(&n, 0, 0) < 0)
        return;
    if (is_from(&n, wish))
        take_back(&n, wish->port);
    closenatpmp(&n);
}

enum err natpmp_gateway(uint16_t port, struct addr *out)
{
    natpmp_t n;
    uint8_t ip[4];
    if (initnatpmp(&n, 0, 0) < 0)
        return ERR_NOT_FOUND;
    memcpy(ip, &n.gateway, sizeof ip);
    closenatpmp(&n);
    *out = addr_v4(ip, port);
    return OK;
}

#else

enum err natpmp_map(const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    (void)wish;
    (void)out;
    cause_set(cause, "NAT-PMP: built without libnatpmp");
    return ERR_UNSUPPORTED;
}

void natpmp_unmap(const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    (void)wish;
    (void)mapping;
}

enum err natpmp_gateway(uint16_t port, struct addr *out)
{
    (void)port;
    (void)out;
    return ERR_UNSUPPORTED;
}

#endif
