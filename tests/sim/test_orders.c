#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <stdlib.h>
#include <unistd.h>

#include "engine/standing.h"
#include "engine/steer.h"
#include "engine/torrent.h"
#include "model/command.h"
#include "model/detail.h"
#include "util/xalloc.h"

/* What a user orders while a torrent goes on. */

enum { KB = 1024, MB = 1024 * KB };

static struct content *c;
static struct swarm *s;
static char *path; /* of the resume state */

static void open_swarm(uint64_t size_bytes, uint32_t piece_len)
{
    const char *base = getenv("TMPDIR");
    path = xasprintf("%s/tessera-orders-XXXXXX", base != NULL ? base : ".");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(unlink(path), 0);
    c = content_new(size_bytes, piece_len);
    s = swarm_new(c);
}

static void close_swarm(void)
{
    char *backup = xasprintf("%s.bak", path);
    swarm_free(s);
    content_free(c);
    (void)unlink(path);
    (void)unlink(backup);
    free(backup);
    free(path);
}

static struct node *add_seed(uint64_t up_Bps)
{
    return swarm_add(s, &(struct node_config){.is_seed = true,
                                              .line_up_Bps = up_Bps});
}

static struct node *add_leech(void)
{
    return swarm_add(s, &(struct node_config){.resume_path = path,
                                              .latency_ms = 10,
                                              .is_watched = true});
}

static bool is_resting(void *ctx)
{
    return node_frame(ctx).state == FRAME_PAUSED &&
           node_frame(ctx).n_peers == 0;
}

static void pause_and_rest(struct node *n)
{
    torrent_pause(node_torrent(n));
    ck_assert(swarm_run_while(s, 20000, is_resting, n));
    swarm_run_ms(s, 100); /* the save */
}

static const uint32_t piece_lens[] = {256 * KB, 40000, 5 * MB};

/* Nothing moves, no memory is held, and nothing is fetched twice. */
START_TEST(pause_holds_nothing_and_loses_nothing)
{
    open_swarm(12 * MB + 777, piece_lens[_i]);
    struct node *seed = add_seed(1 * MB);
    struct node *leech = add_leech();
    swarm_introduce(leech, seed);
    for (int i = 0; i < 3; i++) {
        swarm_run_ms(s, 2500);
        ck_assert(!node_is_finished(leech));
        pause_and_rest(leech);
        uint64_t down = node_frame(leech).bytes_down;
        ck_assert_uint_eq(node_pool_used(leech), 0);
        swarm_run_ms(s, 30000);
        ck_assert_uint_eq(node_frame(leech).bytes_down, down);
        ck_assert(torrent_is_paused(node_torrent(leech)));
        torrent_resume(node_torrent(leech));
        swarm_run_ms(s, 100);
        ck_assert_int_eq(node_frame(leech).state, FRAME_DOWNLOADING);
        ck_assert_uint_eq(node_frame(leech).n_to_check, 0);
        swarm_introduce(leech, seed);
    }
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    struct frame_torrent f = node_frame(leech);
    ck_assert_uint_eq(f.bytes_down, f.size_bytes);
    ck_assert_uint_eq(node_n_events(leech, EVENT_FINISHED), 1);
    close_swarm();
}
END_TEST

/* In whatever order they come, the last one counts. */
START_TEST(orders_in_any_order_end_as_the_last)
{
    open_swarm(6 * MB, 256 * KB);
    struct node *seed = add_seed(1 * MB);
    struct node *leech = add_leech();
    swarm_introduce(leech, seed);
    for (int i = 0; i < 60; i++) {
        struct torrent *t = node_torrent(leech);
        switch (swarm_below(s, 4)) {
        case 0:
            torrent_pause(t);
            break;
        case 1:
            torrent_resume(t);
            break;
        case 2:
            torrent_verify(t);
            break;
        default:
            swarm_introduce(leech, seed);
            break;
        }
        swarm_run_ms(s, swarm_below(s, 4) * 50);
    }
    pause_and_rest(leech);
    torrent_verify(node_torrent(leech));
    ck_assert(swarm_run_while(s, 20000, is_resting, leech));
    torrent_resume(node_torrent(leech));
    swarm_introduce(leech, seed);
    /* Connections that were cut before they were greeted count as failed. */
    ck_assert(node_run_finished(leech, 200000));
    ck_assert(node_has_all(leech));
    torrent_pause(node_torrent(leech));
    node_stop(leech);
    node_start(leech);
    ck_assert_uint_eq(node_frame(leech).bytes_down,
                      node_frame(leech).bytes_down_run +
                          node_frame(leech).bytes_down);
    ck_assert_int_eq(node_frame(leech).state, FRAME_SEEDING);
    close_swarm();
}
END_TEST

