/* harness.h -- what the test programs share: one program a layer, one suite a
 * module. Each program defines harness_suites[], ended by NULL; main() is
 * here. CK_RUN_SUITE, CK_RUN_CASE and CK_FORK work as libcheck documents. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <check.h>

typedef Suite *(*harness_suite)(void);

extern const harness_suite harness_suites[];

#endif
