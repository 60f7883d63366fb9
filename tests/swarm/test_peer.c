#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"
#include "util/rng.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two peers talk in memory. */

/* Carry what `from` has to send to `to`, in uneven runs. Return whether it had
 * anything. */
static bool carry(struct fixture *from, struct fixture *to, uint64_t *seed)
{
    struct rng rng = rng_seeded(seed);
    struct iovec iov[5];
    int n = peer_tx(from->peer, iov, (int)(1 + rng_below(&rng, 5)));
    size_t sent = 0;
    for (int i = 0; i < n; i++) {
        size_t len = iov[i].iov_len;
        size_t part =
            rng_below(&rng, 4) == 0 ? rng_below(&rng, (uint32_t)len + 1) : len;
        ck_assert_int_eq(fixture_read(to, iov[i].iov_base, part,
                                      1 + rng_below(&rng, 40000)),
                         OK);
        sent += part;
        if (part < len)
            break;
    }
    peer_tx_sent(from->peer, sent, from->now_ms);
    fixture_check(from);
    fixture_check(to);
    return n > 0;
}

static void talk(struct fixture *a, struct fixture *b, uint64_t seed)
{
    bool more = true;
    while (more) {
        fixture_serve(a);
        fixture_serve(b);
        more = carry(a, b, &seed);
        more = carry(b, a, &seed) || more;
        a->now_ms += 3;
        b->now_ms = a->now_ms;
    }
}

static const struct {
    uint64_t size;
    uint32_t piece_len;
    unsigned int flags;
} transfers[] = {
    {1, 1024, FIXTURE_FAST | FIXTURE_EXTENDED},
    {16384, 16384, FIXTURE_FAST},
    {16385, 16384, 0},
    {1000000, 32768, FIXTURE_FAST | FIXTURE_EXTENDED},
    {999999, 40000, FIXTURE_EXTENDED}, /* pieces of 2 blocks and a bit */
    {99991, 1024, FIXTURE_FAST},       /* pieces under a block */
    {3000001, 262144, FIXTURE_FAST | FIXTURE_EXTENDED},
    {131072 * 3, 131072, 0},
};
enum { N_TRANSFERS = sizeof transfers / sizeof transfers[0] };

START_TEST(peer_between_two_moves_every_byte)
{
    struct fixture seed;
    struct fixture leech;
    uint64_t size = transfers[_i].size;
    unsigned int flags = transfers[_i].flags | FIXTURE_ANNOUNCE | FIXTURE_QUIET;
    fixture_init(&seed, size, transfers[_i].piece_len, flags | FIXTURE_SEED);
    fixture_init(&leech, size, transfers[_i].piece_len, flags);
    peer_set_interested(leech.peer, true, leech.now_ms);
    peer_set_choked(seed.peer, false, seed.now_ms);
    talk(&seed, &leech, (uint64_t)_i + 1);
    ck_assert(bitset_full(leech.have));
    ck_assert_mem_eq(leech.data, seed.data, (size_t)size);
    ck_assert(peer_is_seed(leech.peer));
    struct peer_status s = fixture_status(&leech);
    ck_assert_uint_eq(s.bytes_down, size);
    ck_assert_uint_eq(s.bytes_wasted, 0);
    ck_assert_uint_eq(s.n_outstanding, 0);
    ck_assert_uint_eq(fixture_status(&seed).bytes_up, size);
    fixture_fini(&seed);
    fixture_fini(&leech);
}
END_TEST

START_TEST(peer_between_two_halves_trades_both_ways)
{
    struct fixture a;
    struct fixture b;
    unsigned int flags =
        FIXTURE_FAST | FIXTURE_EXTENDED | FIXTURE_ANNOUNCE | FIXTURE_QUIET;
    fixture_init(&a, 700001, 20000, flags | FIXTURE_EVEN);
    fixture_init(&b, 700001, 20000, flags | FIXTURE_ODD);
    peer_set_interested(a.peer, true, a.now_ms);
    peer_set_interested(b.peer, true, b.now_ms);
    peer_set_choked(a.peer, false, a.now_ms);
    peer_set_choked(b.peer, false, b.now_ms);
    talk(&a, &b, 99);
    ck_assert(bitset_full(a.have) && bitset_full(b.have));
    ck_assert_mem_eq(a.data, b.data, 700001);
    fixture_fini(&a);
    fixture_fini(&b);
}
END_TEST

/* An honest remote, that does things at random. It keeps what was asked of
 * it and answers each request once; it counts what it asked itself and how
 * often that was answered. */

