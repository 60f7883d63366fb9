#include "config.h"

#include "tests/cmd/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    conffile_suite,
    dhtopts_suite,
    hook_suite,
    offers_suite,
    opt_suite,
    pathcomp_suite,
    peerargs_suite,
    report_suite,
    settings_file_suite,
    settings_suite,
    statusline_suite,
    uihost_suite,
    watchdir_suite,
    NULL,
};
/* clang-format on */
