#include "config.h"

#include "tests/model/suites.h"

#include "model/why.h"

#include <string.h>

#include "util/rng.h"

enum { SEED = 31 };

/* A torrent that does well: everybody sends, nothing holds it. */
static const struct why_input healthy = {
    .is_running = true,
    .down_Bps = 4 << 20,
    .best_peer_Bps = 1 << 20,
    .wanted_left_bytes = 1 << 30,
    .n_peers = 9,
    .n_seeds = 9,
    .n_known = 100,
    .n_dialable = 91,
    .max_peers = 60,
    .n_useful = 9,
    .n_giving = 9,
    .n_wanted = 1000,
    .n_slots = 8,
    .n_trackers = 2,
    .n_trackers_ok = 1,
    .next_announce_s = 60,
    .n_incoming = 3,
    .was_reached = true,
    .listen_port = 51413,
};

struct why_case {
    const char *what;
    void (*change)(struct why_input *in);
    enum why_kind first;
    const char *words; /* in its text */
};

static void nothing(struct why_input *in)
{
    (void)in;
}

static void paused(struct why_input *in)
{
    in->is_running = false;
}

static void full(struct why_input *in)
{
    in->is_no_space = true;
    in->n_useful_choking = 9;
}

static void alone(struct why_input *in)
{
    in->n_peers = in->n_useful = in->n_giving = 0;
    in->n_half_open = 22;
    in->n_known = 118;
}

static void useless(struct why_input *in)
{
    in->n_useful = in->n_giving = 0;
    in->n_no_source = in->n_wanted;
}

static void mostly_missing(struct why_input *in)
{
    in->n_no_source = 900;
}

static void choked_by_most(struct why_input *in)
{
    in->n_useful_choking = 6;
    in->n_giving = 3;
}

static void choked_by_all(struct why_input *in)
{
    in->n_useful_choking = 9;
    in->n_giving = 0;
    in->down_Bps = 0;
}

static void choked_by_one(struct why_input *in)
{
    in->n_useful_choking = 1;
    in->n_giving = 8;
}

static void silent(struct why_input *in)
{
    in->n_snubbing = 8;
    in->n_giving = 1;
}

static void capped(struct why_input *in)
{
    in->limit_down_Bps = 512000;
    in->all_limit_down_Bps = 1024000;
    in->down_capped_pct = 90;
    in->n_useful_choking = 4;
}

static void capped_by_all(struct why_input *in)
{
    in->all_limit_down_Bps = 512000;
    in->down_capped_pct = 90;
}

static void disk_behind(struct why_input *in)
{
    in->pool_used_pct = 100;
    in->n_disk_jobs = 12;
}

static void last_blocks(struct why_input *in)
{
    in->in_endgame = true;
    in->wanted_left_bytes = 65536;
    in->n_starved = 2;
}

static void trackers_down(struct why_input *in)
{
    in->n_peers = in->n_useful = in->n_giving = 2;
    in->n_trackers_ok = 0;
    in->n_trackers_failing = 2;
}

static void tracker_down(struct why_input *in)
{
    trackers_down(in);
    in->n_trackers = in->n_trackers_failing = 1;
}

static void trackers_disabled(struct why_input *in)
{
    trackers_down(in);
    in->n_trackers = in->n_trackers_failing = 0;
    in->n_trackers_disabled = 2;
}

static void tracker_disabled(struct why_input *in)
{
    trackers_disabled(in);
    in->n_trackers_disabled = 1;
}

static void other_tracker_down(struct why_input *in)
{
    tracker_down(in);
    in->n_trackers_disabled = 1;
}

static void seeding(struct why_input *in)
{
    in->is_finished = true;
    in->up_Bps = 100 << 10;
    in->n_they_want = 4;
    in->n_slots_used = 4;
}

static void seeding_to_nobody(struct why_input *in)
{
    seeding(in);
    in->n_they_want = in->n_slots_used = 0;
}

static void seeding_alone(struct why_input *in)
{
    seeding_to_nobody(in);
    in->n_peers = 0;
}

static void seeding_capped(struct why_input *in)
{
    seeding(in);
    in->limit_up_Bps = 102400;
    in->up_capped_pct = 100;
}

static void seeding_few_slots(struct why_input *in)
{
    seeding(in);
    in->n_slots = in->n_slots_used = 4;
    in->n_they_want = 10;
}