enum { REMOTE_MAX = 4096 };

struct remote {
    struct fixture f;
    uint64_t seed;
    struct rng rng;
    struct buf heard;  /* sent by the peer, not yet a whole message */
    struct buf stream; /* to be handed to the peer */
    struct peer_request todo[REMOTE_MAX]; /* asked of it, not answered */
    size_t n_todo;
    struct peer_request mine[REMOTE_MAX]; /* it asked, not answered */
    size_t n_mine;
    bool is_fast, is_choking, is_choked;
};

static void put(struct remote *r, const void *bytes, size_t n)
{
    ck_assert(buf_append(&r->stream, bytes, n) == OK);
}

static void put_plain(struct remote *r, enum wire_id id)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    put(r, bytes, wire_put_plain(bytes, id));
}

static void put_request(struct remote *r, enum wire_id id,
                        struct peer_request q)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    put(r, bytes, wire_put_block(bytes, id, q.piece_idx, q.begin, q.len));
}

static void put_piece(struct remote *r, struct peer_request q)
{
    uint8_t header[WIRE_PIECE_HEADER_LEN];
    uint8_t *payload;
    uint64_t off = geometry_piece_off(&r->f.geo, q.piece_idx) + q.begin;
    wire_put_piece_header(header, q.piece_idx, q.begin, q.len);
    put(r, header, sizeof header);
    ck_assert(buf_extend(&r->stream, q.len, &payload) == OK);
    for (uint32_t i = 0; i < q.len; i++)
        payload[i] = fixture_byte(off + i);
}

static bool take(struct peer_request *list, size_t *n, const struct wire_msg *m)
{
    struct peer_request q = {m->piece_idx, m->begin, m->len};
    for (size_t i = 0; i < *n; i++) {
        if (peer_wants_same(&list[i], &q)) {
            memmove(list + i, list + i + 1, (--*n - i) * sizeof *list);
            return true;
        }
    }
    return false;
}

static void hear(struct remote *r, const struct wire_msg *m,
                 const uint8_t *payload)
{
    if (m->id == WIRE_REQUEST) {
        ck_assert_uint_lt(r->n_todo, REMOTE_MAX);
        if (!r->is_choking)
            r->todo[r->n_todo++] =
                (struct peer_request){m->piece_idx, m->begin, m->len};
        else if (r->is_fast)
            put_request(r, WIRE_REJECT,
                        (struct peer_request){m->piece_idx, m->begin, m->len});
    } else if (m->id == WIRE_CANCEL) {
        if (take(r->todo, &r->n_todo, m) && r->is_fast)
            put_request(r, WIRE_REJECT,
                        (struct peer_request){m->piece_idx, m->begin, m->len});
    } else if (m->id == WIRE_CHOKE) {
        r->is_choked = true;
        if (!r->is_fast)
            r->n_mine = 0;
    } else if (m->id == WIRE_UNCHOKE) {
        r->is_choked = false;
    } else if (m->id == WIRE_PIECE || m->id == WIRE_REJECT) {
        bool mine = take(r->mine, &r->n_mine, m);
        ck_assert(mine || !r->is_fast);
        uint64_t off = geometry_piece_off(&r->f.geo, m->piece_idx) + m->begin;
        for (uint32_t i = 0; m->id == WIRE_PIECE && i < m->len; i += 997)
            ck_assert_uint_eq(payload[8 + i], fixture_byte(off + i));
    }
}

static void listen_to(struct remote *r, size_t most)
{
    struct iovec iov[3];
    int n = peer_tx(r->f.peer, iov, 3);
    size_t sum = 0;
    for (int i = 0; i < n && sum < most; i++) {
        size_t len = iov[i].iov_len < most - sum ? iov[i].iov_len : most - sum;
        ck_assert(buf_append(&r->heard, iov[i].iov_base, len) == OK);
        sum += len;
    }
    peer_tx_sent(r->f.peer, sum, r->f.now_ms);
    struct wire_header h;
    while (r->heard.len >= 4) {
        const uint8_t *bytes = buf_bytes(&r->heard);
        enum err e = wire_header(bytes, r->heard.len, r->f.geo.n_pieces, &h);
        if (e == ERR_AGAIN || r->heard.len < h.len + h.payload_len)
            break;
        ck_assert_int_eq(e, OK);
        struct wire_msg m;
        ck_assert_int_eq(wire_decode(&h, bytes + h.len, h.payload_len, &m), OK);
        hear(r, &m, bytes + h.len);
        buf_consume(&r->heard, h.len + h.payload_len);
    }
}

