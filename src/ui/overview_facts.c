#include "config.h"

#include "ui/overview_facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ui/list_column.h"
#include "ui/peer_words.h"
#include "ui/plot.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"

enum {
    LABEL_W = 10,
    TEXT_LEN = 512,
    SPAN_S = 300,
    STRIP_MAX_W = 150,
    OVERHEAD_FROM_W = 90
};

/* A row with its label. */
static void row(struct overview_facts *s, const char *label, const char *fmt,
                ...) __attribute__((format(printf, 3, 4)));

static void row(struct overview_facts *s, const char *label, const char *fmt,
                ...)
{
    char text[TEXT_LEN];
    if (s->p != NULL) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        draw_text(s->p, s->y, 1, LABEL_W, THEME_HEADING, label);
        draw_text(s->p, s->y, 1 + LABEL_W, s->p->w - LABEL_W - 1, THEME_NORMAL,
                  text);
    }
    s->y++;
}

/* "2.0M/s" or "off". */
static void limit_text(char dst[UNITS_LEN], uint64_t limit_Bps)
{
    if (limit_Bps > 0)
        units_rate(dst, limit_Bps);
    else
        snprintf(dst, UNITS_LEN, "off");
}

static void draw_data(struct overview_facts *s)
{
    const struct frame_torrent *t = s->t;
    char wanted[UNITS_LEN], have[UNITS_LEN], wasted[UNITS_LEN];
    char flight[UNITS_LEN + 16] = "", skipped[UNITS_LEN + 16] = "";
    if (!list_column_is_known(t)) {
        row(s, "Data", "what there is of it is not known");
        return;
    }
    units_size(wanted, t->wanted_bytes);
    units_size(have, t->have_bytes);
    units_size(wasted, t->bytes_wasted);
    if (s->d != NULL && !t->is_finished) {
        char size[UNITS_LEN];
        units_size(size, s->d->in_flight_bytes);
        snprintf(flight, sizeof flight, "  in flight %s", size);
    }
    if (t->size_bytes > t->wanted_bytes) {
        char size[UNITS_LEN];
        units_size(size, t->size_bytes - t->wanted_bytes);
        snprintf(skipped, sizeof skipped, "  skipped %s", size);
    }
    unsigned share =
        t->bytes_down > 0 ? units_permille(t->bytes_wasted, t->bytes_down) : 0;
    row(s, "Data", "wanted %s  have %s%s%s  wasted %s (%u.%u%%)", wanted, have,
        skipped, flight, wasted, share / 10, share % 10);
}

static void draw_pieces(struct overview_facts *s)
{
    const struct detail *d = s->d;
    char each[UNITS_LEN + 8] = "", work[96] = "";
    if (d != NULL && d->piece_len > 0) {
        char size[UNITS_LEN];
        units_size(size, d->piece_len);
        snprintf(each, sizeof each, " x %s", size);
    }
    if (d != NULL && d->pieces != NULL)
        snprintf(work, sizeof work, "   %u active   %u verifying",
                 d->n_state[DETAIL_ACTIVE] + d->n_state[DETAIL_PARTIAL],
                 d->n_state[DETAIL_CHECKING]);
    row(s, "Pieces", "%u/%u%s%s   %u hash fail%s", s->t->n_pieces_have,
        s->t->n_pieces, each, work, s->t->n_hash_fails,
        s->t->n_hash_fails == 1 ? "" : "s");
}

static void draw_swarm(struct overview_facts *s)
{
    const struct frame_torrent *t = s->t;
    char avail[32] = "";
    if (t->availability_m >= 0 && t->n_peers > 0)
        snprintf(avail, sizeof avail, "  avail %d.%02d",
                 t->availability_m / 1000, t->availability_m / 10 % 100);
    row(s, "Swarm", "%u connected (%u seed%s)  +%u half-open  %u known%s",
        t->n_peers, t->n_seeds, t->n_seeds == 1 ? "" : "s", t->n_connecting,
        t->n_known, avail);
}

/* Where those that are connected come from. */
static void draw_sources(struct overview_facts *s)
{
    char text[TEXT_LEN] = "";
    size_t n = 0;
    for (unsigned i = 0; i < DETAIL_N_SOURCES; i++)
        if (s->d->n_by_source[i] > 0 && n < sizeof text)
            n +=
                (size_t)snprintf(text + n, sizeof text - n, "%s %u  ",
                                 detail_peer_source_name((enum detail_source)i),
                                 s->d->n_by_source[i]);
    char all[64] = "";
    if (s->d->n_swarm_seeds >= 0 && s->d->n_swarm_leechers >= 0)
        snprintf(all, sizeof all, "  (trackers: %lld+%lld)",
                 (long long)s->d->n_swarm_seeds,
                 (long long)s->d->n_swarm_leechers);
    row(s, "Sources", "%s%sbanned %u%s", text, n > 0 ? "" : "nobody yet  ",
        s->t->n_banned, all);
}

