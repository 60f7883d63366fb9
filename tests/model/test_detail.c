#include "config.h"

#include <stdlib.h>

#include "tests/model/suites.h"

#include "model/detail.h"
#include "util/xalloc.h"

static const struct focus on_seven = {.torrent = 7, .parts = FOCUS_ACTIVE};

START_TEST(new_detail_answers_its_focus_and_holds_nothing)
{
    struct detail *d = detail_new(7, &on_seven);
    ck_assert_uint_eq(d->torrent, 7);
    ck_assert_uint_eq(d->focus.parts, FOCUS_ACTIVE);
    ck_assert_ptr_null(d->pieces);
    ck_assert_ptr_null(d->filetable);
    ck_assert_ptr_null(detail_peer_by_id(d, 1));
    ck_assert_ptr_null(detail_active_at(d, 0));
    detail_free(d);
    detail_free(NULL);
}
END_TEST

START_TEST(peer_is_found_by_id)
{
    struct detail *d = detail_new(7, &on_seven);
    d->n_peers = 3;
    d->peers = xcalloc(3, sizeof *d->peers);
    for (uint32_t i = 0; i < 3; i++)
        d->peers[i].id = 10 * (i + 1);
    ck_assert_ptr_eq(detail_peer_by_id(d, 30), &d->peers[2]);
    ck_assert_ptr_null(detail_peer_by_id(d, 15));
    detail_free(d);
}
END_TEST

START_TEST(active_piece_is_found_with_its_blocks)
{
    struct detail *d = detail_new(7, &on_seven);
    d->n_active = 3;
    d->active = xcalloc(3, sizeof *d->active);
    d->n_blocks = 8;
    d->blocks = xcalloc(8, sizeof *d->blocks);
    static const uint32_t at[] = {4, 9, 4000000};
    static const uint32_t tables[] = {0, 4, DETAIL_NO_TABLE};
    for (uint32_t i = 0; i < 3; i++)
        d->active[i] = (struct detail_active){.piece_idx = at[i],
                                              .n_blocks = 4,
                                              .table = tables[i]};
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_ptr_eq(detail_active_at(d, at[i]), &d->active[i]);
    ck_assert_ptr_null(detail_active_at(d, 3));
    ck_assert_ptr_null(detail_active_at(d, 10));
    ck_assert_ptr_null(detail_active_at(d, UINT32_MAX));
    ck_assert_ptr_eq(detail_blocks_of(d, &d->active[1]), &d->blocks[4]);
    ck_assert_ptr_null(detail_blocks_of(d, &d->active[2]));
    detail_free(d);
}
END_TEST

/* In an order that is the same for all, and as long as what is there. */
START_TEST(detail_parts_are_all_that_is_owned)
{
    struct detail *d = detail_new(7, &on_seven);
    struct detail_part parts[DETAIL_N_PARTS];
    detail_parts(d, parts);
    for (size_t i = 0; i < DETAIL_N_PARTS; i++)
        ck_assert_uint_eq(parts[i].len, 0);
    d->n_pieces = 9;
    d->dir = xstrdup("/dl");
    d->peer_has = xzalloc(2);
    d->ages_s = xcalloc(9, sizeof *d->ages_s);
    d->stack[DETAIL_MAX_STACK - 1].timeline = xzalloc(sizeof(struct timeline));
    detail_parts(d, parts);
    size_t len = 0;
    for (size_t i = 0; i < DETAIL_N_PARTS; i++)
        len += parts[i].len;
    ck_assert_uint_eq(len, 4 + 2 + 36 + sizeof(struct timeline));
    ck_assert_ptr_eq(detail_part_get(&parts[DETAIL_N_PARTS - 1]),
                     d->stack[DETAIL_MAX_STACK - 1].timeline);
    free(d->dir);
    detail_part_set(&parts[0], NULL);
    ck_assert_ptr_null(d->dir);
    detail_free(d);
}
END_TEST

Suite *detail_suite(void)
{
    Suite *s = suite_create("detail");
    TCase *tc = tcase_create("detail");
    tcase_add_test(tc, new_detail_answers_its_focus_and_holds_nothing);
    tcase_add_test(tc, peer_is_found_by_id);
    tcase_add_test(tc, active_piece_is_found_with_its_blocks);
    tcase_add_test(tc, detail_parts_are_all_that_is_owned);
    suite_add_tcase(s, tc);
    return s;
}
