#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include "engine/seeker.h"
#include "engine/seeker_view.h"

#include <stdio.h>
#include <string.h>

/* From an info-hash to all the data, over connections that stay. */

enum { LATENCY_MS = 20 };

static const struct node_config seed_config = {.is_seed = true,
                                               .latency_ms = LATENCY_MS};
static const struct node_config plain_config = {.latency_ms = LATENCY_MS};

static bool has_torrent(void *ctx)
{
    return node_seeker(ctx) == NULL;
}

/* Metadata of one piece, of two, of several. */
static const struct {
    uint64_t size_bytes;
    uint32_t piece_len;
} shapes[] = {{100000, 16384},
              {1 << 20, 1024},
              {6 << 20, 1024},
              {3 << 20, 65536}};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

START_TEST(magnet_gets_all_from_one_seed)
{
    struct content *c =
        content_new(shapes[_i].size_bytes, shapes[_i].piece_len);
    struct swarm *s = swarm_new(c);
    struct node *seed = swarm_add(s, &seed_config);
    struct node *magnet = swarm_add_magnet(s, &plain_config);
    int64_t began_ms = swarm_now_ms(s);
    swarm_introduce(magnet, seed);
    ck_assert(swarm_run_while(s, 10000, has_torrent, magnet));
    /* Connection, handshakes, the extended one, then a round trip for two pieces. */
    int64_t n_rounds = ((int64_t)c->meta->info.len / 16384 + 2) / 2;
    ck_assert_int_le(swarm_now_ms(s) - began_ms,
                     2 * LATENCY_MS * (4 + n_rounds) * 2);
    ck_assert(node_run_finished(magnet, 60000));
    ck_assert(node_has_all(magnet));
    struct frame_torrent f = node_frame(magnet);
    ck_assert_uint_eq(f.bytes_down, shapes[_i].size_bytes);
    ck_assert_uint_eq(f.bytes_wasted, 0);
    swarm_report("magnet %d: %lld ms", _i, (long long)swarm_now_ms(s));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Nothing is dialled twice: the seed sees one connection from beginning to end. */
START_TEST(magnet_keeps_its_connections)
{
    struct content *c = content_new(4 << 20, 16384);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .latency_ms = LATENCY_MS,
                                           .line_up_Bps = 2 << 20});
    struct node *magnet =
        swarm_add_magnet(s, &(struct node_config){.latency_ms = LATENCY_MS,
                                                  .is_watched = true});
    swarm_introduce(magnet, seed);
    ck_assert(swarm_run_while(s, 10000, has_torrent, magnet));
    int64_t landed_ms = swarm_now_ms(s);
    /* It is asked at once: its interest is known, and it has unchoked. */
    swarm_run_ms(s, 1000);
    struct frame_torrent f = node_frame(magnet);
    ck_assert_uint_eq(f.n_peers, 1);
    ck_assert_uint_gt(f.bytes_down, 100000);
    ck_assert(node_run_finished(magnet, 60000));
    ck_assert_int_lt(node_finished_ms(magnet) - landed_ms, 4000);
    ck_assert_uint_eq(node_n_dials(magnet), 1);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Those who have nothing yet get it from one who has, then from one another. */
