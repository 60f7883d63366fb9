#include "config.h"

#include "tests/engine/suites.h"

const harness_suite harness_suites[] = {
    assembly_suite,   doorway_suite,       limits_suite,
    peerlink_suite,   peerlink_flow_suite, pool_suite,
    provenance_suite, senders_suite,       session_suite,
    statedir_suite,   tidy_suite,          tracker_call_suite,
    trackers_suite,   trackerurl_suite,    NULL,
};
