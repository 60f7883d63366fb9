/* suites.h -- the suites of the model layer, one a module. */
#ifndef TESTS_MODEL_SUITES_H
#define TESTS_MODEL_SUITES_H

#include "tests/harness.h"

Suite *bridge_suite(void);
Suite *command_suite(void);
Suite *detail_dht_suite(void);
Suite *detail_finder_suite(void);
Suite *detail_peer_suite(void);
Suite *detail_piece_suite(void);
Suite *detail_suite(void);
Suite *detail_tracker_suite(void);
Suite *detail_web_suite(void);
Suite *event_suite(void);
Suite *filetable_suite(void);
Suite *frame_suite(void);
Suite *history_suite(void);
Suite *timeline_suite(void);
Suite *why_suite(void);

#endif