/* Resumed in the middle of a save, and killed then: what the record vouches for is all
 * that there is, or it vouches for nothing. */
START_TEST(record_is_not_made_while_what_is_had_is_looked_at)
{
    open_swarm(1 * MB, 64 * KB);
    struct node *n = swarm_add(s, &(struct node_config){.is_seed = true,
                                                        .resume_path = path});
    pause_and_rest(n);
    ck_assert_int_eq(unlink(path), 0); /* what is there is not remembered */
    node_set_disk_ms(n, 10);
    torrent_verify(node_torrent(n));
    swarm_run_ms(s, 50);
    ck_assert(swarm_run_while(s, 20000, is_resting, n));
    torrent_resume(node_torrent(n));
    swarm_run_ms(s, 10 * _i);
    node_kill(n);
    node_set_disk_ms(n, 0);
    node_start(n);
    ck_assert_uint_eq(node_frame(n).have_bytes, 1 * MB);
    ck_assert_int_eq(node_frame(n).state, FRAME_SEEDING);
    close_swarm();
}
END_TEST

/* Waiting for its turn is a pause that is none of the user's. */
START_TEST(waiting_and_pausing_are_two_things)
{
    open_swarm(2 * MB, 64 * KB);
    struct node *seed = add_seed(1 * MB);
    struct node *leech = add_leech();
    struct torrent *t = node_torrent(leech);
    torrent_wait(t, "waits for its turn");
    swarm_run_ms(s, 100);
    ck_assert_int_eq(node_frame(leech).state, FRAME_QUEUED);
    ck_assert_str_eq(node_frame(leech).cause, "waits for its turn");
    torrent_pause_for(t, "seeded to 2.00");
    ck_assert_int_eq(node_frame(leech).state, FRAME_PAUSED);
    ck_assert_str_eq(node_frame(leech).cause, "seeded to 2.00");
    torrent_wait(t, NULL); /* its turn, but it is paused */
    swarm_run_ms(s, 100);
    ck_assert_int_eq(node_frame(leech).state, FRAME_PAUSED);
    torrent_wait(t, "waits again");
    torrent_resume(t);
    swarm_run_ms(s, 100);
    ck_assert_int_eq(node_frame(leech).state, FRAME_QUEUED);
    ck_assert(!torrent_is_paused(t));
    torrent_wait(t, NULL);
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    struct standing standing = standing_of(t);
    ck_assert(standing.is_running && standing.is_finished);
    ck_assert_uint_eq(standing.bytes_down, 2 * MB);
    close_swarm();
}
END_TEST

/* What was damaged behind our back is found, and fetched again. */
START_TEST(verify_finds_damage_and_repairs_it)
{
    open_swarm(4 * MB, 256 * KB);
    struct node *seed = add_seed(0);
    struct node *leech = add_leech();
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    uint64_t down = node_frame(leech).bytes_down;
    simstore_damage(node_store(leech), 5);
    swarm_run_ms(s, 20000);
    ck_assert_int_eq(node_frame(leech).state, FRAME_SEEDING);
    swarm_remove(seed);
    swarm_run_ms(s, 1000);
    torrent_verify(node_torrent(leech));
    swarm_run_ms(s, 1000);
    ck_assert_uint_eq(node_n_events(leech, EVENT_CHECKED), 1);
    ck_assert_uint_eq(node_frame(leech).n_pieces_have, 15);
    swarm_introduce(leech, add_seed(0));
    swarm_run_ms(s, 30000);
    ck_assert_uint_eq(node_frame(leech).n_pieces_have, 16);
    ck_assert(node_has_all(leech));
    ck_assert_uint_eq(node_frame(leech).bytes_down, down + 256 * KB);
    ck_assert_uint_eq(node_n_events(leech, EVENT_FINISHED), 2);
    close_swarm();
}
END_TEST

static const uint64_t sizes[] = {1 * MB, 1 * MB, 1 * MB};

