#include "config.h"

#include "proto/metadata.h"

#include <assert.h>

#include "meta/bencode.h"

enum { MAX_TOKENS = 64 };

uint32_t metadata_n_pieces(uint32_t size_bytes)
{
    return size_bytes / METADATA_PIECE_LEN +
           (size_bytes % METADATA_PIECE_LEN > 0);
}

size_t metadata_piece_len(uint32_t size_bytes, uint32_t piece_idx)
{
    uint32_t n_pieces = metadata_n_pieces(size_bytes);
    assert(piece_idx < n_pieces);
    if (piece_idx + 1 < n_pieces)
        return METADATA_PIECE_LEN;
    return size_bytes - (size_t)piece_idx * METADATA_PIECE_LEN;
}

enum err metadata_parse(const uint8_t *bytes, size_t len,
                        struct metadata_msg *out)
{
    static const struct bencode_limits LIMITS = {EXTENDED_MAX_DEPTH,
                                                 MAX_TOKENS};
    struct bencode root, kind, piece, total;
    const struct bencode_want wants[] = {{"msg_type", BENCODE_INT, &kind},
                                         {"piece", BENCODE_INT, &piece},
                                         {"total_size", BENCODE_INT, &total}};
    struct metadata_msg msg = {.kind = METADATA_UNKNOWN};
    enum err e = bencode_parse(bytes, len, &LIMITS, &root, NULL);

    if (e != OK)
        return e;
    bencode_get_many(&root, wants, sizeof wants / sizeof wants[0]);
    if (kind.type != BENCODE_INT)
        return ERR_SYNTAX;
    if (kind.num >= METADATA_REQUEST && kind.num <= METADATA_REJECT)
        msg.kind = (enum metadata_kind)kind.num;
    if (msg.kind != METADATA_UNKNOWN) {
        if (piece.type != BENCODE_INT)
            return ERR_SYNTAX;
        if (piece.num < 0 || piece.num >= METADATA_MAX_PIECES)
            return ERR_PROTO_RANGE;
        msg.piece_idx = (uint32_t)piece.num;
    }
    if (msg.kind == METADATA_DATA) {
        if (len - root.raw.len > METADATA_PIECE_LEN)
            return ERR_TOO_BIG;
        if (total.num > 0 && total.num <= EXTENDED_MAX_METADATA)
            msg.total_size = (uint32_t)total.num;
        msg.data = (struct span){bytes + root.raw.len, len - root.raw.len};
    }
    *out = msg;
    return OK;
}

enum err metadata_append(struct buf *b, const struct metadata_msg *msg)
{
    struct bencode_writer w;
    size_t len_before = b->len;
    enum err e;

    bencode_writer_init(&w, b);
    bencode_begin_dict(&w);
    bencode_put_int(&w, "msg_type", (int64_t)msg->kind);
    bencode_put_int(&w, "piece", msg->piece_idx);
    if (msg->kind == METADATA_DATA)
        bencode_put_int(&w, "total_size", msg->total_size);
    bencode_end(&w);
    e = bencode_writer_finish(&w);
    if (e == OK && msg->kind == METADATA_DATA)
        e = buf_append(b, msg->data.p, msg->data.len);
    if (e != OK)
        buf_chop(b, b->len - len_before);
    return e;
}
