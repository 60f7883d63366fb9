#ifndef TESTS_SIM_SUITES_H
#define TESTS_SIM_SUITES_H

#include "tests/harness.h"

Suite *spread_suite(void);
Suite *transfer_suite(void);
Suite *trouble_suite(void);

#endif
