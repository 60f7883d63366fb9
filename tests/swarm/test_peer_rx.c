#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

#include <string.h>

/* One stream with every message in it, pieces of 1 KiB; we have the even
 * ones. */

enum { SIZE = 20 * 1024 - 100, STREAM_MAX = 8192 };

struct stream {
    uint8_t bytes[STREAM_MAX];
    size_t n;
};

static void put(struct stream *s, const void *bytes, size_t n)
{
    ck_assert_uint_le(n, STREAM_MAX - s->n);
    memcpy(s->bytes + s->n, bytes, n);
    s->n += n;
}

static void put_plain(struct stream *s, enum wire_id id)
{
    s->n += wire_put_plain(s->bytes + s->n, id);
}

static void put_index(struct stream *s, enum wire_id id, uint32_t piece_idx)
{
    s->n += wire_put_index(s->bytes + s->n, id, piece_idx);
}

static void put_block(struct stream *s, enum wire_id id, uint32_t piece_idx,
                      uint32_t begin, uint32_t len)
{
    s->n += wire_put_block(s->bytes + s->n, id, piece_idx, begin, len);
}

static void put_piece(struct stream *s, uint32_t piece_idx, uint32_t len)
{
    s->n += wire_put_piece_header(s->bytes + s->n, piece_idx, 0, len);
    for (uint32_t i = 0; i < len; i++)
        s->bytes[s->n++] = fixture_byte(piece_idx * UINT64_C(1024) + i);
}

static void write_stream(struct stream *s)
{
    static const uint8_t foreign[] = {0, 0, 0, 6, 20, 99, 1, 2, 3, 4};
    static const uint8_t unknown[] = {0, 0, 0, 4, 77, 1, 2, 3};
    static const uint8_t port[] = {0, 0, 0, 3, 9, 0x1a, 0xe1};
    static const char handshake[] =
        "\0\0\0\x43\x14\0d1:md11:upload_onlyi4ee1:pi51413e4:reqqi6e1:v"
        "16:swarm\x1b[31mtest 1e";
    s->n = 0;
    put(s, handshake, sizeof handshake - 1);
    put(s, "\0\0\0\4\5\xff\xff\xf0", 8); /* bitfield: all 20 */
    put_plain(s, WIRE_KEEPALIVE);
    put_plain(s, WIRE_INTERESTED);
    put_index(s, WIRE_ALLOWED_FAST, 3);
    put_index(s, WIRE_SUGGEST, 5);
    put_plain(s, WIRE_UNCHOKE);
    put(s, unknown, sizeof unknown);
    put_piece(s, 3, 1024);
    put_block(s, WIRE_REQUEST, 2, 5, 1000);
    put_piece(s, 5, 1024);
    put(s, port, sizeof port);
    put_block(s, WIRE_CANCEL, 2, 5, 1000);
    put_piece(s, 1, 1024); /* out of order */
    put(s, foreign, sizeof foreign);
    put_index(s, WIRE_HAVE, 4);
    put_block(s, WIRE_REJECT, 7, 0, 1024);
    put_piece(s, 9, 1024);
    put_plain(s, WIRE_CHOKE);
    put_plain(s, WIRE_NOT_INTERESTED);
}

static const char EVENTS[] =
    "extended has(20) interest unchoke block(3.0) request(2,5,1000) block(5.0) "
    "node(6881) block(1.0) release(7.0 rejected) block(9.0) choke interest";
static const char SENT[] =
    "bitfield extended interested unchoke request(3,0,1024) request(1,0,1024) "
    "request(5,0,1024) request(7,0,1024) request(9,0,1024) request(11,0,1024) "
    "request(13,0,1024) request(15,0,1024) reject(2,5,1000) "
    "request(17,0,1024) request(7,0,1024) request(19,0,924)";

static void begin(struct fixture *f)
{
    fixture_init(f, SIZE, 1024, FIXTURE_FAST | FIXTURE_EXTENDED | FIXTURE_EVEN);
    peer_set_interested(f->peer, true, f->now_ms);
    peer_set_choked(f->peer, false, f->now_ms);
}

