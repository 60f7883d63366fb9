#include "config.h"

#include "ui/piece_cells.h"

#include <string.h>

#include "tests/ui/suites.h"

enum { MAX = 16, NOW_MS = 100000 };

/* A detail on the stack: a character a piece, as the map of states has them. */
struct fixture {
    struct detail d;
    uint8_t pieces[MAX], availability[MAX], peer_has[2];
    uint32_t sources[MAX], ages_s[MAX];
    struct detail_peer peers[3];
    struct detail_active active[MAX];
    struct detail_block blocks[MAX];
};

static uint8_t piece_of(char c)
{
    static const struct {
        char letter;
        uint8_t piece;
    } all[] = {
        {'#', DETAIL_HAVE},    {'-', DETAIL_UNWANTED},
        {'*', DETAIL_ACTIVE},  {'v', DETAIL_CHECKING},
        {'o', DETAIL_PARTIAL}, {'x', DETAIL_MISSING | DETAIL_BAD},
        {'.', DETAIL_MISSING}, {'!', DETAIL_MISSING},
        {'1', DETAIL_MISSING},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].letter == c)
            return all[i].piece | 2 << DETAIL_PRIORITY_SHIFT;
    ck_abort_msg("%c", c);
}

static void set_up(struct fixture *f, const char *states)
{
    memset(f, 0, sizeof *f);
    f->d.n_pieces = (uint32_t)strlen(states);
    f->d.pieces = f->pieces;
    f->d.availability = f->availability;
    f->d.peers = f->peers;
    f->d.n_peers = 3;
    for (uint32_t i = 0; i < 3; i++)
        f->peers[i] = (struct detail_peer){.id = 10 * (i + 1),
                                           .slot = (uint16_t)(i * i * 15)};
    for (size_t i = 0; states[i] != '\0'; i++) {
        f->pieces[i] = piece_of(states[i]);
        f->availability[i] = states[i] == '!' || states[i] == 'v' ? 0
                             : states[i] == '1'                   ? 1
                                                                  : 5;
    }
}

static struct piece_cells begin(const struct fixture *f,
                                enum piece_cells_mode mode)
{
    struct piece_cells c = {.mode = mode,
                            .d = &f->d,
                            .file_idx = UINT32_MAX,
                            .now_ms = NOW_MS};
    piece_cells_begin(&c);
    return c;
}

/* All cells of so many pieces each, as text. */
static const char *letters(const struct fixture *f, enum piece_cells_mode mode,
                           uint32_t per_cell)
{
    static char text[MAX + 1];
    struct piece_cells c = begin(f, mode);
    size_t n = 0;
    for (uint32_t i = 0; i < f->d.n_pieces; i += per_cell) {
        uint32_t end = i + per_cell;
        end = end < f->d.n_pieces ? end : f->d.n_pieces;
        text[n++] = piece_cells_next(&c, i, end).letter;
    }
    text[n] = '\0';
    return text;
}

START_TEST(cells_next_of_states_shows_the_worst)
{
    static const struct {
        const char *states, *one, *three;
    } rows[] = {
        {"#-*ox.!1", "#-*ox.!1", "*x!"},          {"v", "*", "*"},
        {"###---#.#..#", "###---#.#..#", "#-=="}, {"-.--#-", "-.--#-", ".#"},
        {"o.#1*o!x1", "o.#1*o!x1", "o1!"},
    };
    struct fixture f;
    set_up(&f, rows[_i].states);
    ck_assert_str_eq(letters(&f, PIECE_CELLS_STATE, 1), rows[_i].one);
    ck_assert_str_eq(letters(&f, PIECE_CELLS_STATE, 3), rows[_i].three);
    /* The quick way says what the plain one does. */
    for (uint32_t i = 0; i < f.d.n_pieces; i++) {
        struct piece_cells c = begin(&f, PIECE_CELLS_STATE);
        uint32_t end = i + 3 < f.d.n_pieces ? i + 3 : f.d.n_pieces;
        char letter = piece_cells_letter(&f.d, i, end);
        ck_assert_int_eq(piece_cells_next(&c, i, end).letter, letter);
        uint32_t at = piece_cells_telling(&f.d, i, end);
        ck_assert(at >= i && at < end);
        ck_assert(piece_cells_letter(&f.d, at, at + 1) == letter ||
                  letter == '=');
    }
}
END_TEST

START_TEST(cells_next_of_copies_shows_the_least_that_matters)
{
    struct fixture f;
    set_up(&f, "#..#-!");
    memcpy(f.availability, (uint8_t[]){0, 7, 12, 1, 0, 0}, 6);
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AVAILABILITY, 1), "07+10!");
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AVAILABILITY, 2), "7+!");
    f.d.availability = NULL;
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AVAILABILITY, 2), "==.");
}
END_TEST

START_TEST(cells_next_of_ages_shows_the_newest)
{
    struct fixture f;
    set_up(&f, "#####.");
    memcpy(f.ages_s, (uint32_t[]){3, 9999, 45, 90000, UINT32_MAX, UINT32_MAX},
           6 * sizeof *f.ages_s);
    /* Not told yet: what is had. */
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AGE, 1), "#####.");
    f.d.ages_s = f.ages_s;
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AGE, 1), "0829#.");
    ck_assert_str_eq(letters(&f, PIECE_CELLS_AGE, 2), "02=");
}
END_TEST

START_TEST(cells_next_of_sources_shows_who_sent_most)
{
    struct fixture f;
    set_up(&f, "########.");
    memcpy(f.sources, (uint32_t[]){10, 20, 20, 30, 99, 0, 0, 0, 0},
           9 * sizeof *f.sources);
    f.d.sources = f.sources;
    /* Slots 0, 15 and 60, the last of two letters; 99 is not there. */
    ck_assert_str_eq(letters(&f, PIECE_CELLS_SOURCE, 1), "APP&~###.");
    ck_assert_str_eq(letters(&f, PIECE_CELLS_SOURCE, 3), "P&=");
}
END_TEST

