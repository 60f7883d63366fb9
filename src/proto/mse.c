#include "config.h"

#include "proto/mse.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include "util/bytes.h"
#include "util/xalloc.h"

enum {
    SECRET_LEN = 20, /* of the exponent: 160 bits, as is usual */
    VC_LEN = 8,
    OFFER_LEN = VC_LEN + 4 + 2, /* VC, crypto_provide, len(pad) */
    CHOICE_LEN = 4 + 2,         /* crypto_select, len(pad) */
    LEN_LEN = 2,                /* len(IA) */
    RC4_DISCARD = 1024,
    GREETING_LEN = 20, /* of a handshake that is not encrypted */
    GENERATOR = 2
};

/* P; its low bits are not those of the groups of RFC 2409. */
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

enum mse_state { KEY, SYNC, WHICH, OFFER, CHOICE, PAD, INITIAL, DONE, FAILED };

struct mse {
    struct mse_config config;
    enum mse_state state;
    const char *fault; /* borrowed: static */
    uint8_t secret[SECRET_LEN];
    uint8_t shared[MSE_KEY_LEN]; /* S, from SYNC on */
    uint8_t info_hash[SHA1_LEN]; /* SKEY; the receiver's from OFFER on */
    /* What came of the part that the state waits for. */
    uint8_t part[MSE_KEY_LEN];
    size_t part_len;
    uint8_t sync[SHA1_LEN]; /* SYNC: what ends the pad */
    size_t sync_len;
    size_t n_scanned; /* SYNC: bytes looked at */
    size_t pad_left;  /* PAD */
    uint8_t initial[MSE_MAX_INITIAL];
    size_t initial_len; /* ours; of INITIAL: theirs, which is not kept */
    enum mse_method method;
    struct rc4 rx, tx;
    struct buf out;
};

/* libcrypto fails at this when memory ends. */
static void must(bool ok)
{
    if (ok)
        return;
    fputs("tessera: libcrypto cannot compute\n", stderr);
    abort();
}

/* out = base ^ secret mod P, with leading zeros. */
static void power(const BIGNUM *base, const uint8_t secret[SECRET_LEN],
                  uint8_t out[MSE_KEY_LEN])
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = BN_bin2bn(PRIME, sizeof PRIME, NULL);
    BIGNUM *e = BN_bin2bn(secret, SECRET_LEN, NULL);
    BIGNUM *y = BN_new();
    must(ctx != NULL && p != NULL && e != NULL && y != NULL);
    BN_set_flags(e, BN_FLG_CONSTTIME);
    must(BN_mod_exp_mont_consttime(y, base, e, p, ctx, NULL) == 1);
    must(BN_bn2binpad(y, out, MSE_KEY_LEN) == MSE_KEY_LEN);
    BN_clear_free(y);
    BN_clear_free(e);
    BN_free(p);
    BN_CTX_free(ctx);
}

/* 0, 1 and P - 1 give an S that everybody knows; P and more are no remainders. */
static bool is_good_key(const BIGNUM *y)
{
    BIGNUM *p_1 = BN_bin2bn(PRIME, sizeof PRIME, NULL);
    must(p_1 != NULL && BN_sub_word(p_1, 1) == 1);
    bool is_good = !BN_is_zero(y) && !BN_is_one(y) && BN_cmp(y, p_1) < 0;
    BN_free(p_1);
    return is_good;
}

static void put(struct mse *m, const void *bytes, size_t n)
{
    enum err err = buf_append(&m->out, bytes, n);
    assert(err == OK); /* MSE_MAX_TX is the sum of all */
}

/* The same through the cipher. */
static void put_encrypted(struct mse *m, const void *bytes, size_t n)
{
    uint8_t *at;
    enum err err = buf_extend(&m->out, n, &at);
    assert(err == OK);
    memcpy(at, bytes, n);
    rc4_crypt(&m->tx, at, n);
}

static size_t random_len(struct mse *m)
{
    return rng_below(&m->config.rng, MSE_MAX_PAD + 1);
}

