#include "config.h"

#include "proto/tracker_udp.h"

#include <string.h>
#include <strings.h>

#include "util/text.h"

/* BEP 15: the magic of a connect. */
static const uint64_t PROTOCOL_ID = UINT64_C(0x41727101980);

enum {
    HEAD_LEN = 8,
    CONNECT_LEN = 16,  /* both ways */
    ANNOUNCE_LEN = 98, /* of a request, before options */
    ANNOUNCE_REPLY_LEN = 20,
    SCRAPE_REPLY_LEN = 8 + 12, /* of one torrent */
    OPTION_URL_DATA = 2,       /* BEP 41 */
    OPTION_MAX_LEN = 255
};

_Static_assert(ANNOUNCE_LEN + TRACKER_UDP_MAX_PATH +
                       2 * (TRACKER_UDP_MAX_PATH / OPTION_MAX_LEN + 1) <=
                   TRACKER_UDP_MAX_REQUEST,
               "an announce with the longest path fits");

/* Read the port after the host: digits up to the path, then nothing else. */
static bool read_port(const char **at, uint16_t *out)
{
    const char *digits = *at + 1;
    size_t len;

    if (**at != ':')
        return false;
    len = strcspn(digits, "/?#");
    *at = digits + len;
    return text_parse_port(digits, len, out) && *out != 0;
}

enum err tracker_udp_parse_url(const char *url, struct tracker_udp_url *out)
{
    size_t len = strnlen(url, TRACKER_MAX_URL + 1);
    struct tracker_udp_url u;
    const char *host, *at;
    size_t host_len;

    if (len > TRACKER_MAX_URL)
        return ERR_TOO_BIG;
    if (strncasecmp(url, "udp://", 6) != 0)
        return ERR_UNSUPPORTED;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)url[i] <= ' ' || url[i] == '\x7f')
            return ERR_INVALID;
    host = url + 6;
    if (*host == '[') {
        host++;
        host_len = strcspn(host, "]");
        if (host[host_len] != ']')
            return ERR_INVALID;
        at = host + host_len + 1;
    } else {
        host_len = strcspn(host, ":/?#@[]");
        at = host + host_len;
    }
    if (host_len == 0)
        return ERR_INVALID;
    if (host_len > TRACKER_UDP_MAX_HOST)
        return ERR_TOO_BIG;
    if (!read_port(&at, &u.port))
        return ERR_INVALID;
    memcpy(u.host, host, host_len);
    u.host[host_len] = '\0';
    u.path = (struct span){(const uint8_t *)at, strcspn(at, "#")};
    *out = u;
    return OK;
}

size_t tracker_udp_put_connect(uint8_t *out, uint32_t transaction_id)
{
    struct bytes_writer w = bytes_writer(out, TRACKER_UDP_MAX_REQUEST);

    bytes_write_be64(&w, PROTOCOL_ID);
    bytes_write_be32(&w, TRACKER_UDP_CONNECT);
    bytes_write_be32(&w, transaction_id);
    return bytes_written(&w);
}

/* BEP 41: path and query, in as many options as they need. A path that is too
 * long is not told at all: its beginning would name something else. */
static void write_path(struct bytes_writer *w, struct span path)
{
    if (path.len > TRACKER_UDP_MAX_PATH)
        return;
    for (size_t off = 0; off < path.len;) {
        size_t n = path.len - off;

        if (n > OPTION_MAX_LEN)
            n = OPTION_MAX_LEN;
        bytes_write_u8(w, OPTION_URL_DATA);
        bytes_write_u8(w, (uint8_t)n);
        bytes_write(w, path.p + off, n);
        off += n;
    }
}

size_t tracker_udp_put_announce(uint8_t *out, uint64_t connection_id,
                                uint32_t transaction_id,
                                const struct tracker_request *req,
                                struct span path)
{
    struct bytes_writer w = bytes_writer(out, TRACKER_UDP_MAX_REQUEST);
    enum tracker_event event = req->event;

