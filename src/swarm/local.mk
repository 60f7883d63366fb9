noinst_LIBRARIES += src/swarm/libswarm.a
src_swarm_libswarm_a_SOURCES = \
	src/swarm/announcer.c src/swarm/announcer.h \
	src/swarm/blame.c src/swarm/blame.h \
	src/swarm/choker.c src/swarm/choker.h \
	src/swarm/peer.c src/swarm/peer.h \
	src/swarm/peer_ask.c src/swarm/peer_ask.h \
	src/swarm/peer_msg.c src/swarm/peer_msg.h \
	src/swarm/peer_orders.c src/swarm/peer_orders.h \
	src/swarm/peer_pipe.c src/swarm/peer_pipe.h \
	src/swarm/peer_rx.c src/swarm/peer_rx.h \
	src/swarm/peer_serve.c src/swarm/peer_serve.h \
	src/swarm/peer_tx.c src/swarm/peer_tx.h \
	src/swarm/peer_txq.c src/swarm/peer_txq.h \
	src/swarm/peer_wants.c src/swarm/peer_wants.h \
	src/swarm/peer_host.h src/swarm/peer_internal.h \
	src/swarm/peer_status.h \
	src/swarm/peers.c src/swarm/peers.h \
	src/swarm/picker.c src/swarm/picker.h \
	src/swarm/pieces.c src/swarm/pieces.h \
	src/swarm/tiers.c src/swarm/tiers.h \
	src/swarm/tracker_entry.c src/swarm/tracker_entry.h \
	src/swarm/udp_tracker.c src/swarm/udp_tracker.h
