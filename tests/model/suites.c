#include "config.h"

#include "tests/model/suites.h"

const harness_suite harness_suites[] = {
    bridge_suite, command_suite, event_suite, frame_suite, NULL,
};
