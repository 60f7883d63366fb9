/* suites.h -- the suites of the meta layer's test program, one a module. */
#ifndef TESTS_META_SUITES_H
#define TESTS_META_SUITES_H

#include "tests/harness.h"

Suite *bencode_suite(void);
Suite *create_suite(void);
Suite *filelist_suite(void);
Suite *geometry_suite(void);
Suite *iplist_suite(void);
Suite *links_suite(void);
Suite *magnet_suite(void);
Suite *metainfo_suite(void);
Suite *rejoin_suite(void);
Suite *safepath_suite(void);
Suite *webpath_suite(void);

#endif
