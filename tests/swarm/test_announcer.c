/* The policy of announces in virtual time. Most tests are scenarios: what
 * happens at which second, and the log of what was sent. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/announcer.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TRACKERS = 8, LOG_MAX = 2000 };

/* What a tracker does with an announce:
 *   +  answers          0  answers without counts
 *   -  fails            f  answers with a failure reason
 *   n  fails for ever   r  fails, "retry in" 1000 s
 *   ?  nothing, until told */
struct fixture {
    struct announcer *a;
    struct rng rng;
    char manner[MAX_TRACKERS];
    bool pending[MAX_TRACKERS];
    bool scrape_pending[MAX_TRACKERS];
    struct announcer_request last[MAX_TRACKERS];
    char last_id[MAX_TRACKERS][16];
    struct announcer_totals totals;
    int64_t interval_ms, min_interval_ms;
    int64_t now_ms;
    char log[LOG_MAX];
};

enum { START_MS = 5000000 };

/* Dice that always show the lowest number; for rng_below() a 2 is the least
 * that it takes without throwing again. */
static void fill_lowest(void *ctx, void *out, size_t len)
{
    (void)ctx;
    ck_assert_uint_eq(len, 4);
    memcpy(out, (const uint8_t[]){0, 0, 0, 2}, 4);
}

static void say(struct fixture *f, size_t idx, const char *what)
{
    size_t len = strlen(f->log);

    snprintf(f->log + len, sizeof f->log - len, "%s%lld:%c:%s",
             len > 0 ? " " : "", (long long)(f->now_ms - START_MS) / 1000,
             (char)('a' + idx), what);
}

static void host_totals(void *ctx, struct announcer_totals *out)
{
    *out = ((struct fixture *)ctx)->totals;
}

static void host_announce(void *ctx, const struct announcer_request *req)
{
    static const char *const NAMES[] = {"-", "c", "s", "x", "p"};
    struct fixture *f = ctx;
    size_t idx = req->tracker_idx;

    ck_assert(!f->pending[idx]);
    f->pending[idx] = true;
    f->last[idx] = *req;
    memset(f->last_id[idx], 0, sizeof f->last_id[idx]);
    if (req->request.tracker_id.len > 0)
        memcpy(f->last_id[idx], req->request.tracker_id.p,
               req->request.tracker_id.len);
    say(f, idx, NAMES[req->request.event]);
}

static void host_scrape(void *ctx, size_t idx, const char *url)
{
    struct fixture *f = ctx;

    ck_assert_ptr_nonnull(strstr(url, "/announce"));
    ck_assert(!f->scrape_pending[idx]);
    f->scrape_pending[idx] = true;
    say(f, idx, "scrape");
}

static void host_cancel(void *ctx, size_t idx)
{
    struct fixture *f = ctx;

    ck_assert(f->pending[idx]);
    f->pending[idx] = false;
    say(f, idx, "cancel");
}

static void open_with(struct fixture *f, const char *tiers, const char *manners,
                      bool all_tiers)
{
    struct announcer_config config = {.all_tiers = all_tiers};
    struct announcer_host host = {.ctx = f,
                                  .totals = host_totals,
                                  .announce = host_announce,
                                  .scrape = host_scrape,
                                  .cancel = host_cancel};

    *f = (struct fixture){.now_ms = START_MS,
                          .interval_ms = 1800000,
                          .totals = {.left = 10, .port = 6881}};
    f->rng = (struct rng){fill_lowest, NULL};
    config.key = 7;
    config.rng = &f->rng;
    f->a = announcer_new(&config, &host);
    for (size_t i = 0; tiers[i] != '\0'; i++) {
        char url[64];

        /* Only those that leave out counts have a scrape here. */
        snprintf(url, sizeof url, "http://%c/%s", (char)('a' + i),
                 manners[i] == '0' ? "announce" : "x");
        ck_assert_int_eq(announcer_add(f->a, (uint32_t)(tiers[i] - '0'), url),
                         OK);
        f->manner[i] = manners[i];
    }
}

static void open_fixture(struct fixture *f, const char *tiers,
                         const char *manners)
{
    open_with(f, tiers, manners, false);
}

static void close_fixture(struct fixture *f)
{
    announcer_check(f->a);
    announcer_free(f->a);
}

static void answer(struct fixture *f, size_t idx, char manner)
{
    struct addr peer = addr_v4((const uint8_t[]){9, 1, 1, 1}, 6881);
    struct tracker_reply r;

    if (manner == '?')
        return;
    f->pending[idx] = false;
    tracker_reply_init(&r);
    r.interval_ms = f->interval_ms;
    r.min_interval_ms = f->min_interval_ms;
    if (manner == '+') {
        r.n_seeds = 3;
        r.n_leechers = 4;
        tracker_reply_add(&r, &peer);
    }
    if (manner == 'f') {
        r.is_failure = true;
        tracker_text_set(&r.failure, span_of("no\tway"));
    }
    if (manner == '+' || manner == '0' || manner == 'f')
        announcer_on_reply(f->a, idx, &r, f->now_ms);
    else if (manner == 'n')
        announcer_on_failure(f->a, idx, "gone", TRACKER_RETRY_NEVER, f->now_ms);
    else
        announcer_on_failure(f->a, idx, "down", manner == 'r' ? 1000000 : 0,
                             f->now_ms);
    tracker_reply_fini(&r);
}

/* Do all that is due now, until nothing is. */
static void settle(struct fixture *f)
{
    struct tracker_scrape scrape = {.n_seeds = 8, .n_leechers = 9};

    for (int round = 0; announcer_deadline_ms(f->a) <= f->now_ms; round++) {
        ck_assert_int_lt(round, 100);
        announcer_tick(f->a, f->now_ms);
        announcer_check(f->a);
        for (size_t i = 0; i < announcer_n_trackers(f->a); i++) {
            if (f->pending[i])
                answer(f, i, f->manner[i]);
            if (f->scrape_pending[i])
                announcer_on_scrape(f->a, i, &scrape, f->now_ms);
            f->scrape_pending[i] = false;
            announcer_check(f->a);
        }
    }
}

