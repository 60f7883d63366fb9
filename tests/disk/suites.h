/* suites.h -- the suites of the disk layer's test program, one a module. */
#ifndef TESTS_DISK_SUITES_H
#define TESTS_DISK_SUITES_H

#include "tests/harness.h"

Suite *atomic_suite(void);
Suite *beneath_suite(void);
Suite *fdcache_suite(void);
Suite *fdio_suite(void);
Suite *geoip_suite(void);
Suite *haul_suite(void);
Suite *ipload_suite(void);
Suite *kept_suite(void);
Suite *lockfile_suite(void);
Suite *lockset_suite(void);
Suite *queue_suite(void);
Suite *resume_suite(void);
Suite *root_suite(void);
Suite *sealed_suite(void);
Suite *space_suite(void);
Suite *store_files_suite(void);
Suite *store_suite(void);
Suite *tenure_suite(void);
Suite *verify_suite(void);
Suite *worker_suite(void);

#endif