/* However it came, this must have come of it. */
static void end(struct fixture *f)
{
    ck_assert_str_eq(fixture_log(f), EVENTS);
    ck_assert_str_eq(fixture_sent(f), SENT);
    struct peer_status s = fixture_status(f);
    ck_assert_str_eq(s.client, "swarm\xef\xbf\xbd[31mtest 1");
    ck_assert_uint_eq(s.listen_port, 51413);
    ck_assert_uint_eq(s.reqq, 6);
    ck_assert_uint_eq(s.bytes_down, 4096);
    ck_assert_uint_eq(s.bytes_wasted, 0);
    ck_assert_uint_eq(s.n_outstanding, 6);
    size_t n;
    ck_assert_uint_eq(peer_suggested(f->peer, &n)[0], 5);
    ck_assert_uint_eq(n, 1);
    static const uint32_t got[] = {3, 5, 1, 9};
    bool is_right = true;
    for (size_t i = 0; i < 4; i++) {
        for (uint32_t k = 0; k < 1024; k += 5) {
            uint32_t off = got[i] * 1024 + k;
            is_right = is_right && f->data[off] == fixture_byte(off);
        }
    }
    ck_assert(is_right);
    fixture_fini(f);
}

START_TEST(peer_rx_all_at_once_gives_the_events)
{
    struct fixture f;
    struct stream s;
    write_stream(&s);
    begin(&f);
    ck_assert_int_eq(fixture_rx(&f, s.bytes, s.n), OK);
    end(&f);
}
END_TEST

START_TEST(peer_rx_byte_by_byte_gives_the_same)
{
    struct fixture f;
    struct stream s;
    write_stream(&s);
    begin(&f);
    for (size_t i = 0; i < s.n; i++)
        ck_assert_int_eq(fixture_rx(&f, s.bytes + i, 1), OK);
    end(&f);
}
END_TEST

START_TEST(peer_rx_cut_at_each_offset_gives_the_same)
{
    struct stream s;
    write_stream(&s);
    for (size_t cut = 1; cut < s.n; cut++) {
        struct fixture f;
        begin(&f);
        ck_assert_int_eq(fixture_rx(&f, s.bytes, cut), OK);
        ck_assert_int_eq(fixture_rx(&f, s.bytes + cut, s.n - cut), OK);
        end(&f);
    }
}
END_TEST

START_TEST(peer_rx_through_block_memory_gives_the_same)
{
    static const size_t runs[] = {1, 2, 5, 13, 100, 1023, 1037, 100000};
    struct stream s;
    write_stream(&s);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct fixture f;
        begin(&f);
        ck_assert_int_eq(fixture_read(&f, s.bytes, s.n, runs[i]), OK);
        end(&f);
    }
}
END_TEST

START_TEST(peer_rx_truncated_anywhere_can_be_freed)
{
    struct stream s;
    write_stream(&s);
    for (size_t n = 0; n < s.n; n++) {
        struct fixture f;
        begin(&f);
        ck_assert_int_eq(fixture_rx(&f, s.bytes, n), OK);
        fixture_fini(&f);
    }
}
END_TEST

/* N6: lengths. Each is refused at its header, before anything is kept, whole or
 * byte by byte, with the same words. */
static const struct {
    const char *head; /* 4 or 5 bytes */
    size_t n;
    const char *words;
} lengths[] = {
    {"\xff\xff\xff\xff", 4, "sent a message of 4294967295 bytes"},
    {"\x80\0\0\0", 4, "sent a message of 2147483648 bytes"},
    {"\0\x10\0\1", 4, "sent a message of 1048577 bytes"},
    {"\0\2\0\1\x14", 5, NULL}, /* extended over 128 KiB */
    {"\0\2\0\1\x4d", 5, NULL}, /* unknown over 128 KiB */
    {"\0\0\0\2\0", 5, "sent a choke message of 2 bytes"},
    {"\0\0\0\2\1", 5, NULL},
    {"\0\0\0\0\2", 5, ""}, /* a keep-alive and the next message's beginning */
    {"\0\0\0\3\2", 5, NULL},
    {"\0\0\0\2\3", 5, NULL},
    {"\0\0\0\4\4", 5, NULL},
    {"\0\0\0\6\4", 5, NULL},
    {"\0\0\0\1\4", 5, NULL},
    {"\0\0\0\3\5", 5, "sent a bitfield message of 3 bytes"},
    {"\0\0\0\5\5", 5, "sent a bitfield message of 5 bytes"},
    {"\0\0\0\1\5", 5, NULL},
    {"\0\0\0\x0c\6", 5, NULL},
    {"\0\0\0\x0e\6", 5, NULL},
    {"\0\0\0\1\7", 5, NULL},
    {"\0\0\0\x8\7", 5, "sent a piece message of 8 bytes"},
    {"\0\0\x40\x0a\7", 5, "sent a piece message of 16394 bytes"},
    {"\0\1\0\0\7", 5, NULL},
    {"\0\0\0\x0c\x8", 5, NULL},
    {"\0\0\0\2\x9", 5, NULL},
    {"\0\0\0\4\x0d", 5, NULL},
    {"\0\0\0\2\x0e", 5, NULL},
    {"\0\0\0\2\x0f", 5, NULL},
    {"\0\0\0\x0c\x10", 5, NULL},
    {"\0\0\0\4\x11", 5, NULL},
    {"\0\0\0\1\x14", 5, NULL},
};
enum { N_LENGTHS = sizeof lengths / sizeof lengths[0] };

