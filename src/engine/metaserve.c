#include "config.h"

#include "engine/metaserve.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/metadata.h"
#include "util/xalloc.h"

/* Who waits for which piece, the longest first. */
struct metaserve {
    size_t n;
    struct {
        peer_id_t member;
        uint32_t piece_idx;
    } queue[METASERVE_MAX];
};

static uint32_t size_of(const struct torrent *t)
{
    bool is_given =
        !t->meta->is_private && t->meta->info.len <= EXTENDED_MAX_METADATA;
    return is_given ? (uint32_t)t->meta->info.len : 0;
}

void metaserve_fini(struct torrent *t)
{
    free(t->metaserve);
    t->metaserve = NULL;
}

void metaserve_configure(const struct torrent *t, struct peer_config *config)
{
    config->metadata_size = size_of(t);
    config->kinds[EXTENDED_UT_METADATA] = config->metadata_size > 0;
}

static bool send_message(struct member *m, const struct metadata_msg *msg)
{
    struct buf bytes;
    buf_init(&bytes, EXTENDED_MAX_MSG);
    enum err err = metadata_append(&bytes, msg);
    assert(err == OK);
    bool is_sent = peer_send_extended(m->peer, EXTENDED_UT_METADATA,
                                      buf_bytes(&bytes), bytes.len);
    buf_fini(&bytes);
    return is_sent;
}

static bool send_piece(struct member *m, uint32_t piece_idx)
{
    const struct torrent *t = m->torrent;
    uint32_t size_bytes = size_of(t);
    struct metadata_msg msg = {
        .kind = METADATA_DATA,
        .piece_idx = piece_idx,
        .total_size = size_bytes,
        .data = {t->meta->info.p + (size_t)piece_idx * METADATA_PIECE_LEN,
                 metadata_piece_len(size_bytes, piece_idx)}};
    return send_message(m, &msg);
}

static bool waits(const struct metaserve *q, const struct member *m)
{
    for (size_t i = 0; q != NULL && i < q->n; i++)
        if (q->queue[i].member == m->id)
            return true;
    return false;
}

static bool enqueue(struct member *m, uint32_t piece_idx)
{
    struct torrent *t = m->torrent;
    if (t->metaserve == NULL)
        t->metaserve = xzalloc(sizeof *t->metaserve);
    struct metaserve *q = t->metaserve;
    if (q->n == METASERVE_MAX)
        return false;
    q->queue[q->n].member = m->id;
    q->queue[q->n++].piece_idx = piece_idx;
    return true;
}

static void dequeue(struct torrent *t, size_t i)
{
    struct metaserve *q = t->metaserve;
    q->n--;
    memmove(&q->queue[i], &q->queue[i + 1], (q->n - i) * sizeof q->queue[0]);
    if (q->n == 0)
        metaserve_fini(t);
}

void metaserve_on_message(struct member *m, const uint8_t *bytes, size_t len)
{
    struct torrent *t = m->torrent;
    struct metadata_msg msg;
    uint32_t its_size, n_pieces = metadata_n_pieces(size_of(t));
    /* Without its extended handshake there is no id to answer with. */
    if (metadata_parse(bytes, len, &msg) != OK ||
        msg.kind != METADATA_REQUEST || peerlink_is_closing(m->link) ||
        !peer_has_metadata(m->peer, &its_size))
        return;
    bool is_given = msg.piece_idx < n_pieces &&
                    m->n_metadata++ < n_pieces * METASERVE_ROUNDS;
    if (is_given && !waits(t->metaserve, m) && send_piece(m, msg.piece_idx))
        return;
    if (is_given && enqueue(m, msg.piece_idx))
        return;
    msg.kind = METADATA_REJECT;
    (void)send_message(m, &msg);
}

void metaserve_on_sent(struct member *m)
{
    struct torrent *t = m->torrent;
    for (size_t i = 0; t->metaserve != NULL && i < t->metaserve->n;) {
        if (t->metaserve->queue[i].member != m->id) {
            i++;
            continue;
        }
        if (!send_piece(m, t->metaserve->queue[i].piece_idx))
            return;
        dequeue(t, i);
    }
}

void metaserve_forget(const struct member *m)
{
    struct torrent *t = m->torrent;
    for (size_t i = 0; t->metaserve != NULL && i < t->metaserve->n;)
        if (t->metaserve->queue[i].member == m->id)
            dequeue(t, i);
        else
            i++;
}
