#include "config.h"

#include "tests/swarm/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    announcer_suite,
    block_tables_suite,
    candidates_suite,
    culprits_suite,
    endgame_suite,
    gossip_suite,
    keyed_hash_suite,
    connected_suite,
    neighbours_suite,
    parole_suite,
    piece_order_suite,
    picker_model_suite,
    blame_suite,
    choker_suite,
    peer_suite,
    peer_pipe_suite,
    peers_suite,
    peer_ask_suite,
    peer_msg_suite,
    peer_orders_suite,
    peer_rx_suite,
    peer_serve_suite,
    peer_tx_suite,
    peer_txq_suite,
    peer_wants_suite,
    picker_suite,
    pieces_suite,
    ranking_suite,
    streaming_suite,
    tiers_suite,
    tracker_entry_suite,
    udp_tracker_suite,
    NULL,
};
/* clang-format on */
