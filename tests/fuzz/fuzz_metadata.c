/* A message of ut_metadata: what is read of it can be written and read again; and a fetch
 * that is answered with it, asked for or not, keeps its books. */
#include "config.h"

#include "proto/metadata.h"

#include "swarm/metadata_fetch.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

static void write_again(const struct metadata_msg *msg)
{
    struct buf b;
    struct metadata_msg back;
    buf_init(&b, EXTENDED_MAX_MSG);
    enum err e = metadata_append(&b, msg);
    assert(e == OK);
    e = metadata_parse(buf_bytes(&b), b.len, &back);
    assert(e == OK);
    assert(back.kind == msg->kind && back.piece_idx == msg->piece_idx);
    assert(back.total_size == msg->total_size);
    assert(back.data.len == msg->data.len);
    assert(msg->data.len == 0 ||
           memcmp(back.data.p, msg->data.p, msg->data.len) == 0);
    buf_fini(&b);
}

static bool ask(void *ctx, peer_id_t id, uint32_t piece_idx)
{
    (void)ctx;
    (void)id;
    (void)piece_idx;
    return true;
}

static void on_liar(void *ctx, peer_id_t id)
{
    (void)ctx;
    (void)id;
}

static void answer(const struct metadata_msg *msg)
{
    static const uint8_t hash[20];
    uint64_t state = 1;
    struct rng rng = rng_seeded(&state);
    struct metadata_fetch_host host = {.ask = ask, .on_liar = on_liar};
    struct metadata_fetch *f = metadata_fetch_new(hash, &host, &rng);
    /* One tells the size of this piece, the other of what it is said to be of. */
    metadata_fetch_on_size(f, 1, (uint32_t)msg->data.len, 1000);
    metadata_fetch_on_size(f, 2, msg->total_size, 1000);
    for (peer_id_t id = 1; id <= 3; id++) {
        if (msg->kind == METADATA_DATA)
            metadata_fetch_on_data(f, id, msg->piece_idx, msg->data.p,
                                   msg->data.len, 2000);
        else
            metadata_fetch_on_reject(f, id, msg->piece_idx, 2000);
        metadata_fetch_check(f);
    }
    metadata_fetch_tick(f, 10000);
    metadata_fetch_check(f);
    metadata_fetch_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct metadata_msg msg;
    if (metadata_parse(bytes, len, &msg) != OK)
        return 0;
    assert(msg.piece_idx < METADATA_MAX_PIECES);
    assert(msg.total_size <= EXTENDED_MAX_METADATA);
    assert(msg.data.len <= METADATA_PIECE_LEN);
    assert(msg.data.len <= len);
    if (msg.kind == METADATA_UNKNOWN)
        return 0;
    write_again(&msg);
    answer(&msg);
    return 0;
}
