#include "config.h"

#include "tests/swarm/suites.h"

#include "proto/metadata.h"
#include "swarm/metadata_fetch.h"
#include "util/hash.h"
#include "util/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A torrent's metadata of made-up bytes, and peers that answer as each case has it, in
 * virtual time. */

enum { MAX_PEERS = 32, MAX_ASKS = 4096, LEFT = -1 };

enum manner {
    HONEST,
    SILENT, /* never answers */
    REJECTS,
    WRONG, /* right lengths, wrong bytes */
    SHORT  /* a byte too few */

};

struct fake {
    enum manner manner;
    int64_t delay_ms;
    uint32_t n_asked;
    bool is_liar; /* so the fetch said */
};

struct asked {
    peer_id_t id;
    uint32_t piece_idx;
    int64_t at_ms; /* when the answer comes */
};

struct scene {
    uint8_t *truth; /* owned */
    uint32_t size;
    uint64_t seed;
    struct rng rng;
    struct metadata_fetch *fetch; /* owned */
    struct fake peers[MAX_PEERS]; /* by id */
    struct asked asks[MAX_ASKS];  /* under way */
    size_t n_asks;
    uint32_t n_sent;
    int64_t now_ms;
    bool is_stuffed; /* nothing can be sent */
};

static bool on_ask(void *ctx, peer_id_t id, uint32_t piece_idx)
{
    struct scene *s = ctx;
    if (s->is_stuffed)
        return false;
    ck_assert_uint_lt(s->n_asks, MAX_ASKS);
    s->peers[id].n_asked++;
    s->n_sent++;
    s->asks[s->n_asks++] =
        (struct asked){id, piece_idx, s->now_ms + s->peers[id].delay_ms};
    return true;
}

static void on_liar(void *ctx, peer_id_t id)
{
    struct scene *s = ctx;
    ck_assert(!s->peers[id].is_liar);
    s->peers[id].is_liar = true;
}

static void scene_init(struct scene *s, uint32_t size)
{
    uint8_t hash[SHA1_LEN];
    memset(s, 0, sizeof *s);
    s->size = size;
    s->seed = 5;
    s->rng = rng_seeded(&s->seed);
    s->now_ms = 1000000;
    s->truth = xmalloc(size);
    for (uint32_t i = 0; i < size; i++)
        s->truth[i] = (uint8_t)(i * 7 + i / 999);
    hash_sha1(s->truth, size, hash);
    struct metadata_fetch_host host = {.ctx = s,
                                       .ask = on_ask,
                                       .on_liar = on_liar};
    s->fetch = metadata_fetch_new(hash, &host, &s->rng);
    for (size_t i = 0; i < MAX_PEERS; i++)
        s->peers[i].delay_ms = 100;
}

static void scene_fini(struct scene *s)
{
    metadata_fetch_free(s->fetch);
    free(s->truth);
}

static void join(struct scene *s, peer_id_t id, enum manner manner,
                 uint32_t size)
{
    s->peers[id].manner = manner;
    metadata_fetch_on_size(s->fetch, id, size, s->now_ms);
    metadata_fetch_check(s->fetch);
}

static void leave(struct scene *s, peer_id_t id)
{
    for (size_t i = 0; i < s->n_asks;)
        if (s->asks[i].id == id)
            s->asks[i] = s->asks[--s->n_asks];
        else
            i++;
    metadata_fetch_on_left(s->fetch, id, s->now_ms);
    metadata_fetch_check(s->fetch);
}

