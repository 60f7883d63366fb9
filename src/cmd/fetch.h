/* fetch.h -- gets a torrent that the user named: a file, "-" for standard input, or an
 * http(s) URL. Blocks until it is there. */
#ifndef CMD_FETCH_H
#define CMD_FETCH_H

#include "meta/metainfo.h"
#include "util/err.h"

#include <stdbool.h>

/* From here on URLs are fetched by this proxy alone (proxyurl_for_curl(); copied). Once,
 * before any other thread fetches. */
void fetch_use_proxy(const char *proxy);

/* The same for the address of this machine that they are fetched from, as text. */
void fetch_use_address(const char *ip);

/* Is it one that is fetched by HTTP? */
bool fetch_is_url(const char *uri);

/* Read and check it. On failure the cause is one clean line that begins with what the
 * user named. is_cancelled (may be NULL) is asked several times a second while waiting:
 * true ends it with ERR_CANCELLED. A magnet link is ERR_UNSUPPORTED. */
enum err fetch_torrent(const char *uri, bool (*is_cancelled)(void),
                       struct metainfo **out,
                       struct cause *cause) ERR_MUST_CHECK;

#endif