START_TEST(files_are_dropped_and_wanted_again)
{
    path = xstrdup("unused");
    c = content_new_files(sizes, 3, 256 * KB);
    s = swarm_new(c);
    struct node *seed = add_seed(500 * KB);
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 10});
    struct torrent *t = node_torrent(leech);
    ck_assert_int_eq(steer_want(t, 1, 2, 0), OK);
    ck_assert_int_eq(steer_want(t, 3, 1, 0), ERR_INVALID);
    ck_assert_int_eq(steer_want(t, 0, 1, 4), ERR_INVALID);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 10000);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_FINISHED);
    ck_assert_uint_eq(f.have_bytes, 1 * MB);
    ck_assert_int_eq(steer_want(t, 2, 0, 3), OK);
    ck_assert_int_eq(node_frame(leech).state, FRAME_DOWNLOADING);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 10000);
    f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_FINISHED);
    ck_assert_uint_eq(f.have_bytes, 2 * MB);
    ck_assert_uint_eq(node_n_events(leech, EVENT_FINISHED), 2);
    ck_assert_int_eq(steer_want(t, 0, 0, 2), OK);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 60000);
    ck_assert(node_has_all(leech));
    close_swarm();
}
END_TEST

START_TEST(limits_hold_from_the_order_on)
{
    open_swarm(16 * MB, 256 * KB);
    struct node *seed = add_seed(4 * MB);
    struct node *leech = add_leech();
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 1500);
    steer_limit(node_torrent(leech),
                &(struct command_limits){.has_down = true,
                                         .down_Bps = 100 * KB});
    swarm_run_ms(s, 2000);
    uint64_t before = node_frame(leech).bytes_down;
    swarm_run_ms(s, 20000);
    uint64_t moved = node_frame(leech).bytes_down - before;
    ck_assert_uint_ge(moved, 1900 * KB);
    ck_assert_uint_le(moved, 2100 * KB);
    steer_limit(node_torrent(leech), &(struct command_limits){.has_up = true});
    ck_assert_uint_eq(node_frame(leech).limit_down_Bps, 100 * KB);
    steer_limit(node_torrent(leech),
                &(struct command_limits){.has_down = true});
    ck_assert_uint_eq(node_n_events(leech, EVENT_LIMITS), 3);
    ck_assert(node_run_finished(leech, 20000));
    close_swarm();
}
END_TEST

START_TEST(fewer_connections_send_the_latest_away)
{
    open_swarm(8 * MB, 256 * KB);
    struct node *leech = add_leech();
    for (int i = 0; i < 6; i++)
        swarm_introduce(leech, add_seed(20 * KB));
    swarm_run_ms(s, 3000);
    ck_assert_uint_eq(node_frame(leech).n_peers, 6);
    steer_limit(node_torrent(leech),
                &(struct command_limits){.has_peers = true, .max_peers = 2});
    swarm_run_ms(s, 20000);
    ck_assert_uint_eq(node_frame(leech).n_peers, 2);
    close_swarm();
}
END_TEST

static uint32_t first_peer(struct node *n)
{
    struct focus focus = {.torrent = 1, .parts = FOCUS_PEERS};
    struct detail *d = torrent_detail(node_torrent(n), &focus);
    uint32_t id = d->n_peers > 0 ? d->peers[0].id : 0;
    detail_free(d);
    return id;
}

START_TEST(peers_are_sent_away_and_banned)
{
    open_swarm(8 * MB, 256 * KB);
    struct node *seed = add_seed(100 * KB);
    struct node *leech = add_leech();
    struct torrent *t = node_torrent(leech);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 3000);
    uint32_t id = first_peer(leech);
    ck_assert_uint_ne(id, 0);
    ck_assert_int_eq(steer_send_away(t, id, false), OK);
    ck_assert_int_eq(steer_send_away(t, id, false), ERR_NOT_FOUND);
    /* It may come back. */
    swarm_run_ms(s, 30000);
    uint32_t again = first_peer(leech);
    ck_assert_uint_gt(again, id);
    ck_assert_int_eq(steer_send_away(t, again, true), OK);
    swarm_run_ms(s, 200000);
    ck_assert_uint_eq(first_peer(leech), 0);
    ck_assert_uint_eq(node_frame(leech).n_banned, 1);
    ck_assert(node_is_banned_by(seed, leech));
    close_swarm();
}
END_TEST