static const struct why_case cases[] = {
    {"healthy", nothing, WHY_PEERS_SLOW, "9 peers send 4.0 MiB/s"},
    {"paused", paused, WHY_NOT_RUNNING, "paused"},
    {"full", full, WHY_DISK_FULL, "could not be written"},
    {"alone", alone, WHY_NO_PEERS, "22 being tried, 118 known"},
    {"useless", useless, WHY_NO_SOURCES, "none of 9 peers"},
    {"mostly missing", mostly_missing, WHY_MISSING_PIECES, "900 of 1000"},
    {"choked by most", choked_by_most, WHY_CHOKED,
     "6 of 9 useful peers choke us; 3 unchoked give 4.0 MiB/s"},
    {"choked by all", choked_by_all, WHY_CHOKED, "all 9 useful peers"},
    {"choked by one", choked_by_one, WHY_PEERS_SLOW, "8 peers send"},
    {"silent", silent, WHY_SNUBBED, "8 of 9"},
    {"capped", capped, WHY_CAP, "this torrent's download limit of 500 KiB/s"},
    {"capped by all", capped_by_all, WHY_CAP, "the session's download limit"},
    {"disk behind", disk_behind, WHY_DISK, "12 jobs waiting; 100%"},
    {"last blocks", last_blocks, WHY_ENDGAME, "the last 64.0 KiB"},
    {"trackers down", trackers_down, WHY_TRACKERS, "none of 2 answers"},
    {"tracker down", tracker_down, WHY_TRACKERS, "the only one fails; next"},
    {"trackers disabled", trackers_disabled, WHY_TRACKERS,
     "all 2 are disabled"},
    {"tracker disabled", tracker_disabled, WHY_TRACKERS,
     "the only one is disabled"},
    {"another disabled", other_tracker_down, WHY_TRACKERS,
     "the only one that is not disabled fails"},
    {"seeding", seeding, WHY_PEERS_SLOW, "4 peers take 100 KiB/s"},
    {"to nobody", seeding_to_nobody, WHY_NO_DEMAND, "none of 9 peers"},
    {"seeding alone", seeding_alone, WHY_NO_PEERS, "nobody is connected"},
    {"seeding capped", seeding_capped, WHY_CAP, "upload limit of 100 KiB/s"},
    {"few slots", seeding_few_slots, WHY_SLOTS, "4 of 4 used; 6 more"},
};

START_TEST(heaviest_reason_comes_first)
{
    const struct why_case *c = &cases[_i];
    struct why_input in = healthy;
    struct why w;
    char line[200];
    c->change(&in);
    why_rank(&in, &w);
    ck_assert_uint_ge(w.n, 1);
    ck_assert_msg(w.reasons[0].kind == c->first, "%s: %s: %s", c->what,
                  w.reasons[0].title, w.reasons[0].text);
    ck_assert_msg(strstr(w.reasons[0].text, c->words) != NULL, "%s: %s",
                  c->what, w.reasons[0].text);
    why_line(&w, line, sizeof line);
    ck_assert_ptr_nonnull(strstr(line, w.reasons[0].text));
}
END_TEST

/* Nobody is here, and it is not said that trackers do not answer. */
START_TEST(disabled_trackers_are_not_blamed)
{
    struct why_input in = healthy;
    struct why w;
    alone(&in);
    trackers_disabled(&in);
    in.n_peers = 0;
    why_rank(&in, &w);
    ck_assert_int_eq(w.reasons[0].kind, WHY_NO_PEERS);
    ck_assert_str_eq(w.reasons[0].hint,
                     "all trackers are disabled: enable one, or add a peer");
    in.n_trackers_disabled = 0;
    in.n_trackers = 2;
    why_rank(&in, &w);
    ck_assert_ptr_null(strstr(w.reasons[0].hint, "disabled"));
}
END_TEST

/* What is wasted by one bad piece of many is not nothing. */
START_TEST(waste_is_never_said_to_be_none)
{
    struct why_input in = healthy;
    struct why w;
    in.n_hash_fails = 1;
    why_rank(&in, &w);
    const char *words = NULL;
    for (size_t i = 0; i < w.n; i++)
        if (w.reasons[i].kind == WHY_WASTE)
            words = w.reasons[i].text;
    ck_assert_pstr_eq(
        words, "less than 1% of what came was of no use; 1 piece failed");
}
END_TEST

START_TEST(what_does_not_limit_is_said_so)
{
    struct why w;
    why_rank(&healthy, &w);
    bool found = false;
    for (size_t i = 0; i < w.n; i++)
        if (w.reasons[i].kind == WHY_CAP) {
            found = true;
            ck_assert_str_eq(w.reasons[i].title, "not the cap");
            ck_assert_uint_lt(w.reasons[i].weight, WHY_LIMITS);
        }
    ck_assert(found);
}
END_TEST

START_TEST(line_is_empty_when_nothing_limits_and_cut_when_long)
{
    struct why w = {.n = 1};
    char line[8] = "before";
    w.reasons[0] = (struct why_reason){.weight = WHY_LIMITS - 1,
                                       .title = "title",
                                       .text = "text"};
    why_line(&w, line, sizeof line);
    ck_assert_str_eq(line, "");
    w.reasons[0].weight = WHY_LIMITS;
    why_line(&w, line, sizeof line);
    ck_assert_str_eq(line, "title: ");
}
END_TEST

