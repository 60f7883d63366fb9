#include "config.h"

#include "tests/net/suites.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "net/resolve.h"
#include "tests/net/turns.h"

/* A name server in the test's hands. A lookup of "hang..." waits until the gate is
 * opened; one of "no..." finds nothing; all others find two addresses. */
struct server {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool gate_open;
    int n_begun;
    int n_ended;
};

static struct server server = {.lock = PTHREAD_MUTEX_INITIALIZER,
                               .moved = PTHREAD_COND_INITIALIZER};

static size_t look_up(void *ctx, const char *host, struct addr *addrs,
                      size_t cap, const char **words)
{
    struct server *s = ctx;
    pthread_mutex_lock(&s->lock);
    s->n_begun++;
    pthread_cond_broadcast(&s->moved);
    while (strncmp(host, "hang", 4) == 0 && !s->gate_open)
        pthread_cond_wait(&s->moved, &s->lock);
    s->n_ended++;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
    if (strncmp(host, "no", 2) == 0) {
        *words = "there is none";
        return 0;
    }
    if (cap < 2)
        return 0;
    const uint8_t ip[4] = {10, 0, 0, (uint8_t)strlen(host)};
    addrs[0] = addr_v4(ip, 0);
    addrs[1] = turns_v6(0);
    return 2;
}

static int read_count(const int *n)
{
    pthread_mutex_lock(&server.lock);
    int value = *n;
    pthread_mutex_unlock(&server.lock);
    return value;
}

/* Wait, in the operating system's queue, for the lookup threads to get there. */
static void wait_for(const int *n, int want)
{
    pthread_mutex_lock(&server.lock);
    while (*n < want)
        pthread_cond_wait(&server.moved, &server.lock);
    pthread_mutex_unlock(&server.lock);
}

static void open_gate(void)
{
    pthread_mutex_lock(&server.lock);
    server.gate_open = true;
    pthread_cond_broadcast(&server.moved);
    pthread_mutex_unlock(&server.lock);
}

struct asker {
    struct resolve *r;
    struct resolve_query *q;
    struct resolve_query *cancels;
    bool frees;
    int n;
    enum err err;
    char words[80];
    struct addr addrs[RESOLVE_MAX_ADDRS];
    size_t n_addrs;
};

static void on_answer(void *ctx, const struct resolve_answer *answer)
{
    struct asker *a = ctx;
    a->n++;
    a->q = NULL;
    a->err = answer->err;
    a->n_addrs = answer->n_addrs;
    (void)snprintf(a->words, sizeof a->words, "%s", answer->words);
    if (answer->n_addrs > 0)
        memcpy(a->addrs, answer->addrs,
               answer->n_addrs * sizeof *answer->addrs);
    if (a->cancels != NULL)
        resolve_cancel(a->r, a->cancels);
    if (a->frees)
        resolve_free(a->r);
}

static void ask(struct asker *a, struct resolve *r, const char *host)
{
    a->r = r;
    a->q = resolve_start(r, host, 80, on_answer, a);
    ck_assert_ptr_nonnull(a->q);
    ck_assert_int_eq(a->n, 0);
}

struct literal {
    const char *text;
    const char *want; /* NULL: not a host name */
};

static const struct literal literals[] = {
    {"1.2.3.4", "1.2.3.4:80"},
    {"::1", "[::1]:80"},
    {"[2001:db8::2]", "[2001:db8::2]:80"},
    {"::ffff:1.2.3.4", "1.2.3.4:80"},
    {"", NULL},
    {"a b", NULL},
    {"1.2.3.4:80", NULL},
    {"[::1", NULL},
    {"[]", NULL},
    {"fe80::1%lo", NULL},
    {"a/b", NULL},
    {"caf\xc3\xa9.fr", NULL},
    {"x\x1b[31m", NULL},
    {"user@host", NULL},
};

