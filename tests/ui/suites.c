#include "config.h"

#include "tests/ui/suites.h"

const harness_suite harness_suites[] = {
    draw_suite,  glyphs_suite, keys_suite, listbox_suite,
    theme_suite, units_suite,  NULL,
};
