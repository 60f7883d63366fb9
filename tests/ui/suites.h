/* suites.h -- the suites of the ui layer, one a module. */
#ifndef TESTS_UI_SUITES_H
#define TESTS_UI_SUITES_H

#include "tests/harness.h"

Suite *ask_suite(void);
Suite *chrome_suite(void);
Suite *draw_suite(void);
Suite *glyphs_suite(void);
Suite *keys_suite(void);
Suite *listbox_suite(void);
Suite *theme_suite(void);
Suite *units_suite(void);

#endif
