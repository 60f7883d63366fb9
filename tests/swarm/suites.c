#include "config.h"

#include "tests/swarm/suites.h"

const harness_suite harness_suites[] = {
    blame_suite,
    choker_suite,
    peer_suite,
    peer_pipe_suite,
    peers_suite,
    picker_suite,
    pieces_suite,
    NULL,
};