static void hand_over(struct remote *r, size_t n)
{
    if (n > r->stream.len)
        n = r->stream.len;
    enum err e = fixture_read(&r->f, buf_bytes(&r->stream), n, 30000);
    ck_assert_msg(e == OK, "%s", peer_fault(r->f.peer));
    buf_consume(&r->stream, n);
}

static void answer_one(struct remote *r)
{
    if (r->n_todo == 0)
        return;
    size_t i = rng_below(&r->rng, 4) == 0
                   ? rng_below(&r->rng, (uint32_t)r->n_todo)
                   : 0;
    struct peer_request q = r->todo[i];
    memmove(r->todo + i, r->todo + i + 1,
            (--r->n_todo - i) * sizeof r->todo[0]);
    if (r->is_fast && rng_below(&r->rng, 8) == 0)
        put_request(r, WIRE_REJECT, q);
    else
        put_piece(r, q);
}

static void toggle_choke(struct remote *r)
{
    r->is_choking = !r->is_choking;
    put_plain(r, r->is_choking ? WIRE_CHOKE : WIRE_UNCHOKE);
    if (!r->is_choking)
        return;
    for (size_t i = 0; i < r->n_todo && r->is_fast; i++)
        put_request(r, WIRE_REJECT, r->todo[i]);
    r->n_todo = 0;
}

static void ask_something(struct remote *r)
{
    uint32_t piece = rng_below(&r->rng, r->f.geo.n_pieces);
    uint32_t len = geometry_piece_len(&r->f.geo, piece);
    uint32_t begin = rng_below(&r->rng, len);
    uint32_t most = len - begin < WIRE_BLOCK_LEN ? len - begin : WIRE_BLOCK_LEN;
    struct peer_request q = {piece, begin, 1 + rng_below(&r->rng, most)};
    if (r->n_mine < 300 && (r->is_fast || !r->is_choked)) {
        r->mine[r->n_mine++] = q;
        put_request(r, WIRE_REQUEST, q);
    }
}

static void cancel_something(struct remote *r)
{
    if (r->n_mine == 0)
        return;
    size_t i = rng_below(&r->rng, (uint32_t)r->n_mine);
    put_request(r, WIRE_CANCEL, r->mine[i]);
    if (!r->is_fast)
        r->mine[i] = r->mine[--r->n_mine];
}

static void withdraw(struct remote *r)
{
    uint32_t n = r->f.peer->orders.n;
    if (n == 0)
        return;
    struct block_ref b =
        peer_orders_at(&r->f.peer->orders, rng_below(&r->rng, n)).block;
    if (rng_below(&r->rng, 3) == 0 && r->f.peer->in.state == PEER_RX_BLOCK)
        b = r->f.peer->in.block;
    peer_cancel(r->f.peer, b, r->f.now_ms);
}

static void step(struct remote *r)
{
    struct fixture *f = &r->f;
    switch (rng_below(&r->rng, 14)) {
    case 0:
    case 1:
    case 2:
        answer_one(r);
        break;
    case 3:
    case 4:
        listen_to(r, 1 + rng_below(&r->rng, 60000));
        break;
    case 5:
    case 6:
        hand_over(r, 1 + rng_below(&r->rng, 40000));
        break;
    case 7:
        if (rng_below(&r->rng, 8) == 0)
            toggle_choke(r);
        break;
    case 8:
        ask_something(r);
        break;
    case 9:
        cancel_something(r);
        break;
    case 10:
        withdraw(r);
        break;
    case 11:
        if (rng_below(&r->rng, 8) == 0)
            peer_set_choked(f->peer, !f->peer->am_choking, f->now_ms);
        break;
    case 12:
        fixture_serve(f);
        break;
    case 13:
        f->lends_none = rng_below(&r->rng, 16) == 0;
        f->now_ms += rng_below(&r->rng, 900);
        if (f->now_ms >= peer_deadline_ms(f->peer))
            ck_assert_int_eq(fixture_tick(f, 0), OK);
        break;
    }
    fixture_check(f);
}

static void settle(struct remote *r)
{
    for (int i = 0; i < 20000; i++) {
        answer_one(r);
        fixture_serve(&r->f);
        listen_to(r, SIZE_MAX);
        hand_over(r, SIZE_MAX);
    }
}