static void put_key(struct mse *m)
{
    uint8_t key[MSE_KEY_LEN], pad[MSE_MAX_PAD];
    size_t pad_len = random_len(m);
    BIGNUM *g = BN_new();
    must(g != NULL && BN_set_word(g, GENERATOR) == 1);
    power(g, m->secret, key);
    BN_free(g);
    put(m, key, sizeof key);
    rng_bytes(&m->config.rng, pad, pad_len);
    put(m, pad, pad_len);
}

/* Hash a word, and up to two things more. */
static void hash_of(const char *word, const uint8_t *a, size_t a_len,
                    const uint8_t *b, uint8_t out[SHA1_LEN])
{
    uint8_t bytes[4 + MSE_KEY_LEN + SHA1_LEN];
    size_t n = strlen(word);
    memcpy(bytes, word, n);
    memcpy(bytes + n, a, a_len);
    n += a_len;
    if (b != NULL) {
        memcpy(bytes + n, b, SHA1_LEN);
        n += SHA1_LEN;
    }
    hash_sha1(bytes, n, out);
}

void mse_torrent_hash(const uint8_t info_hash[SHA1_LEN], uint8_t out[SHA1_LEN])
{
    hash_of("req2", info_hash, SHA1_LEN, NULL, out);
}

/* HASH("req2" SKEY) from what is sent of it, or the reverse. */
static void mask_torrent(const struct mse *m, uint8_t hash[SHA1_LEN])
{
    uint8_t mask[SHA1_LEN];
    hash_of("req3", m->shared, MSE_KEY_LEN, NULL, mask);
    for (size_t i = 0; i < SHA1_LEN; i++)
        hash[i] ^= mask[i];
}

static void start_ciphers(struct mse *m)
{
    bool is_a = m->config.is_initiator;
    uint8_t key[SHA1_LEN];
    hash_of(is_a ? "keyA" : "keyB", m->shared, MSE_KEY_LEN, m->info_hash, key);
    rc4_init(&m->tx, key, sizeof key);
    rc4_skip(&m->tx, RC4_DISCARD);
    hash_of(is_a ? "keyB" : "keyA", m->shared, MSE_KEY_LEN, m->info_hash, key);
    rc4_init(&m->rx, key, sizeof key);
    rc4_skip(&m->rx, RC4_DISCARD);
    OPENSSL_cleanse(key, sizeof key);
}

/* VC, a choice of methods, and a pad: what both sides send of their own. */
static void put_methods(struct mse *m, unsigned methods)
{
    uint8_t bytes[OFFER_LEN + MSE_MAX_PAD] = {0};
    size_t pad_len = random_len(m);
    bytes_put_be32(bytes + VC_LEN, methods);
    bytes_put_be16(bytes + VC_LEN + 4, (uint16_t)pad_len);
    put_encrypted(m, bytes, OFFER_LEN + pad_len);
}

static void put_request(struct mse *m)
{
    uint8_t hash[SHA1_LEN], len[LEN_LEN];
    hash_of("req1", m->shared, MSE_KEY_LEN, NULL, hash);
    put(m, hash, sizeof hash);
    mse_torrent_hash(m->info_hash, hash);
    mask_torrent(m, hash);
    put(m, hash, sizeof hash);
    put_methods(m, m->config.methods);
    bytes_put_be16(len, (uint16_t)m->initial_len);
    put_encrypted(m, len, sizeof len);
    put_encrypted(m, m->initial, m->initial_len);
}

static enum err fail(struct mse *m, const char *words)
{
    m->state = FAILED;
    m->fault = words;
    return ERR_PROTO_HANDSHAKE;
}

/* Wait for the next part. */
static enum err go_to(struct mse *m, enum mse_state state)
{
    m->state = state;
    m->part_len = 0;
    return state == DONE ? OK : ERR_AGAIN;
}

/* What each state does when its part is whole. */

static void seek(struct mse *m)
{
    if (m->config.is_initiator) {
        /* What VC will look like, without a step of the cipher itself. */
        struct rc4 ahead = m->rx;
        memset(m->sync, 0, sizeof m->sync);
        m->sync_len = VC_LEN;
        rc4_crypt(&ahead, m->sync, m->sync_len);
    } else {
        m->sync_len = SHA1_LEN;
        hash_of("req1", m->shared, MSE_KEY_LEN, NULL, m->sync);
    }
}

