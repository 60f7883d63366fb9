#include "config.h"

#include "tests/util/suites.h"

const harness_suite harness_suites[] = {
    addr_suite, bitset_suite, buf_suite,    bytes_suite, clock_suite,
    err_suite,  fold_suite,   hash_suite,   heap_suite,  ipset_suite,
    log_suite,  rate_suite,   refbuf_suite, rng_suite,   sha1_lanes_suite,
    text_suite, xalloc_suite, crc32c_suite, NULL,
};
