#include "config.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_MAX = 16 << 20, IOV_MAX_HERE = 7 };

uint8_t fixture_byte(uint64_t off)
{
    return (uint8_t)(off * 31 + (off >> 8) * 7 + (off >> 16));
}

static void say(struct fixture *f, struct buf *to, const char *word)
{
    if (f->flags & FIXTURE_QUIET)
        return;
    ck_assert(buf_printf(to, "%s%s", to->len > 0 ? " " : "", word) == OK);
}

static void say_block(struct fixture *f, const char *what, struct block_ref b,
                      const char *why)
{
    char word[80];
    snprintf(word, sizeof word, "%s(%u.%u%s)", what, (unsigned int)b.piece_idx,
             (unsigned int)b.block_idx, why);
    say(f, &f->log, word);
}

static struct fixture_block *block(struct fixture *f, struct block_ref b)
{
    if (b.piece_idx >= f->geo.n_pieces ||
        b.block_idx >= geometry_n_blocks(&f->geo, b.piece_idx))
        ck_abort_msg("no such block");
    return &f->blocks[(size_t)b.piece_idx * f->geo.blocks_per_piece +
                      b.block_idx];
}

static uint8_t *place(struct fixture *f, struct block_ref b)
{
    return f->data + geometry_piece_off(&f->geo, b.piece_idx) +
           geometry_block_begin(b);
}

/* The host. */

static bool is_allowed(struct peer *p, uint32_t piece_idx)
{
    size_t n;
    const uint32_t *list = peer_allowed_fast(p, &n);
    for (size_t i = 0; i < n; i++) {
        if (list[i] == piece_idx)
            return true;
    }
    return !peer_is_choking(p);
}

static size_t host_pick(void *ctx, struct peer *p, struct block_ref *out,
                        size_t cap)
{
    struct fixture *f = ctx;
    size_t n = 0;
    f->n_picks++;
    for (uint32_t i = 0; i < f->geo.n_pieces && !f->wants_none; i++) {
        if (!bitset_get(peer_has(p), i) || !is_allowed(p, i))
            continue;
        for (uint32_t k = 0; k < geometry_n_blocks(&f->geo, i); k++) {
            struct block_ref b = {i, k};
            struct fixture_block *s = block(f, b);
            if (n == cap || f->n_asked >= f->max_asked)
                return n;
            if (s->asked || s->received)
                continue;
            s->asked = true;
            s->n_asked++;
            f->n_asked++;
            out[n++] = b;
        }
    }
    return n;
}

static uint8_t *host_memory(void *ctx, struct peer *p, struct block_ref b,
                            bool late)
{
    struct fixture *f = ctx;
    struct fixture_block *s = block(f, b);
    ck_assert(!s->filling);
    ck_assert(late == !peer_is_asked(p, b));
    if (s->received || f->lends_none)
        return NULL;
    s->filling = true;
    return place(f, b);
}

static void not_asked(struct fixture *f, struct fixture_block *s)
{
    ck_assert(s->asked);
    s->asked = false;
    f->n_asked--;
}

static void gain_piece(struct fixture *f, struct peer *p, uint32_t piece_idx)
{
    for (uint32_t k = 0; k < geometry_n_blocks(&f->geo, piece_idx); k++) {
        if (!block(f, (struct block_ref){piece_idx, k})->received)
            return;
    }
    bitset_set(f->have, piece_idx);
    if (f->flags & FIXTURE_ANNOUNCE)
        peer_announce_have(p, piece_idx);
}

static void host_block(void *ctx, struct peer *p, struct block_ref b)
{
    struct fixture *f = ctx;
    struct fixture_block *s = block(f, b);
    say_block(f, "block", b, "");
    ck_assert(s->filling && !s->received);
    s->filling = false;
    s->received = true;
    if (peer_is_asked(p, b)) {
        peer_cancel(p, b, f->now_ms);
    } else if (s->asked) {
        s->n_answered++;
        not_asked(f, s);
    }
    gain_piece(f, p, b.piece_idx);
}

