/* httpeasy.h -- what http.h fixes for every request, and what a request says, as options of
 * libcurl; and what libcurl says of how it went. A part of http: keeps nothing. */
#ifndef NET_HTTPEASY_H
#define NET_HTTPEASY_H

#include "net/http.h"
#include "net/httpwords.h"

#include <curl/curl.h>
#include <stdbool.h>

/* False: libcurl refuses one of them. */
bool httpeasy_set_fixed(CURL *easy);
/* Likewise. config->local is as CURLOPT_INTERFACE has it. */
bool httpeasy_set_request(CURL *easy, const struct http_request *req,
                          const struct http_config *config);

/* What libcurl knows of a request, 0 when it does not. */
long httpeasy_long(CURL *easy, CURLINFO info);
int64_t httpeasy_offset(CURL *easy, CURLINFO info);
/* It is over: fill what end and reply have of it. detail: borrowed. */
void httpeasy_end(CURL *easy, const char *detail, struct httpwords *end,
                  struct http_reply *reply);

#endif