/* In a loop without poll: nothing of it needs a thread or a pipe. */
START_TEST(literal_is_answered_in_the_next_turn)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(50, false, &loop), OK);
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.n = 0};
    ask(&a, r, literals[_i].text);
    ck_assert_int_eq(loop_next_due_ms(loop), 50);
    loop_step(loop, 50);
    ck_assert_int_eq(a.n, 1);
    if (literals[_i].want == NULL) {
        ck_assert_int_eq(a.err, ERR_SYNTAX);
        ck_assert_uint_eq(a.n_addrs, 0);
        ck_assert_str_ne(a.words, "");
    } else {
        char text[ADDR_TEXT_MAX];
        ck_assert_int_eq(a.err, OK);
        ck_assert_uint_eq(a.n_addrs, 1);
        ck_assert_str_eq(addr_text(&a.addrs[0], text), literals[_i].want);
    }
    ck_assert_int_eq(read_count(&server.n_begun), 0);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(host_of_254_bytes_is_refused_and_of_253_asked_for)
{
    char host[255];
    memset(host, 'a', sizeof host);
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.n = 0};
    host[254] = '\0';
    ask(&a, r, host);
    turns_until_count(loop, &a.n, 1);
    ck_assert_int_eq(a.err, ERR_SYNTAX);
    host[253] = '\0';
    struct asker b = {.n = 0};
    ask(&b, r, host);
    turns_until_count(loop, &b.n, 1);
    ck_assert_int_eq(b.err, OK);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(name_is_looked_up_in_a_thread_with_the_port)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.n = 0};
    char text[ADDR_TEXT_MAX];
    ask(&a, r, "tracker.example");
    turns_until_count(loop, &a.n, 1);
    ck_assert_int_eq(a.err, OK);
    ck_assert_str_eq(a.words, "");
    ck_assert_uint_eq(a.n_addrs, 2);
    ck_assert_str_eq(addr_text(&a.addrs[0], text), "10.0.0.15:80");
    ck_assert_str_eq(addr_text(&a.addrs[1], text), "[::1]:80");
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(failure_has_words_and_is_asked_for_again)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    for (int i = 1; i <= 2; i++) {
        struct asker a = {.n = 0};
        ask(&a, r, "no.example");
        turns_until_count(loop, &a.n, 1);
        ck_assert_int_eq(a.err, ERR_NOT_FOUND);
        ck_assert_str_eq(a.words, "there is none");
        ck_assert_int_eq(read_count(&server.n_begun), i);
    }
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(answer_is_remembered_for_a_minute)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.n = 0};
    ask(&a, r, "tracker.example");
    turns_until_count(loop, &a.n, 1);
    struct asker b = {.n = 0};
    ask(&b, r, "Tracker.EXAMPLE");
    int64_t known_ms = loop_now_ms(loop);
    loop_step(loop, known_ms);
    ck_assert_int_eq(b.n, 1);
    ck_assert_uint_eq(b.n_addrs, 2);
    loop_step(loop, known_ms + RESOLVE_KEEP_MS);
    struct asker c = {.n = 0};
    ask(&c, r, "tracker.example");
    turns_until_count(loop, &c.n, 1);
    ck_assert_int_eq(read_count(&server.n_begun), 2);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(queries_for_one_name_share_a_lookup)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a[3] = {{.n = 0}};
    for (int i = 0; i < 3; i++)
        ask(&a[i], r, "hang.example");
    wait_for(&server.n_begun, 1);
    open_gate();
    for (int i = 0; i < 3; i++) {
        turns_until_count(loop, &a[i].n, 1);
        ck_assert_int_eq(a[i].err, OK);
    }
    ck_assert_int_eq(read_count(&server.n_begun), 1);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(hanging_lookup_times_out_and_counts_as_active)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker hung[RESOLVE_MAX_ACTIVE];
    struct asker late = {.n = 0};
    char host[32];
    memset(hung, 0, sizeof hung);
    for (int i = 0; i < RESOLVE_MAX_ACTIVE; i++) {
        (void)snprintf(host, sizeof host, "hang%d", i);
        ask(&hung[i], r, host);
    }
    wait_for(&server.n_begun, RESOLVE_MAX_ACTIVE);
    int64_t asked_ms = loop_now_ms(loop);
    loop_step(loop, asked_ms + RESOLVE_TIMEOUT_MS - 1);
    ck_assert_int_eq(hung[0].n, 0);
    loop_step(loop, asked_ms + RESOLVE_TIMEOUT_MS);
    for (int i = 0; i < RESOLVE_MAX_ACTIVE; i++) {
        ck_assert_int_eq(hung[i].n, 1);
        ck_assert_int_eq(hung[i].err, ERR_TIMEOUT);
    }
    ask(&late, r, "late.example");
    turns_quiet(loop);
    ck_assert_int_eq(late.n, 0);
    ck_assert_int_eq(read_count(&server.n_begun), RESOLVE_MAX_ACTIVE);
    open_gate();
    turns_until_count(loop, &late.n, 1);
    ck_assert_int_eq(late.err, OK);
    for (int i = 0; i < RESOLVE_MAX_ACTIVE; i++)
        ck_assert_int_eq(hung[i].n, 1);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

/* Nobody wants to know any more: no thread is taken for it. */
START_TEST(cancelled_name_that_waits_is_not_looked_up)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker hung[RESOLVE_MAX_ACTIVE];
    struct asker late = {.n = 0}, later = {.n = 0};
    char host[32];
    memset(hung, 0, sizeof hung);
    for (int i = 0; i < RESOLVE_MAX_ACTIVE; i++) {
        (void)snprintf(host, sizeof host, "hang%d", i);
        ask(&hung[i], r, host);
    }
    wait_for(&server.n_begun, RESOLVE_MAX_ACTIVE);
    ask(&late, r, "late.example");
    ask(&later, r, "later.example");
    resolve_cancel(r, late.q);
    open_gate();
    turns_until_count(loop, &later.n, 1);
    turns_quiet(loop);
    ck_assert_int_eq(late.n, 0);
    ck_assert_int_eq(read_count(&server.n_begun), RESOLVE_MAX_ACTIVE + 1);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(cancelled_query_is_not_answered)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.n = 0};
    struct asker b = {.n = 0};
    struct asker literal = {.n = 0};
    ask(&a, r, "hang.example");
    ask(&b, r, "hang.example");
    ask(&literal, r, "1.2.3.4");
    resolve_cancel(r, a.q);
    resolve_cancel(r, literal.q);
    open_gate();
    turns_until_count(loop, &b.n, 1);
    turns_quiet(loop);
    ck_assert_int_eq(a.n + literal.n, 0);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

