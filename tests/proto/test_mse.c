#include "config.h"

#include "tests/proto/suites.h"

#include "proto/mse.h"

#include <string.h>

/* Two sides in memory. */

struct side {
    struct mse *mse;
    uint64_t seed;
    enum err err;
    /* What came behind the handshake. */
    uint8_t rest[4096];
    size_t n_rest;
};

static struct side a, b;
static uint8_t known[SHA1_LEN]; /* the torrent that B has */
static uint64_t seed_offset;

static bool find(void *ctx, const uint8_t hash[SHA1_LEN],
                 uint8_t info_hash_out[SHA1_LEN])
{
    uint8_t own[SHA1_LEN];
    ck_assert_ptr_eq(ctx, &b);
    mse_torrent_hash(known, own);
    if (memcmp(own, hash, SHA1_LEN) != 0)
        return false;
    memcpy(info_hash_out, known, SHA1_LEN);
    return true;
}

static struct mse_config config_of(struct side *s, bool is_initiator)
{
    s->seed = (is_initiator ? 1 : 2) + 2 * seed_offset;
    struct mse_config c = {.is_initiator = is_initiator,
                           .methods = MSE_PLAIN | MSE_RC4,
                           .rng = rng_seeded(&s->seed),
                           .find = find,
                           .ctx = &b};
    if (is_initiator)
        memcpy(c.info_hash, known, sizeof c.info_hash);
    return c;
}

static void start(struct side *s, const struct mse_config *config)
{
    s->mse = mse_new(config);
    s->err = ERR_AGAIN;
    s->n_rest = 0;
}

static void start_both(unsigned a_methods, unsigned b_methods,
                       bool b_prefers_plain)
{
    struct mse_config config = config_of(&a, true);
    config.methods = a_methods;
    start(&a, &config);
    config = config_of(&b, false);
    config.methods = b_methods;
    config.prefers_plain = b_prefers_plain;
    start(&b, &config);
}

static void set_up(void)
{
    for (size_t i = 0; i < sizeof known; i++)
        known[i] = (uint8_t)i;
    seed_offset = 0;
    a = b = (struct side){0};
}

static void tear_down(void)
{
    mse_free(a.mse);
    mse_free(b.mse);
}

/* Give bytes to a side, at most `cut` at once. */
static void give(struct side *to, const uint8_t *bytes, size_t n, size_t cut)
{
    for (size_t at = 0; at < n;) {
        size_t part = n - at < cut ? n - at : cut, used = part;
        if (to->err == ERR_AGAIN) {
            to->err = mse_take(to->mse, bytes + at, part, &used);
            ck_assert_uint_le(used, part);
            ck_assert(to->err != ERR_AGAIN || used == part);
        } else if (to->err == OK) {
            ck_assert_uint_le(part, sizeof to->rest - to->n_rest);
            memcpy(to->rest + to->n_rest, bytes + at, part);
            to->n_rest += part;
        } else
            return;
        at += used;
    }
}

static void pass(struct side *from, struct side *to, size_t cut)
{
    struct buf *tx = mse_tx(from->mse);
    ck_assert_uint_le(tx->len, MSE_MAX_TX);
    give(to, buf_bytes(tx), tx->len, cut);
    buf_consume(tx, tx->len);
}

static void shake(size_t cut)
{
    for (int i = 0; i < 2; i++) {
        pass(&a, &b, cut);
        pass(&b, &a, cut);
    }
}

static void expect_agreed(enum mse_method method)
{
    static const char words[] = "one way and the other, some more bytes";
    struct mse_result ra, rb;
    uint8_t bytes[sizeof words];
    ck_assert_int_eq(a.err, OK);
    ck_assert_int_eq(b.err, OK);
    mse_result(a.mse, &ra);
    mse_result(b.mse, &rb);
    ck_assert_int_eq(ra.method, method);
    ck_assert_int_eq(rb.method, method);
    ck_assert_mem_eq(rb.info_hash, known, SHA1_LEN);
    mse_crypt(&rb.rx, b.rest, b.n_rest); /* IA */
    memcpy(bytes, words, sizeof words);
    mse_crypt(&ra.tx, bytes, sizeof words);
    ck_assert((memcmp(bytes, words, sizeof words) == 0) ==
              (method == MSE_PLAIN));
    mse_crypt(&rb.rx, bytes, 7);
    mse_crypt(&rb.rx, bytes + 7, sizeof words - 7);
    ck_assert_str_eq((char *)bytes, words);
    mse_crypt(&rb.tx, bytes, sizeof words);
    mse_crypt(&ra.rx, bytes, sizeof words);
    ck_assert_str_eq((char *)bytes, words);
}