/* From an address to a peer, and where it ended. */
static void draw_dials(struct overview_facts *s)
{
    char words[PEER_WORDS_DIALS_LEN];
    peer_words_dials(words, &s->d->dials);
    if (words[0] != '\0')
        row(s, "Dialled", "%s", words);
}

/* What the peers' connections carried beside payload, of all that they carried in this run;
 * where there is room. */
static void overhead_text(char dst[32], const struct draw_pane *p,
                          const struct frame_torrent *t)
{
    uint64_t bytes = t->bytes_overhead_down + t->bytes_overhead_up;
    uint64_t all = bytes + t->bytes_down_run + t->bytes_up_run;
    unsigned share = all > 0 ? units_permille(bytes, all) : 0;
    if (p != NULL && p->w >= OVERHEAD_FROM_W)
        snprintf(dst, 32, "  overhead %u.%u%%", share / 10, share % 10);
}

static void draw_moved(struct overview_facts *s)
{
    const struct frame_torrent *t = s->t;
    char down[UNITS_LEN], up[UNITS_LEN], ratio[UNITS_LEN], seeded[UNITS_LEN];
    char down_run[UNITS_LEN], up_run[UNITS_LEN], overhead[32] = "";
    units_size(down, t->bytes_down);
    units_size(up, t->bytes_up);
    units_size(down_run, t->bytes_down_run);
    units_size(up_run, t->bytes_up_run);
    units_ratio(ratio, t->bytes_up, t->have_bytes);
    text_duration(seeded, sizeof seeded, t->seconds_seed);
    overhead_text(overhead, s->p, t);
    row(s, "Moved", "D %s  U %s  ratio %s  seeded %s   this run: D %s  U %s%s",
        down, up, ratio, seeded, down_run, up_run, overhead);
}

static void draw_limits(struct overview_facts *s)
{
    char down[UNITS_LEN], up[UNITS_LEN], all_down[UNITS_LEN], all_up[UNITS_LEN];
    limit_text(down, s->d->limit_down_Bps);
    limit_text(up, s->d->limit_up_Bps);
    limit_text(all_down, s->f->limit_down_Bps);
    limit_text(all_up, s->f->limit_up_Bps);
    row(s, "Limits", "D %s  U %s  (all: D %s  U %s)  conns %u  slots %u/%u",
        down, up, all_down, all_up, s->d->max_peers, s->d->n_slots_used,
        s->d->n_slots);
}

static void draw_disk(struct overview_facts *s)
{
    char rate[UNITS_LEN], room[UNITS_LEN], needs[UNITS_LEN];
    char free_text[3 * UNITS_LEN] = "";
    uint64_t free_bytes = s->d->free_bytes;
    units_rate(rate, s->f->disk_write_Bps);
    units_size(needs, s->t->wanted_left_bytes);
    units_size(room, free_bytes);
    if (free_bytes < s->t->wanted_left_bytes)
        snprintf(free_text, sizeof free_text, "free %s, needs %s!  ", room,
                 needs);
    else if (free_bytes != UINT64_MAX)
        snprintf(free_text, sizeof free_text, "free %s  ", room);
    row(s, "Disk", "%swrite %s  queue %zu  wait %ums  %s", free_text, rate,
        s->f->disk_jobs, s->f->disk_wait_ms,
        s->d->dir != NULL ? s->d->dir : "");
}

static void draw_hash(struct overview_facts *s)
{
    char hash[2 * sizeof s->t->info_hash + 1];
    text_hex(hash, s->t->info_hash, sizeof s->t->info_hash);
    row(s, "Hash", "%s  v1  %s%s%s", hash,
        s->t->is_private ? "private" : "public",
        s->t->is_sequential ? "  in order" : "",
        s->t->is_forced ? "  forced" : "");
}

/* "2026-11-22 06:02". */
static void date_text(char *dst, size_t cap, int64_t wall_s)
{
    struct tm tm;
    time_t at = (time_t)wall_s;
    snprintf(dst, cap, "?");
    if (wall_s > 0 && localtime_r(&at, &tm) != NULL)
        strftime(dst, cap, "%Y-%m-%d %H:%M", &tm);
}

static void draw_times(struct overview_facts *s)
{
    const struct detail *d = s->d;
    char added[32], active[UNITS_LEN], seen[64] = "", done[64] = "";
    date_text(added, sizeof added, d->added_wall);
    text_duration(active, sizeof active, d->seconds_down + d->seconds_seed);
    if (d->completed_wall > 0) {
        char date[32];
        date_text(date, sizeof date, d->completed_wall);
        snprintf(done, sizeof done, "  done %s", date);
    } else if (d->seen_complete_ms > 0) {
        char ago[UNITS_LEN];
        text_duration(ago, sizeof ago,
                      (s->f->now_ms - d->seen_complete_ms) / 1000);
        snprintf(seen, sizeof seen, "  seen complete %s ago", ago);
    } else
        snprintf(seen, sizeof seen, "  never seen complete here");
    const char *label = s->t->label;
    row(s, "Added", "%s  active %s%s%s%s%s", added, active, done, seen,
        label[0] != '\0' ? "  label " : "", label);
}

