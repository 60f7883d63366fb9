#include "config.h"

#include "tests/tui/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    add_suite,
    golden_suite,
    peers_suite,
    screen_suite,
    NULL,
};
/* clang-format on */
