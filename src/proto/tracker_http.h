/* tracker_http.h -- announces and scrapes of HTTP trackers: builds the URL,
 * reads the body. Fetches nothing; compression, redirects and the 1 MiB cap
 * while receiving are the fetcher's.
 * Peers are read from whichever form comes: compact (BEP 23), peers6 (BEP 7),
 * a list of dictionaries (BEP 3); of these only numeric addresses, since a
 * tracker must not make us resolve names. `failure reason` wins over
 * everything else.
 * Source: BEP 3 "trackers"; BEP 7, 23, 24, 31, 48. */
#ifndef PROTO_TRACKER_HTTP_H
#define PROTO_TRACKER_HTTP_H

#include "proto/tracker.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACKER_HTTP_MAX_BODY = 1048576, TRACKER_HTTP_MAX_DEPTH = 8 };

/* Build the URL of an announce: the arguments joined to `announce` by '?' or
 * '&', hash and ids percent-encoded byte by byte. *out: a new string, free with
 * free(). ERR_UNSUPPORTED: not http or https; ERR_TOO_BIG: longer than
 * TRACKER_MAX_URL; ERR_INVALID: it has no host or holds control bytes. */
enum err tracker_http_announce_url(const char *announce,
                                   const struct tracker_request *req,
                                   char **out) ERR_MUST_CHECK;

/* Build the URL of a scrape of one torrent (info_hash: 20 bytes).
 * ERR_UNSUPPORTED also when the last component of the path does not begin with
 * "announce": such a tracker has no scrape (BEP 48). Other errors as above. */
enum err tracker_http_scrape_url(const char *announce, const uint8_t *info_hash,
                                 char **out) ERR_MUST_CHECK;

/* May this tracker be scraped, by its URL? */
bool tracker_http_can_scrape(const char *announce);

/* Read the body of an announce's answer. OK also when it is a failure reason.
 * out: its former content is not looked at; tracker_reply_fini() it after OK.
 * ERR_SYNTAX, ERR_TRUNCATED: not a bencoded dictionary; ERR_TOO_BIG: over
 * TRACKER_HTTP_MAX_BODY or too deep; ERR_INVALID: a dictionary without any of
 * an answer's keys. Bytes after the dictionary are ignored. */
enum err tracker_http_parse(const uint8_t *body, size_t len,
                            struct tracker_reply *out) ERR_MUST_CHECK;

/* Read the numbers of the torrent info_hash (20 bytes) from a scrape's answer.
 * ERR_NOT_FOUND: it is not in there; ERR_REFUSED: a failure, with words in
 * *failure_out (may be NULL); other errors as above. */
enum err
tracker_http_parse_scrape(const uint8_t *body, size_t len,
                          const uint8_t *info_hash, struct tracker_scrape *out,
                          struct tracker_text *failure_out) ERR_MUST_CHECK;

#endif
