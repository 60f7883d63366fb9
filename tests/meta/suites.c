#include "config.h"

#include "tests/meta/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    geometry_suite,
    bencode_suite,
    safepath_suite,
    filelist_suite,
    links_suite,
    magnet_suite,
    metainfo_suite,
    create_suite,
    webpath_suite,
    NULL,
};
/* clang-format on */