START_TEST(magnets_spread_from_one_seed)
{
    enum { N = 12 };
    struct content *c = content_new(2 << 20, 16384);
    struct swarm *s = swarm_new(c);
    struct node *seed = swarm_add(s, &seed_config);
    struct node *all[N];
    for (int i = 0; i < N; i++)
        all[i] = swarm_add_magnet(s, &plain_config);
    swarm_introduce(all[0], seed);
    swarm_introduce(all[1], seed);
    for (int i = 0; i < N; i++)
        swarm_introduce_to_some(all[i], 4);
    for (int i = 0; i < N; i++)
        ck_assert(swarm_run_while(s, 120000, has_torrent, all[i]));
    ck_assert(swarm_run_finished(s, 300000));
    for (int i = 0; i < N; i++)
        ck_assert(node_has_all(all[i]));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* A slow disk: it is checked for long, while its peers talk on. */
START_TEST(magnet_is_checked_while_its_peers_wait)
{
    struct content *c = content_new(1 << 20, 16384);
    struct swarm *s = swarm_new(c);
    struct node *seed = swarm_add(s, &seed_config);
    struct node *other =
        swarm_add(s, &(struct node_config){.n_pieces = 8,
                                           .latency_ms = LATENCY_MS});
    struct node *magnet =
        swarm_add_magnet(s, &(struct node_config){.n_pieces = 40,
                                                  .first_piece = 10,
                                                  .latency_ms = LATENCY_MS});
    node_set_disk_ms(magnet, 100);
    swarm_introduce(magnet, seed);
    swarm_introduce(magnet, other);
    ck_assert(swarm_run_while(s, 10000, has_torrent, magnet));
    ck_assert_int_eq(node_frame(magnet).state, FRAME_CHECKING);
    ck_assert_uint_eq(node_frame(magnet).n_peers, 2);
    ck_assert(node_run_finished(magnet, 120000));
    ck_assert(node_has_all(magnet));
    /* What it found is told to those that were there before. */
    ck_assert(node_run_finished(other, 120000));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Peers come and go all the while; the laws hold (inside.h). */
START_TEST(magnet_stops_at_any_time)
{
    for (int64_t ms = 0; ms < 400; ms += 9) {
        struct content *c = content_new(1 << 20, 1024);
        struct swarm *s = swarm_new(c);
        struct node *seed = swarm_add(s, &seed_config);
        struct node *magnet = swarm_add_magnet(s, &plain_config);
        swarm_introduce(magnet, seed);
        swarm_run_ms(s, ms);
        if (node_seeker(magnet) != NULL) {
            seeker_stop(node_seeker(magnet));
            swarm_run_ms(s, 1000);
            ck_assert(seeker_is_quiet(node_seeker(magnet)));
            seeker_start(node_seeker(magnet));
            swarm_run_ms(s, ms);
        }
        swarm_free(s);
        content_free(c);
    }
}
END_TEST

START_TEST(magnet_words_say_how_far_it_is)
{
    struct content *c = content_new(6 << 20, 1024);
    struct swarm *s = swarm_new(c);
    struct cause words;
    struct node *magnet = swarm_add_magnet(s, &plain_config);
    seeker_view_words(node_seeker(magnet), &words);
    ck_assert_str_eq(words.text,
                     "metadata: no peers yet, and the link names no tracker: "
                     "add a tracker or a peer");
    struct node *other = swarm_add_magnet(s, &plain_config);
    swarm_introduce(magnet, other);
    seeker_view_words(node_seeker(magnet), &words);
    ck_assert_str_eq(words.text, "metadata: connecting to 1 peer");
    swarm_run_ms(s, 1000);
    seeker_view_words(node_seeker(magnet), &words);
    ck_assert_str_eq(words.text, "metadata: none of 1 peer has them yet");
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .latency_ms = LATENCY_MS,
                                           .line_up_Bps = 50000});
    swarm_introduce(magnet, seed);
    swarm_run_ms(s, 1500);
    ck_assert_ptr_nonnull(node_seeker(magnet));
    seeker_view_words(node_seeker(magnet), &words);
    struct frame_torrent row = {.id = 1};
    seeker_view_row(node_seeker(magnet), &row);
    ck_assert_uint_eq(row.n_to_check, 8);
    ck_assert(row.n_checked > 0 && row.n_checked < 8);
    ck_assert_uint_eq(row.n_peers, 2);
    char begins[64];
    snprintf(begins, sizeof begins, "metadata %u/8 pieces from 1 peer (",
             (unsigned)row.n_checked);
    ck_assert_msg(strncmp(words.text, begins, strlen(begins)) == 0, "%s",
                  words.text);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *magnet_suite(void)
{
    Suite *s = suite_create("magnet");
    TCase *t = tcase_create("magnet");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, magnet_gets_all_from_one_seed, 0, N_SHAPES);
    tcase_add_test(t, magnet_keeps_its_connections);
    tcase_add_test(t, magnets_spread_from_one_seed);
    tcase_add_test(t, magnet_is_checked_while_its_peers_wait);
    tcase_add_test(t, magnet_stops_at_any_time);
    tcase_add_test(t, magnet_words_say_how_far_it_is);
    suite_add_tcase(s, t);
    return s;
}
