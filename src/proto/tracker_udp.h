/* tracker_udp.h -- the packets of UDP trackers: builds requests, reads
 * answers, takes a udp:// URL apart. When to send what is swarm/udp_tracker's.
 * The stride of an announce's peers (6 or 18 bytes) follows from the family of
 * the socket that it came through, never from its length: 18 is a multiple of
 * 6. Packets may be longer than this knows; what is beyond is ignored.
 * Source: BEP 15; BEP 41 (URL data). */
#ifndef PROTO_TRACKER_UDP_H
#define PROTO_TRACKER_UDP_H

#include "proto/tracker.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tracker_udp_action {
    TRACKER_UDP_CONNECT = 0,
    TRACKER_UDP_ANNOUNCE = 1,
    TRACKER_UDP_SCRAPE = 2,
    TRACKER_UDP_ERROR = 3
};

enum {
    TRACKER_UDP_MAX_REQUEST = 1200, /* bytes: one datagram on any path */
    /* 200 peers of 18 bytes; a longer datagram is no answer of a tracker's. */
    TRACKER_UDP_MAX_REPLY = 4096,
    TRACKER_UDP_MAX_HOST = 255,
    TRACKER_UDP_MAX_PATH = 1000 /* URL data; a longer path is not sent */
};

/* A udp:// URL in parts. */
struct tracker_udp_url {
    char host[TRACKER_UDP_MAX_HOST + 1]; /* name or address, without brackets */
    uint16_t port;
    struct span path; /* borrowed from the URL: path and query, "" or "/..." */
};

/* ERR_UNSUPPORTED: not udp://; ERR_INVALID: no host, no port or port 0, or
 * control bytes; ERR_TOO_BIG: longer than TRACKER_MAX_URL or its host over
 * TRACKER_UDP_MAX_HOST. */
enum err tracker_udp_parse_url(const char *url,
                               struct tracker_udp_url *out) ERR_MUST_CHECK;

/* Requests: write one packet to out (TRACKER_UDP_MAX_REQUEST bytes), return its
 * length. */
size_t tracker_udp_put_connect(uint8_t *out, uint32_t transaction_id);
/* path: of the tracker's URL, told by BEP 41's option when not empty. BEP 21's
 * paused is not known here: sent as no event. */
size_t tracker_udp_put_announce(uint8_t *out, uint64_t connection_id,
                                uint32_t transaction_id,
                                const struct tracker_request *req,
                                struct span path);
size_t tracker_udp_put_scrape(uint8_t *out, uint64_t connection_id,
                              uint32_t transaction_id,
                              const uint8_t *info_hash);

/* Read action and transaction id, all that is common to answers. ERR_TRUNCATED:
 * under 8 bytes; ERR_TOO_BIG: over TRACKER_UDP_MAX_REPLY. */
enum err tracker_udp_head(const uint8_t *bytes, size_t n, uint32_t *action_out,
                          uint32_t *transaction_id_out) ERR_MUST_CHECK;

/* Answers, whole packets whose head was read: ERR_TRUNCATED when shorter than
 * that action's fixed part, ERR_INVALID when it is another action. A last peer
 * that is cut off is ignored. */
enum err tracker_udp_parse_connect(const uint8_t *bytes, size_t n,
                                   uint64_t *connection_id_out) ERR_MUST_CHECK;
/* is_v6: the packet came through an IPv6 socket. fini out after OK. */
enum err tracker_udp_parse_announce(const uint8_t *bytes, size_t n, bool is_v6,
                                    struct tracker_reply *out) ERR_MUST_CHECK;
enum err tracker_udp_parse_scrape(const uint8_t *bytes, size_t n,
                                  struct tracker_scrape *out) ERR_MUST_CHECK;
enum err tracker_udp_parse_error(const uint8_t *bytes, size_t n,
                                 struct tracker_text *out) ERR_MUST_CHECK;

#endif