static void run_until(struct fixture *f, int64_t until_ms)
{
    int64_t deadline_ms;

    settle(f);
    while ((deadline_ms = announcer_deadline_ms(f->a)) < until_ms) {
        ck_assert_int_gt(deadline_ms, f->now_ms);
        f->now_ms = deadline_ms;
        settle(f);
    }
    f->now_ms = until_ms;
}

struct act {
    int64_t at_s;
    const char *what;
};

static void do_act(struct fixture *f, const char *what)
{
    size_t idx = (size_t)(what[0] - 'a');

    if (strcmp(what, "start") == 0)
        announcer_start(f->a, f->now_ms);
    else if (strcmp(what, "stop") == 0)
        announcer_stop(f->a, f->now_ms);
    else if (strcmp(what, "complete") == 0)
        announcer_completed(f->a, f->now_ms);
    else if (strcmp(what, "want") == 0)
        announcer_want_peers(f->a, f->now_ms);
    else if (strcmp(what, "again") == 0)
        announcer_reannounce(f->a, f->now_ms);
    else if (strcmp(what, "elsewhere") == 0)
        announcer_wake(f->a, 0, f->now_ms, f->now_ms);
    else if (strcmp(what, "slept") == 0) /* an hour; asked in 5 s */
        announcer_wake(f->a, 3600000, f->now_ms + 5000, f->now_ms);
    else if (strcmp(what, "partial") == 0)
        f->totals.is_partial_seed = true;
    else if (strcmp(what, "min600") == 0)
        f->min_interval_ms = 600000;
    else if (strcmp(what, "add z") == 0)
        ck_assert_int_eq(announcer_add(f->a, 0, "udp://z:1"), OK);
    else if (what[1] == '=')
        f->manner[idx] = what[2];
    else if (what[1] == '!')
        answer(f, idx, what[2]);
    else if (strcmp(what + 1, " off") == 0)
        announcer_disable(f->a, idx, f->now_ms);
    else if (strcmp(what + 1, " on") == 0)
        announcer_enable(f->a, idx, f->now_ms);
    else
        ck_assert_str_eq(what, "end");
}

