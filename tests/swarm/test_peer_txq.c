#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peer_txq.h"
#include "util/rng.h"

#include <stdlib.h>
#include <string.h>

enum { CONTROL_MAX = 1000, STREAM_MAX = 100000 };

/* Take up to `most` bytes off the queue, through `cap` parts; append to out. */
static size_t drain(struct peer_txq *q, int cap, size_t most, uint8_t *out,
                    size_t *payload)
{
    struct iovec iov[8];
    int n = peer_txq_iov(q, iov, cap);
    size_t sum = 0;
    for (int i = 0; i < n && sum < most; i++) {
        ck_assert_uint_gt(iov[i].iov_len, 0);
        size_t len = iov[i].iov_len < most - sum ? iov[i].iov_len : most - sum;
        memcpy(out + sum, iov[i].iov_base, len);
        sum += len;
    }
    *payload += peer_txq_sent(q, sum);
    peer_txq_check(q);
    return sum;
}

static void control(struct peer_txq *q, const char *text)
{
    ck_assert(buf_append(&q->control, text, strlen(text)) == OK);
}

static struct refbuf *letters(size_t n)
{
    struct refbuf *b = refbuf_new(n);
    for (size_t i = 0; i < n; i++)
        b->bytes[i] = (uint8_t)('a' + i % 26);
    return b;
}

START_TEST(peer_txq_sends_control_before_blocks)
{
    struct peer_txq q;
    uint8_t out[256];
    size_t payload = 0;
    struct refbuf *data = letters(30);
    peer_txq_init(&q, CONTROL_MAX);
    peer_txq_block(&q, &(struct peer_request){3, 16384, 4}, data, 2);
    peer_txq_block(&q, &(struct peer_request){4, 0, 2}, data, 28);
    control(&q, "CHOKE");
    ck_assert_uint_eq(data->n_refs, 3);
    ck_assert_uint_eq(peer_txq_len(&q), 5 + 13 + 4 + 13 + 2);
    ck_assert_uint_eq(drain(&q, 8, SIZE_MAX, out, &payload), 37);
    static const uint8_t expected[] = "CHOKE"
                                      "\0\0\0\x0d\x07\0\0\0\x03\0\0\x40\0cdef"
                                      "\0\0\0\x0b\x07\0\0\0\x04\0\0\0\0cd";
    ck_assert_mem_eq(out, expected, 37);
    ck_assert_uint_eq(payload, 6);
    ck_assert_uint_eq(data->n_refs, 1);
    ck_assert_uint_eq(peer_txq_len(&q), 0);
    refbuf_unref(data);
    peer_txq_fini(&q);
}
END_TEST

START_TEST(peer_txq_finishes_a_block_begun_before_control)
{
    /* However far the block is gone: in its header, at its end, in payload. */
    for (size_t gone = 1; gone < 17; gone++) {
        struct peer_txq q;
        uint8_t out[256];
        size_t payload = 0;
        struct refbuf *data = letters(4);
        struct peer_request r = {0, 0, 4};
        peer_txq_init(&q, CONTROL_MAX);
        peer_txq_block(&q, &r, data, 0);
        peer_txq_block(&q, &r, data, 0);
        ck_assert_uint_eq(drain(&q, 8, gone, out, &payload), gone);
        control(&q, "xyz");
        ck_assert(peer_txq_remove(&q, &r));
        ck_assert(!peer_txq_remove(&q, &r));
        size_t rest = drain(&q, 8, SIZE_MAX, out + gone, &payload);
        ck_assert_uint_eq(gone + rest, 17 + 3);
        ck_assert_mem_eq(out + 13, "abcdxyz", 7);
        ck_assert_uint_eq(payload, 4);
        refbuf_unref(data);
        peer_txq_fini(&q);
    }
}
END_TEST

static bool is_of_piece_1(void *ctx, const struct peer_request *r)
{
    uint32_t *n_asked = ctx;
    ++*n_asked;
    return r->piece_idx == 1;
}

