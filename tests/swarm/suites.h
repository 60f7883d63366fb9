/* suites.h -- the suites of the swarm layer, one a module. */
#ifndef TESTS_SWARM_SUITES_H
#define TESTS_SWARM_SUITES_H

#include "tests/harness.h"

Suite *announcer_suite(void);
Suite *blame_suite(void);
Suite *block_tables_suite(void);
Suite *candidates_suite(void);
Suite *choker_suite(void);
Suite *connected_suite(void);
Suite *culprits_suite(void);
Suite *dht_addr_suite(void);
Suite *dht_answer_suite(void);
Suite *dht_find_suite(void);
Suite *dht_guard_suite(void);
Suite *dht_id_suite(void);
Suite *dht_items_suite(void);
Suite *dht_lookup_suite(void);
Suite *dht_rpc_suite(void);
Suite *dht_save_suite(void);
Suite *dht_search_suite(void);
Suite *dht_stats_suite(void);
Suite *dht_store_suite(void);
Suite *dht_suite(void);
Suite *dht_table_suite(void);
Suite *dht_tokens_suite(void);
Suite *dht_upkeep_suite(void);
Suite *dht_votes_suite(void);
Suite *dht_wire_suite(void);
Suite *endgame_suite(void);
Suite *gossip_suite(void);
Suite *keyed_hash_suite(void);
Suite *neighbours_suite(void);
Suite *parole_suite(void);
Suite *peer_ask_suite(void);
Suite *peer_msg_suite(void);
Suite *peer_orders_suite(void);
Suite *peer_pipe_suite(void);
Suite *peer_rx_suite(void);
Suite *peer_serve_suite(void);
Suite *peer_suite(void);
Suite *peer_tx_suite(void);
Suite *peer_txq_suite(void);
Suite *peer_wants_suite(void);
Suite *peers_filter_suite(void);
Suite *peers_suite(void);
Suite *picker_model_suite(void);
Suite *picker_suite(void);
Suite *piece_order_suite(void);
Suite *pieces_suite(void);
Suite *tiers_suite(void);
Suite *tracker_entry_suite(void);
Suite *udp_tracker_suite(void);

#endif
