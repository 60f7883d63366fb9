#include "config.h"

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

Suite *detail_suite(void)
{
    Suite *s = suite_create("detail");
    TCase *tc = tcase_create("detail");
    tcase_add_test(tc, new_detail_answers_its_focus_and_holds_nothing);
    tcase_add_test(tc, peer_is_found_by_id);
    tcase_add_test(tc, active_piece_is_found_with_its_blocks);
    suite_add_tcase(s, tc);
    return s;
}
