#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peer_wants.h"
#include "util/rng.h"

#include <string.h>

enum { MODEL_MAX = 5000 };

static bool drop_odd(void *ctx, const struct peer_request *r)
{
    (void)ctx;
    return r->begin % 2 == 1;
}

/* The model is an array. */
struct model {
    struct peer_request at[MODEL_MAX];
    size_t n;
};

static void model_remove(struct model *m, size_t i)
{
    memmove(m->at + i, m->at + i + 1, (--m->n - i) * sizeof m->at[0]);
}

static void model_step(struct peer_wants *w, struct model *m,
                       const struct rng *rng)
{
    struct peer_request r = {rng_below(rng, 3), rng_below(rng, 50), 1};
    uint32_t op = rng_below(rng, 20);
    if (op < 10) {
        peer_wants_push(w, &r);
        m->at[m->n++] = r;
    } else if (op < 14 && m->n > 0) {
        struct peer_request got = peer_wants_pop(w);
        ck_assert(peer_wants_same(&got, &m->at[0]));
        model_remove(m, 0);
    } else if (op < 19) {
        size_t i = 0;
        while (i < m->n && !peer_wants_same(&m->at[i], &r))
            i++;
        ck_assert_int_eq(peer_wants_remove(w, &r), i < m->n);
        if (i < m->n)
            model_remove(m, i);
    } else if (rng_below(rng, 10) == 0) {
        peer_wants_sift(w, drop_odd, NULL);
        for (size_t i = m->n; i-- > 0;) {
            if (m->at[i].begin % 2 == 1)
                model_remove(m, i);
        }
    }
}

START_TEST(peer_wants_against_an_array_agrees)
{
    static struct model m;
    uint64_t state = (uint64_t)_i + 1;
    struct rng rng = rng_seeded(&state);
    struct peer_wants w;
    m.n = 0;
    peer_wants_init(&w);
    for (int step = 0; step < 4000; step++) {
        model_step(&w, &m, &rng);
        ck_assert_uint_eq(w.n, m.n);
        for (size_t i = 0; i < m.n; i += 1 + m.n / 7) {
            struct peer_request r = peer_wants_at(&w, i);
            ck_assert(peer_wants_same(&r, &m.at[i]));
        }
    }
    peer_wants_fini(&w);
}
END_TEST

Suite *peer_wants_suite(void)
{
    Suite *s = suite_create("peer_wants");
    TCase *t = tcase_create("peer_wants");
    tcase_add_loop_test(t, peer_wants_against_an_array_agrees, 0, 6);
    suite_add_tcase(s, t);
    return s;
}