static void answer(struct scene *s, const struct asked *a)
{
    static uint8_t bytes[METADATA_PIECE_LEN];
    enum manner manner = s->peers[a->id].manner;
    size_t off = (size_t)a->piece_idx * METADATA_PIECE_LEN;
    size_t len = METADATA_PIECE_LEN;
    memset(bytes, 'w', sizeof bytes);
    if (manner != WRONG && off < s->size) {
        len = metadata_piece_len(s->size, a->piece_idx);
        memcpy(bytes, s->truth + off, len);
    }
    if (manner == WRONG && off < s->size &&
        a->piece_idx + 1 == metadata_n_pieces(s->size))
        len = metadata_piece_len(s->size, a->piece_idx);
    if (manner == REJECTS)
        metadata_fetch_on_reject(s->fetch, a->id, a->piece_idx, s->now_ms);
    else if (manner != SILENT)
        metadata_fetch_on_data(s->fetch, a->id, a->piece_idx, bytes,
                               manner == SHORT ? len - 1 : len, s->now_ms);
}

static bool is_found(const struct scene *s)
{
    size_t len;
    return metadata_fetch_result(s->fetch, &len) != NULL;
}

/* The earliest answer under way; n_asks: none. */
static size_t next_answer(const struct scene *s)
{
    size_t best = s->n_asks;
    for (size_t i = 0; i < s->n_asks; i++)
        if (s->peers[s->asks[i].id].manner != SILENT &&
            (best == s->n_asks || s->asks[i].at_ms < s->asks[best].at_ms))
            best = i;
    return best;
}

/* Until it is found, or `ms` passed; who was named a liar is cut off. */
static bool run(struct scene *s, int64_t ms)
{
    int64_t until_ms = s->now_ms + ms;
    while (!is_found(s)) {
        size_t i = next_answer(s);
        int64_t due_ms = metadata_fetch_deadline_ms(s->fetch, s->now_ms);
        ck_assert_int_ge(due_ms, s->now_ms);
        int64_t at_ms = i < s->n_asks ? s->asks[i].at_ms : INT64_MAX;
        if (at_ms > until_ms && due_ms > until_ms)
            break;
        if (at_ms <= due_ms) {
            struct asked a = s->asks[i];
            s->asks[i] = s->asks[--s->n_asks];
            s->now_ms = at_ms > s->now_ms ? at_ms : s->now_ms;
            answer(s, &a);
        } else {
            s->now_ms = due_ms;
            metadata_fetch_tick(s->fetch, s->now_ms);
        }
        metadata_fetch_check(s->fetch);
        for (peer_id_t id = 1; id < MAX_PEERS; id++)
            if (s->peers[id].is_liar && s->peers[id].delay_ms != LEFT) {
                leave(s, id);
                s->peers[id].delay_ms = LEFT;
            }
    }
    if (!is_found(s)) {
        s->now_ms = until_ms;
        return false;
    }
    size_t len;
    const uint8_t *bytes = metadata_fetch_result(s->fetch, &len);
    ck_assert_uint_eq(len, s->size);
    ck_assert_mem_eq(bytes, s->truth, len);
    return true;
}

static const uint32_t sizes[] = {1, 16383, 16384, 16385, 100000, 1 << 20};
enum { N_SIZES = sizeof sizes / sizeof sizes[0] };

START_TEST(fetch_from_one_peer_takes_two_at_a_time)
{
    struct scene s;
    scene_init(&s, sizes[_i]);
    uint32_t n_pieces = metadata_n_pieces(s.size);
    join(&s, 1, HONEST, s.size);
    ck_assert_uint_eq(s.n_asks, n_pieces < 2 ? n_pieces : 2);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    /* Never a wait but for answers. */
    ck_assert_int_eq(s.now_ms - began_ms, 100 * ((n_pieces + 1) / 2));
    ck_assert_uint_eq(s.n_sent, n_pieces);
    peer_id_t only;
    ck_assert_uint_eq(metadata_fetch_givers(s.fetch, &only), 1);
    ck_assert_uint_eq(only, 1);
    ck_assert_int_eq(metadata_fetch_deadline_ms(s.fetch, s.now_ms), INT64_MAX);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_of_one_at_a_time_where_that_is_wanted)
{
    struct scene s;
    scene_init(&s, 5 * METADATA_PIECE_LEN);
    metadata_fetch_one_at_once(s.fetch, 1);
    join(&s, 1, HONEST, s.size);
    ck_assert_uint_eq(s.n_asks, 1);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_eq(s.now_ms - began_ms, 500);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_is_shared_between_peers)
{
    struct scene s;
    scene_init(&s, 12 * METADATA_PIECE_LEN);
    for (peer_id_t id = 1; id <= 6; id++)
        join(&s, id, HONEST, s.size);
    ck_assert(run(&s, 100));
    for (peer_id_t id = 1; id <= 6; id++)
        ck_assert_uint_eq(metadata_fetch_n_from(s.fetch, id), 2);
    ck_assert_uint_eq(s.n_sent, 12);
    peer_id_t only;
    ck_assert_uint_eq(metadata_fetch_givers(s.fetch, &only), 6);
    ck_assert_uint_eq(only, PEER_ID_NONE);
    scene_fini(&s);
}
END_TEST

