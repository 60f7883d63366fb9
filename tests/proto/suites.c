/* The suites of the proto layer, one a module. */
#include "config.h"

#include "tests/harness.h"

Suite *handshake_suite(void);
Suite *wire_suite(void);

const harness_suite harness_suites[] = {
    handshake_suite,
    wire_suite,
    NULL,
};
