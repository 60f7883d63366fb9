/* detail_web.h -- the web servers that the torrent in focus names, and how they do: a part
 * of a detail. Strings are clean. */
#ifndef MODEL_DETAIL_WEB_H
#define MODEL_DETAIL_WEB_H

#include "model/detail_peer.h"

#include <stdbool.h>
#include <stdint.h>

enum detail_web_state {
    DETAIL_WEB_UNUSED, /* nothing is asked of it: none is needed, or we do not run */
    DETAIL_WEB_ACTIVE,  /* requests under way */
    DETAIL_WEB_RESTING, /* failed: waits for its next try */
    DETAIL_WEB_DROPPED  /* never again */
};

struct detail_web {
    uint32_t id; /* as of a detail_peer */
    uint16_t slot;
    char url[DETAIL_WEB_LEN]; /* scheme, host, port */
    enum detail_web_state state;
    bool is_http_seed;  /* BEP 17 */
    bool is_rangeless;  /* sends files only whole */
    uint32_t n_active;  /* requests */
    uint32_t n_lacking; /* files that it has not */
    uint32_t n_errors;  /* ever */
    uint64_t rate_Bps;
    uint64_t bytes_down, bytes_wasted;
    int64_t retry_ms;             /* RESTING: when */
    char words[DETAIL_WORDS_LEN]; /* of the latest error; "" when all is well */
};

/* "downloading" */
const char *detail_web_state_name(enum detail_web_state state);

#endif
