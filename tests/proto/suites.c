#include "config.h"

#include "tests/proto/suites.h"

const harness_suite harness_suites[] = {
    handshake_suite,
    wire_suite,
    NULL,
};
