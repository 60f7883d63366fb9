/* extended.h -- the extension handshake of BEP 10: builds ours, reads theirs.
 * The extension messages themselves are other modules' (metadata, pex).
 * Ids are per peer and per direction: what we tell as "m" is
 * extended_our_id(x), the id in messages to us; what a peer told is
 * extended.ids[x], the id in messages to it, 0 while it does not support x. A
 * handshake may come again: "m" then only changes what it names, other fields
 * only when they are there.
 * A value out of its range counts as not told. A handshake that is not a
 * dictionary is an error that is safe to ignore: the connection goes on
 * without it.
 * Source: BEP 10; BEP 9 (metadata_size); BEP 21 (upload_only); BEP 54
 * (lt_donthave). */
#ifndef PROTO_EXTENDED_H
#define PROTO_EXTENDED_H

#include "util/addr.h"
#include "util/buf.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum extended_kind {
    EXTENDED_UT_METADATA,
    EXTENDED_UT_PEX,
    EXTENDED_LT_DONTHAVE,
    EXTENDED_UPLOAD_ONLY,
    EXTENDED_N
};

enum {
    EXTENDED_FIRST_ID = 1,    /* our id of kind x is EXTENDED_FIRST_ID + x */
    EXTENDED_MAX_LEN = 16384, /* of a handshake's dictionary */
    EXTENDED_MAX_MSG = 17408, /* of another message: 16 KiB of metadata and the
                                 dictionary before them */
    EXTENDED_MAX_DEPTH = 8,
    EXTENDED_MAX_CLIENT = 64,        /* bytes of `v` that are kept */
    EXTENDED_MAX_METADATA = 16777216 /* larger counts as not told */
};

/* What a peer told so far; begin with all zero. */
struct extended {
    uint8_t ids[EXTENDED_N]; /* its id, 0: not supported */
    bool has_upload_only;    /* the key came */
    bool upload_only;        /* BEP 21 */
    bool prefers_encryption; /* e */
    uint16_t port;           /* p; 0: not told */
    uint32_t reqq;           /* 0: not told */
    uint32_t metadata_size;  /* bytes; 0: not told, or it has none */
    uint8_t client_len;      /* v: raw bytes, to be cleaned before use */
    uint8_t client[EXTENDED_MAX_CLIENT];
    bool has_yourip;
    struct addr yourip; /* how it sees us; port 0 */
};

/* What we tell. Zero or NULL: left out. */
struct extended_offer {
    bool kinds[EXTENDED_N]; /* told in m */
    bool drop[EXTENDED_N];  /* told in m as 0: no longer supported */
    const char *client;     /* borrowed: v */
    uint16_t port;
    uint32_t reqq;
    uint32_t metadata_size;
    const struct addr *yourip; /* borrowed */
    bool prefers_encryption; /* e */
    bool tell_upload_only;
    bool upload_only;
};

/* Append the dictionary of a handshake (not its message header). ERR_TOO_BIG:
 * b's maximum; b then holds what it held. */
enum err extended_append(struct buf *b,
                         const struct extended_offer *offer) ERR_MUST_CHECK;

/* Take a handshake's dictionary into what is known of a peer. Bytes after the
 * dictionary are ignored. ERR_SYNTAX, ERR_TRUNCATED: not a bencoded dictionary;
 * ERR_TOO_BIG: longer than EXTENDED_MAX_LEN or too deep. ext is untouched then.
 */
enum err extended_parse(const uint8_t *bytes, size_t len,
                        struct extended *ext) ERR_MUST_CHECK;

/* The kind of a message to us with this extended id; EXTENDED_N: none of ours.
 */
enum extended_kind extended_kind_of(uint8_t id);
/* Our id for it, as told in m. */
uint8_t extended_our_id(enum extended_kind kind);

#endif
