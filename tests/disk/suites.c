#include "config.h"

#include "tests/disk/suites.h"

const harness_suite harness_suites[] = {
    beneath_suite,
    root_suite,
    fdcache_suite,
    store_suite,
    store_files_suite,
    atomic_suite,
    worker_suite,
    queue_suite,
    resume_suite,
    verify_suite,
    lockfile_suite,
    haul_suite,
    ipload_suite,
    kept_suite,
    sealed_suite,
    space_suite,
    lockset_suite,
    NULL,
};
