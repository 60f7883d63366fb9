#include "config.h"

#include "tests/net/suites.h"

const harness_suite harness_suites[] = {
    link_suite,
    loop_suite,
    NULL,
};