static void host_dropped(void *ctx, struct peer *p, struct block_ref b)
{
    struct fixture *f = ctx;
    (void)p;
    say_block(f, "dropped", b, "");
    ck_assert(block(f, b)->filling);
    block(f, b)->filling = false;
}

static void host_release(void *ctx, struct peer *p, struct block_ref b,
                         enum peer_release why)
{
    static const char *const whys[] = {
        [PEER_RELEASE_CHOKED] = " choked",
        [PEER_RELEASE_REJECTED] = " rejected",
        [PEER_RELEASE_TIMEOUT] = " timeout",
        [PEER_RELEASE_CANCELLED] = " cancelled",
        [PEER_RELEASE_CLOSED] = " closed",
    };
    struct fixture *f = ctx;
    say_block(f, "release", b, whys[why]);
    ck_assert(!peer_is_asked(p, b));
    block(f, b)->n_released++;
    not_asked(f, block(f, b));
    /* A host that reacts at once must not send us round in circles. */
    if (why != PEER_RELEASE_CANCELLED && why != PEER_RELEASE_CLOSED)
        peer_fill(p, f->now_ms);
}

static void host_has(void *ctx, struct peer *p)
{
    struct fixture *f = ctx;
    char word[32];
    snprintf(word, sizeof word, "has(%u)",
             (unsigned int)bitset_count(peer_has(p)));
    say(f, &f->log, word);
}

static void host_have(void *ctx, struct peer *p, uint32_t piece_idx)
{
    struct fixture *f = ctx;
    char word[32];
    snprintf(word, sizeof word, "have(%u)", (unsigned int)piece_idx);
    ck_assert(bitset_get(peer_has(p), piece_idx));
    say(f, &f->log, word);
}

static void host_interest(void *ctx, struct peer *p)
{
    (void)p;
    struct fixture *f = ctx;
    say(f, &f->log, "interest");
}

static void host_choke(void *ctx, struct peer *p)
{
    struct fixture *f = ctx;
    say(f, &f->log, peer_is_choking(p) ? "choke" : "unchoke");
}

static void host_request(void *ctx, struct peer *p)
{
    struct fixture *f = ctx;
    struct peer_request r = peer_request(p, peer_n_requests(p) - 1);
    char word[64];
    snprintf(word, sizeof word, "request(%u,%u,%u)", (unsigned int)r.piece_idx,
             (unsigned int)r.begin, (unsigned int)r.len);
    say(f, &f->log, word);
}

static void host_extended(void *ctx, struct peer *p)
{
    (void)p;
    struct fixture *f = ctx;
    say(f, &f->log, "extended");
}

static void host_extended_message(void *ctx, struct peer *p,
                                  enum extended_kind kind, const uint8_t *bytes,
                                  size_t len)
{
    struct fixture *f = ctx;
    char word[64];
    (void)p;
    uint8_t last = len > 0 ? bytes[len - 1] : 0;
    snprintf(word, sizeof word, "message(%d,%zu,%u)", (int)kind, len, last);
    say(f, &f->log, word);
}

static void host_dht_port(void *ctx, struct peer *p, uint16_t port)
{
    struct fixture *f = ctx;
    char word[64];
    (void)p;
    snprintf(word, sizeof word, "node(%u)", (unsigned int)port);
    say(f, &f->log, word);
}

static void host_tx(void *ctx, struct peer *p)
{
    struct fixture *f = ctx;
    ck_assert_uint_gt(peer_tx_backlog(p), 0);
    f->n_tx++;
}

/* The torrent. */

static void have_piece(struct fixture *f, uint32_t piece_idx)
{
    uint64_t off = geometry_piece_off(&f->geo, piece_idx);
    bitset_set(f->have, piece_idx);
    for (uint32_t i = 0; i < geometry_piece_len(&f->geo, piece_idx); i++)
        f->data[off + i] = fixture_byte(off + i);
    for (uint32_t k = 0; k < geometry_n_blocks(&f->geo, piece_idx); k++)
        block(f, (struct block_ref){piece_idx, k})->received = true;
}

