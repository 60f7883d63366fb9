/* mse.h -- the handshake of message stream encryption: two sides agree on a key before the
 * first byte of BitTorrent, and on whether what follows is encrypted (RC4) or not. Bytes
 * and what is known of torrents go in, bytes to send and two stream ciphers come out; no
 * descriptor, no clock: time limits are the caller's. It hides a stream from who looks at
 * patterns, not from who knows the info-hash.
 * As sent (A dials; S: what Diffie-Hellman gives; SKEY: the info-hash):
 *   A  Ya, pad                                          96 bytes, 0..512
 *   B  Yb, pad
 *   A  HASH("req1" S), HASH("req2" SKEY) xor HASH("req3" S),
 *      RC4(VC, what it offers, len(pad), pad, len(IA), IA)
 *   B  RC4(VC, what it takes of these, len(pad), pad)
 * VC is 8 zeros. IA is the first of A's stream, always encrypted. The pads before HASH and
 * VC have no length: their end is searched, within 512 bytes.
 * States: KEY (waits for Y), SYNC (for HASH or VC); then B: WHICH (torrent), OFFER, PAD,
 * INITIAL (the length of IA); A: CHOICE, PAD; then DONE, or FAILED: see mse_fault().
 * Secrets are new for each handshake, exponents of constant time. Bounds: it keeps no more
 * than MSE_KEY_LEN bytes of what came, and MSE_MAX_TX to be sent.
 * Two modular powers a handshake, 0.1 ms each; nothing of that before a whole Y came.
 * Owned by who uses it; no thread. Source: "Message Stream Encryption", wiki of Vuze. */
#ifndef PROTO_MSE_H
#define PROTO_MSE_H

#include "proto/rc4.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/hash.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MSE_KEY_LEN = 96, /* of Y and S: 768 bits */
    MSE_MAX_PAD = 512,
    MSE_MAX_INITIAL = 512, /* of our IA; theirs is a part of the stream */
    MSE_MAX_TX =
        MSE_KEY_LEN + 2 * MSE_MAX_PAD + 2 * SHA1_LEN + 16 + MSE_MAX_INITIAL
};

/* What a stream may be after the handshake: bits of crypto_provide and crypto_select. */
enum mse_method { MSE_PLAIN = 1, MSE_RC4 = 2 };

struct mse_config {
    bool is_initiator;
    uint8_t info_hash[SHA1_LEN]; /* the initiator's */
    unsigned methods;            /* MSE_PLAIN | MSE_RC4: what we take */
    bool prefers_plain;          /* of the two, when both sides take both */
    struct rng rng;              /* borrowed ctx */
    /* The receiver's: which torrent has this mse_torrent_hash()? False: none here. */
    bool (*find)(void *ctx, const uint8_t hash[SHA1_LEN],
                 uint8_t info_hash_out[SHA1_LEN]);
    void *ctx; /* borrowed */
};

/* One direction of a stream. */
struct mse_stream {
    struct rc4 rc4;
    uint64_t left; /* bytes that are encrypted still; UINT64_MAX: all */
};

struct mse_result {
    enum mse_method method;
    uint8_t info_hash[SHA1_LEN];
    struct mse_stream rx, tx;
};

struct mse;

/* Begin; what A sends first is ready at once. */
struct mse *mse_new(const struct mse_config *config);
void mse_free(struct mse *m); /* NULL: nothing */

/* Is there room for n bytes more of IA, and was it not sent yet? The initiator's only. */
bool mse_takes_initial(const struct mse *m, size_t n);
/* Send these first: mse_takes_initial() said yes. Copied. */
void mse_add_initial(struct mse *m, const uint8_t *bytes, size_t n);

/* Take what came, n bytes; *used_out of them are the handshake's, the rest is the stream's
 * (also when DONE: all of IA). OK: it is done; ERR_AGAIN: all was used, more is
 * needed; ERR_PROTO_HANDSHAKE, ERR_REFUSED (nothing that both sides take): see
 * mse_fault(). Not after any of the last three. */
enum err mse_take(struct mse *m, const uint8_t *bytes, size_t n,
                  size_t *used_out) ERR_MUST_CHECK;
/* What is to be sent, borrowed: to be consumed by the caller. May hold bytes after DONE. */
struct buf *mse_tx(struct mse *m);
/* What is wrong with theirs: static, never NULL. */
const char *mse_fault(const struct mse *m);
/* What was agreed; DONE only. */
void mse_result(const struct mse *m, struct mse_result *out);

/* Encrypt or decrypt the next n bytes of a direction in place. */
void mse_crypt(struct mse_stream *s, uint8_t *p, size_t n);
/* HASH("req2" SKEY): what a receiver finds a torrent by. */
void mse_torrent_hash(const uint8_t info_hash[SHA1_LEN], uint8_t out[SHA1_LEN]);

#endif
