/* suites.h -- the suites of the ui layer, one a module. */
#ifndef TESTS_UI_SUITES_H
#define TESTS_UI_SUITES_H

#include "tests/harness.h"

Suite *ask_suite(void);
Suite *box_suite(void);
Suite *chrome_suite(void);
Suite *clicks_suite(void);
Suite *draw_suite(void);
Suite *extras_suite(void);
Suite *file_tree_suite(void);
Suite *finder_story_suite(void);
Suite *flow_suite(void);
Suite *glyphs_suite(void);
Suite *graph_stack_suite(void);
Suite *grid_suite(void);
Suite *have_map_suite(void);
Suite *hold_suite(void);
Suite *idset_suite(void);
Suite *keys_suite(void);
Suite *legend_suite(void);
Suite *list_filter_suite(void);
Suite *list_order_suite(void);
Suite *listbox_suite(void);
Suite *log_rows_suite(void);
Suite *marks_suite(void);
Suite *moment_suite(void);
Suite *outlet_suite(void);
Suite *paste_suite(void);
Suite *peer_filter_suite(void);
Suite *peer_rows_suite(void);
Suite *peer_trace_suite(void);
Suite *piece_cells_suite(void);
Suite *piece_map_suite(void);
Suite *plot_suite(void);
Suite *reach_lines_suite(void);
Suite *reel_suite(void);
Suite *still_suite(void);
Suite *strips_suite(void);
Suite *table_choice_suite(void);
Suite *terminal_suite(void);
Suite *theme_suite(void);
Suite *units_suite(void);
Suite *web_rows_suite(void);
Suite *words_suite(void);

#endif
