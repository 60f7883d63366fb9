#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_rpc.h"

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_rpc *r;
    struct dht_rpc_call call, out;
    bool is_failed;
};

static void open_fixture(struct fixture *f)
{
    f->seed = 1;
    f->rng = rng_seeded(&f->seed);
    f->r = dht_rpc_new(&f->rng);
    f->call = (struct dht_rpc_call){
        .addr = addr_v4((const uint8_t[]){9, 9, 9, 9}, 6881),
        .search = 4,
    };
    ck_assert(dht_rpc_begin(f->r, &f->call, 1000));
}

static struct span tid_of(const struct dht_rpc_call *c)
{
    return (struct span){c->tid, sizeof c->tid};
}

START_TEST(end_matches_tid_and_address)
{
    struct fixture f;
    open_fixture(&f);
    struct addr other = f.call.addr;
    other.port++;
    ck_assert(!dht_rpc_end(f.r, tid_of(&f.call), &other, &f.out));
    ck_assert(!dht_rpc_end(f.r, span_of("aaaa"), &f.call.addr, &f.out));
    ck_assert(!dht_rpc_end(f.r, span_of(""), &f.call.addr, &f.out));
    ck_assert(dht_rpc_is_asking(f.r, &f.call.addr));
    ck_assert(dht_rpc_end(f.r, tid_of(&f.call), &f.call.addr, &f.out));
    ck_assert_uint_eq(f.out.search, 4);
    ck_assert(!dht_rpc_end(f.r, tid_of(&f.call), &f.call.addr, &f.out));
    ck_assert(!dht_rpc_is_asking(f.r, &f.call.addr));
    ck_assert_int_eq(dht_rpc_deadline_ms(f.r), INT64_MAX);
    dht_rpc_free(f.r);
}
END_TEST

START_TEST(silent_one_is_late_once_then_fails)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert_int_eq(dht_rpc_deadline_ms(f.r), 1000 + DHT_RPC_LATE_MS);
    ck_assert(!dht_rpc_expire(f.r, 1999, &f.out, &f.is_failed));
    ck_assert(dht_rpc_expire(f.r, 2000, &f.out, &f.is_failed));
    ck_assert(!f.is_failed && f.out.is_late);
    ck_assert(!dht_rpc_expire(f.r, 2000, &f.out, &f.is_failed));
    ck_assert_int_eq(dht_rpc_deadline_ms(f.r), 1000 + DHT_RPC_FAIL_MS);
    ck_assert(dht_rpc_expire(f.r, 16000, &f.out, &f.is_failed));
    ck_assert(f.is_failed);
    ck_assert_uint_eq(dht_rpc_n(f.r), 0);
    dht_rpc_free(f.r);
}
END_TEST

START_TEST(late_answer_counts)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert(dht_rpc_expire(f.r, 2000, &f.out, &f.is_failed));
    ck_assert(dht_rpc_end(f.r, tid_of(&f.call), &f.call.addr, &f.out));
    ck_assert(f.out.is_late);
    dht_rpc_free(f.r);
}
END_TEST

START_TEST(begin_beyond_the_maximum_is_refused)
{
    struct fixture f;
    open_fixture(&f);
    for (int i = 1; i < DHT_RPC_MAX; i++)
        ck_assert(dht_rpc_begin(f.r, &f.call, i));
    ck_assert(!dht_rpc_begin(f.r, &f.call, 0));
    dht_rpc_reset(f.r);
    ck_assert(dht_rpc_begin(f.r, &f.call, 0));
    dht_rpc_free(f.r);
}
END_TEST

Suite *dht_rpc_suite(void)
{
    Suite *s = suite_create("dht_rpc");
    TCase *tc = tcase_create("dht_rpc");
    tcase_add_test(tc, end_matches_tid_and_address);
    tcase_add_test(tc, silent_one_is_late_once_then_fails);
    tcase_add_test(tc, late_answer_counts);
    tcase_add_test(tc, begin_beyond_the_maximum_is_refused);
    suite_add_tcase(s, tc);
    return s;
}
