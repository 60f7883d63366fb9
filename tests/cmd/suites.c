#include "config.h"

#include "tests/cmd/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    offers_suite,
    opt_suite,
    pathcomp_suite,
    peerargs_suite,
    report_suite,
    statusline_suite,
    watchdir_suite,
    NULL,
};
/* clang-format on */