START_TEST(peer_rx_of_a_wrong_length_ends_at_the_header)
{
    const uint8_t *head = (const uint8_t *)lengths[_i].head;
    size_t n = lengths[_i].n;
    bool is_good = lengths[_i].words != NULL && lengths[_i].words[0] == '\0';
    struct fixture a;
    struct fixture b;
    fixture_init(&a, SIZE, 1024, FIXTURE_FAST | FIXTURE_EXTENDED);
    fixture_init(&b, SIZE, 1024, FIXTURE_FAST | FIXTURE_EXTENDED);
    enum err e = fixture_rx(&a, head, n);
    ck_assert_int_eq(e, is_good ? OK : ERR_PROTO_LENGTH);
    ck_assert_ptr_null(a.peer->in.body);
    for (size_t i = 0; i < n; i++)
        e = fixture_rx(&b, head + i, 1);
    ck_assert_int_eq(e, is_good ? OK : ERR_PROTO_LENGTH);
    ck_assert_str_eq(peer_fault(a.peer), peer_fault(b.peer));
    if (lengths[_i].words != NULL)
        ck_assert_str_eq(peer_fault(a.peer), lengths[_i].words);
    fixture_fini(&a);
    fixture_fini(&b);
}
END_TEST

START_TEST(peer_rx_keeps_no_more_than_a_message)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(200000) * 1024, 1024, FIXTURE_FAST);
    uint8_t head[6] = {0, 0, 0x61, 0xa9, 5, 0xff};
    ck_assert_int_eq(fixture_rx(&f, head, sizeof head), OK);
    for (int i = 1; i < 25000; i++) {
        ck_assert_ptr_nonnull(f.peer->in.body);
        ck_assert_int_eq(peer_rx(f.peer, head + 5, 1, f.now_ms), OK);
    }
    ck_assert_str_eq(fixture_log(&f), "has(200000)");
    ck_assert_ptr_null(f.peer->in.body);
    ck_assert(peer_is_seed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_rx_skips_unknown_and_foreign_without_keeping)
{
    static const uint8_t heads[][6] = {{0, 2, 0, 0, 77, 0},
                                       {0, 2, 0, 0, 20, 99},
                                       {0, 2, 0, 0, 20, 0}};
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;
        fixture_init(&f, SIZE, 1024, FIXTURE_FAST | FIXTURE_EXTENDED);
        ck_assert_int_eq(fixture_rx(&f, heads[i], 6), OK);
        for (int k = 0; k < 131070; k++) {
            ck_assert_ptr_null(f.peer->in.body);
            ck_assert_int_eq(peer_rx(f.peer, heads[i], 1, f.now_ms), OK);
        }
        ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_ALL), OK);
        ck_assert_str_eq(fixture_log(&f), "has(20)");
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(peer_rx_of_a_keepalive_flood_ends)
{
    static const uint8_t zeros[4096];
    struct fixture f;
    fixture_init(&f, SIZE, 1024, 0);
    ck_assert_int_eq(fixture_rx(&f, zeros, sizeof zeros), ERR_PROTO_FLOOD);
    ck_assert_str_eq(peer_fault(f.peer), "floods us with keep-alives");
    fixture_fini(&f);
}
END_TEST

Suite *peer_rx_suite(void)
{
    Suite *s = suite_create("peer_rx");
    TCase *t = tcase_create("stream");
    tcase_add_test(t, peer_rx_all_at_once_gives_the_events);
    tcase_add_test(t, peer_rx_byte_by_byte_gives_the_same);
    tcase_add_test(t, peer_rx_cut_at_each_offset_gives_the_same);
    tcase_add_test(t, peer_rx_through_block_memory_gives_the_same);
    tcase_add_test(t, peer_rx_truncated_anywhere_can_be_freed);
    suite_add_tcase(s, t);
    t = tcase_create("hostile");
    tcase_add_loop_test(t, peer_rx_of_a_wrong_length_ends_at_the_header, 0,
                        N_LENGTHS);
    tcase_add_test(t, peer_rx_keeps_no_more_than_a_message);
    tcase_add_test(t, peer_rx_skips_unknown_and_foreign_without_keeping);
    tcase_add_test(t, peer_rx_of_a_keepalive_flood_ends);
    suite_add_tcase(s, t);
    return s;
}
