#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <stdio.h>
#include <string.h>

#include "engine/torrent.h"
#include "model/detail.h"

/* What views are shown of a torrent, compared with what is known of it otherwise. */

enum { KB = 1024, MB = 1024 * KB };

static const uint32_t all_parts = FOCUS_PIECES | FOCUS_ACTIVE | FOCUS_PEERS |
                                  FOCUS_FILES | FOCUS_TRACKERS | FOCUS_HISTORY |
                                  FOCUS_SOURCES | FOCUS_AGES | FOCUS_TIMELINE |
                                  FOCUS_TRACE | FOCUS_STACK;

static void run_seconds(struct swarm *s, struct node *watched, int n)
{
    for (int i = 0; i < n; i++) {
        swarm_run_ms(s, 1000);
        node_second(watched);
    }
}

static struct detail *look(struct node *n, uint32_t parts, uint32_t peer,
                           uint32_t piece_idx)
{
    struct focus focus = {.torrent = torrent_id(node_torrent(n)),
                          .peer = peer,
                          .piece_idx = piece_idx,
                          .parts = parts};
    torrent_focus(node_torrent(n), &focus);
    return torrent_detail(node_torrent(n), &focus);
}

static void check_pieces(const struct detail *d, const struct frame_torrent *f)
{
    uint32_t n = 0, n_active = 0;
    for (int i = 0; i < DETAIL_N_STATES; i++)
        n += d->n_state[i];
    ck_assert_uint_eq(n, f->n_pieces);
    ck_assert_uint_eq(d->n_pieces, f->n_pieces);
    ck_assert_uint_eq(d->n_state[DETAIL_HAVE], f->n_pieces_have);
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        enum detail_piece state = detail_piece_state(d->pieces[i]);
        bool has_table = detail_active_at(d, i) != NULL;
        ck_assert(has_table ==
                  (state == DETAIL_ACTIVE || state == DETAIL_PARTIAL ||
                   state == DETAIL_CHECKING));
        n_active += has_table;
        ck_assert((d->sources[i] != 0) == (state == DETAIL_HAVE));
        ck_assert((d->ages_s[i] != UINT32_MAX) == (state == DETAIL_HAVE));
    }
    ck_assert_uint_eq(n_active, d->n_active);
}

static void check_blocks(const struct detail *d)
{
    uint64_t n_asked = 0, n_on_order = 0;
    for (size_t i = 0; i < d->n_active; i++) {
        const struct detail_active *a = &d->active[i];
        const struct detail_block *b = detail_blocks_of(d, a);
        uint32_t n_received = 0, n_asked_here = 0;
        ck_assert_ptr_nonnull(b);
        for (uint32_t k = 0; k < a->n_blocks; k++) {
            n_received += b[k].state == DETAIL_BLOCK_RECEIVED;
            n_asked_here += b[k].state == DETAIL_BLOCK_ASKED;
            if (b[k].state == DETAIL_BLOCK_ASKED)
                ck_assert_ptr_nonnull(detail_peer_by_id(d, b[k].peer));
        }
        ck_assert_uint_eq(a->n_received, n_received);
        ck_assert_uint_eq(a->n_asked, n_asked_here);
        n_asked += n_asked_here;
    }
    for (size_t i = 0; i < d->n_peers; i++) {
        const struct detail_peer *p = &d->peers[i];
        n_on_order += p->n_outstanding;
        ck_assert((p->oldest_ms != 0) == (p->n_outstanding > 0));
    }
    ck_assert_uint_eq(n_asked, n_on_order);
}

/* Blocks wait at their givers besides. */
static void check_gives(const struct detail_peer *p, int rtt_ms)
{
    ck_assert_uint_gt(p->bytes_down, 0);
    ck_assert_int_eq(p->rtt_us, rtt_ms * 1000);
    ck_assert_int_gt(p->request_delay_ms, rtt_ms + 10);
}