START_TEST(shunned_peer_gets_nothing_until_undone)
{
    open_swarm(8 * MB, 256 * KB);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .is_watched = true,
                                           .line_up_Bps = 200 * KB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 10});
    struct torrent *t = node_torrent(seed);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 3000);
    uint32_t id = first_peer(seed);
    uint64_t before = node_frame(leech).bytes_down;
    ck_assert_uint_gt(before, 0);
    ck_assert_int_eq(steer_snub(t, id, true), OK);
    ck_assert_int_eq(steer_snub(t, id + 1, true), ERR_NOT_FOUND);
    /* Choked at once; what is on its way still comes, and ten allowed-fast pieces. */
    swarm_run_ms(s, 60000);
    uint64_t shunned = node_frame(leech).bytes_down;
    ck_assert_uint_lt(shunned, before + 3 * MB);
    swarm_run_ms(s, 60000);
    ck_assert_uint_eq(node_frame(leech).bytes_down, shunned);
    struct focus focus = {.torrent = torrent_id(t), .parts = FOCUS_PEERS};
    struct detail *d = torrent_detail(t, &focus);
    ck_assert(d->peers[0].is_shunned);
    ck_assert(d->peers[0].am_choking);
    detail_free(d);
    /* It is the address that is shunned: coming again does not help. */
    ck_assert_int_eq(steer_send_away(t, id, false), OK);
    swarm_run_ms(s, 120000);
    uint32_t again = first_peer(seed);
    ck_assert_uint_gt(again, id);
    ck_assert_uint_lt(node_frame(leech).bytes_down, shunned + 3 * MB);
    ck_assert(!node_is_finished(leech));
    ck_assert_int_eq(steer_snub(t, again, false), OK);
    ck_assert(node_run_finished(leech, 120000));
    close_swarm();
}
END_TEST

START_TEST(raised_piece_comes_next)
{
    open_swarm(16 * MB, 256 * KB);
    struct node *seed = add_seed(500 * KB);
    struct node *leech = add_leech();
    struct torrent *t = node_torrent(leech);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 3000);
    struct focus focus = {.torrent = 1, .parts = FOCUS_PIECES};
    struct detail *d = torrent_detail(t, &focus);
    uint32_t at = 0;
    while (detail_piece_state(d->pieces[at]) != DETAIL_MISSING)
        at++;
    detail_free(d);
    ck_assert_int_eq(steer_raise(t, at), OK);
    ck_assert_int_eq(steer_raise(t, 64), ERR_INVALID);
    swarm_run_ms(s, 6000);
    d = torrent_detail(t, &focus);
    ck_assert_int_eq(detail_piece_state(d->pieces[at]), DETAIL_HAVE);
    ck_assert_uint_gt(d->n_state[DETAIL_MISSING], 20);
    detail_free(d);
    ck_assert_int_eq(steer_raise(t, at), ERR_INVALID);
    close_swarm();
}
END_TEST

START_TEST(paused_from_the_start_asks_nobody)
{
    open_swarm(4 * MB, 256 * KB);
    struct node *seed = add_seed(0);
    struct node *leech = add_leech();
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 2);
    pause_and_rest(leech);
    node_stop(leech);
    node_set_paused(leech, true);
    node_start(leech);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 10000);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_PAUSED);
    ck_assert_uint_eq(f.bytes_down, 0);
    torrent_resume(node_torrent(leech));
    ck_assert(node_run_finished(leech, 60000));
    close_swarm();
}
END_TEST

Suite *orders_suite(void)
{
    Suite *suite = suite_create("orders");
    TCase *tc = tcase_create("orders");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, pause_holds_nothing_and_loses_nothing, 0,
                        sizeof piece_lens / sizeof *piece_lens);
    tcase_add_test(tc, orders_in_any_order_end_as_the_last);
    tcase_add_loop_test(tc, record_is_not_made_while_what_is_had_is_looked_at,
                        0, 16);
    tcase_add_test(tc, waiting_and_pausing_are_two_things);
    tcase_add_test(tc, verify_finds_damage_and_repairs_it);
    tcase_add_test(tc, files_are_dropped_and_wanted_again);
    tcase_add_test(tc, limits_hold_from_the_order_on);
    tcase_add_test(tc, fewer_connections_send_the_latest_away);
    tcase_add_test(tc, peers_are_sent_away_and_banned);
    tcase_add_test(tc, shunned_peer_gets_nothing_until_undone);
    tcase_add_test(tc, raised_piece_comes_next);
    tcase_add_test(tc, paused_from_the_start_asks_nobody);
    suite_add_tcase(suite, tc);
    return suite;
}
