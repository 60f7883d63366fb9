/* The handshake of encryption, one side of it against bytes that are wrong: the first byte
 * says which side and what it takes, the second how what it gets is cut. With the third
 * odd, what follows is what it gets. Else the other side is honest, and what follows
 * changes what it sends: two bytes of offset, one to be xored, again and again. */
#include "config.h"

#include "proto/mse.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

struct target {
    struct mse *mse;
    enum err err;
    size_t cut;
};

static bool find(void *ctx, const uint8_t hash[SHA1_LEN],
                 uint8_t info_hash_out[SHA1_LEN])
{
    uint8_t own[SHA1_LEN];
    (void)ctx;
    memset(info_hash_out, 'h', SHA1_LEN);
    mse_torrent_hash(info_hash_out, own);
    return memcmp(own, hash, SHA1_LEN) == 0;
}

static struct mse *side(bool is_initiator, unsigned methods, uint64_t *seed)
{
    struct mse_config config = {.is_initiator = is_initiator,
                                .methods = methods,
                                .rng = rng_seeded(seed),
                                .find = find};
    memset(config.info_hash, 'h', sizeof config.info_hash);
    struct mse *m = mse_new(&config);
    if (is_initiator)
        mse_add_initial(m, (const uint8_t *)"hello", 5);
    return m;
}

static void use_stream(struct target *t, const uint8_t *bytes, size_t n)
{
    uint8_t copy[256];
    struct mse_result r;
    mse_result(t->mse, &r);
    n = n < sizeof copy ? n : sizeof copy;
    memcpy(copy, bytes, n);
    mse_crypt(&r.rx, copy, n);
    mse_crypt(&r.tx, copy, n);
}

static void give(struct target *t, const uint8_t *bytes, size_t n)
{
    for (size_t at = 0; at < n && t->err == ERR_AGAIN;) {
        size_t part = n - at < t->cut ? n - at : t->cut, used = 0;
        t->err = mse_take(t->mse, bytes + at, part, &used);
        assert(used <= part && (t->err != ERR_AGAIN || used == part));
        assert(mse_tx(t->mse)->len <= MSE_MAX_TX);
        at += used;
        if (t->err == OK)
            use_stream(t, bytes + at, n - at);
    }
    if (t->err != OK && t->err != ERR_AGAIN)
        assert(mse_fault(t->mse)[0] != '\0');
}

/* Change what an honest side sends, from `*offset` on in all that it sent. */
static void change(struct buf *tx, size_t offset, const uint8_t *edits,
                   size_t n)
{
    for (size_t i = 0; i + 3 <= n; i += 3) {
        size_t at = (size_t)edits[i] << 8 | edits[i + 1];
        if (at >= offset && at - offset < tx->len)
            buf_bytes(tx)[at - offset] ^= edits[i + 2];
    }
}

static void against_honest(struct target *t, struct mse *honest,
                           const uint8_t *edits, size_t n)
{
    size_t n_sent = 0;
    enum err err = ERR_AGAIN;
    for (int i = 0; i < 3; i++) {
        struct buf *tx = mse_tx(t->mse);
        size_t used = 0;
        if (err == ERR_AGAIN && tx->len > 0)
            err = mse_take(honest, buf_bytes(tx), tx->len, &used);
        buf_consume(tx, tx->len);
        tx = mse_tx(honest);
        change(tx, n_sent, edits, n);
        n_sent += tx->len;
        give(t, buf_bytes(tx), tx->len);
        buf_consume(tx, tx->len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint64_t seeds[2] = {1, 2};
    if (len < 3)
        return 0;
    bool is_initiator = bytes[0] & 1;
    unsigned methods = (bytes[0] >> 1) % 3 + 1;
    struct target t = {.mse = side(is_initiator, methods, &seeds[0]),
                       .err = ERR_AGAIN,
                       .cut = (size_t)bytes[1] + 1};
    if (bytes[2] & 1) {
        give(&t, bytes + 3, len - 3);
    } else {
        struct mse *honest = side(!is_initiator, 3, &seeds[1]);
        against_honest(&t, honest, bytes + 3, len - 3);
        mse_free(honest);
    }
    mse_free(t.mse);
    return 0;
}