void overview_facts_draw(struct overview_facts *s)
{
    draw_data(s);
    draw_pieces(s);
    draw_swarm(s);
    if (s->d != NULL) {
        draw_sources(s);
        draw_dials(s);
    }
    draw_moved(s);
    if (s->d != NULL) {
        draw_limits(s);
        draw_disk(s);
        draw_times(s);
        if (!s->is_brief && s->d->comment != NULL && s->d->comment[0] != '\0')
            row(s, "Comment", "%s", s->d->comment);
    }
    draw_hash(s);
}

/* What comes next. */

static void numbers_text(char *dst, size_t cap, const uint32_t *numbers,
                         uint32_t n)
{
    size_t used = 0;
    dst[0] = '\0';
    for (uint32_t i = 0; i < n && used < cap; i++)
        used += (size_t)snprintf(dst + used, cap - used, "%s%u",
                                 i > 0 ? " " : "", numbers[i]);
}

/* How many pieces are had when all that is left will be on order, at this rate: what is
 * on order stays about as much. "" while nothing is. */
static void endgame_text(char *dst, size_t cap, const struct overview_facts *s)
{
    const struct frame_torrent *t = s->t;
    uint64_t flight = s->d->in_flight_bytes;
    dst[0] = '\0';
    if (flight == 0 || flight >= t->wanted_left_bytes || s->d->piece_len == 0)
        return;
    uint64_t n_more = (t->wanted_left_bytes - flight) / s->d->piece_len;
    snprintf(dst, cap, "endgame at ~%" PRIu64 " pieces; ",
             t->n_pieces_have + n_more);
}

static void draw_next(struct overview_facts *s)
{
    const struct detail *d = s->d;
    char numbers[TEXT_LEN], endgame[TEXT_LEN];
    if (d->why_input.in_endgame)
        row(s, "Next", "endgame: all that is left is on order");
    else if (d->n_next > 0) {
        numbers_text(numbers, sizeof numbers, d->next, d->n_next);
        endgame_text(endgame, sizeof endgame, s);
        row(s, "Next", "%spieces %s%s", endgame, numbers,
            s->t->is_sequential ? "  (in order)" : "");
    }
    if (d->n_rare == 0)
        return;
    numbers_text(numbers, sizeof numbers, d->rare, d->n_rare);
    row(s, "Rarest", "pieces %s  (%u source%s)", numbers, d->availability_min,
        d->availability_min == 1 ? "" : "s");
}

static void draw_tracker(struct overview_facts *s)
{
    const struct frame_torrent *t = s->t;
    char wait[UNITS_LEN], next[UNITS_LEN + 16] = "";
    if (s->d != NULL && t->n_trackers > 0 &&
        s->d->why_input.next_announce_s >= 0) {
        text_duration(wait, sizeof wait, s->d->why_input.next_announce_s);
        snprintf(next, sizeof next, "  next in %s", wait);
    }
    row(s, "Tracker", "%s%s", words_tracker(t), next);
}

/* The rates of some minutes, one way. */
static void draw_strip(struct overview_facts *s, bool is_up)
{
    struct history_rate rates[PLOT_PER_CELL * STRIP_MAX_W];
    uint32_t samples[PLOT_PER_CELL * STRIP_MAX_W], peak_Bps = 0;
    char label[UNITS_LEN], peak[UNITS_LEN];
    int w = s->p != NULL ? s->p->w - LABEL_W - 16 : 0;
    if (w > STRIP_MAX_W)
        w = STRIP_MAX_W;
    snprintf(label, sizeof label, "%s 5m", is_up ? "Up" : "Down");
    if (w <= 0) {
        s->y++;
        return;
    }
    size_t n = PLOT_PER_CELL * (size_t)w;
    size_t n_known = history_columns(s->d->history, SPAN_S, rates, n);
    for (size_t i = 0; i < n; i++) {
        samples[i] = is_up ? rates[i].up_Bps : rates[i].down_Bps;
        peak_Bps = samples[i] > peak_Bps ? samples[i] : peak_Bps;
    }
    units_rate(peak, peak_Bps);
    plot_strip(s->p, s->y, 1 + LABEL_W, w, is_up ? THEME_UP : THEME_DOWN,
               samples + n - n_known, n_known, 0);
    draw_format(s->p, s->y, 2 + LABEL_W + w, 14, THEME_DIM, "max %s", peak);
    draw_text(s->p, s->y++, 1, LABEL_W, THEME_HEADING, label);
}

void overview_facts_next(struct overview_facts *s)
{
    if (s->d != NULL && !s->t->is_finished)
        draw_next(s);
    draw_tracker(s);
}

void overview_facts_rates(struct overview_facts *s)
{
    if (s->d != NULL && s->d->history != NULL) {
        draw_strip(s, false);
        draw_strip(s, true);
    }
}
