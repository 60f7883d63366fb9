/* suites.h -- the suites of the util layer, one a module. */
#ifndef TESTS_UTIL_SUITES_H
#define TESTS_UTIL_SUITES_H

#include "tests/harness.h"

Suite *addr_suite(void);
Suite *bitset_suite(void);
Suite *buf_suite(void);
Suite *bytes_suite(void);
Suite *clock_suite(void);
Suite *crc32c_suite(void);
Suite *delta_suite(void);
Suite *err_suite(void);
Suite *fold_suite(void);
Suite *hash_suite(void);
Suite *hash_many_suite(void);
Suite *heap_suite(void);
Suite *ipset_suite(void);
Suite *log_suite(void);
Suite *nearest_suite(void);
Suite *percent_suite(void);
Suite *rate_suite(void);
Suite *refbuf_suite(void);
Suite *rng_suite(void);
Suite *sha1_lanes_suite(void);
Suite *text_suite(void);
Suite *xalloc_suite(void);

#endif
