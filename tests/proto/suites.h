/* suites.h -- the suites of the proto layer, one a module. */
#ifndef TESTS_PROTO_SUITES_H
#define TESTS_PROTO_SUITES_H

#include "tests/harness.h"

Suite *extended_suite(void);
Suite *handshake_suite(void);
Suite *krpc_suite(void);
Suite *lsd_suite(void);
Suite *metadata_suite(void);
Suite *mse_suite(void);
Suite *pex_suite(void);
Suite *rc4_suite(void);
Suite *tracker_http_suite(void);
Suite *tracker_suite(void);
Suite *tracker_udp_suite(void);
Suite *tunnel_suite(void);
Suite *wire_suite(void);

#endif