static const struct scenario {
    const char *name;
    const char *tiers, *manners;
    bool all_tiers;
    struct act acts[8]; /* the last says when to stop looking */
    const char *log;
} SCENARIOS[] = {
    {"regular announces keep the interval",
     "0",
     "+",
     false,
     {{0, "start"}, {4000, "end"}},
     "0:a:s 1800:a:- 3600:a:-"},
    {"BEP 12: tiers in order, each announce begins at the first",
     "012",
     "-++",
     false,
     {{0, "start"}, {2000, "end"}},
     "0:a:s 0:b:s 1800:a:s 1800:b:-"},
    {"BEP 12: the one that answers goes to the front of its tier",
     "00",
     "+-", /* these dice shuffle a, b to b, a */
     false,
     {{0, "start"}, {2000, "end"}},
     "0:b:s 0:a:s 1800:a:-"},
    {"BEP 12: a whole tier before the next",
     "001",
     "--+",
     false,
     {{0, "start"}, {1000, "end"}},
     "0:b:s 0:a:s 0:c:s"},
    {"a failing tracker climbs the ladder",
     "0",
     "-",
     false,
     {{0, "start"}, {22000, "end"}},
     "0:a:s 20:a:s 320:a:s 1220:a:s 3020:a:s 6620:a:s 13820:a:s 21020:a:s"},
    {"an answer brings back to the foot of the ladder",
     "0",
     "-",
     false,
     {{0, "start"}, {100, "a=+"}, {400, "a=-"}, {2400, "end"}},
     "0:a:s 20:a:s 320:a:s 2120:a:- 2140:a:-"},
    {"a failure reason is a failure",
     "01",
     "f+",
     false,
     {{0, "start"}, {100, "end"}},
     "0:a:s 0:b:s"},
    {"retry in (BEP 31) is longer than the ladder",
     "0",
     "r",
     false,
     {{0, "start"}, {1500, "end"}},
     "0:a:s 1000:a:s"},
    {"retry never (BEP 31) until the user asks",
     "0",
     "n",
     false,
     {{0, "start"}, {100000, "again"}, {200000, "end"}},
     "0:a:s 100000:a:s"},
    {"completed at once on the transition, once",
     "0",
     "+",
     false,
     {{0, "start"}, {10, "complete"}, {2000, "end"}},
     "0:a:s 10:a:c 1810:a:-"},
    {"completed while started is in flight: after its answer",
     "0",
     "?",
     false,
     {{0, "start"}, {5, "complete"}, {9, "a=+"}, {10, "a!+"}, {2000, "end"}},
     "0:a:s 10:a:c 1810:a:-"},
    {"completed is not for a tracker that never knew us incomplete",
     "0",
     "-",
     false,
     {{0, "start"}, {5, "complete"}, {6, "a=+"}, {2000, "end"}},
     "0:a:s 20:a:s 1820:a:-"},
    {"completed in a started that fails is not said twice",
     "0",
     "?",
     false,
     {{0, "start"}, {5, "complete"}, {6, "a=+"}, {7, "a!-"}, {1000, "end"}},
     "0:a:s 27:a:s"},
    {"completed is said again when it was not heard",
     "0",
     "+",
     false,
     {{0, "start"},
      {50, "a=-"},
      {100, "complete"},
      {110, "a=+"},
      {2000, "end"}},
     "0:a:s 100:a:c 120:a:c 1920:a:-"},
    {"stopped to those that were told started, nothing after",
     "012",
     "-+?",
     false,
     {{0, "start"}, {50, "stop"}, {9000, "end"}},
     "0:a:s 0:b:s 50:b:x"},
    {"stopped is not repeated when it fails",
     "0",
     "+",
     false,
     {{0, "start"}, {40, "a=-"}, {50, "stop"}, {9000, "end"}},
     "0:a:s 50:a:x"},
    {"stopped to one that may have heard started",
     "0",
     "?",
     false,
     {{0, "start"}, {50, "stop"}, {100, "end"}},
     "0:a:s 50:a:cancel 50:a:x"},
    {"stopped to nobody when nobody answered",
     "0",
     "-",
     false,
     {{0, "start"}, {5, "stop"}, {100, "end"}},
     "0:a:s"},
    {"started again after stopped",
     "0",
     "+",
     false,
     {{0, "start"}, {50, "stop"}, {60, "start"}, {100, "end"}},
     "0:a:s 50:a:x 60:a:s"},
    {"started again while stopped is in flight",
     "0",
     "+",
     false,
     {{0, "start"}, {40, "a=?"}, {50, "stop"}, {51, "start"}, {99, "end"}},
     "0:a:s 50:a:x 51:a:cancel 51:a:s"},
    {"completed after stop is nobody's business",
     "0",
     "+",
     false,
     {{0, "start"}, {50, "stop"}, {60, "complete"}, {100, "end"}},
     "0:a:s 50:a:x"},
    {"wanting peers: early, each time later, the interval resets",
     "0",
     "+",
     false,
     {{0, "start"},
      {30, "want"},
      {130, "want"},
      {400, "want"},
      {2700, "want"},
      {3000, "end"}},
     "0:a:s 120:a:- 360:a:- 840:a:- 2640:a:- 2760:a:-"},
    {"wanting peers again and again changes nothing",
     "0",
     "+",
     false,
     {{0, "start"}, {30, "want"}, {31, "want"}, {32, "want"}, {200, "end"}},
     "0:a:s 120:a:-"},
    {"wanting peers: not below the min interval",
     "0",
     "+",
     false,
     {{0, "min600"}, {0, "start"}, {30, "want"}, {700, "end"}},
     "0:a:s 600:a:-"},
    {"wanting peers: not while an announce is in flight",
     "0",
     "?",
     false,
     {{0, "start"}, {30, "want"}, {100, "end"}},
     "0:a:s"},
    {"wanting peers does not break a back-off",
     "0",
     "-",
     false,
     {{0, "start"}, {5, "want"}, {6, "want"}, {30, "end"}},
     "0:a:s 20:a:s"},
    {"wanting peers: the failed first tracker, then the working one in time",
     "01",
     "-+",
     false,
     {{0, "start"}, {30, "want"}, {2000, "end"}},
     "0:a:s 0:b:s 30:a:s 120:b:- 1920:a:s 1920:b:-"},
    {"the user asks: after the floor of 60 s",
     "0",
     "+",
     false,
     {{0, "start"}, {30, "again"}, {100, "end"}},
     "0:a:s 60:a:-"},
    {"the user asks: not below the min interval",
     "0",
     "+",
     false,
     {{0, "min600"}, {0, "start"}, {30, "again"}, {700, "end"}},
     "0:a:s 600:a:-"},
    {"the user asks: a failed tracker at once",
     "0",
     "-",
     false,
     {{0, "start"}, {5, "again"}, {10, "end"}},
     "0:a:s 5:a:s"},
    {"another network: a failed tracker at once",
     "0",
     "-",
     false,
     {{0, "start"}, {100, "elsewhere"}, {110, "end"}},
     "0:a:s 20:a:s 100:a:s"},
    {"another network: not below the min interval",
     "0",
     "+",
     false,
     {{0, "min600"}, {0, "start"}, {30, "elsewhere"}, {700, "end"}},
     "0:a:s 600:a:-"},
    {"another network: who said never is not asked",
     "0",
     "n",
     false,
     {{0, "start"}, {100, "elsewhere"}, {200, "end"}},
     "0:a:s"},
    {"slept: that counts for the min interval",
     "0",
     "+",
     false,
     {{0, "min600"}, {0, "start"}, {30, "slept"}, {700, "end"}},
     "0:a:s 35:a:-"},
    {"slept: what was in flight is given up",
     "0",
     "?",
     false,
     {{0, "start"}, {10, "complete"}, {30, "slept"}, {90, "end"}},
     "0:a:s 30:a:cancel 35:a:s"},
    {"slept: the first of all tiers again, not before it is time",
     "012",
     "-++",
     false,
     {{0, "start"}, {90, "slept"}, {94, "a=+"}, {200, "end"}},
     "0:a:s 0:b:s 95:a:s"},
    {"slept while stopped: nothing",
     "0",
     "+",
     false,
     {{0, "start"}, {50, "stop"}, {60, "slept"}, {99, "end"}},
     "0:a:s 50:a:x"},
    {"partial seed (BEP 21): paused in place of started, stopped stays",
     "0",
     "+",
     false,
     {{0, "partial"}, {0, "start"}, {2000, "stop"}, {2001, "end"}},
     "0:a:p 1800:a:p 2000:a:x"},
    {"all tiers: each by itself",
     "0112",
     "+-+-",
     true,
     {{0, "start"}, {50, "end"}},
     "0:a:s 0:c:s 0:d:s 20:d:s"},
    {"a tracker added while running waits for its turn",
     "0",
     "+",
     false,
     {{0, "start"}, {10, "add z"}, {11, "b=+"}, {50, "a=-"}, {1900, "end"}},
     "0:a:s 1800:a:- 1800:b:s"},
    {"disabled: never asked, whatever comes",
     "0",
     "0",
     false,
     {{0, "a off"},
      {0, "start"},
      {10, "again"},
      {20, "want"},
      {30, "complete"},
      {40, "slept"},
      {50, "stop"},
      {9000, "end"}},
     ""},
    {"disabled: the next is asked at once, and it is told stopped once",
     "01",
     "++",
     false,
     {{0, "start"},
      {10, "a off"},
      {20, "a off"},
      {30, "again"},
      {2000, "complete"},
      {2010, "stop"},
      {9000, "end"}},
     "0:a:s 10:a:x 10:b:s 70:b:- 1870:b:- 2000:b:c 2010:b:x"},
    {"disabled: passed over in its tier, whose order stays",
     "00",
     "++", /* these dice shuffle a, b to b, a */
     false,
     {{0, "start"}, {10, "b off"}, {20, "a off"}, {30, "b on"}, {99, "end"}},
     "0:b:s 10:b:x 10:a:s 20:a:x 30:b:s"},
    {"disabled while an announce is under way: cancelled, and told stopped",
     "01",
     "?+",
     false,
     {{0, "start"}, {5, "a off"}, {9, "end"}},
     "0:a:s 5:a:cancel 5:a:x 5:b:s"},
    {"disabled: its stopped does not put off the others, nor their failures",
     "01",
     "+-",
     false,
     {{0, "start"}, {9, "a=?"}, {10, "a off"}, {20, "a!+"}, {40, "end"}},
     "0:a:s 10:a:x 10:b:s 30:b:s"},
    {"disabled: its stopped that fails has nobody asked early",
     "012",
     "-++",
     false,
     {{0, "start"}, {29, "b=?"}, {30, "b off"}, {400, "b!-"}, {1000, "end"}},
     "0:a:s 0:b:s 30:b:x 30:a:s 30:c:s"},
    {"disabled: a stopped that fails is not repeated",
     "0",
     "+",
     false,
     {{0, "start"}, {9, "a=-"}, {10, "a off"}, {9000, "end"}},
     "0:a:s 10:a:x"},
    {"disabled: one that failed is told nothing, and disturbs nobody",
     "01",
     "-+",
     false,
     {{0, "start"}, {30, "a off"}, {1900, "end"}},
     "0:a:s 0:b:s 1800:b:-"},
    {"disabled: another than the one in use does not hasten that",
     "012",
     "-+-",
     false,
     {{0, "start"}, {30, "c off"}, {1900, "end"}},
     "0:a:s 0:b:s 1800:a:s 1800:b:-"},
    {"disabled: with all of them nobody is asked until one is enabled",
     "01",
     "++",
     false,
     {{0, "start"},
      {10, "a off"},
      {11, "b off"},
      {5000, "again"},
      {6000, "b on"},
      {6100, "end"}},
     "0:a:s 10:a:x 10:b:s 11:b:x 6000:b:s"},
    {"disabled all: one that is added is asked at once",
     "0",
     "+",
     false,
     {{0, "start"}, {10, "a off"}, {19, "b=+"}, {20, "add z"}, {30, "end"}},
     "0:a:s 10:a:x 20:b:s"},
    {"enabled while its stopped is in flight: started, as a new one",
     "0",
     "+",
     false,
     {{0, "start"},
      {9, "a=?"},
      {10, "a off"},
      {11, "a on"},
      {12, "a!+"},
      {99, "end"}},
     "0:a:s 10:a:x 11:a:cancel 11:a:s"},
    {"enabled: its failures are forgotten",
     "0",
     "n",
     false,
     {{0, "start"}, {10, "a off"}, {11, "a=+"}, {12, "a on"}, {99, "end"}},
     "0:a:s 12:a:s"},
    {"enabled after completion: started with nothing left is all",
     "0",
     "+",
     false,
     {{0, "start"}, {10, "a off"}, {20, "complete"}, {30, "a on"}, {99, "end"}},
     "0:a:s 10:a:x 30:a:s"},
    {"disabled while at rest: nothing at the start; enabled at rest: asked "
     "then",
     "0",
     "+",
     false,
     {{0, "start"},
      {10, "stop"},
      {20, "a off"},
      {30, "start"},
      {40, "stop"},
      {50, "a on"},
      {60, "start"},
      {99, "end"}},
     "0:a:s 10:a:x 60:a:s"},
    {"disabled while stopped is in flight at rest: that goes on",
     "0",
     "+",
     false,
     {{0, "start"},
      {9, "a=?"},
      {10, "stop"},
      {11, "a off"},
      {12, "start"},
      {13, "stop"},
      {14, "a!+"},
      {99, "end"}},
     "0:a:s 10:a:x"},
    {"disabled: with all tiers each walk goes on by itself",
     "0012",
     "+++-",
     true,
     {{0, "start"}, {10, "b off"}, {11, "d off"}, {50, "end"}},
     "0:b:s 0:c:s 0:d:s 10:b:x 10:a:s"},
    {"disabled: not scraped",
     "0",
     "0",
     false,
     {{0, "start"}, {10, "a off"}, {9000, "end"}},
     "0:a:s 0:a:scrape 10:a:x"},
    {"counts left out are scraped",
     "0",
     "0",
     false,
     {{0, "start"}, {1900, "end"}},
     "0:a:s 0:a:scrape 1800:a:- 1800:a:scrape"},
    {"nothing before start, no tracker: nothing",
     "",
     "",
     false,
     {{0, "start"}, {10, "again"}, {20, "complete"}, {30, "stop"}, {99, "end"}},
     ""},
};

