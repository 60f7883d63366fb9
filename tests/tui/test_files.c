#include "config.h"

#include "ui/view_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_pieces.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/view.h"

/* Only the commands that set priorities. */
static size_t orders(const struct stage *g,
                     const struct stage_sent *out[STAGE_MAX_SENT])
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_sent; i++)
        if (g->sent[i].kind == COMMAND_PRIORITY)
            out[n++] = &g->sent[i];
    return n;
}

/* Keys after "4", and the one command that they send. */
START_TEST(files_priority_keys_send_runs)
{
    static const struct {
        const char *keys;
        uint32_t first_file, n_files;
        uint8_t priority;
    } scripts[] = {
        {"0", 0, 10, 0}, /* all, with the padding */
        {"j+", 8, 1, 2}, /* low: a step */
        {"j-", 8, 1, 0},
        {"j--", 8, 1, 0},     /* the second changes nothing */
        {"jjjjjj-", 0, 2, 2}, /* high, and the padding after it */
        {"jj+", 0, 4, 3},     /* mixed: as the highest */
        {"jj-", 0, 4, 2},     /* as the lowest */
        {"G+", 4, 1, 1},      /* skipped */
        {"/main-b\rG0", 2, 1, 0},
        {"/source\rgj+", 4, 4, 1},
        {"/deep/\r*-", 0, 0, 0}, /* is skipped already: nothing is sent */
        {"/deep/\r*+", 7, 1, 1},
    };
    const struct stage_sent *sent[STAGE_MAX_SENT];
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4");
    stage_press(&g, scripts[_i].keys);
    size_t n = orders(&g, sent);
    ck_assert_uint_eq(n, scripts[_i].n_files > 0 ? 1 : 0);
    if (n > 0) {
        ck_assert_uint_eq(sent[0]->first_file, scripts[_i].first_file);
        ck_assert_uint_eq(sent[0]->n_files, scripts[_i].n_files);
        ck_assert_uint_eq(sent[0]->priority, scripts[_i].priority);
    }
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_marks_are_what_keys_act_on)
{
    const struct stage_sent *sent[STAGE_MAX_SENT];
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    /* The text, and main-b, that do not lie together with the last. */
    stage_press(&g, "\r4j /main-b\rG \x1bgjj");
    ck_assert(stage_shows(&g, "2 marked"));
    stage_press(&g, "++");
    size_t n = orders(&g, sent);
    ck_assert_uint_eq(n, 3);
    /* low and normal: first alike, then a step. */
    ck_assert_uint_eq(sent[0]->first_file, 8);
    ck_assert_uint_eq(sent[0]->priority, 2);
    ck_assert_uint_eq(sent[1]->first_file, 2);
    ck_assert_uint_eq(sent[2]->first_file, 8);
    ck_assert_uint_eq(sent[2]->priority, 3);
    stage_press(&g, "!");
    ck_assert(stage_shows(&g, "7 marked"));
    stage_press(&g, "u");
    ck_assert(!stage_shows(&g, "marked"));
    stage_tear_down(&g);
}
END_TEST

/* What was asked for is shown at once, and the engine's word later. */
START_TEST(files_priority_is_shown_before_the_engine_says_so)
{
    static const struct {
        int64_t later_ms;
        const char *priority;
    } frames[] = {{0, "skip"}, {500, "skip"}, {2000, "low"}};
    struct stage g;
    struct frame *first = frames_pieces();
    struct filetable *table = filetable_ref(first->detail->filetable);
    stage_set_up(&g, first, 24, 80);
    stage_press(&g, "\r4j0");
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        struct frame *f = frames_pieces();
        f->now_ms += frames[i].later_ms;
        filetable_unref(f->detail->filetable);
        f->detail->filetable = filetable_ref(table);
        screen_on_frame(g.screen, f);
        stage_press(&g, "gj");
        char *row = stage_row(&g, 5);
        ck_assert_ptr_nonnull(strstr(row, frames[i].priority));
        free(row);
    }
    filetable_unref(table);
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_folders_open_and_fold)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4jjx");
    ck_assert(!stage_shows(&g, "main-a"));
    ck_assert(stage_shows(&g, "rest.bin"));
    stage_press(&g, "\r");
    ck_assert(stage_shows(&g, "main-a"));
    stage_press(&g, "h");
    ck_assert(!stage_shows(&g, "main-a"));
    stage_press(&g, "lll");
    ck_assert(stage_shows(&g, "main-a"));
    ck_assert(stage_shows(&g, "shares 2492"));
    /* Out of the file, its folder and all. */
    stage_press(&g, "hhhhhh");
    ck_assert(!stage_shows(&g, "rest.bin"));
    ck_assert(stage_shows(&g, "9 files, 1 of them here, 4 skipped"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_and_the_map_show_each_other)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4/main-b\rG\r");
    ck_assert(stage_shows(&g, "[2 Pieces]"));
    /* The first piece of it that is not here. */
    ck_assert_uint_ge(g.focus.piece_idx, 1648);
    ck_assert(!stage_shows(&g, " had  "));
    stage_press(&g, ":2600\rf");
    ck_assert(stage_shows(&g, "[4 Files]"));
    ck_assert(stage_shows(&g, "a.c  pieces 2524-2644"));
    /* Also when its folder was shut, and something else filtered. */
    stage_press(&g, "ghx/md5\r2f");
    ck_assert(stage_shows(&g, "a.c  pieces 2524-2644"));
    stage_tear_down(&g);
}
END_TEST