START_TEST(detail_agrees_with_what_goes_on)
{
    struct content *c = content_new(16 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *a =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 800 * KB});
    struct node *b =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 200 * KB});
    struct node *leech =
        swarm_add(s,
                  &(struct node_config){.latency_ms = 20, .is_watched = true});
    swarm_introduce(leech, a);
    swarm_introduce(b, leech);
    run_seconds(s, leech, 8);
    struct detail *d = look(leech, all_parts, 1, 0);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_DOWNLOADING);
    ck_assert_uint_gt(f.n_pieces_have, 0);
    check_pieces(d, &f);
    check_blocks(d);

    ck_assert_uint_eq(d->n_peers, 2);
    ck_assert_uint_ne(d->peers[0].slot, d->peers[1].slot);
    ck_assert_uint_lt(d->peers[0].id, d->peers[1].id);
    ck_assert_uint_eq(d->n_by_source[DETAIL_BY_USER], 1);
    ck_assert_uint_eq(d->n_by_source[DETAIL_BY_INCOMING], 1);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(d->peers[i].is_seed);
        ck_assert_uint_eq(d->peers[i].n_gives, f.n_pieces - f.n_pieces_have);
        ck_assert(d->peers[i].has_piece);
        check_gives(&d->peers[i], 40);
    }
    ck_assert_uint_eq(d->availability_min, 2);
    ck_assert_int_eq(f.availability_m, 2000);

    /* Both have all and let us: the quicker one is the likelier. */
    ck_assert_uint_gt(d->n_next, 0);
    for (uint32_t i = 0; i < d->n_next; i++)
        ck_assert_uint_eq(d->next_peer[i], d->stack[0].peer);

    ck_assert_uint_eq(d->filetable->n_files, 1);
    ck_assert_uint_eq(d->files[0].done_bytes, f.have_bytes);
    ck_assert_ptr_nonnull(d->history);
    ck_assert_uint_gt(history_stats(d->history, 60).down_max_Bps, 500 * KB);
    ck_assert_ptr_nonnull(d->timeline);
    ck_assert_uint_ge(timeline_len(d->timeline), 6);
    ck_assert_uint_eq(d->n_stack, 2); /* a sends four times what b does */
    ck_assert_uint_ne(d->stack[0].peer, d->stack[1].peer);
    ck_assert_uint_gt(detail_peer_by_id(d, d->stack[0].peer)->bytes_down,
                      detail_peer_by_id(d, d->stack[1].peer)->bytes_down);
    ck_assert_uint_ge(timeline_len(d->stack[1].timeline), 6);
    ck_assert_int_gt(f.eta_s, 0);
    ck_assert_int_le(f.eta_low_s, f.eta_s);
    ck_assert_uint_ge(d->why.n, 1);
    ck_assert(!f.is_stalled);
    detail_free(d);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Without parts there are only the facts. */
