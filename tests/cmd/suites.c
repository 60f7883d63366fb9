#include "config.h"

#include "tests/cmd/suites.h"

const harness_suite harness_suites[] = {
    conffile_suite,   hook_suite,   nearest_suite,       opt_suite,
    peerargs_suite,   report_suite, settings_file_suite, settings_suite,
    statusline_suite, NULL,
};