static void expect_failed(const struct side *s, enum err err, const char *words)
{
    ck_assert_int_eq(s->err, err);
    ck_assert_msg(strstr(mse_fault(s->mse), words) != NULL, "%s",
                  mse_fault(s->mse));
}

/* ---- Golden bytes, made by another implementation (Python's pow and hashlib) ---- */

static const struct golden {
    uint8_t secret_a, secret_b; /* 20 times */
    uint8_t ya_sha1[20], yb_sha1[20];
    uint8_t req1[20], which[20], vc_a[8], vc_b[8];
} GOLDEN[] = {
    {0x11,
     0x22,
     {0xb0, 0xbb, 0x6a, 0x83, 0xd4, 0x4f, 0xe1, 0xbe, 0x83, 0x65,
      0x6f, 0x2b, 0xb0, 0xbd, 0x4d, 0xca, 0xd7, 0x71, 0x3d, 0x84},
     {0x28, 0x15, 0x82, 0x40, 0xda, 0xb7, 0xb3, 0xad, 0xed, 0x35,
      0xc5, 0x30, 0xdd, 0xb1, 0x42, 0xf6, 0xf8, 0x89, 0x2f, 0x12},
     {0x32, 0xdd, 0x7e, 0x3b, 0x16, 0xe8, 0xd7, 0xa1, 0xb4, 0x44,
      0xea, 0x3f, 0x41, 0x67, 0xe2, 0x02, 0x51, 0x4f, 0x9f, 0xeb},
     {0x7d, 0xe1, 0x56, 0x41, 0x02, 0x5a, 0xa5, 0xda, 0x94, 0x32,
      0x2b, 0x22, 0xd7, 0x92, 0x03, 0x3e, 0x81, 0xa3, 0x4c, 0x7f},
     {0x95, 0x29, 0xbd, 0x86, 0xa5, 0x08, 0xfa, 0x4a},
     {0xbd, 0xb8, 0x73, 0xb3, 0x7b, 0x8a, 0xf5, 0x73}},
    /* S begins with a zero byte, which must not get lost. */
    {0x04,
     0xc9,
     {0x87, 0x01, 0xcb, 0x1f, 0x40, 0x3d, 0x95, 0xa3, 0x09, 0x51,
      0x6a, 0xa8, 0x86, 0xd3, 0xe2, 0x2d, 0xeb, 0xbc, 0xe2, 0x96},
     {0xb3, 0xbb, 0x51, 0x80, 0x62, 0xdc, 0x86, 0x69, 0xf0, 0x7d,
      0xad, 0xcd, 0x09, 0x75, 0xd2, 0xad, 0x99, 0xcd, 0x39, 0x3d},
     {0xb4, 0xd7, 0x9d, 0x62, 0x1c, 0x2a, 0x72, 0x80, 0x14, 0x7d,
      0xce, 0xed, 0x10, 0xc4, 0x3f, 0x70, 0xeb, 0x8b, 0xf8, 0x8d},
     {0xe9, 0x3f, 0x5a, 0xc4, 0xa2, 0x28, 0xa1, 0xf6, 0x17, 0xd8,
      0x2a, 0x5f, 0x5c, 0x00, 0xa5, 0xf6, 0xae, 0x57, 0x7a, 0x55},
     {0xfe, 0x51, 0xb7, 0x39, 0x92, 0xe1, 0xb3, 0x93},
     {0x60, 0x56, 0xb1, 0x52, 0x56, 0xf2, 0xf7, 0x9e}},
    /* Yb does. */
    {0x11,
     0x51,
     {0xb0, 0xbb, 0x6a, 0x83, 0xd4, 0x4f, 0xe1, 0xbe, 0x83, 0x65,
      0x6f, 0x2b, 0xb0, 0xbd, 0x4d, 0xca, 0xd7, 0x71, 0x3d, 0x84},
     {0x51, 0x6b, 0x5d, 0x1d, 0x30, 0x27, 0x07, 0xc7, 0xa2, 0x1b,
      0x36, 0xb9, 0x71, 0x21, 0xa1, 0x1d, 0x96, 0x34, 0x62, 0x28},
     {0x43, 0xf6, 0xa9, 0xb1, 0x6a, 0x4f, 0x9e, 0xb4, 0x9c, 0xde,
      0xf1, 0x9d, 0x2e, 0x93, 0x25, 0xc0, 0x8c, 0x71, 0xf3, 0x5c},
     {0xc4, 0xf2, 0xad, 0x65, 0x46, 0x8c, 0x71, 0x20, 0x5a, 0xaf,
      0x0a, 0x58, 0x9d, 0xe2, 0x2e, 0x32, 0x74, 0xfa, 0x84, 0xbb},
     {0x14, 0xef, 0x92, 0x30, 0xa3, 0xf9, 0xca, 0xe1},
     {0xa5, 0xd2, 0xe0, 0x35, 0xa0, 0x73, 0xb7, 0xa3}},
};

