#include "config.h"

#include "tests/model/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    bridge_suite,
    command_suite,
    detail_dht_suite,
    detail_finder_suite,
    detail_peer_suite,
    detail_piece_suite,
    detail_suite,
    detail_tracker_suite,
    detail_web_suite,
    event_suite,
    filetable_suite,
    frame_suite,
    history_suite,
    timeline_suite,
    why_suite,
    NULL,
};
/* clang-format on */
