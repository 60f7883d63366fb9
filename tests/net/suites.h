/* suites.h -- the suites of the net layer, one a module. */
#ifndef TESTS_NET_SUITES_H
#define TESTS_NET_SUITES_H

#include "tests/harness.h"

Suite *conn_suite(void);
Suite *dualsock_suite(void);
Suite *errands_suite(void);
Suite *http_suite(void);
Suite *httprange_suite(void);
Suite *httpstream_suite(void);
Suite *httpwords_suite(void);
Suite *link_suite(void);
Suite *listen_suite(void);
Suite *loop_suite(void);
Suite *mapper_suite(void);
Suite *multicast_suite(void);
Suite *ownaddr_suite(void);
Suite *pcp_suite(void);
Suite *pcpask_suite(void);
Suite *portmap_suite(void);
Suite *proxyurl_suite(void);
Suite *resolve_suite(void);
Suite *sock_suite(void);
Suite *sockaddr_suite(void);
Suite *udp_suite(void);
Suite *wakepipe_suite(void);
Suite *weburl_suite(void);

#endif
