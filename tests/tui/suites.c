#include "config.h"

#include "tests/tui/suites.h"

const harness_suite harness_suites[] = {files_suite, golden_suite, pieces_suite,
                                        screen_suite, NULL};
