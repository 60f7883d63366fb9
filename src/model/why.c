#include "config.h"

#include "model/why.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/text.h"

enum {
    RATE_LEN = 16,
    POOL_SHORT_PCT = 75, /* from here on no new piece is begun */
    DISK_MANY_JOBS = 64,
    CAP_SEEN_PCT = 5, /* of the time: less is noise */
    ONE_PEER_PCT = 70,
    WASTE_SEEN_PCT = 5,
    FEW_PEERS = 5
};

/* A rule: does it apply, how much does it weigh, in what words? */
typedef bool (*why_rule)(const struct why_input *in, struct why_reason *out);

static void say(char *dst, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void say(char *dst, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(dst, WHY_TEXT_LEN, fmt, args);
    va_end(args);
}

static void name(struct why_reason *r, enum why_kind kind, uint32_t weight,
                 const char *title)
{
    *r = (struct why_reason){.kind = kind,
                             .weight = weight > 100 ? 100 : weight};
    snprintf(r->title, sizeof r->title, "%s", title);
}

/* base, and a share part/whole of span on top of it. */
static uint32_t scale(uint32_t base, uint32_t span, uint64_t part,
                      uint64_t whole)
{
    if (whole == 0)
        return base;
    return base + (uint32_t)(span * (part < whole ? part : whole) / whole);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* Of both directions. */

static bool not_running(const struct why_input *in, struct why_reason *out)
{
    if (in->is_running)
        return false;
    name(out, WHY_NOT_RUNNING, 100, "not running");
    say(out->text, "paused, waiting, being checked or stopped by an error");
    return true;
}

static bool disk_full(const struct why_input *in, struct why_reason *out)
{
    if (!in->is_no_space)
        return false;
    name(out, WHY_DISK_FULL, 98, "disk full");
    say(out->text, "what came last could not be written; it is tried again "
                   "every 10 s");
    say(out->hint, "make room: it goes on by itself");
    return true;
}

static bool no_peers(const struct why_input *in, struct why_reason *out)
{
    if (in->n_peers > 0)
        return false;
    name(out, WHY_NO_PEERS, in->is_finished ? 60 : 95, "no peers");
    say(out->text, "nobody is connected; %u being tried, %u known",
        in->n_half_open, in->n_known);
    if (in->n_trackers > 0 && in->n_trackers_ok == 0 &&
        in->n_trackers_failing > 0)
        say(out->hint, "no tracker answers: look at them, or add a peer");
    else if (in->n_trackers == 0 && in->n_trackers_disabled > 0)
        say(out->hint, "all trackers are disabled: enable one, or add a peer");
    else if (in->n_known == 0)
        say(out->hint, "nobody is known: ask the trackers again, or add a "
                       "peer");
    return true;
}

/* The limit that is nearer, and what it is called. */
static uint64_t nearer_limit(uint64_t own_Bps, uint64_t all_Bps,
                             const char **whose)
{
    bool is_own = own_Bps > 0 && (all_Bps == 0 || own_Bps <= all_Bps);
    *whose = is_own ? "this torrent's" : "the session's";
    return is_own ? own_Bps : all_Bps;
}

/* Are we ourselves the cap, or the disk; else say that neither is. */
static bool cap(const struct why_input *in, struct why_reason *out)
{
    bool up = in->is_finished;
    uint32_t pct = up ? in->up_capped_pct : in->down_capped_pct;
    const char *whose;
    uint64_t limit_Bps =
        up ? nearer_limit(in->limit_up_Bps, in->all_limit_up_Bps, &whose)
           : nearer_limit(in->limit_down_Bps, in->all_limit_down_Bps, &whose);
    const char *way = up ? "upload" : "download";
    char rate[RATE_LEN];
    text_rate(rate, sizeof rate, limit_Bps);
    if (limit_Bps > 0 && pct >= CAP_SEEN_PCT) {
        name(out, WHY_CAP, scale(30, 68, pct, 100), "our own limit");
        say(out->text, "%s %s limit of %s held it back %u%% of the time", whose,
            way, rate, pct);
        say(out->hint, "raise or lift that limit");
        return true;
    }
    name(out, WHY_CAP, 12, "not the cap");
    if (limit_Bps == 0)
        say(out->text, "no %s limit; %u disk job%s waiting; piece memory %u%%",
            way, in->n_disk_jobs, plural(in->n_disk_jobs), in->pool_used_pct);
    else
        say(out->text,
            "%s limit %s is not reached; %u disk job%s waiting; piece memory "
            "%u%%",
            way, rate, in->n_disk_jobs, plural(in->n_disk_jobs),
            in->pool_used_pct);
    return true;
}

static bool disk(const struct why_input *in, struct why_reason *out)
{
    bool is_short = in->pool_used_pct >= POOL_SHORT_PCT;
    if (!is_short && in->n_disk_jobs < DISK_MANY_JOBS)
        return false;
    uint32_t weight = is_short
                          ? scale(60, 30, in->pool_used_pct - POOL_SHORT_PCT,
                                  100 - POOL_SHORT_PCT)
                          : 45;
    name(out, WHY_DISK, weight, "disk is behind");
    say(out->text, "%u job%s waiting; %u%% of the memory for pieces is in use",
        in->n_disk_jobs, plural(in->n_disk_jobs), in->pool_used_pct);
    say(out->hint, "a faster disk or folder helps");
    return true;
}

static bool reachability(const struct why_input *in, struct why_reason *out)
{
    if (in->listen_port == 0)
        return false;
    if (in->was_reached) {
        name(out, WHY_REACHABILITY, 8, "reachability");
        say(out->text, "port %u is reachable; %u of %u peer%s came to us",
            in->listen_port, in->n_incoming, in->n_peers, plural(in->n_peers));
        return true;
    }
    bool matters = in->is_finished || in->n_peers < FEW_PEERS;
    name(out, WHY_REACHABILITY, matters ? 40 : 25, "reachability");
    say(out->text, "nobody has connected to us: port %u may be closed",
        in->listen_port);
    say(out->hint, "let the port through the firewall or router");
    return true;
}

/* The user has disabled all of them. */
static bool no_trackers(const struct why_input *in, struct why_reason *out)
{
    uint32_t n = in->n_trackers_disabled;
    if (in->n_trackers > 0 || n == 0)
        return false;
    name(out, WHY_TRACKERS, in->n_peers < FEW_PEERS ? 58 : 35, "trackers");
    if (n == 1)
        say(out->text, "the only one is disabled");
    else
        say(out->text, "all %u are disabled", n);
    say(out->hint, "enable one, or add another");
    return true;
}

static bool trackers(const struct why_input *in, struct why_reason *out)
{
    if (in->n_trackers == 0 || in->n_trackers_ok > 0 ||
        in->n_trackers_failing == 0)
        return false;
    name(out, WHY_TRACKERS, in->n_peers < FEW_PEERS ? 58 : 35, "trackers");
    char wait[RATE_LEN], next[2 * RATE_LEN] = "";
    if (in->next_announce_s >= 0) {
        text_duration(wait, sizeof wait, in->next_announce_s);
        snprintf(next, sizeof next, "; next try in %s", wait);
    }
    if (in->n_trackers == 1)
        say(out->text, "the only one%s fails%s",
            in->n_trackers_disabled > 0 ? " that is not disabled" : "", next);
    else
        say(out->text, "none of %u answers (%u failing)%s", in->n_trackers,
            in->n_trackers_failing, next);
    say(out->hint, "ask them again, or add another");
    return true;
}

/* Of receiving. */

static bool no_sources(const struct why_input *in, struct why_reason *out)
{
    if (in->n_peers == 0 || in->n_useful > 0)
        return false;
    name(out, WHY_NO_SOURCES, 94, "no sources");
    say(out->text, "none of %u peer%s has a piece that is missing here",
        in->n_peers, plural(in->n_peers));
    say(out->hint, "wait for a seed, or find more peers");
    return true;
}

static bool missing_pieces(const struct why_input *in, struct why_reason *out)
{
    if (in->n_no_source == 0 || in->n_useful == 0)
        return false;
    name(out, WHY_MISSING_PIECES, scale(30, 60, in->n_no_source, in->n_wanted),
         "missing pieces");
    say(out->text, "%u of %u wanted pieces are with nobody here",
        in->n_no_source, in->n_wanted);
    say(out->hint, "without another source it will not be finished");
    return true;
}

static bool choked(const struct why_input *in, struct why_reason *out)
{
    uint32_t n = in->n_useful_choking;
    if (n == 0 || in->n_useful == 0)
        return false;
    char rate[RATE_LEN];
    text_rate(rate, sizeof rate, in->down_Bps);
    name(out, WHY_CHOKED, scale(40, 55, n, in->n_useful), "peers choking");
    if (n == in->n_useful)
        say(out->text, "all %u useful peer%s choke us", n, plural(n));
    else
        say(out->text, "%u of %u useful peers choke us; %u unchoked give %s", n,
            in->n_useful, in->n_useful - n, rate);
    say(out->hint, in->limit_up_Bps > 0 || in->all_limit_up_Bps > 0
                       ? "more upload may win unchokes"
                       : "wait: they unchoke in turns");
    return true;
}

static bool snubbed(const struct why_input *in, struct why_reason *out)
{
    if (in->n_snubbing == 0)
        return false;
    uint32_t n_open = in->n_useful - in->n_useful_choking;
    name(out, WHY_SNUBBED, scale(35, 50, in->n_snubbing, n_open),
         "peers silent");
    say(out->text, "%u of %u that unchoked us sent nothing for 20 s",
        in->n_snubbing, n_open);
    return true;
}

static bool one_peer(const struct why_input *in, struct why_reason *out)
{
    if (in->n_giving < 2 || in->down_Bps == 0 ||
        in->best_peer_Bps < in->down_Bps / 100 * ONE_PEER_PCT)
        return false;
    uint64_t pct = 100 * in->best_peer_Bps / in->down_Bps;
    name(out, WHY_ONE_PEER, 42, "one peer");
    say(out->text, "one of %u givers sends %u%% of it", in->n_giving,
        (unsigned)(pct > 100 ? 100 : pct));
    return true;
}

static bool peers_slow(const struct why_input *in, struct why_reason *out)
{
    if (in->n_giving == 0)
        return false;
    char all[RATE_LEN], best[RATE_LEN];
    text_rate(all, sizeof all, in->down_Bps);
    text_rate(best, sizeof best, in->best_peer_Bps);
    name(out, WHY_PEERS_SLOW, 50, "peers' speed");
    say(out->text, "%u peer%s send%s %s, the fastest %s", in->n_giving,
        plural(in->n_giving), in->n_giving == 1 ? "s" : "", all, best);
    if (in->n_peers >= in->max_peers)
        say(out->hint, "all %u connections are used", in->max_peers);
    else if (in->n_dialable == 0)
        say(out->hint, "no more addresses to try");
    return true;
}

static bool rarity(const struct why_input *in, struct why_reason *out)
{
    if (in->n_one_source == 0)
        return false;
    name(out, WHY_RARITY, scale(15, 25, in->n_one_source, in->n_wanted),
         "rarity");
    say(out->text, "%u piece%s depend%s on one peer alone", in->n_one_source,
        plural(in->n_one_source), in->n_one_source == 1 ? "s" : "");
    return true;
}

static bool endgame(const struct why_input *in, struct why_reason *out)
{
    if (!in->in_endgame)
        return false;
    char left[RATE_LEN];
    text_size(left, sizeof left, in->wanted_left_bytes);
    name(out, WHY_ENDGAME, 55, "endgame");
    say(out->text, "the last %s are all on order; %u peer%s ha%s nothing to do",
        left, in->n_starved, plural(in->n_starved),
        in->n_starved == 1 ? "s" : "ve");
    return true;
}

static bool waste(const struct why_input *in, struct why_reason *out)
{
    if (in->wasted_pct < WASTE_SEEN_PCT && in->n_hash_fails == 0)
        return false;
    name(out, WHY_WASTE, scale(20, 60, in->wasted_pct, 100), "waste");
    say(out->text, "%s%u%% of what came was of no use; %u piece%s failed",
        in->wasted_pct == 0 ? "less than " : "",
        in->wasted_pct == 0 ? 1 : in->wasted_pct, in->n_hash_fails,
        plural(in->n_hash_fails));
    return true;
}

/* Of sending, and of what is given for it. */

static bool slots(const struct why_input *in, struct why_reason *out)
{
    if (in->n_slots == 0 || in->n_slots_used < in->n_slots)
        return false;
    uint32_t waiting = in->n_they_want > in->n_slots_used
                           ? in->n_they_want - in->n_slots_used
                           : 0;
    uint32_t weight = in->is_finished ? (waiting > 0 ? 52 : 20) : 22;
    name(out, WHY_SLOTS, weight, "upload slots");
    if (waiting > 0)
        say(out->text, "%u of %u used; %u more want one", in->n_slots_used,
            in->n_slots, waiting);
    else
        say(out->text, "%u of %u used", in->n_slots_used, in->n_slots);
    if (!in->is_finished && in->n_useful_choking > 0)
        say(out->hint, "more upload may win unchokes");
    return true;
}

static bool no_demand(const struct why_input *in, struct why_reason *out)
{
    if (in->n_peers == 0 || in->n_they_want > 0)
        return false;
    name(out, WHY_NO_DEMAND, 70, "no demand");
    say(out->text, "none of %u peer%s wants anything from us", in->n_peers,
        plural(in->n_peers));
    return true;
}

static bool takers_slow(const struct why_input *in, struct why_reason *out)
{
    if (in->n_they_want == 0 || in->n_slots_used == 0)
        return false;
    char rate[RATE_LEN];
    text_rate(rate, sizeof rate, in->up_Bps);
    name(out, WHY_PEERS_SLOW, 50, "peers' speed");
    say(out->text, "%u peer%s take%s %s in all", in->n_slots_used,
        plural(in->n_slots_used), in->n_slots_used == 1 ? "s" : "", rate);
    return true;
}

static const why_rule when_resting[] = {not_running};
static const why_rule when_leeching[] = {
    disk_full, no_peers,     no_sources, missing_pieces, choked, snubbed,
    cap,       disk,         one_peer,   peers_slow,     rarity, endgame,
    slots,     reachability, trackers,   no_trackers,    waste,
};
static const why_rule when_seeding[] = {
    no_peers,  cap,          disk,     takers_slow, slots,
    no_demand, reachability, trackers, no_trackers,
};

/* Insert by weight, the heaviest first; what is too many falls out at the end. */
static void insert(struct why *w, const struct why_reason *r)
{
    size_t at = w->n;
    while (at > 0 && (w->reasons[at - 1].weight < r->weight ||
                      (w->reasons[at - 1].weight == r->weight &&
                       w->reasons[at - 1].kind > r->kind)))
        at--;
    if (at == WHY_MAX)
        return;
    if (w->n < WHY_MAX)
        w->n++;
    for (size_t i = w->n - 1; i > at; i--)
        w->reasons[i] = w->reasons[i - 1];
    w->reasons[at] = *r;
}

void why_rank(const struct why_input *in, struct why *out)
{
    const why_rule *rules = when_leeching;
    size_t n = sizeof when_leeching / sizeof *when_leeching;
    if (!in->is_running) {
        rules = when_resting;
        n = sizeof when_resting / sizeof *when_resting;
    } else if (in->is_finished) {
        rules = when_seeding;
        n = sizeof when_seeding / sizeof *when_seeding;
    }
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct why_reason r;
        if (rules[i](in, &r))
            insert(out, &r);
    }
}

void why_line(const struct why *w, char *dst, size_t cap)
{
    dst[0] = '\0';
    if (w->n > 0 && w->reasons[0].weight >= WHY_LIMITS)
        snprintf(dst, cap, "%s: %s", w->reasons[0].title, w->reasons[0].text);
}
