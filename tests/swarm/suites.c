#include "config.h"

#include "tests/swarm/suites.h"

const harness_suite harness_suites[] = {
    peer_suite,
    peer_pipe_suite,
    picker_suite,
    pieces_suite,
    NULL,
};
