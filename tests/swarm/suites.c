#include "config.h"

#include "tests/swarm/suites.h"

const harness_suite harness_suites[] = {
    announcer_suite,
    blame_suite,
    choker_suite,
    peer_suite,
    peer_pipe_suite,
    peers_suite,
    picker_suite,
    pieces_suite,
    tiers_suite,
    tracker_entry_suite,
    udp_tracker_suite,
    NULL,
};