/* A magnet: of what holds it up all is told; then its row leads to the files. */
START_TEST(files_of_a_magnet_say_how_it_is_with_them)
{
    struct stage g;
    struct frame *f = frames_pieces();
    f->torrents[0]->state = FRAME_METADATA;
    f->torrents[0]->cause = "metadata: no peers yet; asking its trackers; its "
                            ".torrent at http://example.org/...: HTTP 404, not "
                            "found";
    detail_free(f->detail);
    f->detail = NULL;
    stage_set_up(&g, f, 24, 80);
    stage_press(&g, "\r");
    ck_assert(
        stage_shows(&g, " metadata: no peers yet;  asking its trackers;"));
    ck_assert(stage_shows(&g, " its .torrent at http://example.org/...: HTTP "
                              "404, not found"));
    stage_press(&g, "4");
    ck_assert(stage_shows(&g, "its files are not known yet"));
    ck_assert(stage_shows(&g, "HTTP 404, not found"));
    ck_assert(stage_shows(&g, "Space: wait, to choose"));
    stage_press(&g, " ");
    ck_assert_int_eq(g.sent[g.n_sent - 1].kind, COMMAND_CHOOSE);
    ck_assert(g.sent[g.n_sent - 1].flag);
    f = frames_pieces();
    f->torrents[0]->state = FRAME_METADATA;
    f->torrents[0]->chooses = true;
    detail_free(f->detail);
    f->detail = NULL;
    screen_on_frame(g.screen, f);
    stage_press(&g, " ");
    ck_assert(stage_shows(&g, "it waits for you to choose"));
    ck_assert(!g.sent[g.n_sent - 1].flag);
    stage_press(&g, "\x1b");
    f = frames_pieces();
    f->torrents[0]->state = FRAME_PAUSED;
    f->torrents[0]->cause = FRAME_CHOOSE_FILES;
    screen_on_frame(g.screen, f);
    stage_press(&g, "\r");
    ck_assert(stage_shows(&g, "[4 Files]"));
    ck_assert(stage_shows(&g, "paused: p starts it"));
    /* Paused by the user, it is opened as any. */
    stage_press(&g, "\x1b");
    f = frames_pieces();
    f->torrents[0]->state = FRAME_PAUSED;
    screen_on_frame(g.screen, f);
    stage_press(&g, "\r");
    ck_assert(stage_shows(&g, "[1 Over]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_filter_shows_paths_and_esc_all)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4/EEP/");
    ck_assert(stage_shows(&g, "a.c"));
    ck_assert(!stage_shows(&g, "rest.bin"));
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "rest.bin"));
    /* On the way the cursor is on what was found. */
    stage_press(&g, "/MD5\r\r");
    ck_assert(stage_shows(&g, "[2 Pieces]"));
    stage_press(&g, "4q/zzz\r");
    ck_assert(stage_shows(&g, "no path has"));
    stage_press(&g, "jk+ x\r0q");
    ck_assert(stage_shows(&g, "rest.bin"));
    ck_assert(stage_shows(&g, "[4 Files]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_sequential_and_open_say_what_they_do)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4S");
    ck_assert_int_eq(g.sent[g.n_sent - 1].kind, COMMAND_SEQUENTIAL);
    ck_assert(g.sent[g.n_sent - 1].flag);
    stage_press(&g, "E");
    ck_assert_int_eq(g.sent[g.n_sent - 1].kind, COMMAND_FIRST_LAST);
    ck_assert(g.sent[g.n_sent - 1].flag);
    ck_assert(stage_shows(&g, "first and last piece of each file first"));
    stage_press(&g, "Go");
    ck_assert(stage_shows(&g, "no program here"));
    stage_tear_down(&g);
}
END_TEST

