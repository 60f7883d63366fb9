#include "config.h"

#include "tests/tui/suites.h"

const harness_suite harness_suites[] = {flow_suite, golden_suite, screen_suite,
                                        NULL};
