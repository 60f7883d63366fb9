#include "config.h"

#include "tests/swarm/suites.h"

const harness_suite harness_suites[] = {
    picker_suite,
    pieces_suite,
    NULL,
};