static void run_random(struct remote *r, unsigned int flags, uint64_t seed)
{
    *r = (struct remote){.seed = seed, .is_choking = true, .is_choked = true};
    r->is_fast = (flags & FIXTURE_FAST) != 0;
    r->rng = rng_seeded(&r->seed);
    buf_init(&r->heard, 1 << 24);
    buf_init(&r->stream, 1 << 26);
    fixture_init(&r->f, 6000007, 50000,
                 flags | FIXTURE_EVEN | FIXTURE_ANNOUNCE | FIXTURE_QUIET);
    if (r->is_fast) {
        put_plain(r, WIRE_HAVE_ALL);
    } else {
        struct bitset *all = bitset_new(r->f.geo.n_pieces);
        bitset_set_all(all);
        ck_assert(wire_append_bitfield(&r->stream, all) == OK);
        bitset_free(all);
    }
    peer_set_interested(r->f.peer, true, r->f.now_ms);
    for (int i = 0; i < 6000; i++)
        step(r);
}

static void end_random(struct remote *r)
{
    fixture_fini(&r->f);
    buf_fini(&r->heard);
    buf_fini(&r->stream);
}

START_TEST(peer_under_random_operations_keeps_its_books)
{
    static struct remote r;
    uint64_t seed = (uint64_t)_i + 1;
    printf("peer: random operations, seed %d\n", _i + 1);
    run_random(&r, _i % 2 == 0 ? FIXTURE_FAST : 0, seed);
    if (_i % 4 < 2) { /* the others end in the middle of something */
        settle(&r);
        ck_assert(!r.is_fast || r.n_mine == 0);
    }
    end_random(&r);
}
END_TEST

/* A hostile remote: messages of any id with any numbers. */

START_TEST(peer_under_random_messages_ends_itself_only)
{
    uint64_t seed = (uint64_t)_i + 1000;
    struct rng rng = rng_seeded(&seed);
    static const uint8_t lens[] = {1, 1, 1, 1, 5, 4,  13, 9, 13, 3, 2,
                                   2, 2, 5, 1, 1, 13, 5,  4, 4,  30};
    for (int round = 0; round < 60; round++) {
        struct fixture f;
        fixture_init(&f, 300000, 30000,
                     (unsigned int)rng_below(&rng, 4) | FIXTURE_EVEN |
                         FIXTURE_QUIET);
        peer_set_interested(f.peer, true, f.now_ms);
        enum err e = OK;
        for (int i = 0; i < 200 && e == OK; i++) {
            uint8_t m[64] = {0};
            uint32_t id = rng_below(&rng, sizeof lens);
            uint32_t len = lens[id];
            if (rng_below(&rng, 50) == 0)
                len += rng_below(&rng, 3);
            bytes_put_be32(m, len);
            m[4] = (uint8_t)id;
            rng_bytes(&rng, m + 20, sizeof m - 20);
            bytes_put_be32(m + 5, rng_below(&rng, 40) == 0
                                      ? rng_u32(&rng)
                                      : rng_below(&rng, f.geo.n_pieces));
            bytes_put_be32(m + 9, rng_below(&rng, 2) * 16384);
            bytes_put_be32(m + 13,
                           rng_below(&rng, 9) == 0 ? rng_u32(&rng) : 13616);
            e = fixture_rx(&f, m, len + 4);
            f.now_ms += rng_below(&rng, 100);
            fixture_serve(&f);
        }
        if (e != OK)
            ck_assert_int_eq(fixture_plain(&f, WIRE_CHOKE), e);
        fixture_fini(&f);
    }
}
END_TEST

/* Its own questions. */