START_TEST(scenario_sends_what_the_log_says)
{
    const struct scenario *s = &SCENARIOS[_i];
    const struct act *act = s->acts;
    struct fixture f;

    open_with(&f, s->tiers, s->manners, s->all_tiers);
    ck_assert(announcer_is_quiet(f.a));
    for (;; act++) {
        run_until(&f, START_MS + act->at_s * 1000);
        do_act(&f, act->what);
        if (strcmp(act->what, "end") == 0)
            break;
        settle(&f);
    }
    ck_assert_msg(strcmp(f.log, s->log) == 0, "%s:\n got %s\nwant %s", s->name,
                  f.log, s->log);
    close_fixture(&f);
}
END_TEST

START_TEST(request_carries_what_the_host_told)
{
    struct fixture f;
    const struct tracker_request *req = &f.last[0].request;

    open_fixture(&f, "0", "+");
    f.totals = (struct announcer_totals){.uploaded = 1,
                                         .downloaded = 2,
                                         .left = 3,
                                         .port = 4};
    announcer_start(f.a, f.now_ms);
    settle(&f);
    ck_assert_str_eq(f.last[0].url, "http://a/x");
    ck_assert_uint_eq(req->uploaded, 1);
    ck_assert_uint_eq(req->downloaded, 2);
    ck_assert_uint_eq(req->left, 3);
    ck_assert_uint_eq(req->port, 4);
    ck_assert_uint_eq(req->key, 7);
    ck_assert_int_eq(req->numwant, ANNOUNCER_NUMWANT);
    f.totals.left = 0;
    announcer_stop(f.a, f.now_ms);
    settle(&f);
    ck_assert_int_eq(req->numwant, 0);
    ck_assert_uint_eq(req->left, 0);
    ck_assert_uint_eq(req->key, 7);
    close_fixture(&f);
}
END_TEST