START_TEST(answer_may_cancel_another_and_free_the_resolver)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a = {.frees = true};
    struct asker b = {.n = 0};
    struct asker c = {.n = 0};
    ask(&a, r, "1.2.3.4");
    ask(&b, r, "1.2.3.5");
    ask(&c, r, "hang.example");
    a.cancels = b.q;
    turns_quiet(loop);
    ck_assert_int_eq(a.n, 1);
    ck_assert_int_eq(b.n + c.n, 0);
    open_gate();
    wait_for(&server.n_ended, 1);
    loop_free(loop);
}
END_TEST

/* The threads go on after the resolver and the loop are gone. */
START_TEST(free_does_not_wait_for_hanging_lookups)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker a[4] = {{.n = 0}};
    char host[32];
    for (int i = 0; i < 4; i++) {
        (void)snprintf(host, sizeof host, "hang%d", i);
        ask(&a[i], r, host);
    }
    wait_for(&server.n_begun, 4);
    resolve_free(r);
    loop_free(loop);
    ck_assert_int_eq(read_count(&server.n_ended), 0);
    open_gate();
    wait_for(&server.n_ended, 4);
    ck_assert_int_eq(a[0].n, 0);
}
END_TEST

START_TEST(too_many_queries_are_refused)
{
    static struct asker asked[RESOLVE_MAX_QUERIES];
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    struct asker more = {.n = 0};
    for (int i = 0; i < RESOLVE_MAX_QUERIES; i++)
        ask(&asked[i], r, "hang.example");
    ask(&more, r, "hang.example");
    turns_quiet(loop);
    ck_assert_int_eq(more.err, ERR_BUSY);
    resolve_cancel(r, asked[0].q);
    more.n = 0;
    ask(&more, r, "hang.example");
    turns_quiet(loop);
    ck_assert_int_eq(more.n, 0);
    open_gate();
    turns_until_count(loop, &more.n, 1);
    ck_assert_int_eq(more.err, OK);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

/* More names than are remembered: the oldest go, none in use. */
START_TEST(many_names_are_all_answered)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, look_up, &server);
    for (int i = 0; i < RESOLVE_MAX_NAMES + 20; i++) {
        char host[32];
        struct asker a = {.n = 0};
        (void)snprintf(host, sizeof host, "host%d.example", i);
        ask(&a, r, host);
        turns_until_count(loop, &a.n, 1);
        ck_assert_int_eq(a.err, OK);
    }
    struct asker first = {.n = 0};
    ask(&first, r, "host0.example");
    turns_until_count(loop, &first.n, 1);
    ck_assert_int_eq(read_count(&server.n_begun), RESOLVE_MAX_NAMES + 21);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

/* The system's own, with names that need no network. */
START_TEST(system_finds_localhost)
{
    struct loop *loop = turns_loop();
    struct resolve *r = resolve_new(loop, NULL, NULL);
    struct asker a = {.n = 0};
    ask(&a, r, "localhost");
    turns_until_count(loop, &a.n, 1);
    ck_assert_int_eq(a.err, OK);
    ck_assert_uint_ge(a.n_addrs, 1);
    ck_assert(addr_is_loopback(&a.addrs[0]));
    ck_assert_uint_eq(a.addrs[0].port, 80);
    resolve_free(r);
    loop_free(loop);
}
END_TEST

static void reset_server(void)
{
    server.gate_open = false;
    server.n_begun = 0;
    server.n_ended = 0;
}

Suite *resolve_suite(void)
{
    Suite *suite = suite_create("resolve");
    TCase *tc = tcase_create("queries");
    tcase_add_checked_fixture(tc, reset_server, NULL);
    tcase_add_loop_test(tc, literal_is_answered_in_the_next_turn, 0,
                        (int)(sizeof literals / sizeof *literals));
    tcase_add_test(tc, host_of_254_bytes_is_refused_and_of_253_asked_for);
    tcase_add_test(tc, name_is_looked_up_in_a_thread_with_the_port);
    tcase_add_test(tc, failure_has_words_and_is_asked_for_again);
    tcase_add_test(tc, answer_is_remembered_for_a_minute);
    tcase_add_test(tc, queries_for_one_name_share_a_lookup);
    tcase_add_test(tc, hanging_lookup_times_out_and_counts_as_active);
    tcase_add_test(tc, cancelled_name_that_waits_is_not_looked_up);
    tcase_add_test(tc, cancelled_query_is_not_answered);
    tcase_add_test(tc, answer_may_cancel_another_and_free_the_resolver);
    tcase_add_test(tc, free_does_not_wait_for_hanging_lookups);
    tcase_add_test(tc, too_many_queries_are_refused);
    tcase_add_test(tc, many_names_are_all_answered);
    tcase_add_test(tc, system_finds_localhost);
    suite_add_tcase(suite, tc);
    return suite;
}
