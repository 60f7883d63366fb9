#include "config.h"

#include "tests/meta/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    bencode_suite,
    create_suite,
    filelist_suite,
    geometry_suite,
    iplist_suite,
    links_suite,
    magnet_suite,
    metainfo_suite,
    rejoin_suite,
    safepath_suite,
    webpath_suite,
    NULL,
};
/* clang-format on */