START_TEST(detail_has_only_what_was_asked_for)
{
    struct content *c = content_new(1 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *n = swarm_add(s, &(struct node_config){.is_seed = true,
                                                        .is_watched = true});
    struct detail *d = look(n, 0, 0, FOCUS_PIECE_NONE);
    ck_assert_ptr_null(d->pieces);
    ck_assert_ptr_null(d->active);
    ck_assert_ptr_null(d->peers);
    ck_assert_ptr_null(d->filetable);
    ck_assert_ptr_null(d->trackers);
    ck_assert_ptr_null(d->history);
    ck_assert_ptr_null(d->sources);
    ck_assert_ptr_null(d->ages_s);
    ck_assert_ptr_null(d->timeline);
    ck_assert_ptr_null(d->trace);
    ck_assert_str_eq(d->dir, "files");
    detail_free(d);
    swarm_free(s);
    content_free(c);
}
END_TEST

static uint64_t run_of(bool is_watched)
{
    struct content *c = content_new(4 * MB, 128 * KB);
    struct swarm *s = swarm_new(c);
    swarm_add(s,
              &(struct node_config){.is_seed = true, .line_up_Bps = 500 * KB});
    struct node_config config = {.line_up_Bps = 300 * KB,
                                 .latency_ms = 15,
                                 .is_watched = is_watched};
    struct node *first = swarm_add(s, &config);
    swarm_add_many(s, &config, 6);
    swarm_introduce_all(s, 5);
    for (int i = 0; i < 20; i++) {
        run_seconds(s, first, 1);
        if (is_watched) {
            struct focus focus = {.torrent = 1, .parts = all_parts};
            detail_free(torrent_detail(node_torrent(first), &focus));
        }
    }
    uint64_t hash = swarm_log_hash(s);
    swarm_free(s);
    content_free(c);
    return hash;
}

START_TEST(looking_changes_nothing)
{
    ck_assert_uint_eq(run_of(false), run_of(true));
}
END_TEST

START_TEST(trace_tells_the_dialogue)
{
    struct content *c = content_new(4 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 200 * KB});
    struct node *leech =
        swarm_add(s,
                  &(struct node_config){.latency_ms = 20, .is_watched = true});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 1000);
    /* Nothing is kept from before it was asked for. */
    struct detail *d = look(leech, FOCUS_TRACE, 1, 0);
    ck_assert_uint_eq(d->n_trace, 0);
    detail_free(d);
    swarm_run_ms(s, 3000);
    d = look(leech, FOCUS_TRACE, 1, 0);
    uint32_t n[DETAIL_TRACE_N_KINDS] = {0};
    ck_assert_uint_gt(d->n_trace, 0);
    for (size_t i = 0; i < d->n_trace; i++) {
        const struct detail_trace *e = &d->trace[i];
        n[e->kind]++;
        if (i > 0)
            ck_assert_int_ge(e->at_ms, d->trace[i - 1].at_ms);
        if (e->kind == DETAIL_TRACE_REQUEST) {
            ck_assert(e->is_out);
            ck_assert_int_ne(e->reason, DETAIL_PICK_NONE);
        }
        if (e->kind == DETAIL_TRACE_PIECE) {
            ck_assert(!e->is_out);
            ck_assert_uint_eq(e->len, 16 * KB);
            ck_assert_uint_ge(e->took_ms, 40);
        }
    }
    ck_assert_uint_gt(n[DETAIL_TRACE_REQUEST], 0);
    ck_assert_uint_gt(n[DETAIL_TRACE_PIECE], 10);
    ck_assert_uint_gt(n[DETAIL_TRACE_HAVE], 0);
    detail_free(d);
    /* Whom nobody looks at is forgotten. */
    torrent_focus(node_torrent(leech), NULL);
    d = look(leech, FOCUS_TRACE, 1, 0);
    ck_assert_uint_eq(d->n_trace, 0);
    detail_free(d);
    swarm_free(s);
    content_free(c);
}
END_TEST

START_TEST(only_source_is_named_and_missed_when_it_goes)
{
    struct content *c = content_new(4 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node_config half = {.n_pieces = 8, .line_up_Bps = 20 * KB};
    struct node *low = swarm_add(s, &half);
    half.first_piece = 6;
    half.n_pieces = 4;
    struct node *high = swarm_add(s, &half);
    struct node *leech =
        swarm_add(s, &(struct node_config){.is_watched = true});
    swarm_introduce(leech, low);
    swarm_introduce(leech, high);
    run_seconds(s, leech, 2);
    struct detail *d = look(leech, FOCUS_PIECES | FOCUS_PEERS, 1, 9);
    ck_assert_uint_eq(d->n_peers, 2);
    ck_assert_uint_eq(d->n_state[DETAIL_HAVE], 0);
    ck_assert_uint_eq(d->availability_min, 0);
    ck_assert_uint_eq(d->n_no_source, 6);
    ck_assert_uint_eq(d->n_one_source, 8);
    const struct detail_peer *p = detail_peer_by_id(d, 1);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->n_unique, d->n_unique);
    for (size_t i = 0; i < d->n_unique; i++)
        ck_assert_uint_eq(d->availability[d->unique[i]], 1);
    ck_assert_uint_eq(d->peers[0].n_unique + d->peers[1].n_unique, 8);
    ck_assert(d->peers[0].has_piece != d->peers[1].has_piece);
    ck_assert_ptr_nonnull(d->peer_has);
    detail_free(d);

    swarm_remove(low);
    swarm_remove(high);
    run_seconds(s, leech, 40);
    d = look(leech, FOCUS_PIECES | FOCUS_PEERS, 1, 9);
    ck_assert_uint_eq(d->n_peers, 0);
    ck_assert_uint_eq(d->n_gone, 2);
    ck_assert_str_ne(d->gone[0].words, "");
    detail_free(d);
    struct frame_torrent f = node_frame(leech);
    ck_assert(f.is_stalled);
    ck_assert_msg(strstr(f.cause, "nobody is connected") != NULL, "%s",
                  f.cause);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Of a torrent at rest frames share one row; what happens to it shows at once. */
START_TEST(a_row_is_shared_until_something_happens)
{
    struct content *c = content_new(2 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB,
                                           .is_watched = true});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    struct torrent *t = node_torrent(seed);
    run_seconds(s, seed, 10);
    const struct frame_torrent *row = torrent_row(t, 1);
    swarm_run_ms(s, 500);
    ck_assert_ptr_eq(torrent_row(t, 1), row);
    int64_t seconds_seed = row->seconds_seed;
    swarm_run_ms(s, 2000); /* but it is never older than this */
    ck_assert_int_gt(torrent_row(t, 1)->seconds_seed, seconds_seed);

    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 30000));
    row = torrent_row(t, 1);
    ck_assert_uint_eq(row->bytes_up, 2 * MB);
    ck_assert_uint_gt(row->rate_up_Bps, 0);
    run_seconds(s, seed, 60); /* they part, and the rates run out */
    row = torrent_row(t, 1);
    ck_assert_uint_eq(row->n_peers, 0);
    ck_assert_uint_eq(row->rate_up_Bps, 0);
    swarm_run_ms(s, 250);
    ck_assert_ptr_eq(torrent_row(t, 1), row);

    torrent_pause(t);
    ck_assert_int_eq(torrent_row(t, 1)->state, FRAME_PAUSED);
    torrent_resume(t);
    swarm_run_ms(s, 1000);
    ck_assert_int_eq(torrent_row(t, 1)->state, FRAME_SEEDING);
    swarm_free(s);
    content_free(c);
}
END_TEST

