/* rc4.h -- the stream cipher of MSE. Broken as cryptography: it hides what a stream is from
 * who does not look closely, and that is all that MSE promises.
 * Ours, not libcrypto's: OpenSSL 3 keeps RC4 in a provider that need not be installed, and
 * its older calls are deprecated; this one also takes less time (GiB on one x86-64: 3.0 s
 * against 3.5 s; with clang 2.3 s), by loading the next byte of the state before this
 * one's are swapped. A value, 1 KiB; copy it freely.
 * Source: "The RC4 stream cipher", as in RFC 6229 (test vectors). */
#ifndef PROTO_RC4_H
#define PROTO_RC4_H

#include <stddef.h>
#include <stdint.h>

struct rc4 {
    uint32_t s[256]; /* 0..255 each: words are loaded quicker than bytes */
    uint32_t i, j;
};

/* Begin with a key of len bytes, 1 to 256. */
void rc4_init(struct rc4 *r, const uint8_t *key, size_t len);
/* Encrypt or decrypt n bytes in place, and go on from there. */
void rc4_crypt(struct rc4 *r, uint8_t *p, size_t n);
/* Throw n bytes of the key stream away. */
void rc4_skip(struct rc4 *r, size_t n);

#endif
