#include "config.h"

#include "tests/util/suites.h"

const harness_suite harness_suites[] = {
    addr_suite,
    bitset_suite,
    hash_suite,
    NULL,
};
