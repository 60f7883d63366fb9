/* suites.h -- the suites of the util layer, one a module. */
#ifndef TESTS_UTIL_SUITES_H
#define TESTS_UTIL_SUITES_H

#include "tests/harness.h"

Suite *addr_suite(void);
Suite *bitset_suite(void);
Suite *hash_suite(void);

#endif
