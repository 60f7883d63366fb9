#include "config.h"

#include "tests/tui/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    add_suite,
    cockpit_suite,
    commands_suite,
    files_suite,
    flow_suite,
    golden_suite,
    held_suite,
    list_suite,
    overview_suite,
    peers_suite,
    pieces_suite,
    screen_suite,
    trackers_suite,
    NULL,
};
/* clang-format on */
