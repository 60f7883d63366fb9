#include "config.h"

#include "tests/tui/suites.h"

/* clang-format off: one a line */
const harness_suite harness_suites[] = {
    add_suite,
    cockpit_suite,
    flow_suite,
    golden_suite,
    screen_suite,
    NULL,
};
/* clang-format on */