START_TEST(peer_txq_sift_leaves_the_begun_one_and_the_order)
{
    struct peer_txq q;
    uint8_t out[256];
    size_t payload = 0;
    uint32_t n_asked = 0;
    struct refbuf *data = letters(26);
    peer_txq_init(&q, CONTROL_MAX);
    static const uint32_t pieces[] = {1, 1, 2, 1, 3, 1};
    for (uint32_t i = 0; i < 6; i++)
        peer_txq_block(&q, &(struct peer_request){pieces[i], 0, 1}, data, i);
    drain(&q, 8, 1, out, &payload);
    peer_txq_sift(&q, is_of_piece_1, &n_asked);
    peer_txq_check(&q);
    ck_assert_uint_eq(n_asked, 5);
    ck_assert_uint_eq(drain(&q, 8, SIZE_MAX, out + 1, &payload), 13 + 14 * 2);
    ck_assert_int_eq(out[13], 'a');
    ck_assert_int_eq(out[27], 'c');
    ck_assert_int_eq(out[41], 'e');
    ck_assert_uint_eq(data->n_refs, 1);
    refbuf_unref(data);
    peer_txq_fini(&q);
}
END_TEST

START_TEST(peer_txq_cut_anyhow_sends_whole_messages)
{
    static uint8_t out[STREAM_MAX];
    uint64_t state = (uint64_t)_i + 1;
    struct rng rng = rng_seeded(&state);
    struct peer_txq q;
    size_t n = 0;
    size_t payload = 0;
    size_t queued = 0;
    struct refbuf *data = letters(500);
    peer_txq_init(&q, CONTROL_MAX);
    for (uint32_t i = 0; i < 300; i++) {
        uint8_t small[WIRE_SMALL_MAX];
        uint32_t len = 1 + rng_below(&rng, 90);
        if (rng_below(&rng, 2) == 0) {
            peer_txq_block(&q, &(struct peer_request){i, 0, len}, data,
                           rng_below(&rng, 400));
            queued += len;
        } else {
            size_t m = wire_put_index(small, WIRE_HAVE, i);
            ck_assert(buf_append(&q.control, small, m) == OK);
        }
        n += drain(&q, (int)(1 + rng_below(&rng, 8)), rng_below(&rng, 90),
                   out + n, &payload);
    }
    while (peer_txq_len(&q) > 0)
        n += drain(&q, 2, 50, out + n, &payload);
    ck_assert_uint_eq(payload, queued);
    uint32_t n_messages = 0;
    for (size_t at = 0; at < n;) {
        struct wire_header h;
        ck_assert_int_eq(wire_header(out + at, n - at, 300, &h), OK);
        ck_assert(h.id == WIRE_HAVE || h.id == WIRE_PIECE);
        at += h.len + h.payload_len;
        ck_assert_uint_le(at, n);
        n_messages++;
    }
    ck_assert_uint_eq(n_messages, 300);
    ck_assert_uint_eq(data->n_refs, 1);
    refbuf_unref(data);
    peer_txq_fini(&q);
}
END_TEST

START_TEST(peer_txq_fini_lets_go_of_data)
{
    struct peer_txq q;
    struct refbuf *data = letters(5);
    peer_txq_init(&q, CONTROL_MAX);
    for (uint32_t i = 0; i < 20; i++)
        peer_txq_block(&q, &(struct peer_request){0, 0, 5}, data, 0);
    ck_assert_uint_eq(data->n_refs, 21);
    peer_txq_fini(&q);
    ck_assert_uint_eq(data->n_refs, 1);
    refbuf_unref(data);
}
END_TEST

Suite *peer_txq_suite(void)
{
    Suite *s = suite_create("peer_txq");
    TCase *t = tcase_create("peer_txq");
    tcase_add_test(t, peer_txq_sends_control_before_blocks);
    tcase_add_test(t, peer_txq_finishes_a_block_begun_before_control);
    tcase_add_test(t, peer_txq_sift_leaves_the_begun_one_and_the_order);
    tcase_add_loop_test(t, peer_txq_cut_anyhow_sends_whole_messages, 0, 8);
    tcase_add_test(t, peer_txq_fini_lets_go_of_data);
    suite_add_tcase(s, t);
    return s;
}
