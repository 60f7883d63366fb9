#include "config.h"

#include "tests/util/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    addr_suite,
    bitset_suite,
    buf_suite,
    bytes_suite,
    clock_suite,
    crc32c_suite,
    delta_suite,
    err_suite,
    fold_suite,
    hash_suite,
    hash_many_suite,
    heap_suite,
    ipset_suite,
    log_suite,
    nearest_suite,
    percent_suite,
    rate_suite,
    refbuf_suite,
    rng_suite,
    sha1_lanes_suite,
    text_suite,
    xalloc_suite,
    NULL,
};
/* clang-format on */
