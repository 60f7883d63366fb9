#include "config.h"

#include "tests/ui/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    ask_suite,
    chrome_suite,
    clicks_suite,
    draw_suite,
    extras_suite,
    glyphs_suite,
    keys_suite,
    listbox_suite,
    outlet_suite,
    theme_suite,
    units_suite,
    NULL,
};
/* clang-format on */
