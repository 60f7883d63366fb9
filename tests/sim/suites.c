#include "config.h"

#include "tests/sim/suites.h"

const harness_suite harness_suites[] = {
    transfer_suite, trouble_suite, limits_suite, life_suite,
    choking_suite,  spread_suite,  NULL,
};