START_TEST(request_echoes_tracker_id)
{
    struct fixture f;
    struct tracker_reply r;

    open_fixture(&f, "0", "?");
    announcer_start(f.a, f.now_ms);
    settle(&f);
    ck_assert_str_eq(f.last_id[0], "");
    tracker_reply_init(&r);
    memcpy(r.tracker_id, "i\0d", 3);
    r.tracker_id_len = 3;
    f.pending[0] = false;
    announcer_on_reply(f.a, 0, &r, f.now_ms);
    f.manner[0] = '+';
    run_until(&f, f.now_ms + 1800001);
    ck_assert_uint_eq(f.last[0].request.tracker_id.len, 3);
    ck_assert_mem_eq(f.last_id[0], "i\0d", 3);
    /* An answer without one does not take it away. */
    run_until(&f, f.now_ms + 1800001);
    ck_assert_uint_eq(f.last[0].request.tracker_id.len, 3);
    close_fixture(&f);
}
END_TEST

START_TEST(key_chosen_when_not_given)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    struct announcer_config config = {.rng = &rng};
    struct announcer_host host = {.ctx = NULL};
    struct announcer *a = announcer_new(&config, &host);

    ck_assert_uint_ne(announcer_key(a), 0);
    announcer_free(a);
    announcer_free(NULL);
}
END_TEST

START_TEST(add_refuses_what_is_no_tracker)
{
    struct fixture f;
    char big[TRACKER_MAX_URL + 2];

    open_fixture(&f, "", "");
    ck_assert_int_eq(announcer_add(f.a, 0, "ftp://a/x"), ERR_UNSUPPORTED);
    ck_assert_int_eq(announcer_add(f.a, 0, ""), ERR_UNSUPPORTED);
    ck_assert_int_eq(announcer_add(f.a, 0, " \t\n"), ERR_UNSUPPORTED);
    ck_assert_int_eq(announcer_add(f.a, 0, " \thttp://a/x \r\n"), OK);
    ck_assert_int_eq(announcer_add(f.a, 3, "http://a/x"), ERR_BUSY);
    ck_assert_int_eq(announcer_add(f.a, 0, "http://a/xx"), OK);
    ck_assert_int_eq(announcer_add(f.a, 0, "UDP://a:1"), OK);
    ck_assert_int_eq(announcer_add(f.a, 0, "https://a"), OK);
    memset(big, 'x', sizeof big);
    memcpy(big, "http://", 7);
    big[sizeof big - 1] = '\0';
    ck_assert_int_eq(announcer_add(f.a, 0, big), ERR_TOO_BIG);
    big[sizeof big - 2] = '\0';
    ck_assert_int_eq(announcer_add(f.a, 0, big), OK);
    ck_assert_uint_eq(announcer_n_trackers(f.a), 5);
    for (int i = 5; i < ANNOUNCER_MAX_TRACKERS; i++) {
        snprintf(big, sizeof big, "http://a/%d", i);
        ck_assert_int_eq(announcer_add(f.a, (uint32_t)i % 7, big), OK);
    }
    ck_assert_int_eq(announcer_add(f.a, 0, "http://b"), ERR_TOO_BIG);
    close_fixture(&f);
}
END_TEST

/* The next is asked in place of the one that goes, and the last leaves nobody. */
START_TEST(remove_leaves_the_others_their_turn)
{
    for (int all_tiers = 0; all_tiers < 2; all_tiers++) {
        struct fixture f;
        open_with(&f, "012", "?++", all_tiers != 0);
        announcer_start(f.a, f.now_ms);
        announcer_tick(f.a, f.now_ms);
        ck_assert(f.pending[0]);
        f.pending[0] = false; /* given up by the caller */
        announcer_remove(f.a, 0, f.now_ms);
        announcer_check(f.a);
        ck_assert_uint_eq(announcer_n_trackers(f.a), 2);
        announcer_tick(f.a, f.now_ms);
        announcer_check(f.a);
        ck_assert_str_eq(f.last[all_tiers].url, "http://b/x");
        announcer_remove(f.a, 1, f.now_ms);
        announcer_remove(f.a, 0, f.now_ms);
        announcer_check(f.a);
        ck_assert_uint_eq(announcer_n_trackers(f.a), 0);
        ck_assert_int_eq(announcer_deadline_ms(f.a), INT64_MAX);
        ck_assert_int_eq(announcer_add(f.a, 0, "http://d/x"), OK);
        ck_assert_int_le(announcer_deadline_ms(f.a), f.now_ms);
        announcer_stop(f.a, f.now_ms);
        close_fixture(&f);
    }
}
END_TEST

