/* suites.h -- the suites of the cmd layer, one a module. */
#ifndef TESTS_CMD_SUITES_H
#define TESTS_CMD_SUITES_H

#include "tests/harness.h"

Suite *conffile_suite(void);
Suite *dhtopts_suite(void);
Suite *hook_suite(void);
Suite *offers_suite(void);
Suite *opt_suite(void);
Suite *pathcomp_suite(void);
Suite *peerargs_suite(void);
Suite *report_suite(void);
Suite *settings_file_suite(void);
Suite *settings_suite(void);
Suite *statusline_suite(void);
Suite *uihost_suite(void);
Suite *watchdir_suite(void);

#endif
