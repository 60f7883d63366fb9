if HAVE_CHECK
check_PROGRAMS += tests/swarm/test_swarm
TESTS += tests/swarm/test_swarm
tests_swarm_test_swarm_CPPFLAGS = $(TEST_CPPFLAGS)
tests_swarm_test_swarm_LDADD = $(TEST_LIBS) $(LIBS_SWARM) $(CHECK_LIBS)
tests_swarm_test_swarm_SOURCES = \
	tests/swarm/dht_fixture.c tests/swarm/dht_fixture.h \
	tests/swarm/peer_fixture.c tests/swarm/peer_fixture.h \
	tests/swarm/picker_fixture.c tests/swarm/picker_fixture.h \
	tests/swarm/suites.c tests/swarm/suites.h \
	tests/swarm/test_announcer.c \
	tests/swarm/test_blame.c \
	tests/swarm/test_block_tables.c \
	tests/swarm/test_candidates.c \
	tests/swarm/test_choker.c \
	tests/swarm/test_connected.c \
	tests/swarm/test_culprits.c \
	tests/swarm/test_dht.c \
	tests/swarm/test_dht_addr.c \
	tests/swarm/test_dht_answer.c \
	tests/swarm/test_dht_bucket.c \
	tests/swarm/test_dht_contacts.c \
	tests/swarm/test_dht_find.c \
	tests/swarm/test_dht_guard.c \
	tests/swarm/test_dht_id.c \
	tests/swarm/test_dht_items.c \
	tests/swarm/test_dht_lookup.c \
	tests/swarm/test_dht_memory.c \
	tests/swarm/test_dht_rpc.c \
	tests/swarm/test_dht_save.c \
	tests/swarm/test_dht_search.c \
	tests/swarm/test_dht_stats.c \
	tests/swarm/test_dht_store.c \
	tests/swarm/test_dht_table.c \
	tests/swarm/test_dht_tokens.c \
	tests/swarm/test_dht_upkeep.c \
	tests/swarm/test_dht_votes.c \
	tests/swarm/test_dht_wire.c \
	tests/swarm/test_endgame.c \
	tests/swarm/test_gossip.c \
	tests/swarm/test_keyed_hash.c \
	tests/swarm/test_metadata_draft.c \
	tests/swarm/test_metadata_fetch.c \
	tests/swarm/test_neighbours.c \
	tests/swarm/test_outlook.c \
	tests/swarm/test_pace.c \
	tests/swarm/test_parole.c \
	tests/swarm/test_peer.c \
	tests/swarm/test_peer_ask.c \
	tests/swarm/test_peer_early.c \
	tests/swarm/test_peer_msg.c \
	tests/swarm/test_peer_orders.c \
	tests/swarm/test_peer_parts.c \
	tests/swarm/test_peer_pipe.c \
	tests/swarm/test_peer_rx.c \
	tests/swarm/test_peer_serve.c \
	tests/swarm/test_peer_tx.c \
	tests/swarm/test_peer_txq.c \
	tests/swarm/test_peer_wants.c \
	tests/swarm/test_peers.c \
	tests/swarm/test_peers_filter.c \
	tests/swarm/test_picker.c \
	tests/swarm/test_picker_model.c \
	tests/swarm/test_piece_order.c \
	tests/swarm/test_pieces.c \
	tests/swarm/test_ranking.c \
	tests/swarm/test_streaming.c \
	tests/swarm/test_tiers.c \
	tests/swarm/test_tracker_entry.c \
	tests/swarm/test_udp_tracker.c \
	tests/swarm/test_webrun.c \
	tests/swarm/test_webseed.c
endif