/* Its path as it is on disk goes to the program, as it may be shown to the user. */
START_TEST(files_open_takes_names_that_are_not_shown)
{
    struct stage g;
    struct frame *f = frames_pieces();
    f->torrents[0]->dir = "/srv/\x1b[7m";
    for (size_t i = 0; i < f->detail->filetable->n_files; i++)
        f->detail->files[i].contiguous_bytes = 1;
    stage_set_up_saving(&g, f, 24, 80);
    stage_press(&g, "\r4/right\rGo");
    ck_assert_str_eq(
        g.opened,
        "/srv/\x1b[7m/debian-12.5.0-DVD-1/source/right \xe2\x80\xaeto left.c");
    ck_assert(stage_shows(&g, "/srv/dl/debian-12.5.0-DVD-1/source/right "));
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_click_selects_a_row)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4");
    stage_mouse(&g, SCREEN_CLICK, 5, 30);
    ck_assert(stage_shows(&g, " md5sum.txt  pieces"));
    stage_mouse(&g, SCREEN_DOUBLE_CLICK, 6, 30);
    ck_assert(!stage_shows(&g, "main-a"));
    stage_mouse(&g, SCREEN_CLICK, 15, 30);
    stage_mouse(&g, SCREEN_CLICK, 2, 30);
    ck_assert(stage_shows(&g, " pool/"));
    stage_tear_down(&g);
}
END_TEST

static struct frame *many_files(void)
{
    return frames_of_files(5000);
}

START_TEST(files_of_a_great_torrent_begin_shut)
{
    struct stage g;
    stage_set_up(&g, many_files(), 24, 80);
    stage_press(&g, "\r4");
    ck_assert(stage_shows(&g, "folder 0000/"));
    ck_assert(!stage_shows(&g, "file 000000.bin"));
    stage_press(&g, "/4321\r");
    ck_assert(stage_shows(&g, "file 004321.bin"));
    stage_press(&g, "Gq");
    ck_assert(stage_shows(&g, "folder 0043/"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(files_random_keys_at_any_size)
{
    static struct frame *(*const frames[])(void) = {frames_pieces, many_files,
                                                    frames_detail, frames_one};
    static const char keys[] = "jkhlgGx\r24 *!u+-0S/ma\r\x1b\x04\x15o~Fq\r4";
    uint64_t seed = 7 + (uint64_t)_i;
    for (int round = 0; round < 6; round++) {
        struct stage g;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33);
        stage_set_up(&g, frames[r % 4](), 1 + (int)(r / 5 % 60),
                     1 + (int)(r / 150 % 200));
        stage_press(&g, "\r4");
        for (int i = 0; i < 60 && screen_phase(g.screen) == SCREEN_RUNS; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            r = (unsigned)(seed >> 33);
            g.n_sent = 0;
            if (r % 17 == 0)
                screen_on_frame(g.screen, frames[r / 17 % 4]());
            if (r % 13 == 0)
                stage_mouse(&g, SCREEN_CLICK, (int)(r / 13 % 60),
                            (int)(r / 800 % 200));
            stage_key(&g, keys[r / 85 % (sizeof keys - 1)]);
        }
        stage_tear_down(&g);
    }
}
END_TEST

Suite *files_suite(void)
{
    Suite *s = suite_create("files");
    TCase *t = tcase_create("files");
    tcase_add_loop_test(t, files_priority_keys_send_runs, 0, 12);
    tcase_add_test(t, files_marks_are_what_keys_act_on);
    tcase_add_test(t, files_priority_is_shown_before_the_engine_says_so);
    tcase_add_test(t, files_folders_open_and_fold);
    tcase_add_test(t, files_and_the_map_show_each_other);
    tcase_add_test(t, files_of_a_magnet_say_how_it_is_with_them);
    tcase_add_test(t, files_filter_shows_paths_and_esc_all);
    tcase_add_test(t, files_sequential_and_open_say_what_they_do);
    tcase_add_test(t, files_open_takes_names_that_are_not_shown);
    tcase_add_test(t, files_click_selects_a_row);
    tcase_add_test(t, files_of_a_great_torrent_begin_shut);
    tcase_add_loop_test(t, files_random_keys_at_any_size, 0, 4);
    suite_add_tcase(s, t);
    return s;
}
