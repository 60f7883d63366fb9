#ifndef TESTS_SIM_SUITES_H
#define TESTS_SIM_SUITES_H

#include "tests/harness.h"

Suite *choking_suite(void);
Suite *crypt_suite(void);
Suite *dht_suite(void);
Suite *ending_suite(void);
Suite *exchange_suite(void);
Suite *filter_suite(void);
Suite *life_suite(void);
Suite *limits_suite(void);
Suite *magnet_suite(void);
Suite *orders_suite(void);
Suite *spread_suite(void);
Suite *streaming_sim_suite(void);
Suite *transfer_suite(void);
Suite *trouble_suite(void);
Suite *views_suite(void);
Suite *waking_sim_suite(void);

#endif
