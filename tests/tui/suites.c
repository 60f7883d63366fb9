#include "config.h"

#include "tests/tui/suites.h"

const harness_suite harness_suites[] = {commands_suite, golden_suite,
                                        list_suite, screen_suite, NULL};
