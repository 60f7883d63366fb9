#include "config.h"

#include "tests/engine/suites.h"

#include "engine/approach.h"
#include "tests/engine/stage.h"

#include <errno.h>
#include <string.h>

static const struct {
    enum encryption mode;
    enum peers_crypt known;
    bool is_encrypted;
    bool may_turn;
} cases[] = {
    {ENCRYPTION_PLAIN, PEERS_CRYPT_UNKNOWN, false, true},
    {ENCRYPTION_PLAIN, PEERS_CRYPT_NONE, false, true},
    {ENCRYPTION_PLAIN, PEERS_CRYPT_MSE, true, true},
    {ENCRYPTION_PREFERRED, PEERS_CRYPT_UNKNOWN, true, true},
    {ENCRYPTION_PREFERRED, PEERS_CRYPT_NONE, false, true},
    {ENCRYPTION_PREFERRED, PEERS_CRYPT_MSE, true, true},
    {ENCRYPTION_REQUIRED, PEERS_CRYPT_UNKNOWN, true, false},
    {ENCRYPTION_REQUIRED, PEERS_CRYPT_NONE, true, false},
    {ENCRYPTION_REQUIRED, PEERS_CRYPT_MSE, true, false},
};

static struct conn *any_conn(struct stage *s)
{
    struct link_config config = {.addr_a = s->here.at, .addr_b = s->there.at};
    struct conn *a, *b;
    link_pair(s->loop, &config, &a, &b);
    conn_close(b);
    return a;
}

START_TEST(turn_goes_the_other_way_once)
{
    struct stage s;
    struct approach a;
    stage_init(&s);
    struct conn *failed = any_conn(&s);
    approach_init(&a, cases[_i].mode, cases[_i].known);
    ck_assert_int_eq(a.is_encrypted, cases[_i].is_encrypted);
    ck_assert_int_eq(approach_turn(&a, failed), cases[_i].may_turn);
    ck_assert_int_eq(a.is_encrypted,
                     cases[_i].is_encrypted != cases[_i].may_turn);
    ck_assert(!approach_turn(&a, failed));
    conn_close(failed);
    stage_fini(&s);
}
END_TEST

START_TEST(words_name_the_systems_reason)
{
    struct stage s;
    struct cause cause;
    stage_init(&s);
    struct conn *failed = any_conn(&s);
    approach_words(failed, ERR_SYS, ECONNRESET, &cause);
    ck_assert_ptr_nonnull(strstr(cause.text, strerror(ECONNRESET)));
    approach_words(failed, ERR_CLOSED, 0, &cause);
    ck_assert_str_eq(cause.text, err_text(ERR_CLOSED));
    conn_close(failed);
    stage_fini(&s);
}
END_TEST

Suite *approach_suite(void)
{
    Suite *s = suite_create("approach");
    TCase *tc = tcase_create("approach");
    tcase_add_loop_test(tc, turn_goes_the_other_way_once, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, words_name_the_systems_reason);
    suite_add_tcase(s, tc);
    return s;
}