static struct peer_config config_of(const struct fixture *f)
{
    return (struct peer_config){
        .id = 7,
        .remote = addr_v4((const uint8_t[4]){80, 4, 4, 200}, 6881),
        .peer_id = "-TR4050-abcdefghijkl",
        .fast = (f->flags & FIXTURE_FAST) != 0,
        .extended = (f->flags & FIXTURE_EXTENDED) != 0,
        .geo = &f->geo,
        .have = f->have,
        .info_hash = FIXTURE_HASH,
        .listen_port = 6882,
        .dht_port = (f->flags & FIXTURE_DHT) != 0 ? 6883 : 0,
        .kinds = {[EXTENDED_UT_PEX] = true},
    };
}

static struct peer_host host_of(struct fixture *f)
{
    return (struct peer_host){
        .ctx = f,
        .pick = host_pick,
        .block_memory = host_memory,
        .on_block = host_block,
        .on_block_dropped = host_dropped,
        .on_release = host_release,
        .on_has = host_has,
        .on_have = host_have,
        .on_interest = host_interest,
        .on_choke = host_choke,
        .on_request = host_request,
        .on_extended = host_extended,
        .on_extended_message = host_extended_message,
        .on_dht_port = host_dht_port,
        .on_tx = host_tx,
    };
}

enum err fixture_settle(struct fixture *f, uint32_t metadata_size)
{
    struct peer_config config = config_of(f);
    struct peer_host host = host_of(f);
    config.metadata_size = metadata_size;
    enum err e = peer_settle(f->peer, &config, &host, f->now_ms);
    if (e == OK)
        fixture_check(f);
    return e;
}

void fixture_init(struct fixture *f, uint64_t size, uint32_t piece_len,
                  unsigned int flags)
{
    *f = (struct fixture){.flags = flags,
                          .now_ms = 1000000,
                          .max_asked = UINT32_MAX};
    ck_assert_int_eq(geometry_init(&f->geo, size, piece_len), OK);
    f->have = bitset_new(f->geo.n_pieces);
    f->data = xzalloc((size_t)size);
    f->blocks = xcalloc((size_t)f->geo.n_pieces * f->geo.blocks_per_piece,
                        sizeof *f->blocks);
    buf_init(&f->log, LOG_MAX);
    buf_init(&f->out, LOG_MAX);
    buf_init(&f->raw, LOG_MAX);
    for (uint32_t i = 0; i < f->geo.n_pieces; i++) {
        unsigned int parity = i % 2 == 0 ? FIXTURE_EVEN : FIXTURE_ODD;
        if (flags & (FIXTURE_SEED | parity))
            have_piece(f, i);
    }
    struct peer_config config = config_of(f);
    struct peer_host host = host_of(f);
    if (flags & FIXTURE_EARLY) {
        config.geo = NULL;
        config.have = NULL;
    }
    f->peer = peer_new(&config, &host, f->now_ms);
    ck_assert_uint_eq(f->n_tx, 0);
}

void fixture_close(struct fixture *f)
{
    peer_free(f->peer);
    f->peer = NULL;
    ck_assert_uint_eq(f->n_asked, 0);
    size_t n = (size_t)f->geo.n_pieces * f->geo.blocks_per_piece;
    for (size_t i = 0; i < n; i++) {
        const struct fixture_block *s = &f->blocks[i];
        if (s->asked || s->filling ||
            s->n_asked != s->n_answered + s->n_released)
            ck_abort_msg("the books are not even at block %zu", i);
    }
}

void fixture_fini(struct fixture *f)
{
    if (f->peer != NULL)
        fixture_close(f);
    bitset_free(f->have);
    free(f->data);
    free(f->blocks);
    buf_fini(&f->log);
    buf_fini(&f->out);
    buf_fini(&f->raw);
}