/* What views and counts have of one that is disabled. */
START_TEST(disabled_tracker_status_and_counts)
{
    struct fixture f;
    struct announcer_tracker t;
    struct announcer_attempt past[ANNOUNCER_HISTORY];
    int64_t n_seeds, n_leechers;

    open_fixture(&f, "01", "+-");
    announcer_start(f.a, f.now_ms);
    settle(&f);
    announcer_disable(f.a, 0, f.now_ms);
    ck_assert_uint_eq(announcer_n_disabled(f.a), 1);
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), f.now_ms);
    settle(&f);
    announcer_tracker(f.a, 0, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_DISABLED);
    ck_assert_int_eq(t.next_ms, -1);
    ck_assert_uint_eq(t.tier, 0);
    ck_assert_uint_eq(announcer_history(f.a, 0, past, ANNOUNCER_HISTORY), 2);
    ck_assert_int_eq(past[0].event, TRACKER_EVENT_STOPPED);
    announcer_swarm(f.a, &n_seeds, &n_leechers);
    ck_assert_int_eq(n_seeds, -1);
    announcer_disable(f.a, 1, f.now_ms);
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), -1);
    run_until(&f, f.now_ms + 60000);
    ck_assert_int_eq(announcer_deadline_ms(f.a), INT64_MAX);
    close_fixture(&f);
}
END_TEST

/* Its answer may come late: it is nobody's. */
START_TEST(disabled_tracker_forgets_its_scrape)
{
    struct fixture f;
    struct announcer_tracker t;
    struct tracker_scrape scrape = {.n_seeds = 8, .n_leechers = 9};

    open_fixture(&f, "0", "0");
    announcer_start(f.a, f.now_ms);
    announcer_tick(f.a, f.now_ms);
    answer(&f, 0, '0');
    announcer_tick(f.a, f.now_ms);
    ck_assert(f.scrape_pending[0]);
    announcer_disable(f.a, 0, f.now_ms);
    announcer_on_scrape(f.a, 0, &scrape, f.now_ms);
    announcer_tracker(f.a, 0, &t);
    ck_assert_int_eq(t.n_seeds, -1);
    announcer_remove(f.a, 0, f.now_ms);
    ck_assert_uint_eq(announcer_n_disabled(f.a), 0);
    close_fixture(&f);
}
END_TEST

START_TEST(answers_to_nothing_ignored)
{
    struct fixture f;
    struct tracker_reply r;

    open_fixture(&f, "0", "+");
    tracker_reply_init(&r);
    announcer_on_reply(f.a, 0, &r, f.now_ms);
    announcer_on_failure(f.a, 0, "x", 0, f.now_ms);
    announcer_on_reply(f.a, 9, &r, f.now_ms);
    announcer_on_failure(f.a, 9, "x", 0, f.now_ms);
    announcer_on_scrape(f.a, 0, NULL, f.now_ms);
    announcer_on_scrape(f.a, 9, NULL, f.now_ms);
    ck_assert(announcer_is_quiet(f.a));
    ck_assert_int_eq(announcer_deadline_ms(f.a), INT64_MAX);
    announcer_start(f.a, f.now_ms);
    settle(&f);
    announcer_on_failure(f.a, 0, "late", 0, f.now_ms);
    announcer_stop(f.a, f.now_ms);
    settle(&f);
    announcer_on_reply(f.a, 0, &r, f.now_ms);
    ck_assert_str_eq(f.log, "0:a:s 0:a:x");
    ck_assert(announcer_is_quiet(f.a));
    close_fixture(&f);
}
END_TEST

START_TEST(is_quiet_when_every_stopped_is_answered)
{
    struct fixture f;

    open_with(&f, "01", "++", true);
    announcer_start(f.a, f.now_ms);
    ck_assert(!announcer_is_quiet(f.a));
    settle(&f);
    f.manner[0] = f.manner[1] = '?';
    announcer_stop(f.a, f.now_ms);
    ck_assert(!announcer_is_quiet(f.a));
    settle(&f);
    ck_assert_int_eq(announcer_deadline_ms(f.a), INT64_MAX);
    answer(&f, 0, '+');
    ck_assert(!announcer_is_quiet(f.a));
    answer(&f, 1, '-');
    ck_assert(announcer_is_quiet(f.a));
    ck_assert_int_eq(announcer_deadline_ms(f.a), INT64_MAX);
    close_fixture(&f);
}
END_TEST

START_TEST(reannounce_says_when)
{
    struct fixture f;

    open_fixture(&f, "0", "+");
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), -1);
    announcer_start(f.a, f.now_ms);
    settle(&f);
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms),
                     START_MS + ANNOUNCER_FLOOR_MS);
    f.now_ms += ANNOUNCER_FLOOR_MS + 5;
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), f.now_ms);
    f.manner[0] = '?';
    settle(&f);
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), f.now_ms);
    announcer_stop(f.a, f.now_ms);
    ck_assert_int_eq(announcer_reannounce(f.a, f.now_ms), -1);
    close_fixture(&f);
}
END_TEST

START_TEST(tracker_status_follows)
{
    struct fixture f;
    struct announcer_tracker a, b, c;
    int64_t n_seeds, n_leechers;

    open_fixture(&f, "012", "f??");
    announcer_tracker(f.a, 0, &a);
    ck_assert_int_eq(a.state, ANNOUNCER_UNUSED);
    ck_assert_int_eq(a.last_ms, -1);
    ck_assert_int_eq(a.next_ms, -1);
    announcer_start(f.a, f.now_ms);
    announcer_tracker(f.a, 0, &a);
    ck_assert_int_eq(a.next_ms, f.now_ms);
    settle(&f);
    announcer_tracker(f.a, 0, &a);
    announcer_tracker(f.a, 1, &b);
    announcer_tracker(f.a, 2, &c);
    ck_assert_int_eq(a.state, ANNOUNCER_FAILING);
    ck_assert_str_eq(a.words, "no\xef\xbf\xbdway"); /* cleaned */
    ck_assert_uint_eq(a.n_fails, 1);
    ck_assert_int_eq(b.state, ANNOUNCER_ANNOUNCING);
    ck_assert_int_eq(c.state, ANNOUNCER_UNUSED);
    ck_assert_uint_eq(c.tier, 2);
    announcer_swarm(f.a, &n_seeds, &n_leechers);
    ck_assert_int_eq(n_seeds, -1);
    answer(&f, 1, '+');
    announcer_tracker(f.a, 0, &a);
    announcer_tracker(f.a, 1, &b);
    announcer_tracker(f.a, 2, &c);
    ck_assert_int_eq(b.state, ANNOUNCER_WORKING);
    ck_assert_str_eq(b.words, "");
    ck_assert_int_eq(b.n_seeds, 3);
    ck_assert_int_eq(b.n_leechers, 4);
    ck_assert_uint_eq(b.n_peers, 1);
    ck_assert_int_eq(b.interval_ms, 1800000);
    ck_assert_int_eq(b.last_ms, f.now_ms);
    ck_assert_int_eq(a.next_ms, f.now_ms + 1800000);
    ck_assert_int_eq(c.next_ms, -1);
    announcer_swarm(f.a, &n_seeds, &n_leechers);
    ck_assert_int_eq(n_seeds, 3);
    ck_assert_int_eq(n_leechers, 4);
    close_fixture(&f);
}
END_TEST