START_TEST(bad_piece_is_named_with_who_sent_it)
{
    struct content *c = content_new(2 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *liar =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 100 * KB});
    struct node *leech =
        swarm_add(s, &(struct node_config){.is_watched = true});
    simstore_lie(node_store(liar), 1000);
    swarm_introduce(leech, liar);
    for (int i = 0; i < 60 && node_n_events(leech, EVENT_HASH_FAILED) == 0; i++)
        run_seconds(s, leech, 1);
    const struct event *e = node_event(leech, EVENT_HASH_FAILED);
    ck_assert_int_eq(e->kind, EVENT_HASH_FAILED);
    char words[80];
    snprintf(words, sizeof words,
             "piece %u did not match its hash: 16 blocks from A", e->piece_idx);
    ck_assert_str_eq(e->text, words);
    struct detail *d = look(leech, FOCUS_PIECES, 0, 0);
    ck_assert(d->pieces[e->piece_idx] & DETAIL_BAD);
    ck_assert_uint_gt(d->n_bad, 0);
    detail_free(d);
    for (int k = 0; k < 60 && node_n_events(leech, EVENT_BANNED) == 0; k++)
        run_seconds(s, leech, 1);
    const char *banned = node_event(leech, EVENT_BANNED)->text;
    ck_assert_msg(strstr(banned, " (A)") != NULL, "%s", banned);
    swarm_free(s);
    content_free(c);
}
END_TEST

static const uint64_t sizes[] = {300 * KB, 0, 100, 700 * KB};

START_TEST(files_say_what_is_readable)
{
    struct content *c = content_new_files(sizes, 4, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *n =
        swarm_add(s, &(struct node_config){.n_pieces = 3, .is_watched = true});
    struct detail *d = look(n, FOCUS_FILES, 0, FOCUS_PIECE_NONE);
    ck_assert_uint_eq(d->filetable->n_files, 4);
    ck_assert_uint_eq(d->files[0].done_bytes, 192 * KB);
    ck_assert_uint_eq(d->files[0].contiguous_bytes, 192 * KB);
    ck_assert(d->files[0].has_first && !d->files[0].has_last);
    ck_assert(d->files[1].has_first && d->files[1].has_last);
    ck_assert_uint_eq(d->files[3].done_bytes, 0);
    detail_free(d);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *views_suite(void)
{
    Suite *s = suite_create("views");
    TCase *tc = tcase_create("views");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, detail_agrees_with_what_goes_on);
    tcase_add_test(tc, detail_has_only_what_was_asked_for);
    tcase_add_test(tc, looking_changes_nothing);
    tcase_add_test(tc, trace_tells_the_dialogue);
    tcase_add_test(tc, only_source_is_named_and_missed_when_it_goes);
    tcase_add_test(tc, a_row_is_shared_until_something_happens);
    tcase_add_test(tc, bad_piece_is_named_with_who_sent_it);
    tcase_add_test(tc, files_say_what_is_readable);
    suite_add_tcase(s, tc);
    return s;
}
