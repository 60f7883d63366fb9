#include "config.h"

#include "tests/harness.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    SRunner *runner = NULL;
    /* A busy machine is no failure: what hangs is found all the same. Cases take it when
     * they are made. */
    setenv("CK_DEFAULT_TIMEOUT", "60", 0);
    for (size_t i = 0; harness_suites[i] != NULL; i++) {
        Suite *suite = harness_suites[i]();
        if (runner == NULL)
            runner = srunner_create(suite);
        else
            srunner_add_suite(runner, suite);
    }
    if (runner == NULL) {
        fputs("no suites: a test program that tests nothing is a failure\n",
              stderr);
        return EXIT_FAILURE;
    }
    srunner_run_all(runner, CK_ENV);
    int n_failed = srunner_ntests_failed(runner);
    int n_run = srunner_ntests_run(runner);
    srunner_free(runner);
    return n_failed == 0 && n_run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
