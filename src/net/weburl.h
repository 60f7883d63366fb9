/* weburl.h -- what HTTP needs to know of a URL and of an address before it goes
 * there: may it be asked for at all, may it lead to private addresses, what of it
 * may be shown. Reads URLs with libcurl's own parser, so that no two readers of
 * one text disagree. Keeps no state. Any thread. */
#ifndef NET_WEBURL_H
#define NET_WEBURL_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

struct weburl {
    bool names_private; /* its host is a private or loopback address, written as
                         * one, or "localhost" */
};

/* Read an absolute URL. ERR_SYNTAX: it is none, or longer than max_len;
 * ERR_UNSUPPORTED: its scheme is not http or https. */
enum err weburl_read(const char *url, size_t max_len,
                     struct weburl *out) ERR_MUST_CHECK;

/* May it be fetched because a stranger says so, in a .torrent or a magnet link? A private
 * address is asked only for files, never with words that a service there could take for an
 * order: no query. cause: why not. */
bool weburl_may_fetch(const char *url, size_t max_len, struct cause *cause);

/* Scheme, host and port of a URL, and "/..." for all the rest, which may carry
 * passkeys, in clean characters, cut at cap; "(not a URL)" when it is none. */
void weburl_safe(char *dst, size_t cap, const char *url);

/* Where the host of a URL begins, behind a user and a password, which are not for others
 * to see; *len_out: it and its port. Of any scheme, and for showing alone: reads no
 * further into it. */
const char *weburl_host(const char *url, size_t *len_out);

/* Is this an address of the public Internet? Its port is not looked at. */
bool weburl_is_public(const struct addr *a);

#endif