static enum err on_key(struct mse *m)
{
    BIGNUM *y = BN_bin2bn(m->part, MSE_KEY_LEN, NULL);
    must(y != NULL);
    bool is_good = is_good_key(y);
    if (is_good)
        power(y, m->secret, m->shared);
    BN_free(y);
    if (!is_good)
        return fail(m, "its key is one that hides nothing");
    if (m->config.is_initiator) {
        start_ciphers(m);
        put_request(m);
    } else
        put_key(m);
    OPENSSL_cleanse(m->secret, sizeof m->secret);
    seek(m);
    return go_to(m, SYNC);
}

static enum err on_which(struct mse *m)
{
    mask_torrent(m, m->part);
    if (!m->config.find(m->config.ctx, m->part, m->info_hash))
        return fail(m, "it asks for a torrent that is not here");
    start_ciphers(m);
    return go_to(m, OFFER);
}

static enum err after_pad(struct mse *m)
{
    return go_to(m, m->config.is_initiator ? DONE : INITIAL);
}

static enum err on_pad_len(struct mse *m, const uint8_t len[LEN_LEN])
{
    m->pad_left = bytes_be16(len);
    if (m->pad_left > MSE_MAX_PAD)
        return fail(m, "its padding is too long");
    return m->pad_left > 0 ? go_to(m, PAD) : after_pad(m);
}

static enum err on_offer(struct mse *m)
{
    static const uint8_t vc[VC_LEN];
    rc4_crypt(&m->rx, m->part, OFFER_LEN);
    if (memcmp(m->part, vc, VC_LEN) != 0)
        return fail(m, "it does not use the key that was agreed");
    unsigned both = bytes_be32(m->part + VC_LEN) & m->config.methods;
    if (both == 0) {
        (void)fail(m, m->config.methods == MSE_RC4
                          ? "it would not encrypt the stream"
                          : "no kind of stream that both sides take");
        return ERR_REFUSED;
    }
    if (both == (MSE_PLAIN | MSE_RC4))
        m->method = m->config.prefers_plain ? MSE_PLAIN : MSE_RC4;
    else
        m->method = both == MSE_RC4 ? MSE_RC4 : MSE_PLAIN;
    return on_pad_len(m, m->part + VC_LEN + 4);
}

static enum err on_choice(struct mse *m)
{
    rc4_crypt(&m->rx, m->part, CHOICE_LEN);
    uint32_t chosen = bytes_be32(m->part);
    bool is_one = chosen == MSE_PLAIN || chosen == MSE_RC4;
    if (!is_one || (chosen & m->config.methods) == 0)
        return fail(m, "it chose a kind of stream that was not offered");
    m->method = chosen == MSE_RC4 ? MSE_RC4 : MSE_PLAIN;
    return on_pad_len(m, m->part + 4);
}

static enum err on_initial(struct mse *m)
{
    rc4_crypt(&m->rx, m->part, LEN_LEN);
    m->initial_len = bytes_be16(m->part);
    put_methods(m, m->method);
    return go_to(m, DONE);
}

static enum err on_synced(struct mse *m)
{
    if (!m->config.is_initiator)
        return go_to(m, WHICH);
    rc4_skip(&m->rx, VC_LEN);
    return go_to(m, CHOICE);
}

/* Search the end of a pad: the latest sync_len bytes are kept. */
static enum err scan(struct mse *m, uint8_t byte)
{
    if (m->part_len == m->sync_len) {
        memmove(m->part, m->part + 1, m->sync_len - 1);
        m->part_len--;
    }
    m->part[m->part_len++] = byte;
    m->n_scanned++;
    if (m->part_len == m->sync_len &&
        memcmp(m->part, m->sync, m->sync_len) == 0)
        return on_synced(m);
    if (m->n_scanned == MSE_MAX_PAD + m->sync_len)
        return fail(m, "nothing in what it sent fits the keys");
    return ERR_AGAIN;
}

