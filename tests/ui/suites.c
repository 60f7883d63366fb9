#include "config.h"

#include "tests/ui/suites.h"

const harness_suite harness_suites[] = {
    clicks_suite,  draw_suite,   extras_suite, glyphs_suite, keys_suite,
    listbox_suite, outlet_suite, theme_suite,  units_suite,  NULL,
};
