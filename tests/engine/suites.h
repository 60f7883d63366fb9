/* suites.h -- the suites of the engine layer that need no swarm: whole torrents are
 * driven by tests/sim. */
#ifndef TESTS_ENGINE_SUITES_H
#define TESTS_ENGINE_SUITES_H

#include "tests/harness.h"

Suite *admit_suite(void);
Suite *approach_suite(void);
Suite *arrivals_suite(void);
Suite *assembly_suite(void);
Suite *charge_suite(void);
Suite *dhtfile_suite(void);
Suite *dhtnode_suite(void);
Suite *doorway_suite(void);
Suite *exactsource_suite(void);
Suite *freespace_suite(void);
Suite *gateway_suite(void);
Suite *ipfilter_suite(void);
Suite *keeper_suite(void);
Suite *limits_suite(void);
Suite *lineup_suite(void);
Suite *localpeers_suite(void);
Suite *magnets_suite(void);
Suite *metaserve_suite(void);
Suite *mseconn_suite(void);
Suite *orders_suite(void);
Suite *overall_suite(void);
Suite *peerlink_crypt_suite(void);
Suite *peerlink_flow_suite(void);
Suite *peerlink_suite(void);
Suite *pool_suite(void);
Suite *provenance_suite(void);
Suite *proxy_suite(void);
Suite *quest_suite(void);
Suite *redirects_suite(void);
Suite *relocate_suite(void);
Suite *removal_suite(void);
Suite *roster_suite(void);
Suite *seeker_suite(void);
Suite *seeker_view_suite(void);
Suite *senders_suite(void);
Suite *selfaddr_suite(void);
Suite *session_suite(void);
Suite *shuns_suite(void);
Suite *statedir_suite(void);
Suite *tidy_suite(void);
Suite *tracker_call_suite(void);
Suite *trackers_suite(void);
Suite *trackset_suite(void);
Suite *trackerurl_suite(void);
Suite *undo_suite(void);
Suite *waking_suite(void);
Suite *webfetch_suite(void);
Suite *webseeds_suite(void);
Suite *wishes_suite(void);

#endif