static void fill_same(void *ctx, void *out, size_t len)
{
    memset(out, *(const uint8_t *)ctx, len);
}

static void start_golden(struct side *s, bool is_initiator, const uint8_t *byte)
{
    struct mse_config config = config_of(s, is_initiator);
    config.rng.fill = fill_same;
    config.rng.ctx = (void *)byte;
    start(s, &config);
}

/* Does the next that a side sends begin so? */
static void expect_sends(struct side *s, const uint8_t *bytes, size_t n)
{
    struct buf *tx = mse_tx(s->mse);
    ck_assert_uint_ge(tx->len, n);
    ck_assert_mem_eq(buf_bytes(tx), bytes, n);
}

static void expect_sends_key(struct side *s, const uint8_t sha1[SHA1_LEN])
{
    uint8_t digest[SHA1_LEN];
    ck_assert_uint_ge(mse_tx(s->mse)->len, MSE_KEY_LEN);
    hash_sha1(buf_bytes(mse_tx(s->mse)), MSE_KEY_LEN, digest);
    ck_assert_mem_eq(digest, sha1, SHA1_LEN);
}

START_TEST(handshake_is_golden)
{
    const struct golden *g = &GOLDEN[_i];
    uint8_t third[2 * SHA1_LEN + 8];
    memcpy(third, g->req1, SHA1_LEN);
    memcpy(third + SHA1_LEN, g->which, SHA1_LEN);
    memcpy(third + 2 * SHA1_LEN, g->vc_a, 8);
    start_golden(&a, true, &g->secret_a);
    start_golden(&b, false, &g->secret_b);
    expect_sends_key(&a, g->ya_sha1);
    pass(&a, &b, SIZE_MAX);
    expect_sends_key(&b, g->yb_sha1);
    pass(&b, &a, SIZE_MAX);
    expect_sends(&a, third, sizeof third);
    pass(&a, &b, SIZE_MAX);
    expect_sends(&b, g->vc_b, 8);
    pass(&b, &a, SIZE_MAX);
    expect_agreed(MSE_RC4);
}
END_TEST

/* ---- What is agreed ---- */