static uint32_t any(const struct rng *rng)
{
    static const uint32_t odd[] = {0, 1, 2, 9, 100, 1000, UINT32_MAX};
    return odd[rng_below(rng, sizeof odd / sizeof *odd)];
}

static void fill_any(struct why_input *in, const struct rng *rng)
{
    *in = (struct why_input){
        .is_running = rng_below(rng, 8) > 0,
        .is_finished = rng_below(rng, 3) == 0,
        .is_no_space = rng_below(rng, 8) == 0,
        .in_endgame = rng_below(rng, 4) == 0,
        .down_Bps = (uint64_t)any(rng) << rng_below(rng, 32),
        .up_Bps = (uint64_t)any(rng) << rng_below(rng, 32),
        .best_peer_Bps = (uint64_t)any(rng) << rng_below(rng, 20),
        .wanted_left_bytes = UINT64_MAX,
        .limit_down_Bps = any(rng),
        .all_limit_up_Bps = any(rng),
        .down_capped_pct = rng_below(rng, 101),
        .up_capped_pct = rng_below(rng, 101),
        .n_peers = any(rng),
        .n_known = any(rng),
        .n_dialable = any(rng),
        .max_peers = any(rng),
        .n_useful = any(rng),
        .n_giving = any(rng),
        .n_snubbing = any(rng),
        .n_starved = any(rng),
        .n_no_source = any(rng),
        .n_one_source = any(rng),
        .n_wanted = any(rng),
        .n_slots = any(rng),
        .n_slots_used = any(rng),
        .n_they_want = any(rng),
        .n_disk_jobs = any(rng),
        .pool_used_pct = rng_below(rng, 130),
        .n_trackers = any(rng),
        .n_trackers_failing = any(rng),
        .n_trackers_disabled = any(rng),
        .next_announce_s = rng_below(rng, 2) == 0 ? -1 : INT64_MAX,
        .n_incoming = any(rng),
        .was_reached = rng_below(rng, 2) == 0,
        .listen_port = (uint16_t)rng_below(rng, 65536),
        .wasted_pct = rng_below(rng, 101),
        .n_hash_fails = any(rng),
    };
    in->n_useful_choking = in->n_useful / (1 + rng_below(rng, 3));
}

/* Whatever the numbers are: some reason, in order, in words that fit. */
START_TEST(any_input_is_ranked)
{
    uint64_t state = SEED;
    struct rng rng = rng_seeded(&state);
    for (int round = 0; round < 5000; round++) {
        struct why_input in;
        struct why w;
        fill_any(&in, &rng);
        why_rank(&in, &w);
        ck_assert_msg(w.n >= 1 && w.n <= WHY_MAX, "round %d", round);
        for (size_t i = 0; i < w.n; i++) {
            const struct why_reason *r = &w.reasons[i];
            ck_assert_uint_le(r->weight, 100);
            ck_assert_uint_gt(strlen(r->text), 0);
            ck_assert_uint_lt(strlen(r->text), WHY_TEXT_LEN - 1);
            ck_assert_uint_lt(strlen(r->title), WHY_TITLE_LEN);
            if (i > 0)
                ck_assert_uint_le(r->weight, w.reasons[i - 1].weight);
            for (size_t k = 0; k < i; k++)
                ck_assert_int_ne(r->kind, w.reasons[k].kind);
        }
    }
}
END_TEST

/* Of two that weigh as much: the order of their kinds. */
START_TEST(equals_come_by_kind)
{
    struct why_input in = healthy;
    struct why w;
    in.wasted_pct = 50;
    why_rank(&in, &w);
    ck_assert_uint_ge(w.n, 2);
    ck_assert_uint_eq(w.reasons[0].weight, w.reasons[1].weight);
    ck_assert_int_eq(w.reasons[0].kind, WHY_PEERS_SLOW);
    ck_assert_int_eq(w.reasons[1].kind, WHY_WASTE);
}
END_TEST

Suite *why_suite(void)
{
    Suite *s = suite_create("why");
    TCase *tc = tcase_create("why");
    tcase_add_loop_test(tc, heaviest_reason_comes_first, 0,
                        sizeof cases / sizeof *cases);
    tcase_add_test(tc, disabled_trackers_are_not_blamed);
    tcase_add_test(tc, waste_is_never_said_to_be_none);
    tcase_add_test(tc, what_does_not_limit_is_said_so);
    tcase_add_test(tc, line_is_empty_when_nothing_limits_and_cut_when_long);
    tcase_add_test(tc, any_input_is_ranked);
    tcase_add_test(tc, equals_come_by_kind);
    suite_add_tcase(s, tc);
    return s;
}
