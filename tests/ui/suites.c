#include "config.h"

#include "tests/ui/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    ask_suite,
    box_suite,
    chrome_suite,
    clicks_suite,
    draw_suite,
    extras_suite,
    file_tree_suite,
    finder_story_suite,
    flow_suite,
    glyphs_suite,
    graph_stack_suite,
    grid_suite,
    have_map_suite,
    idset_suite,
    keys_suite,
    list_filter_suite,
    list_order_suite,
    listbox_suite,
    log_rows_suite,
    marks_suite,
    moment_suite,
    outlet_suite,
    peer_filter_suite,
    peer_rows_suite,
    peer_trace_suite,
    piece_cells_suite,
    piece_map_suite,
    plot_suite,
    reach_lines_suite,
    strips_suite,
    terminal_suite,
    theme_suite,
    units_suite,
    web_rows_suite,
    words_suite,
    NULL,
};
/* clang-format on */