START_TEST(cells_next_of_files_has_a_letter_each)
{
    static const struct filetable_file files[] = {
        {.size_bytes = 1, .first_piece = 0, .last_piece = 2},
        {.size_bytes = 1, .first_piece = 2, .last_piece = 2, .is_pad = true},
        {.size_bytes = 0},
        {.size_bytes = 1, .first_piece = 3, .last_piece = 3},
        {.size_bytes = 1, .first_piece = 3, .last_piece = 3},
        {.size_bytes = 1, .first_piece = 3, .last_piece = 5},
    };
    static const struct filetable table = {6, files};
    struct fixture f;
    set_up(&f, "......");
    ck_assert_str_eq(letters(&f, PIECE_CELLS_FILES, 1), "......");
    struct piece_cells c = begin(&f, PIECE_CELLS_FILES);
    c.files = &table;
    c.file_idx = 4;
    for (uint32_t i = 0; i < 6; i++) {
        struct cellrow_cell cell = piece_cells_next(&c, i, i + 1);
        ck_assert_int_eq(cell.letter, "AAA+FF"[i]);
        ck_assert_int_eq(cell.role == THEME_BAR, i == 3);
    }
}
END_TEST

static void ask(struct fixture *f, uint32_t piece_idx, uint32_t peer,
                int64_t age_ms)
{
    uint32_t at = (uint32_t)f->d.n_blocks++;
    f->d.active = f->active;
    f->d.blocks = f->blocks;
    f->blocks[at] = (struct detail_block){.state = DETAIL_BLOCK_ASKED,
                                          .n_asked = 1,
                                          .peer = peer,
                                          .since_ms = NOW_MS - age_ms};
    f->active[f->d.n_active++] = (struct detail_active){.piece_idx = piece_idx,
                                                        .n_blocks = 1,
                                                        .n_asked = 1,
                                                        .table = at};
}

START_TEST(cells_next_of_requests_shows_the_longest_wait)
{
    struct fixture f;
    set_up(&f, "*#**o.");
    ask(&f, 0, 10, 500);
    ask(&f, 2, 20, 3000);
    ask(&f, 3, 10, 100);
    ask(&f, 4, 10, 0);
    f.blocks[3].state = DETAIL_BLOCK_FREE;
    ck_assert_str_eq(letters(&f, PIECE_CELLS_REQUESTS, 1), "A#PAo.");
    ck_assert_str_eq(letters(&f, PIECE_CELLS_REQUESTS, 6), "P");
    struct piece_cells c = begin(&f, PIECE_CELLS_REQUESTS);
    ck_assert_int_eq(piece_cells_next(&c, 0, 1).role, THEME_ACTIVE);
    ck_assert_int_eq(piece_cells_next(&c, 2, 3).role, THEME_SLOW);
}
END_TEST

START_TEST(cells_is_slow_by_what_the_peer_usually_needs)
{
    static const struct {
        int64_t usual_ms, age_ms;
        bool is_snubbed, is_slow;
    } rows[] = {
        {-1, 1999, false, false},   {-1, 2001, false, true},
        {900, 3500, false, false},  {900, 3700, false, true},
        {9000, 9900, false, false}, {9000, 10100, false, true},
        {100, 5, true, true},
    };
    struct fixture f;
    set_up(&f, "*");
    ask(&f, 0, 10, rows[_i].age_ms);
    f.peers[0].request_delay_ms = rows[_i].usual_ms;
    f.peers[0].is_snubbed = rows[_i].is_snubbed;
    ck_assert_int_eq(piece_cells_is_slow(&f.d, &f.blocks[0], NOW_MS),
                     rows[_i].is_slow);
}
END_TEST

/* Pieces that it has and we lack are underlined, those it is asked for reversed. */
START_TEST(cells_next_marks_what_the_peer_has)
{
    struct fixture f;
    set_up(&f, "#..*-.");
    f.peer_has[0] = 0xd8; /* 0, 1, 3, 4 */
    f.d.peer_has = f.peer_has;
    ask(&f, 3, 20, 100);
    struct piece_cells c = begin(&f, PIECE_CELLS_STATE);
    c.peer = 20;
    static const bool has[] = {false, true, false, false, false, false};
    for (uint32_t i = 0; i < 6; i++) {
        struct cellrow_cell cell = piece_cells_next(&c, i, i + 1);
        ck_assert_int_eq(cell.letter, "#..*-."[i]);
        ck_assert_int_eq(cell.role == THEME_OF_PEER, has[i]);
        ck_assert_int_eq(cell.role == THEME_BAR, i == 3);
    }
}
END_TEST

Suite *piece_cells_suite(void)
{
    Suite *s = suite_create("piece_cells");
    TCase *t = tcase_create("piece_cells");
    tcase_add_loop_test(t, cells_next_of_states_shows_the_worst, 0, 5);
    tcase_add_test(t, cells_next_of_copies_shows_the_least_that_matters);
    tcase_add_test(t, cells_next_of_ages_shows_the_newest);
    tcase_add_test(t, cells_next_of_sources_shows_who_sent_most);
    tcase_add_test(t, cells_next_of_files_has_a_letter_each);
    tcase_add_test(t, cells_next_of_requests_shows_the_longest_wait);
    tcase_add_loop_test(t, cells_is_slow_by_what_the_peer_usually_needs, 0, 7);
    tcase_add_test(t, cells_next_marks_what_the_peer_has);
    suite_add_tcase(s, t);
    return s;
}