static enum err skip_pad(struct mse *m, size_t n)
{
    rc4_skip(&m->rx, n);
    m->pad_left -= n;
    return m->pad_left > 0 ? ERR_AGAIN : after_pad(m);
}

static size_t part_len_of(enum mse_state state)
{
    static const uint8_t lens[] = {
        [KEY] = MSE_KEY_LEN,   [WHICH] = SHA1_LEN,  [OFFER] = OFFER_LEN,
        [CHOICE] = CHOICE_LEN, [INITIAL] = LEN_LEN,
    };
    return lens[state];
}

static enum err on_part(struct mse *m)
{
    static enum err (*const calls[])(struct mse * m) = {
        [KEY] = on_key,       [WHICH] = on_which,     [OFFER] = on_offer,
        [CHOICE] = on_choice, [INITIAL] = on_initial,
    };
    return calls[m->state](m);
}

/* One that knows no encryption says so by its first bytes. */
static bool is_greeting(const struct mse *m)
{
    static const char greeting[] = "\x13"
                                   "BitTorrent protocol";
    return m->state == KEY && m->part_len >= GREETING_LEN &&
           memcmp(m->part, greeting, GREETING_LEN) == 0;
}

enum err mse_take(struct mse *m, const uint8_t *bytes, size_t n,
                  size_t *used_out)
{
    enum err err = ERR_AGAIN;
    size_t at = 0;
    assert(m->state != DONE && m->state != FAILED);
    while (err == ERR_AGAIN && at < n) {
        size_t part = n - at;
        if (m->state == SYNC) {
            err = scan(m, bytes[at++]);
            continue;
        }
        size_t most =
            m->state == PAD ? m->pad_left : part_len_of(m->state) - m->part_len;
        part = part < most ? part : most;
        if (m->state == PAD)
            err = skip_pad(m, part);
        else {
            memcpy(m->part + m->part_len, bytes + at, part);
            m->part_len += part;
            if (is_greeting(m))
                err = fail(m, "it answers without encryption");
            else if (m->part_len == part_len_of(m->state))
                err = on_part(m);
        }
        at += part;
    }
    *used_out = at;
    return err;
}

/* Beginning and end. */

struct mse *mse_new(const struct mse_config *config)
{
    struct mse *m = xzalloc(sizeof *m);
    m->config = *config;
    m->fault = "";
    buf_init(&m->out, MSE_MAX_TX);
    rng_bytes(&m->config.rng, m->secret, sizeof m->secret);
    if (config->is_initiator) {
        memcpy(m->info_hash, config->info_hash, sizeof m->info_hash);
        put_key(m);
    }
    return m;
}

void mse_free(struct mse *m)
{
    if (m == NULL)
        return;
    buf_fini(&m->out);
    OPENSSL_cleanse(m, sizeof *m);
    free(m);
}

bool mse_takes_initial(const struct mse *m, size_t n)
{
    return m->config.is_initiator && m->state == KEY &&
           n <= sizeof m->initial - m->initial_len;
}

void mse_add_initial(struct mse *m, const uint8_t *bytes, size_t n)
{
    assert(mse_takes_initial(m, n));
    memcpy(m->initial + m->initial_len, bytes, n);
    m->initial_len += n;
}

struct buf *mse_tx(struct mse *m)
{
    return &m->out;
}

const char *mse_fault(const struct mse *m)
{
    return m->fault;
}

void mse_result(const struct mse *m, struct mse_result *out)
{
    assert(m->state == DONE);
    uint64_t left = m->method == MSE_RC4 ? UINT64_MAX : 0;
    bool is_a = m->config.is_initiator;
    out->method = m->method;
    memcpy(out->info_hash, m->info_hash, sizeof out->info_hash);
    out->tx = (struct mse_stream){m->tx, left};
    out->rx = (struct mse_stream){m->rx, left};
    if (m->method == MSE_PLAIN && !is_a)
        out->rx.left = m->initial_len;
}

void mse_crypt(struct mse_stream *s, uint8_t *p, size_t n)
{
    size_t part = n < s->left ? n : (size_t)s->left;
    rc4_crypt(&s->rc4, p, part);
    if (s->left != UINT64_MAX)
        s->left -= part;
}