void fixture_check(struct fixture *f)
{
    if (f->flags & FIXTURE_UNCHECKED)
        return;
    peer_check(f->peer);
    ck_assert_uint_eq(f->n_asked, peer_n_outstanding(f->peer));
    bool all_asked = true; /* libcheck writes a mark at every assertion */
    for (uint32_t i = 0; i < f->peer->orders.n; i++) {
        struct peer_order o = peer_orders_at(&f->peer->orders, i);
        all_asked = all_asked && block(f, o.block)->asked;
    }
    ck_assert(all_asked);
}

struct peer_status fixture_status(struct fixture *f)
{
    struct peer_status s;
    peer_status(f->peer, f->now_ms, &s);
    return s;
}

/* Receiving. */

enum err fixture_rx(struct fixture *f, const void *bytes, size_t n)
{
    enum err e = peer_rx(f->peer, bytes, n, f->now_ms);
    fixture_check(f);
    ck_assert((e == OK) == (peer_fault(f->peer)[0] == '\0'));
    return e;
}

enum err fixture_read(struct fixture *f, const uint8_t *bytes, size_t n,
                      size_t run)
{
    while (n > 0) {
        size_t len;
        uint8_t *to = peer_rx_block(f->peer, &len);
        enum err e;
        if (len > 0) {
            len = len < n ? len : n;
            memcpy(to, bytes, len);
            e = peer_rx_block_filled(f->peer, len, f->now_ms);
        } else {
            len = run < n ? run : n;
            e = peer_rx(f->peer, bytes, len, f->now_ms);
        }
        if (e != OK)
            return e;
        bytes += len;
        n -= len;
    }
    return OK;
}

enum err fixture_plain(struct fixture *f, enum wire_id id)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    return fixture_rx(f, bytes, wire_put_plain(bytes, id));
}

enum err fixture_index(struct fixture *f, enum wire_id id, uint32_t piece_idx)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    return fixture_rx(f, bytes, wire_put_index(bytes, id, piece_idx));
}

enum err fixture_block(struct fixture *f, enum wire_id id, uint32_t piece_idx,
                       uint32_t begin, uint32_t len)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    return fixture_rx(f, bytes,
                      wire_put_block(bytes, id, piece_idx, begin, len));
}

enum err fixture_piece(struct fixture *f, uint32_t piece_idx,
                       uint32_t block_idx)
{
    struct block_ref b = {piece_idx, block_idx};
    uint32_t len = geometry_block_len(&f->geo, b);
    uint32_t begin = geometry_block_begin(b);
    uint64_t off = geometry_piece_off(&f->geo, piece_idx) + begin;
    uint8_t bytes[WIRE_PIECE_HEADER_LEN];
    wire_put_piece_header(bytes, piece_idx, begin, len);
    uint8_t *payload = xmalloc(len);
    for (uint32_t i = 0; i < len; i++)
        payload[i] = fixture_byte(off + i);
    enum err e = fixture_rx(f, bytes, sizeof bytes);
    if (e == OK)
        e = fixture_rx(f, payload, len);
    free(payload);
    return e;
}

void fixture_start(struct fixture *f)
{
    if (f->flags & FIXTURE_FAST) {
        ck_assert_int_eq(fixture_plain(f, WIRE_HAVE_ALL), OK);
    } else {
        struct buf bitfield;
        struct bitset *all = bitset_new(f->geo.n_pieces);
        buf_init(&bitfield, LOG_MAX);
        bitset_set_all(all);
        ck_assert_int_eq(wire_append_bitfield(&bitfield, all), OK);
        ck_assert_int_eq(fixture_rx(f, buf_bytes(&bitfield), bitfield.len), OK);
        buf_fini(&bitfield);
        bitset_free(all);
    }
    peer_set_interested(f->peer, true, f->now_ms);
    ck_assert_int_eq(fixture_plain(f, WIRE_UNCHOKE), OK);
}

/* What came of it. */