/* N9: what they tell of the size is no size at all, or another's. */
START_TEST(fetch_is_not_pinned_by_liars_about_the_size)
{
    static const uint32_t lies[] = {
        1, 16384, 99999, 100001, EXTENDED_MAX_METADATA, 1 << 20, 16777215};
    struct scene s;
    scene_init(&s, 100000);
    for (peer_id_t id = 1; id <= 20; id++)
        join(&s, id, id % 2 == 0 ? WRONG : SILENT, lies[id % 7]);
    (void)run(&s, 1000);
    join(&s, 21, HONEST, s.size);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_le(s.now_ms - began_ms, 400);
    ck_assert(!s.peers[21].is_liar);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_ignores_who_has_none_until_it_has)
{
    struct scene s;
    scene_init(&s, 20000);
    join(&s, 1, HONEST, 0);
    ck_assert(!run(&s, 100000));
    ck_assert_uint_eq(s.n_sent, 0);
    join(&s, 1, HONEST, s.size);
    ck_assert(run(&s, 1000));
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_bans_who_alone_sent_wrong_ones)
{
    struct scene s;
    scene_init(&s, 100000);
    join(&s, 1, WRONG, s.size);
    ck_assert(!run(&s, 5000));
    ck_assert(s.peers[1].is_liar);
    join(&s, 2, HONEST, s.size);
    ck_assert(run(&s, 5000));
    ck_assert(!s.peers[2].is_liar);
    scene_fini(&s);
}
END_TEST

/* Nobody knows whose piece was wrong: each then sends all of it alone. */
START_TEST(fetch_finds_the_liar_among_many)
{
    struct scene s;
    scene_init(&s, 20 * METADATA_PIECE_LEN);
    for (peer_id_t id = 1; id <= 5; id++)
        join(&s, id, id == 3 ? WRONG : HONEST, s.size);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_le(s.now_ms - began_ms, 2000);
    for (peer_id_t id = 1; id <= 5; id++)
        ck_assert(!s.peers[id].is_liar || id == 3);
    struct metadata_fetch_status status;
    metadata_fetch_status(s.fetch, s.now_ms, &status);
    ck_assert_uint_ge(status.n_failed, 1);
    scene_fini(&s);
}
END_TEST