START_TEST(tracker_status_refused_and_warned)
{
    struct fixture f;
    struct announcer_tracker t;
    struct tracker_reply r;

    open_fixture(&f, "01", "n?");
    announcer_start(f.a, f.now_ms);
    settle(&f);
    announcer_tracker(f.a, 0, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_REFUSED);
    ck_assert_int_eq(t.next_ms, -1);
    ck_assert_str_eq(t.words, "gone");
    tracker_reply_init(&r);
    tracker_text_set(&r.warning, span_of("old\033client"));
    announcer_on_reply(f.a, 1, &r, f.now_ms);
    announcer_tracker(f.a, 1, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_WORKING);
    ck_assert(t.is_warning);
    ck_assert_str_eq(t.words, "old\xef\xbf\xbd"
                              "client");
    close_fixture(&f);
}
END_TEST

START_TEST(history_keeps_the_last_newest_first)
{
    struct fixture f;
    struct announcer_attempt h[ANNOUNCER_HISTORY + 2];
    size_t n;

    open_fixture(&f, "0", "+");
    ck_assert_uint_eq(announcer_history(f.a, 0, h, 10), 0);
    announcer_start(f.a, f.now_ms);
    settle(&f);
    run_until(&f, f.now_ms + 1700000);
    f.manner[0] = '-';
    run_until(&f, f.now_ms + 150000);
    n = announcer_history(f.a, 0, h, sizeof h / sizeof h[0]);
    ck_assert_uint_eq(n, 3);
    ck_assert(!h[0].ok && !h[1].ok && h[2].ok);
    ck_assert_str_eq(h[0].words, "down");
    ck_assert_int_eq(h[0].sent_ms, START_MS + 1820000);
    ck_assert_int_eq(h[0].n_seeds, -1);
    ck_assert_int_eq(h[2].event, TRACKER_EVENT_STARTED);
    ck_assert_uint_eq(h[2].n_peers, 1);
    ck_assert_int_eq(h[2].n_seeds, 3);
    run_until(&f, f.now_ms + INT64_C(100000000));
    n = announcer_history(f.a, 0, h, sizeof h / sizeof h[0]);
    ck_assert_uint_eq(n, ANNOUNCER_HISTORY);
    for (size_t i = 1; i < n; i++)
        ck_assert_int_gt(h[i - 1].sent_ms, h[i].sent_ms);
    ck_assert_uint_eq(announcer_history(f.a, 0, h, 2), 2);
    close_fixture(&f);
}
END_TEST

START_TEST(scrape_counts_are_taken)
{
    struct fixture f;
    struct announcer_tracker t;

    open_fixture(&f, "0", "0");
    announcer_start(f.a, f.now_ms);
    settle(&f);
    announcer_tracker(f.a, 0, &t);
    ck_assert_int_eq(t.n_seeds, 8);
    ck_assert_int_eq(t.n_leechers, 9);
    close_fixture(&f);
}
END_TEST

/* Reliability T1 by way of the announcer: no interval makes it spin or sleep
 * for ever, whatever its transport let through. */
START_TEST(interval_out_of_range_is_floored)
{
    static const int64_t INTERVALS[] = {-1, 0, 1, 59999};

    for (size_t i = 0; i < 4; i++) {
        struct fixture f;

        open_fixture(&f, "0", "+");
        f.interval_ms = INTERVALS[i];
        announcer_start(f.a, f.now_ms);
        settle(&f);
        ck_assert_int_eq(announcer_deadline_ms(f.a),
                         START_MS + ANNOUNCER_FLOOR_MS);
        close_fixture(&f);
    }
}
END_TEST

/* Random events against a model of what each tracker may hear. */
struct model {
    struct fixture f;
    struct rng dice;
    uint64_t seed;
    bool running;
    bool is_disabled[MAX_TRACKERS];
    bool is_known[MAX_TRACKERS];  /* answered one since the last stopped */
    bool may_know[MAX_TRACKERS];  /* or may have heard one */
    bool completed[MAX_TRACKERS]; /* a transition since it first heard of us */
    int64_t ok_ms[MAX_TRACKERS];
};

static void model_announce(void *ctx, const struct announcer_request *req)
{
    struct model *m = ctx;
    size_t i = req->tracker_idx;

    host_announce(&m->f, req);
    m->f.log[0] = '\0';
    ck_assert(!m->is_disabled[i] ||
              req->request.event == TRACKER_EVENT_STOPPED);
    switch (req->request.event) {
    case TRACKER_EVENT_STARTED:
        ck_assert(m->running && !m->is_known[i]);
        m->completed[i] = false;
        break;
    case TRACKER_EVENT_COMPLETED:
        ck_assert(m->running && m->is_known[i] && m->completed[i]);
        break;
    case TRACKER_EVENT_STOPPED:
        ck_assert((!m->running || m->is_disabled[i]) && m->may_know[i]);
        ck_assert_int_eq(req->request.numwant, 0);
        break;
    case TRACKER_EVENT_PAUSED:
        ck_abort_msg("no partial seed here");
        break;
    case TRACKER_EVENT_NONE:
        ck_assert(m->running && m->is_known[i] && !m->completed[i]);
        ck_assert_int_ge(m->f.now_ms, m->ok_ms[i] + ANNOUNCER_FLOOR_MS);
        break;
    }
    m->may_know[i] = true;
}

