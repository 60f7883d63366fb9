/* reach.h -- how the world reaches us, and who may not: the listen port's evidence, the
 * gateway's mapping of it, the IP filter. Values, a part of a frame; text is clean. */
#ifndef MODEL_REACH_H
#define MODEL_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REACH_WORDS_LEN = 160,
    REACH_ADDR_LEN = 56,
    REACH_BY_LEN = 16,
    REACH_PROXY_LEN = 280
};

enum { REACH_V4, REACH_V6, REACH_N_FAMILIES };

enum reach_mapping {
    REACH_MAPPING_OFF,
    REACH_MAPPING_ASKING, /* no answer yet */
    REACH_MAPPED,
    REACH_MAPPING_FAILED
};

struct reach {
    /* Who came in and greeted, by distinct addresses, and when last; -1: never. Those
     * of private and loopback addresses are no evidence for the world outside. */
    uint32_t n_from_afar, n_from_near;
    int64_t afar_ms, near_ms;

    /* DHT nodes of the world outside that asked us though nothing had been sent to them:
     * so datagrams get in. Distinct, and when last; -1: never. */
    uint32_t n_strangers;
    int64_t stranger_ms;
    char seen_at[REACH_N_FAMILIES][REACH_ADDR_LEN]; /* our address, as nodes agree; "" */

    enum reach_mapping mapping;
    char mapped_by[REACH_BY_LEN];       /* "UPnP", "NAT-PMP", "PCP" */
    char external[REACH_ADDR_LEN];      /* the address outside, with its port; "" */
    char mapping_words[REACH_WORDS_LEN]; /* why it failed, or is off; "" */

    char proxy[REACH_PROXY_LEN]; /* all goes by it, without its login; "" */

    bool has_filter;
    bool filter_failed;  /* the latest load: the filter before it holds */
    size_t n_ranges;     /* that it has */
    uint64_t n_kept_out; /* connections refused, of those who came */
    uint64_t n_not_dialled; /* addresses that were not dialled */
};

#endif