    if (event == TRACKER_EVENT_PAUSED)
        event = TRACKER_EVENT_NONE;
    bytes_write_be64(&w, connection_id);
    bytes_write_be32(&w, TRACKER_UDP_ANNOUNCE);
    bytes_write_be32(&w, transaction_id);
    bytes_write(&w, req->info_hash, sizeof req->info_hash);
    bytes_write(&w, req->peer_id, sizeof req->peer_id);
    bytes_write_be64(&w, req->downloaded);
    bytes_write_be64(&w, req->left);
    bytes_write_be64(&w, req->uploaded);
    bytes_write_be32(&w, (uint32_t)event);
    bytes_write_be32(&w, 0); /* our address: as the tracker sees it */
    bytes_write_be32(&w, req->key);
    bytes_write_be32(&w, (uint32_t)req->numwant);
    bytes_write_be16(&w, req->port);
    write_path(&w, path);
    return bytes_written(&w);
}

size_t tracker_udp_put_scrape(uint8_t *out, uint64_t connection_id,
                              uint32_t transaction_id, const uint8_t *info_hash)
{
    struct bytes_writer w = bytes_writer(out, TRACKER_UDP_MAX_REQUEST);

    bytes_write_be64(&w, connection_id);
    bytes_write_be32(&w, TRACKER_UDP_SCRAPE);
    bytes_write_be32(&w, transaction_id);
    bytes_write(&w, info_hash, SHA1_LEN);
    return bytes_written(&w);
}

enum err tracker_udp_head(const uint8_t *bytes, size_t n, uint32_t *action_out,
                          uint32_t *transaction_id_out)
{
    if (n > TRACKER_UDP_MAX_REPLY)
        return ERR_TOO_BIG;
    if (n < HEAD_LEN)
        return ERR_TRUNCATED;
    *action_out = bytes_be32(bytes);
    *transaction_id_out = bytes_be32(bytes + 4);
    return OK;
}

static enum err expect(const uint8_t *bytes, size_t n,
                       enum tracker_udp_action action, size_t min_len)
{
    uint32_t got, transaction_id;
    enum err e = tracker_udp_head(bytes, n, &got, &transaction_id);

    if (e != OK)
        return e;
    if (got != (uint32_t)action)
        return ERR_INVALID;
    return n < min_len ? ERR_TRUNCATED : OK;
}

enum err tracker_udp_parse_connect(const uint8_t *bytes, size_t n,
                                   uint64_t *connection_id_out)
{
    enum err e = expect(bytes, n, TRACKER_UDP_CONNECT, CONNECT_LEN);

    if (e == OK)
        *connection_id_out = bytes_be64(bytes + HEAD_LEN);
    return e;
}

/* A count of 2^31 or more is a negative one of a tracker's: not told. */
static int64_t count_of(uint32_t raw)
{
    return raw <= INT32_MAX ? (int64_t)raw : -1;
}

enum err tracker_udp_parse_announce(const uint8_t *bytes, size_t n, bool is_v6,
                                    struct tracker_reply *out)
{
    enum err e = expect(bytes, n, TRACKER_UDP_ANNOUNCE, ANNOUNCE_REPLY_LEN);
    struct bytes_reader r;

    if (e != OK)
        return e;
    tracker_reply_init(out);
    r = bytes_reader(bytes + HEAD_LEN, n - HEAD_LEN);
    out->interval_ms = tracker_interval_ms(count_of(bytes_read_be32(&r)));
    out->n_leechers = count_of(bytes_read_be32(&r));
    out->n_seeds = count_of(bytes_read_be32(&r));
    tracker_reply_add_compact(out, (struct span){r.at, bytes_left(&r)}, is_v6);
    return OK;
}

enum err tracker_udp_parse_scrape(const uint8_t *bytes, size_t n,
                                  struct tracker_scrape *out)
{
    enum err e = expect(bytes, n, TRACKER_UDP_SCRAPE, SCRAPE_REPLY_LEN);

    if (e != OK)
        return e;
    *out = (struct tracker_scrape){
        .n_seeds = count_of(bytes_be32(bytes + 8)),
        .n_downloaded = count_of(bytes_be32(bytes + 12)),
        .n_leechers = count_of(bytes_be32(bytes + 16)),
        .n_downloaders = -1,
    };
    return OK;
}

enum err tracker_udp_parse_error(const uint8_t *bytes, size_t n,
                                 struct tracker_text *out)
{
    enum err e = expect(bytes, n, TRACKER_UDP_ERROR, HEAD_LEN);

    if (e == OK)
        tracker_text_set(out, (struct span){bytes + HEAD_LEN, n - HEAD_LEN});
    return e;
}
