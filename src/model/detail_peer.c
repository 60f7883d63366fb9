#include "config.h"

#include "model/detail_peer.h"

#include <string.h>

const char *detail_peer_trace_name(enum detail_trace_kind kind)
{
    static const char *const names[DETAIL_TRACE_N_KINDS] = {
        [DETAIL_TRACE_CHOKE] = "CHOKE",
        [DETAIL_TRACE_UNCHOKE] = "UNCHOKE",
        [DETAIL_TRACE_INTERESTED] = "INTERESTED",
        [DETAIL_TRACE_NOT_INTERESTED] = "NOT INTERESTED",
        [DETAIL_TRACE_HAVE] = "HAVE",
        [DETAIL_TRACE_BITFIELD] = "BITFIELD",
        [DETAIL_TRACE_REQUEST] = "REQUEST",
        [DETAIL_TRACE_PIECE] = "PIECE",
        [DETAIL_TRACE_CANCEL] = "CANCEL",
        [DETAIL_TRACE_REJECT] = "REJECT",
        [DETAIL_TRACE_EXTENDED] = "EXTENDED",
        [DETAIL_TRACE_TIMEOUT] = "timed out",
    };
    return names[kind];
}

static const struct {
    char letter;
    const char *name;
} sources[DETAIL_N_SOURCES + 1] = {
    [DETAIL_BY_USER] = {'U', "user"},
    [DETAIL_BY_RESUME] = {'R', "earlier run"},
    [DETAIL_BY_TRACKER] = {'T', "tracker"},
    [DETAIL_BY_LSD] = {'L', "local discovery"},
    [DETAIL_BY_INCOMING] = {'I', "incoming"},
    [DETAIL_BY_PEX] = {'X', "peer exchange"},
    [DETAIL_BY_DHT] = {'H', "DHT"},
    [DETAIL_BY_TORRENT] = {'W', "the torrent"},
};

const char *detail_peer_address(const struct detail_peer *p, char *dst)
{
    if (p->web[0] != '\0')
        memcpy(dst, p->web, sizeof p->web);
    else
        (void)addr_text(&p->addr, dst);
    return dst;
}

char detail_peer_source_letter(enum detail_source source)
{
    return sources[source].letter;
}

const char *detail_peer_source_name(enum detail_source source)
{
    return sources[source].name;
}

const char *detail_peer_letters(uint16_t slot, char *dst)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const uint32_t n = sizeof letters - 1;
    uint32_t at = slot;
    size_t len = 0;
    char reversed[4];
    /* 0.. n-1 are one letter, then two, then three: base n without a zero. */
    do {
        reversed[len++] = letters[at % n];
        at /= n;
    } while (at-- > 0 && len < 3);
    for (size_t i = 0; i < len; i++)
        dst[i] = reversed[len - 1 - i];
    dst[len] = '\0';
    return dst;
}

/* A letter for one direction: what flows now, what would if it might, or '-'. */
static char flow(bool wants, bool is_choked, char now, char would)
{
    if (!wants)
        return '-';
    return is_choked ? would : now;
}

void detail_peer_flags(const struct detail_peer *p, char *dst)
{
    dst[0] = flow(p->am_interested, p->is_choking, 'D', 'd');
    dst[1] = p->am_interested ? 'I' : '-';
    dst[2] = p->is_snubbed ? 'S' : ' ';
    dst[3] = flow(p->is_interested, p->am_choking, 'U', 'u');
    dst[4] = p->is_interested ? 'I' : '-';
    dst[5] = p->is_shunned ? 'X' : p->is_optimistic ? 'O' : ' ';
    dst[6] = p->is_encrypted ? 'e' : 'p';
    dst[7] = '\0';
}
