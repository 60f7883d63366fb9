#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/parole.h"
#include "tests/swarm/picker_fixture.h"

/* Block 0 of peer 90 at 1000 ms, blocks 1 and 2 asked of 91 at 1001 and 1002. */
static const struct picker_scene begun = {.availability = "1****",
                                          .have = " ****",
                                          .received = "8    ",
                                          .asked = "6    "};
enum { ASKED_MS = 1002, RECEIVED_MS = 1000, OF = 91 };

START_TEST(keeps_a_begun_piece_for_who_is_at_it)
{
    struct picker_world w;
    struct parole p;
    picker_world_set(&w, &begun, 1);
    parole_init(&p);
    ck_assert(!parole_keeps(&p, w.pieces, 0, PICKER_US, ASKED_MS));
    parole_begin(&p, w.n, 0);
    ck_assert(parole_keeps(&p, w.pieces, 0, PICKER_US, ASKED_MS));
    ck_assert(!parole_keeps(&p, w.pieces, 0, OF, ASKED_MS));
    /* Whoever is at it already is not sent away. */
    pieces_ask(w.pieces, (struct block_ref){0, 3}, PICKER_US, PICK_PARTIAL,
               ASKED_MS);
    ck_assert(!parole_keeps(&p, w.pieces, 0, PICKER_US, ASKED_MS));
    pieces_unask(w.pieces, (struct block_ref){0, 3}, PICKER_US);
    ck_assert(parole_keeps(&p, w.pieces, 0, PICKER_US, ASKED_MS));
    parole_end(&p, 0);
    ck_assert(!parole_keeps(&p, w.pieces, 0, PICKER_US, ASKED_MS));
    parole_fini(&p);
    picker_world_close(&w);
}
END_TEST

START_TEST(keeps_it_only_while_that_one_gets_on)
{
    struct picker_world w;
    struct parole p;
    picker_world_set(&w, &begun, 1);
    parole_init(&p);
    parole_begin(&p, w.n, 0);
    int64_t quiet_ms = ASKED_MS + PAROLE_QUIET_MS;
    ck_assert(parole_keeps(&p, w.pieces, 0, PICKER_US, quiet_ms - 1));
    ck_assert(!parole_keeps(&p, w.pieces, 0, PICKER_US, quiet_ms));
    /* An answer is news. */
    pieces_receive(w.pieces, (struct block_ref){0, 1}, OF, quiet_ms);
    ck_assert(parole_keeps(&p, w.pieces, 0, PICKER_US, quiet_ms));
    /* But not for ever. */
    int64_t end_ms = RECEIVED_MS + PAROLE_MAX_MS;
    pieces_ask(w.pieces, (struct block_ref){0, 3}, OF, PICK_PARTIAL,
               end_ms - 1);
    ck_assert(parole_keeps(&p, w.pieces, 0, PICKER_US, end_ms - 1));
    ck_assert(!parole_keeps(&p, w.pieces, 0, PICKER_US, end_ms));
    parole_fini(&p);
    picker_world_close(&w);
}
END_TEST

START_TEST(does_not_keep_what_nobody_is_at)
{
    struct picker_world w;
    struct parole p;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "11***",
                                            .have = "  ***",
                                            .received = "8f   "},
                     1);
    parole_init(&p);
    for (uint32_t i = 0; i < w.n; i++) {
        parole_begin(&p, w.n, i);
        ck_assert(!parole_keeps(&p, w.pieces, i, PICKER_US, RECEIVED_MS));
    }
    parole_fini(&p);
    picker_world_close(&w);
}
END_TEST

Suite *parole_suite(void)
{
    Suite *s = suite_create("parole");
    TCase *tc = tcase_create("parole");
    tcase_add_test(tc, keeps_a_begun_piece_for_who_is_at_it);
    tcase_add_test(tc, keeps_it_only_while_that_one_gets_on);
    tcase_add_test(tc, does_not_keep_what_nobody_is_at);
    suite_add_tcase(s, tc);
    return s;
}