START_TEST(peer_status_of_a_new_one_says_so)
{
    struct fixture f;
    fixture_init(&f, 100000, 16384, FIXTURE_FAST | FIXTURE_EXTENDED);
    struct peer_status s = fixture_status(&f);
    ck_assert(s.am_choking && s.is_choking && s.fast && s.extended);
    ck_assert(!s.am_interested && !s.is_interested && !s.is_snubbed);
    ck_assert_str_eq(s.client, "Transmission 4.0.5");
    ck_assert_int_eq(s.request_delay_ms, -1);
    ck_assert_int_eq(s.connected_ms, f.now_ms);
    ck_assert_uint_eq(s.depth, PEER_START_DEPTH);
    ck_assert_uint_eq(peer_id(f.peer), 7);
    ck_assert(!peer_has_told(f.peer) && !peer_is_seed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_free_half_way_releases_once)
{
    /* Cut the connection at each of these points of a block's way. */
    static const size_t cuts[] = {0, 4, 12, 13, 14, 5000, 16396};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct fixture f;
        fixture_init(&f, 100000, 32768, FIXTURE_FAST);
        fixture_start(&f);
        fixture_log(&f);
        uint8_t *bytes = xzalloc(20000);
        wire_put_piece_header(bytes, 0, 0, 16384);
        ck_assert_int_eq(fixture_rx(&f, bytes, cuts[i]), OK);
        free(bytes);
        fixture_close(&f);
        bool is_begun = cuts[i] >= 13;
        const char *log = fixture_log(&f);
        ck_assert_int_eq(strncmp(log, "dropped(0.0) ", 13) == 0, is_begun);
        ck_assert_ptr_nonnull(strstr(log, "release(0.0 closed)"));
        ck_assert_ptr_null(strstr(log, "block("));
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(peer_tick_of_a_silent_one_times_out)
{
    struct fixture f;
    fixture_init(&f, 100000, 16384, 0);
    ck_assert_int_eq(fixture_tick(&f, PEER_INACTIVE_MS - 1), OK);
    fixture_sent(&f);
    ck_assert_int_eq(fixture_tick(&f, 1), ERR_TIMEOUT);
    ck_assert_str_eq(peer_fault(f.peer), "sent no message for 120 seconds");
    ck_assert_int_eq(fixture_tick(&f, 1), ERR_TIMEOUT);
    ck_assert_int_eq(fixture_plain(&f, WIRE_CHOKE), ERR_TIMEOUT);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tick_of_a_dribbler_counts_messages_not_bytes)
{
    struct fixture f;
    fixture_init(&f, 100000, 16384, FIXTURE_FAST);
    static const uint8_t slow[] = {0, 0, 0, 5, 4, 0, 0, 0};
    enum err e = OK;
    for (size_t i = 0; i < sizeof slow && e == OK; i++) {
        ck_assert_int_eq(fixture_rx(&f, slow + i, 1), OK);
        fixture_sent(&f);
        e = fixture_tick(&f, 20000);
    }
    ck_assert_int_eq(e, ERR_TIMEOUT);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tick_keeps_a_quiet_connection_for_hours)
{
    struct fixture f;
    fixture_init(&f, 100000, 16384, 0);
    int n_keepalives = 0;
    for (int minute = 0; minute < 600; minute++) {
        ck_assert_int_eq(fixture_plain(&f, WIRE_KEEPALIVE), OK);
        ck_assert_int_eq(fixture_run(&f, 60000), OK);
        if (strcmp(fixture_sent(&f), "keep-alive") == 0)
            n_keepalives++;
    }
    ck_assert_int_ge(n_keepalives, 599);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_hold_puts_off_every_blame)
{
    struct fixture f;
    fixture_init(&f, 1000000, 16384, FIXTURE_FAST);
    fixture_start(&f);
    fixture_forget(&f);
    peer_hold(f.peer, true, f.now_ms);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(fixture_run(&f, 60000), OK);
        fixture_sent(&f);
    }
    peer_hold(f.peer, false, f.now_ms);
    ck_assert_int_eq(fixture_run(&f, PEER_SNUB_MS - 1), OK);
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert(!peer_is_snubbed(f.peer));
    ck_assert_int_eq(fixture_run(&f, 1), OK);
    ck_assert(peer_is_snubbed(f.peer));
    fixture_fini(&f);
}
END_TEST

Suite *peer_suite(void)
{
    Suite *s = suite_create("peer");
    TCase *t = tcase_create("pair");
    tcase_add_loop_test(t, peer_between_two_moves_every_byte, 0, N_TRANSFERS);
    tcase_add_test(t, peer_between_two_halves_trades_both_ways);
    suite_add_tcase(s, t);
    t = tcase_create("random");
    tcase_add_loop_test(t, peer_under_random_operations_keeps_its_books, 0, 12);
    tcase_add_loop_test(t, peer_under_random_messages_ends_itself_only, 0, 8);
    suite_add_tcase(s, t);
    t = tcase_create("life");
    tcase_add_test(t, peer_status_of_a_new_one_says_so);
    tcase_add_test(t, peer_free_half_way_releases_once);
    tcase_add_test(t, peer_tick_of_a_silent_one_times_out);
    tcase_add_test(t, peer_tick_of_a_dribbler_counts_messages_not_bytes);
    tcase_add_test(t, peer_tick_keeps_a_quiet_connection_for_hours);
    tcase_add_test(t, peer_hold_puts_off_every_blame);
    suite_add_tcase(s, t);
    return s;
}
