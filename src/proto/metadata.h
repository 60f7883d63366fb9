/* metadata.h -- the messages of ut_metadata, by which peers pass a torrent's info
 * dictionary on in pieces of 16 KiB: reads and writes them. Who is asked for what, and
 * whether what came is right, is swarm/metadata_fetch's to say.
 * A message is a bencoded dictionary; in one of data the bytes follow it. No descriptor,
 * no clock, no state. Source: BEP 9 "extension message". */
#ifndef PROTO_METADATA_H
#define PROTO_METADATA_H

#include "proto/extended.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    METADATA_PIECE_LEN = 16384, /* of every piece but the last */
    METADATA_MAX_PIECES = EXTENDED_MAX_METADATA / METADATA_PIECE_LEN
};

_Static_assert(EXTENDED_MAX_METADATA % METADATA_PIECE_LEN == 0,
               "the largest metadata are whole pieces");

enum metadata_kind {
    METADATA_REQUEST = 0,
    METADATA_DATA = 1,
    METADATA_REJECT = 2,
    METADATA_UNKNOWN /* of a later version: to be ignored */
};

struct metadata_msg {
    enum metadata_kind kind;
    uint32_t piece_idx;   /* below METADATA_MAX_PIECES */
    uint32_t total_size;  /* of DATA, bytes; 0: not told, or none that can be */
    struct span data;     /* of DATA; borrowed from the message. Up to 16 KiB */
};

/* Read a message (what follows its extended id). ERR_SYNTAX, ERR_TRUNCATED: it does not
 * begin with a dictionary, or has no kind or no piece; ERR_PROTO_RANGE: no metadata have
 * that piece; ERR_TOO_BIG: too deep, or more than a piece of data. */
enum err metadata_parse(const uint8_t *bytes, size_t len,
                        struct metadata_msg *out) ERR_MUST_CHECK;

/* Append a message; total_size and data go with METADATA_DATA only. ERR_TOO_BIG: b's
 * maximum; b then holds what it held. */
enum err metadata_append(struct buf *b,
                         const struct metadata_msg *msg) ERR_MUST_CHECK;

/* How many pieces metadata of this size have. */
uint32_t metadata_n_pieces(uint32_t size_bytes);
/* The bytes of one of them, piece_idx < metadata_n_pieces(size_bytes). */
size_t metadata_piece_len(uint32_t size_bytes, uint32_t piece_idx);

#endif