static const struct {
    unsigned a, b;
    bool b_prefers_plain;
    unsigned method; /* 0: none */
} METHODS[] = {
    {MSE_RC4 | MSE_PLAIN, MSE_RC4 | MSE_PLAIN, false, MSE_RC4},
    {MSE_RC4 | MSE_PLAIN, MSE_RC4 | MSE_PLAIN, true, MSE_PLAIN},
    {MSE_RC4, MSE_RC4 | MSE_PLAIN, true, MSE_RC4},
    {MSE_RC4 | MSE_PLAIN, MSE_RC4, false, MSE_RC4},
    {MSE_PLAIN, MSE_RC4 | MSE_PLAIN, false, MSE_PLAIN},
    {MSE_RC4 | MSE_PLAIN, MSE_PLAIN, false, MSE_PLAIN},
    {MSE_PLAIN, MSE_RC4, false, 0},
    {MSE_RC4, MSE_PLAIN, false, 0},
};

START_TEST(method_is_one_that_both_take)
{
    start_both(METHODS[_i].a, METHODS[_i].b, METHODS[_i].b_prefers_plain);
    shake(SIZE_MAX);
    if (METHODS[_i].method != 0)
        expect_agreed((enum mse_method)METHODS[_i].method);
    else
        expect_failed(&b, ERR_REFUSED,
                      METHODS[_i].b == MSE_RC4 ? "would not encrypt"
                                               : "no kind of stream");
}
END_TEST

/* In pieces of any size; with what came with the handshake and after it. */
START_TEST(take_in_any_cuts_is_the_same)
{
    static const size_t cuts[] = {1, 2, 3, 7, 19, 20, 95, 96, 97, 600, 5000};
    bool is_plain = _i % 2 == 1;
    seed_offset = (uint64_t)_i;
    start_both(MSE_RC4 | MSE_PLAIN, MSE_RC4 | MSE_PLAIN, is_plain);
    ck_assert(mse_takes_initial(a.mse, 5));
    mse_add_initial(a.mse, (const uint8_t *)"first", 5);
    mse_add_initial(a.mse, (const uint8_t *)" of all", 7);
    shake(cuts[_i / 2]);
    ck_assert(!mse_takes_initial(a.mse, 1));
    ck_assert_uint_eq(b.n_rest, 12);
    expect_agreed(is_plain ? MSE_PLAIN : MSE_RC4);
    ck_assert(memcmp(b.rest, "first of all", 12) == 0);
}
END_TEST

START_TEST(initial_has_a_bound)
{
    static uint8_t most[MSE_MAX_INITIAL];
    start_both(MSE_RC4, MSE_RC4, false);
    ck_assert(!mse_takes_initial(b.mse, 1));
    ck_assert(!mse_takes_initial(a.mse, sizeof most + 1));
    mse_add_initial(a.mse, most, sizeof most);
    ck_assert(!mse_takes_initial(a.mse, 1));
    shake(SIZE_MAX);
    ck_assert_uint_eq(b.n_rest, sizeof most);
    expect_agreed(MSE_RC4);
}
END_TEST

/* ---- Padding ---- */

/* Only the key of what a side sends first; then n bytes of padding. */
static void pass_key_padded(struct side *from, struct side *to, size_t n)
{
    static uint8_t pad[2 * MSE_MAX_PAD];
    struct buf *tx = mse_tx(from->mse);
    give(to, buf_bytes(tx), MSE_KEY_LEN, SIZE_MAX);
    memset(pad, 0x5a, sizeof pad);
    give(to, pad, n, 100);
    buf_consume(tx, tx->len);
}

static const size_t PADS[] = {0, 1, 7, 8, 9, 19, 20, 21, 255, 511, 512};

START_TEST(padding_of_any_size_is_skipped)
{
    start_both(MSE_RC4, MSE_RC4, false);
    pass_key_padded(&a, &b, PADS[_i]);
    pass_key_padded(&b, &a, PADS[_i]);
    shake(SIZE_MAX);
    expect_agreed(MSE_RC4);
}
END_TEST

START_TEST(padding_too_long_fails_the_receiver)
{
    start_both(MSE_RC4, MSE_RC4, false);
    pass_key_padded(&a, &b, MSE_MAX_PAD + 1);
    pass(&b, &a, SIZE_MAX);
    pass(&a, &b, SIZE_MAX);
    expect_failed(&b, ERR_PROTO_HANDSHAKE, "fits the keys");
}
END_TEST

