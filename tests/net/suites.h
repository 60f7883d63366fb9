/* suites.h -- the suites of the net layer, one a module. */
#ifndef TESTS_NET_SUITES_H
#define TESTS_NET_SUITES_H

#include "tests/harness.h"

Suite *link_suite(void);
Suite *loop_suite(void);

#endif