static const char *take_words(struct buf *b)
{
    /* The words stay until the next take: the NUL is put behind them. */
    ck_assert(buf_append(b, "", 1) == OK);
    const char *words = (const char *)buf_bytes(b);
    buf_reset(b);
    return words;
}

const char *fixture_log(struct fixture *f)
{
    return take_words(&f->log);
}

static void say_message(struct fixture *f, const struct wire_msg *m)
{
    char word[80];
    const char *name = wire_name(m->id);
    switch (m->id) {
    case WIRE_HAVE:
    case WIRE_ALLOWED_FAST:
        snprintf(word, sizeof word, "%s(%u)", name, (unsigned int)m->piece_idx);
        break;
    case WIRE_REQUEST:
    case WIRE_CANCEL:
    case WIRE_REJECT:
    case WIRE_PIECE:
        snprintf(word, sizeof word, "%s(%u,%u,%u)", name,
                 (unsigned int)m->piece_idx, (unsigned int)m->begin,
                 (unsigned int)m->len);
        break;
    default:
        snprintf(word, sizeof word, "%s", name);
    }
    say(f, &f->out, word);
}

/* Turn the whole messages in raw into words. */
static void decode_sent(struct fixture *f)
{
    for (;;) {
        struct wire_header h;
        const uint8_t *bytes = buf_bytes(&f->raw);
        size_t n = f->raw.len;
        enum err e =
            n < 4 ? ERR_AGAIN : wire_header(bytes, n, f->geo.n_pieces, &h);
        if (e == ERR_AGAIN || n < h.len + h.payload_len)
            return;
        ck_assert_int_eq(e, OK);
        struct wire_msg m;
        ck_assert_int_eq(wire_decode(&h, bytes + h.len, h.payload_len, &m), OK);
        say_message(f, &m);
        buf_consume(&f->raw, h.len + h.payload_len);
    }
}

const char *fixture_sent(struct fixture *f)
{
    struct iovec iov[IOV_MAX_HERE];
    int n;
    while ((n = peer_tx(f->peer, iov, IOV_MAX_HERE)) > 0) {
        size_t sum = 0;
        for (int i = 0; i < n; i++) {
            ck_assert_uint_gt(iov[i].iov_len, 0);
            ck_assert(buf_append(&f->raw, iov[i].iov_base, iov[i].iov_len) ==
                      OK);
            sum += iov[i].iov_len;
        }
        peer_tx_sent(f->peer, sum, f->now_ms);
    }
    ck_assert_uint_eq(peer_tx_backlog(f->peer), 0);
    decode_sent(f);
    ck_assert_uint_eq(f->raw.len, 0);
    return take_words(&f->out);
}

void fixture_forget(struct fixture *f)
{
    fixture_sent(f);
    fixture_log(f);
}

enum err fixture_tick(struct fixture *f, int64_t after_ms)
{
    f->now_ms += after_ms;
    enum err e = peer_tick(f->peer, f->now_ms);
    fixture_check(f);
    return e;
}

enum err fixture_run(struct fixture *f, int64_t until_ms)
{
    int64_t end_ms = f->now_ms + until_ms;
    while (peer_deadline_ms(f->peer) <= end_ms) {
        ck_assert_int_gt(peer_deadline_ms(f->peer), f->now_ms);
        enum err e = fixture_tick(f, peer_deadline_ms(f->peer) - f->now_ms);
        if (e != OK)
            return e;
    }
    f->now_ms = end_ms;
    return OK;
}

void fixture_serve(struct fixture *f)
{
    while (peer_can_serve(f->peer)) {
        struct peer_request r = peer_request(f->peer, 0);
        struct refbuf *b = refbuf_new((size_t)r.len + 3);
        memcpy(b->bytes + 3,
               f->data + geometry_piece_off(&f->geo, r.piece_idx) + r.begin,
               r.len);
        peer_serve(f->peer, b, 3, f->now_ms);
        refbuf_unref(b);
    }
}
