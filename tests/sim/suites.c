#include "config.h"

#include "tests/sim/suites.h"

const harness_suite harness_suites[] = {
    transfer_suite,
    spread_suite,
    trouble_suite,
    NULL,
};
