/* httpwords.h -- what the end of an HTTP request means: a code for the program and
 * one line for people. Decides nothing else. The words never hold a URL, and are
 * clean: what the server or libcurl said goes through text_clean(). */
#ifndef NET_HTTPWORDS_H
#define NET_HTTPWORDS_H

#include "util/addr.h"
#include "util/err.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct httpwords {
    CURLcode code;
    long status;       /* of HTTP, 0: no reply */
    long os_errno;     /* of connecting; 0: none */
    bool was_resolved; /* how far it came */
    bool was_connected;
    bool was_answered;           /* at least one byte of the last reply */
    size_t limit_bytes;          /* the limit that it broke; 0: none */
    bool is_header_limit;        /* of its headers, not of its body */
    bool is_private;             /* it was led to an address it may not reach */
    const char *refusal;         /* static: why the session refuses its address; or NULL */
    char address[ADDR_TEXT_MAX]; /* that one, when is_private or refused */
    const char *detail;          /* borrowed: of libcurl, may be NULL */
};

/* Write the words to *words ("" when all is well) and return the code, as
 * http.h has it at http_reply.err. */
enum err httpwords_of(const struct httpwords *end, struct cause *words);

#endif
