/* suites.h -- whole screens: golden ones, and what keys do to them. */
#ifndef TESTS_TUI_SUITES_H
#define TESTS_TUI_SUITES_H

#include "tests/harness.h"

Suite *add_suite(void);
Suite *cockpit_suite(void);
Suite *commands_suite(void);
Suite *files_suite(void);
Suite *flow_suite(void);
Suite *golden_suite(void);
Suite *held_suite(void);
Suite *list_suite(void);
Suite *overview_suite(void);
Suite *peers_suite(void);
Suite *pieces_suite(void);
Suite *screen_suite(void);
Suite *trackers_suite(void);

#endif
