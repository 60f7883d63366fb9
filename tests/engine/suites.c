#include "config.h"

#include "tests/engine/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    admit_suite,
    approach_suite,
    arrivals_suite,
    assembly_suite,
    charge_suite,
    dhtfile_suite,
    dhtnode_suite,
    doorway_suite,
    freespace_suite,
    gateway_suite,
    ipfilter_suite,
    keeper_suite,
    limits_suite,
    lineup_suite,
    localpeers_suite,
    mseconn_suite,
    overall_suite,
    peerlink_crypt_suite,
    peerlink_flow_suite,
    peerlink_suite,
    pool_suite,
    provenance_suite,
    proxy_suite,
    quest_suite,
    relocate_suite,
    removal_suite,
    roster_suite,
    senders_suite,
    session_suite,
    statedir_suite,
    steward_suite,
    tidy_suite,
    tracker_call_suite,
    trackers_suite,
    trackerurl_suite,
    NULL,
};
/* clang-format on */
