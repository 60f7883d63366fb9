#include "config.h"

#include "tests/disk/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    atomic_suite,
    beneath_suite,
    fdcache_suite,
    fdio_suite,
    geoip_suite,
    haul_suite,
    ipload_suite,
    kept_suite,
    lockfile_suite,
    lockset_suite,
    queue_suite,
    resume_suite,
    root_suite,
    sealed_suite,
    space_suite,
    store_files_suite,
    store_suite,
    tenure_suite,
    verify_suite,
    worker_suite,
    NULL,
};
/* clang-format on */
