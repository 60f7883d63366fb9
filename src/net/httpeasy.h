/* httpeasy.h -- what http.h fixes for every request, and what a request says, as options of
 * libcurl. A part of http: keeps nothing. */
#ifndef NET_HTTPEASY_H
#define NET_HTTPEASY_H

#include "net/http.h"

#include <curl/curl.h>
#include <stdbool.h>

/* False: libcurl refuses one of them. */
bool httpeasy_set_fixed(CURL *easy);
/* Likewise. config->local is as CURLOPT_INTERFACE has it. */
bool httpeasy_set_request(CURL *easy, const struct http_request *req,
                          const struct http_config *config);

#endif