START_TEST(padding_too_long_fails_the_initiator)
{
    start_both(MSE_RC4, MSE_RC4, false);
    pass(&a, &b, SIZE_MAX);
    pass_key_padded(&b, &a, MSE_MAX_PAD + 1);
    pass(&a, &b, SIZE_MAX);
    pass(&b, &a, SIZE_MAX);
    expect_failed(&a, ERR_PROTO_HANDSHAKE, "fits the keys");
}
END_TEST

/* Nothing but noise: given up at the first byte too many, not later. */
START_TEST(sync_never_found_fails_at_its_bound)
{
    bool is_initiator = _i == 1;
    struct side *s = is_initiator ? &a : &b;
    size_t bound = MSE_KEY_LEN + MSE_MAX_PAD + (is_initiator ? 8 : SHA1_LEN);
    uint8_t noise[MSE_KEY_LEN + MSE_MAX_PAD + SHA1_LEN];
    struct rng rng = rng_seeded(&a.seed);
    start_both(MSE_RC4, MSE_RC4, false);
    rng_bytes(&rng, noise, sizeof noise);
    noise[0] = 0;
    give(s, noise, bound - 1, SIZE_MAX);
    ck_assert_int_eq(s->err, ERR_AGAIN);
    give(s, noise + bound - 1, 1, SIZE_MAX);
    expect_failed(s, ERR_PROTO_HANDSHAKE, "fits the keys");
}
END_TEST

/* ---- What is wrong ---- */

/* The prime's last byte is 0x63. */
static const struct {
    uint8_t fill, last;
    bool is_prime;
} BAD_KEYS[] = {
    {0, 0, false},   {0, 1, false},   {0, 0x62, true},
    {0, 0x63, true}, {0, 0x64, true}, {0xff, 0xff, false},
};

static const uint8_t PRIME[MSE_KEY_LEN] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2,
    0x21, 0x68, 0xc2, 0x34, 0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1,
    0x29, 0x02, 0x4e, 0x08, 0x8a, 0x67, 0xcc, 0x74, 0x02, 0x0b, 0xbe, 0xa6,
    0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e, 0x34, 0x04, 0xdd,
    0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d,
    0xf2, 0x5f, 0x14, 0x37, 0x4f, 0xe1, 0x35, 0x6d, 0x6d, 0x51, 0xc2, 0x45,
    0xe4, 0x85, 0xb5, 0x76, 0x62, 0x5e, 0x7e, 0xc6, 0xf4, 0x4c, 0x42, 0xe9,
    0xa6, 0x3a, 0x36, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x05, 0x63,
};

START_TEST(key_that_hides_nothing_is_refused)
{
    uint8_t key[MSE_KEY_LEN];
    memset(key, BAD_KEYS[_i].fill, sizeof key);
    if (BAD_KEYS[_i].is_prime)
        memcpy(key, PRIME, sizeof key);
    key[sizeof key - 1] = BAD_KEYS[_i].last;
    start_both(MSE_RC4, MSE_RC4, false);
    size_t n_sent = mse_tx(a.mse)->len;
    give(&a, key, sizeof key, SIZE_MAX);
    give(&b, key, sizeof key, SIZE_MAX);
    expect_failed(&a, ERR_PROTO_HANDSHAKE, "hides nothing");
    expect_failed(&b, ERR_PROTO_HANDSHAKE, "hides nothing");
    ck_assert_uint_eq(mse_tx(a.mse)->len, n_sent);
    ck_assert_uint_eq(mse_tx(b.mse)->len, 0);
}
END_TEST

START_TEST(torrent_that_is_not_here_is_refused)
{
    start_both(MSE_RC4, MSE_RC4, false);
    known[0]++;
    shake(SIZE_MAX);
    expect_failed(&b, ERR_PROTO_HANDSHAKE, "not here");
}
END_TEST

START_TEST(plain_answer_is_known_at_once)
{
    static const char hello[] = "\x13"
                                "BitTorrent protocol";
    start_both(MSE_RC4, MSE_RC4, false);
    give(&a, (const uint8_t *)hello, 19, 1);
    ck_assert_int_eq(a.err, ERR_AGAIN);
    give(&a, (const uint8_t *)hello + 19, 1, 1);
    expect_failed(&a, ERR_PROTO_HANDSHAKE, "without encryption");
}
END_TEST