/* N9: hash fail xN. */
START_TEST(fetch_outlives_any_number_of_liars)
{
    struct scene s;
    scene_init(&s, 5 * METADATA_PIECE_LEN + 5);
    for (peer_id_t id = 1; id <= 30; id++)
        join(&s, id, WRONG, s.size);
    ck_assert(!run(&s, 30000));
    for (peer_id_t id = 1; id <= 30; id++)
        ck_assert(s.peers[id].is_liar);
    join(&s, 31, HONEST, s.size);
    ck_assert(run(&s, 30000));
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_asks_again_what_is_not_answered)
{
    struct scene s;
    scene_init(&s, 3 * METADATA_PIECE_LEN);
    join(&s, 1, SILENT, s.size);
    ck_assert_uint_eq(s.n_asks, 2);
    /* Twice more, then it waits. */
    ck_assert(!run(&s, METADATA_FETCH_RETRY_MS - 1));
    ck_assert_uint_eq(s.peers[1].n_asked, 2);
    ck_assert(!run(&s, 1));
    ck_assert_uint_eq(s.peers[1].n_asked, 4);
    ck_assert(!run(&s, METADATA_FETCH_WAIT_MIN_MS - 1000));
    ck_assert_uint_eq(s.peers[1].n_asked, 4);
    ck_assert(!run(&s, METADATA_FETCH_WAIT_MAX_MS));
    ck_assert_uint_gt(s.peers[1].n_asked, 4);
    scene_fini(&s);
}
END_TEST

/* Who does not answer does not hold up what others could send. */
START_TEST(fetch_asks_a_second_peer_for_what_hangs)
{
    struct scene s;
    scene_init(&s, 2 * METADATA_PIECE_LEN);
    join(&s, 1, SILENT, s.size);
    join(&s, 2, HONEST, s.size);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_le(s.now_ms - began_ms, METADATA_FETCH_DOUBLE_MS + 100);
    scene_fini(&s);
}
END_TEST

