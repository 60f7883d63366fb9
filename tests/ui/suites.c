#include "config.h"

#include "tests/ui/suites.h"

/* clang-format off: one a line */
const harness_suite harness_suites[] = {
    ask_suite,     chrome_suite, draw_suite,  glyphs_suite, keys_suite,
    listbox_suite, theme_suite,  units_suite, NULL,
};
/* clang-format on */