/* What is under the cipher can be changed without its key: a bit there is a bit here. */
static const struct {
    bool is_answer; /* of B's; else of A's */
    size_t at;
    uint8_t flip;
    enum err err;
    const char *words;
} FLIPS[] = {
    {false, 2 * SHA1_LEN + 3, 1, ERR_PROTO_HANDSHAKE, "does not use the key"},
    {false, 2 * SHA1_LEN + 11, 0x3, ERR_REFUSED, "would not encrypt"},
    {false, 2 * SHA1_LEN + 12, 0x40, ERR_PROTO_HANDSHAKE, "padding is too"},
    {false, SHA1_LEN, 1, ERR_PROTO_HANDSHAKE, "not here"},
    {true, 11, 0x3, ERR_PROTO_HANDSHAKE, "was not offered"},
    {true, 11, 0x1, ERR_PROTO_HANDSHAKE, "was not offered"},
    {true, 11, 0x2, ERR_PROTO_HANDSHAKE, "was not offered"},
    {true, 8, 0x80, ERR_PROTO_HANDSHAKE, "was not offered"},
    {true, 12, 0x40, ERR_PROTO_HANDSHAKE, "padding is too"},
};

START_TEST(field_out_of_range_is_refused)
{
    start_both(MSE_RC4, MSE_RC4, false);
    pass(&a, &b, SIZE_MAX);
    pass(&b, &a, SIZE_MAX);
    if (FLIPS[_i].is_answer) {
        pass(&a, &b, SIZE_MAX);
        buf_bytes(mse_tx(b.mse))[FLIPS[_i].at] ^= FLIPS[_i].flip;
        pass(&b, &a, 1);
    } else {
        buf_bytes(mse_tx(a.mse))[FLIPS[_i].at] ^= FLIPS[_i].flip;
        pass(&a, &b, 1);
    }
    expect_failed(FLIPS[_i].is_answer ? &a : &b, FLIPS[_i].err,
                  FLIPS[_i].words);
}
END_TEST

START_TEST(secrets_are_new_for_each)
{
    start_both(MSE_RC4, MSE_RC4, false);
    struct mse *first = a.mse;
    struct mse_config config = config_of(&a, true);
    uint64_t other = 77;
    config.rng = rng_seeded(&other);
    start(&a, &config);
    ck_assert(memcmp(buf_bytes(mse_tx(first)), buf_bytes(mse_tx(a.mse)),
                     MSE_KEY_LEN) != 0);
    mse_free(first);
}
END_TEST

#define N_OF(array) (int)(sizeof(array) / sizeof(array)[0])

Suite *mse_suite(void)
{
    Suite *s = suite_create("mse");
    TCase *t = tcase_create("mse");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, handshake_is_golden, 0, N_OF(GOLDEN));
    tcase_add_loop_test(t, method_is_one_that_both_take, 0, N_OF(METHODS));
    tcase_add_loop_test(t, take_in_any_cuts_is_the_same, 0, 22);
    tcase_add_test(t, initial_has_a_bound);
    tcase_add_loop_test(t, padding_of_any_size_is_skipped, 0, N_OF(PADS));
    tcase_add_test(t, padding_too_long_fails_the_receiver);
    tcase_add_test(t, padding_too_long_fails_the_initiator);
    tcase_add_loop_test(t, sync_never_found_fails_at_its_bound, 0, 2);
    tcase_add_loop_test(t, key_that_hides_nothing_is_refused, 0,
                        N_OF(BAD_KEYS));
    tcase_add_test(t, torrent_that_is_not_here_is_refused);
    tcase_add_test(t, plain_answer_is_known_at_once);
    tcase_add_loop_test(t, field_out_of_range_is_refused, 0, N_OF(FLIPS));
    tcase_add_test(t, secrets_are_new_for_each);
    suite_add_tcase(s, t);
    return s;
}