/* Nor do many of them. */
START_TEST(fetch_is_not_held_up_by_a_silent_crowd)
{
    struct scene s;
    scene_init(&s, 4 * METADATA_PIECE_LEN);
    for (peer_id_t id = 1; id <= 20; id++)
        join(&s, id, SILENT, s.size);
    join(&s, 21, HONEST, s.size);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_le(s.now_ms - began_ms, 6000);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_takes_a_late_answer)
{
    struct scene s;
    scene_init(&s, 1000);
    s.peers[1].delay_ms = METADATA_FETCH_RETRY_MS + 500;
    join(&s, 1, HONEST, s.size);
    int64_t began_ms = s.now_ms;
    ck_assert(run(&s, 60000));
    ck_assert_int_eq(s.now_ms - began_ms, METADATA_FETCH_RETRY_MS + 500);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_backs_off_from_who_rejects)
{
    struct scene s;
    scene_init(&s, 5 * METADATA_PIECE_LEN);
    join(&s, 1, REJECTS, s.size);
    ck_assert(!run(&s, 10 * 60000));
    /* Two in the beginning, then in longer and longer steps to a minute. */
    ck_assert_uint_ge(s.peers[1].n_asked, 10);
    ck_assert_uint_le(s.peers[1].n_asked, 30);
    join(&s, 2, HONEST, s.size);
    ck_assert(run(&s, 1000));
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_backs_off_from_who_sends_wrong_lengths)
{
    struct scene s;
    scene_init(&s, 5 * METADATA_PIECE_LEN);
    join(&s, 1, SHORT, s.size);
    ck_assert(!run(&s, METADATA_FETCH_WAIT_MIN_MS));
    ck_assert_uint_eq(s.peers[1].n_asked, 2);
    ck_assert_uint_eq(metadata_fetch_n_from(s.fetch, 1), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_ignores_what_it_did_not_ask_for)
{
    struct scene s;
    static uint8_t zeros[METADATA_PIECE_LEN];
    scene_init(&s, 5 * METADATA_PIECE_LEN);
    join(&s, 1, SILENT, s.size);
    metadata_fetch_on_data(s.fetch, 1, 4, zeros, sizeof zeros, s.now_ms);
    metadata_fetch_on_data(s.fetch, 1, 1000, zeros, sizeof zeros, s.now_ms);
    metadata_fetch_on_data(s.fetch, 9, 0, zeros, sizeof zeros, s.now_ms);
    metadata_fetch_on_reject(s.fetch, 1, 4, s.now_ms);
    metadata_fetch_on_reject(s.fetch, 9, 0, s.now_ms);
    metadata_fetch_check(s.fetch);
    struct metadata_fetch_status status;
    metadata_fetch_status(s.fetch, s.now_ms, &status);
    ck_assert_uint_eq(status.n_have, 0);
    scene_fini(&s);
}
END_TEST

/* What came stays when its sender leaves, and another goes on with it. */
START_TEST(fetch_keeps_pieces_of_who_left)
{
    struct scene s;
    scene_init(&s, 10 * METADATA_PIECE_LEN);
    join(&s, 1, HONEST, s.size);
    ck_assert(!run(&s, 250));
    leave(&s, 1);
    ck_assert(!run(&s, 100000));
    join(&s, 2, HONEST, s.size);
    ck_assert(run(&s, 60000));
    ck_assert_uint_eq(s.peers[2].n_asked, 6);
    ck_assert_uint_eq(metadata_fetch_n_from(s.fetch, 1), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_follows_a_peer_that_tells_another_size)
{
    struct scene s;
    scene_init(&s, 40000);
    join(&s, 1, HONEST, 500000);
    join(&s, 1, HONEST, s.size);
    ck_assert(run(&s, 60000));
    scene_fini(&s);
}
END_TEST

/* Liars that claim the largest size cannot fill the memory, nor push out the others. */
START_TEST(fetch_memory_is_bounded)
{
    struct scene s;
    struct metadata_fetch_status status;
    scene_init(&s, 100000);
    for (peer_id_t id = 1; id <= 12; id++) {
        s.peers[id].delay_ms = 1;
        join(&s, id, WRONG, EXTENDED_MAX_METADATA - 16384 * id);
    }
    s.peers[13].delay_ms = 2500;
    join(&s, 13, HONEST, s.size);
    ck_assert(run(&s, 60000)); /* metadata_fetch_check() has the bound */
    metadata_fetch_status(s.fetch, s.now_ms, &status);
    ck_assert_uint_eq(status.n_sizes, 13 - status.n_failed);
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_waits_when_nothing_can_be_sent)
{
    struct scene s;
    scene_init(&s, 1000);
    s.is_stuffed = true;
    join(&s, 1, HONEST, s.size);
    ck_assert(!run(&s, 5000));
    s.is_stuffed = false;
    ck_assert(run(&s, 2000));
    scene_fini(&s);
}
END_TEST

START_TEST(fetch_status_says_what_most_tell)
{
    struct scene s;
    struct metadata_fetch_status status;
    scene_init(&s, 40000);
    join(&s, 1, SILENT, 500000);
    join(&s, 2, SILENT, s.size);
    join(&s, 3, SILENT, s.size);
    join(&s, 4, SILENT, 0);
    metadata_fetch_status(s.fetch, s.now_ms, &status);
    ck_assert_uint_eq(status.n_tell, 3);
    ck_assert_uint_eq(status.n_sizes, 2);
    ck_assert_uint_eq(status.size_bytes, s.size);
    ck_assert_uint_eq(status.n_same, 2);
    ck_assert_uint_eq(status.n_pieces, 3);
    ck_assert_uint_eq(status.n_waiting, 0);
    ck_assert(!run(&s, 9000));
    metadata_fetch_status(s.fetch, s.now_ms, &status);
    ck_assert_uint_eq(status.n_waiting, 3);
    scene_fini(&s);
}
END_TEST

/* From elsewhere, while a peer is asked: nobody is asked after. */
START_TEST(fetch_takes_right_ones_from_elsewhere)
{
    struct scene s;
    peer_id_t only;
    scene_init(&s, 200000);
    join(&s, 4, HONEST, s.size);
    ck_assert_uint_eq(metadata_fetch_givers(s.fetch, &only), 0);
    s.truth[7] ^= 1;
    ck_assert(!metadata_fetch_take(s.fetch, s.truth, s.size));
    ck_assert(!is_found(&s));
    s.truth[7] ^= 1;
    ck_assert(!metadata_fetch_take(s.fetch, s.truth, s.size - 1));
    ck_assert(metadata_fetch_take(s.fetch, s.truth, s.size));
    ck_assert(run(&s, 0));
    ck_assert_uint_eq(metadata_fetch_givers(s.fetch, &only), 0);
    uint32_t n_sent = s.n_sent;
    metadata_fetch_tick(s.fetch, s.now_ms + 60000);
    ck_assert_uint_eq(s.n_sent, n_sent);
    /* What comes late changes nothing. */
    answer(&s, &s.asks[0]);
    metadata_fetch_check(s.fetch);
    ck_assert(run(&s, 0));
    scene_fini(&s);
}
END_TEST

/* Peers of all manners come and go; when an honest one stays, it is found. */
START_TEST(fetch_in_any_company_is_found)
{
    struct scene s;
    scene_init(&s, 9 * METADATA_PIECE_LEN + 1 + (uint32_t)_i * 1000);
    s.seed = (uint64_t)_i + 1;
    for (int step = 0; step < 60 && !is_found(&s); step++) {
        peer_id_t id = 1 + rng_below(&s.rng, MAX_PEERS - 2);
        if (s.peers[id].is_liar)
            continue;
        leave(&s, id);
        s.peers[id].delay_ms = 1 + rng_below(&s.rng, 4000);
        join(&s, id, (enum manner)(1 + rng_below(&s.rng, 4)),
             rng_below(&s.rng, 3) == 0 ? 1 + rng_below(&s.rng, 1000000)
                                       : s.size);
        (void)run(&s, rng_below(&s.rng, 3000));
    }
    ck_assert(!is_found(&s));
    join(&s, MAX_PEERS - 1, HONEST, s.size);
    ck_assert(run(&s, 5 * 60000));
    ck_assert(!s.peers[MAX_PEERS - 1].is_liar);
    scene_fini(&s);
}
END_TEST

Suite *metadata_fetch_suite(void)
{
    Suite *s = suite_create("metadata_fetch");
    TCase *t = tcase_create("metadata_fetch");
    tcase_add_loop_test(t, fetch_from_one_peer_takes_two_at_a_time, 0, N_SIZES);
    tcase_add_test(t, fetch_of_one_at_a_time_where_that_is_wanted);
    tcase_add_test(t, fetch_is_shared_between_peers);
    tcase_add_test(t, fetch_is_not_pinned_by_liars_about_the_size);
    tcase_add_test(t, fetch_ignores_who_has_none_until_it_has);
    tcase_add_test(t, fetch_bans_who_alone_sent_wrong_ones);
    tcase_add_test(t, fetch_finds_the_liar_among_many);
    tcase_add_test(t, fetch_outlives_any_number_of_liars);
    tcase_add_test(t, fetch_asks_again_what_is_not_answered);
    tcase_add_test(t, fetch_asks_a_second_peer_for_what_hangs);
    tcase_add_test(t, fetch_is_not_held_up_by_a_silent_crowd);
    tcase_add_test(t, fetch_takes_a_late_answer);
    tcase_add_test(t, fetch_backs_off_from_who_rejects);
    tcase_add_test(t, fetch_backs_off_from_who_sends_wrong_lengths);
    tcase_add_test(t, fetch_ignores_what_it_did_not_ask_for);
    tcase_add_test(t, fetch_keeps_pieces_of_who_left);
    tcase_add_test(t, fetch_follows_a_peer_that_tells_another_size);
    tcase_add_test(t, fetch_memory_is_bounded);
    tcase_add_test(t, fetch_waits_when_nothing_can_be_sent);
    tcase_add_test(t, fetch_status_says_what_most_tell);
    tcase_add_test(t, fetch_takes_right_ones_from_elsewhere);
    tcase_add_loop_test(t, fetch_in_any_company_is_found, 0, 20);
    suite_add_tcase(s, t);
    return s;
}