static void model_totals(void *ctx, struct announcer_totals *out)
{
    host_totals(&((struct model *)ctx)->f, out);
}

static void model_cancel(void *ctx, size_t idx)
{
    struct model *m = ctx;

    host_cancel(&m->f, idx);
    m->f.log[0] = '\0';
    /* A cancelled `stopped` may have been heard. */
    if (m->f.last[idx].request.event == TRACKER_EVENT_STOPPED)
        m->is_known[idx] = false;
}

static void model_answer(struct model *m, size_t i)
{
    bool ok = rng_below(&m->dice, 2) == 0;
    enum tracker_event event = m->f.last[i].request.event;

    if (!m->f.pending[i])
        return;
    if (event == TRACKER_EVENT_STOPPED) {
        m->is_known[i] = m->may_know[i] = false;
    } else if (ok) {
        m->is_known[i] = true;
        m->ok_ms[i] = m->f.now_ms;
        if (event == TRACKER_EVENT_COMPLETED)
            m->completed[i] = false;
    }
    answer(&m->f, i, ok ? '+' : '-');
}

static void model_switch(struct model *m, size_t i)
{
    m->is_disabled[i] = !m->is_disabled[i];
    if (m->is_disabled[i]) {
        announcer_disable(m->f.a, i, m->f.now_ms);
        m->completed[i] = false;
        return;
    }
    announcer_enable(m->f.a, i, m->f.now_ms);
    if (m->running)
        m->is_known[i] = false;
}

static void model_step(struct model *m)
{
    struct announcer *a = m->f.a;
    int64_t deadline_ms = announcer_deadline_ms(a);

    switch (rng_below(&m->dice, 13)) {
    case 0:
        m->running = true;
        announcer_start(a, m->f.now_ms);
        break;
    case 1:
        m->running = false;
        announcer_stop(a, m->f.now_ms);
        for (size_t i = 0; i < MAX_TRACKERS; i++)
            m->completed[i] = false;
        break;
    case 2:
        for (size_t i = 0; m->running && i < MAX_TRACKERS; i++)
            m->completed[i] |=
                !m->is_disabled[i] && (m->is_known[i] || m->f.pending[i]);
        announcer_completed(a, m->f.now_ms);
        break;
    case 3:
        announcer_want_peers(a, m->f.now_ms);
        break;
    case 4:
        announcer_reannounce(a, m->f.now_ms);
        break;
    case 9:
        announcer_wake(a, 0, m->f.now_ms + rng_below(&m->dice, 9000),
                       m->f.now_ms);
        break;
    case 10:
        model_switch(m, rng_below(&m->dice, 5));
        break;
    case 5:
    case 6:
    case 7:
        model_answer(m, rng_below(&m->dice, 5));
        break;
    case 8:
        m->f.now_ms += rng_below(&m->dice, 200000);
        break;
    default:
        if (deadline_ms != INT64_MAX && deadline_ms > m->f.now_ms)
            m->f.now_ms = deadline_ms;
        announcer_tick(a, m->f.now_ms);
        break;
    }
    announcer_check(a);
}

START_TEST(random_events_agree_with_model)
{
    struct model m = {.seed = (uint64_t)_i + 1};
    struct announcer_config config = {.key = 7, .all_tiers = _i % 2 == 1};
    struct announcer_host host = {.ctx = &m,
                                  .totals = model_totals,
                                  .announce = model_announce,
                                  .cancel = model_cancel};

    m.f.now_ms = START_MS;
    m.f.interval_ms = 1800000;
    m.dice = rng_seeded(&m.seed);
    config.rng = &m.dice;
    m.f.a = announcer_new(&config, &host);
    for (size_t i = 0; i < 5; i++) {
        char url[32];

        snprintf(url, sizeof url, "http://%d/announce", (int)i);
        ck_assert_int_eq(announcer_add(m.f.a, (uint32_t)i / 2, url), OK);
        m.ok_ms[i] = INT64_MIN / 2;
    }
    for (int step = 0; step < 5000; step++)
        model_step(&m);
    announcer_free(m.f.a);
}
END_TEST

Suite *announcer_suite(void)
{
    Suite *s = suite_create("announcer");
    TCase *t = tcase_create("scenarios");

    tcase_add_loop_test(t, scenario_sends_what_the_log_says, 0,
                        (int)(sizeof SCENARIOS / sizeof SCENARIOS[0]));
    suite_add_tcase(s, t);
    t = tcase_create("announcer");
    tcase_add_test(t, request_carries_what_the_host_told);
    tcase_add_test(t, request_echoes_tracker_id);
    tcase_add_test(t, key_chosen_when_not_given);
    tcase_add_test(t, add_refuses_what_is_no_tracker);
    tcase_add_test(t, remove_leaves_the_others_their_turn);
    tcase_add_test(t, disabled_tracker_status_and_counts);
    tcase_add_test(t, disabled_tracker_forgets_its_scrape);
    tcase_add_test(t, answers_to_nothing_ignored);
    tcase_add_test(t, is_quiet_when_every_stopped_is_answered);
    tcase_add_test(t, reannounce_says_when);
    tcase_add_test(t, tracker_status_follows);
    tcase_add_test(t, tracker_status_refused_and_warned);
    tcase_add_test(t, history_keeps_the_last_newest_first);
    tcase_add_test(t, scrape_counts_are_taken);
    tcase_add_test(t, interval_out_of_range_is_floored);
    tcase_add_loop_test(t, random_events_agree_with_model, 0, 20);
    suite_add_tcase(s, t);
    return s;
}
