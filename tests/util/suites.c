/* The suites of the util layer, one a module. */
#include "config.h"

#include "tests/harness.h"

const harness_suite harness_suites[] = {
    NULL,
};
