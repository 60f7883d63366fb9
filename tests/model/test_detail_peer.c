#include "config.h"

#include "tests/model/suites.h"

#include "model/detail_peer.h"

#include <string.h>

START_TEST(letters_are_short_and_each_its_own)
{
    static const struct {
        uint16_t slot;
        const char *letters;
    } cases[] = {
        {0, "A"},   {25, "Z"},   {26, "a"},    {51, "z"},     {52, "AA"},
        {53, "AB"}, {104, "BA"}, {2755, "zz"}, {2756, "AAA"}, {2757, "AAB"},
    };
    char dst[4];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(detail_peer_letters(cases[i].slot, dst),
                         cases[i].letters);
    /* The greatest still fits. */
    ck_assert_uint_eq(strlen(detail_peer_letters(UINT16_MAX, dst)), 3);
}
END_TEST

START_TEST(address_is_that_of_a_peer_or_the_name_of_a_web_seed)
{
    static const uint8_t ip[4] = {192, 0, 2, 7};
    struct detail_peer p = {.addr = addr_v4(ip, 6881)};
    char dst[DETAIL_ADDRESS_LEN];
    ck_assert_str_eq(detail_peer_address(&p, dst), "192.0.2.7:6881");
    memcpy(p.web, "mirror.example", sizeof "mirror.example");
    ck_assert_str_eq(detail_peer_address(&p, dst), "mirror.example");
    memset(p.web, 'w', sizeof p.web - 1);
    ck_assert_uint_eq(strlen(detail_peer_address(&p, dst)), sizeof p.web - 1);
    ck_assert_int_eq(detail_peer_source_letter(DETAIL_BY_TORRENT), 'W');
}
END_TEST

START_TEST(flags_say_who_wants_and_who_may)
{
    static const struct {
        struct detail_peer peer;
        const char *flags;
    } cases[] = {
        {{.is_choking = true, .am_choking = true}, "-- -- p"},
        {{.am_interested = true, .is_choking = true, .am_choking = true},
         "dI -- p"},
        {{.am_interested = true, .am_choking = true}, "DI -- p"},
        {{.am_interested = true, .is_snubbed = true, .am_choking = true},
         "DIS-- p"},
        {{.is_interested = true, .am_choking = true, .is_choking = true},
         "-- uI p"},
        {{.is_interested = true, .is_optimistic = true, .is_encrypted = true},
         "-- UIOe"},
        {{.is_interested = true, .am_choking = true, .is_shunned = true},
         "-- uIXp"},
    };
    char dst[DETAIL_FLAGS_LEN];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        detail_peer_flags(&cases[i].peer, dst);
        ck_assert_str_eq(dst, cases[i].flags);
    }
}
END_TEST

START_TEST(names_are_all_there_and_letters_differ)
{
    char seen[DETAIL_N_SOURCES + 1] = "";
    for (int i = 0; i < DETAIL_N_SOURCES; i++) {
        enum detail_source source = (enum detail_source)i;
        char letter = detail_peer_source_letter(source);
        ck_assert_ptr_nonnull(detail_peer_source_name(source));
        ck_assert_ptr_null(strchr(seen, letter));
        seen[i] = letter;
    }
    for (int i = 0; i < DETAIL_TRACE_N_KINDS; i++)
        ck_assert_ptr_nonnull(
            detail_peer_trace_name((enum detail_trace_kind)i));
}
END_TEST

Suite *detail_peer_suite(void)
{
    Suite *s = suite_create("detail_peer");
    TCase *tc = tcase_create("detail_peer");
    tcase_add_test(tc, letters_are_short_and_each_its_own);
    tcase_add_test(tc, address_is_that_of_a_peer_or_the_name_of_a_web_seed);
    tcase_add_test(tc, flags_say_who_wants_and_who_may);
    tcase_add_test(tc, names_are_all_there_and_letters_differ);
    suite_add_tcase(s, tc);
    return s;
}
