#include "config.h"

#include "tests/engine/suites.h"

const harness_suite harness_suites[] = {
    assembly_suite,      doorway_suite,  limits_suite,     peerlink_suite,
    peerlink_flow_suite, pool_suite,     session_suite,    statedir_suite,
    tracker_call_suite,  trackers_suite, trackerurl_suite, lineup_suite,
    admit_suite,         charge_suite,   keeper_suite,     relocate_suite,
    removal_suite,       roster_suite,   steward_suite,    provenance_suite,
    senders_suite,       tidy_suite,     freespace_suite,  overall_suite,
    ipfilter_suite,      arrivals_suite, gateway_suite,    NULL,
};
