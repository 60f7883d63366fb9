#include "config.h"

#include "cmd/statusline.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

enum { MAX_FACTS = 8, MAX_FACT_LEN = 40, MIN_NAME_CELLS = 12, ALWAYS = 0 };

/* Parts of a line, in their order; a higher rank is left out sooner. */
struct facts {
    size_t n;
    struct {
        int rank;
        char text[MAX_FACT_LEN]; /* with the space before it */
    } of[MAX_FACTS];
};

static void add(struct facts *f, int rank, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void add(struct facts *f, int rank, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(f->of[f->n].text, MAX_FACT_LEN, fmt, ap);
    va_end(ap);
    f->of[f->n++].rank = rank;
}

static void join(char *dst, size_t cap, const struct facts *f, int max_rank)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < f->n; i++)
        if (f->of[i].rank <= max_rank && len < cap)
            len += (size_t)snprintf(dst + len, cap - len, "%s", f->of[i].text);
}

/* As much as fits; what must always be there is cut, if even that does not. */
static void fit(char *dst, size_t cap, const struct facts *f, size_t cells)
{
    char line[MAX_FACTS * MAX_FACT_LEN];
    int rank = MAX_FACTS;
    do
        join(line, sizeof line, f, rank);
    while (text_width(line) > cells && rank-- > ALWAYS);
    text_fit(dst, cap, line, cells, true);
}

double statusline_percent(uint64_t part, uint64_t whole)
{
    if (whole == 0 || part >= whole)
        return 100.0;
    double p = 100.0 * (double)part / (double)whole;
    return p > 99.9 ? 99.9 : p;
}

static double share_of(const struct frame_torrent *t)
{
    return statusline_percent(t->wanted_bytes - t->wanted_left_bytes,
                              t->wanted_bytes);
}

static void fit_checking(char *dst, size_t cap, const struct frame_torrent *t,
                         size_t cells)
{
    struct facts f = {.n = 0};
    add(&f, ALWAYS, "checking");
    add(&f, ALWAYS, " %5.1f%%",
        t->n_to_check > 0 ? statusline_percent(t->n_checked, t->n_to_check)
                          : 0.0);
    add(&f, 1, "  %u of %u piece%s", t->n_checked, t->n_to_check,
        t->n_to_check == 1 ? "" : "s");
    fit(dst, cap, &f, cells);
}

static void fit_seeding(char *dst, size_t cap, const struct frame_torrent *t,
                        size_t cells)
{
    char size[24], up[24], sent[24];
    struct facts f = {.n = 0};
    text_size(size, sizeof size, t->wanted_bytes);
    text_size(sent, sizeof sent, t->bytes_up);
    text_rate(up, sizeof up, t->rate_up_Bps);
    add(&f, ALWAYS, "%s", frame_state_name(t->state));
    add(&f, 4, " %s", size);
    add(&f, ALWAYS, "  up %10s", up);
    add(&f, 3, "  sent %s", sent);
    if (t->wanted_bytes > 0)
        add(&f, 1, "  ratio %.2f",
            (double)t->bytes_up / (double)t->wanted_bytes);
    add(&f, 2, "  %u peer%s", t->n_peers, t->n_peers == 1 ? "" : "s");
    fit(dst, cap, &f, cells);
}

static void fit_moving(char *dst, size_t cap, const struct frame_torrent *t,
                       size_t cells)
{
    char size[24], down[24], up[24], eta[24];
    struct facts f = {.n = 0};
    text_size(size, sizeof size, t->wanted_bytes);
    text_rate(down, sizeof down, t->rate_down_Bps);
    text_rate(up, sizeof up, t->rate_up_Bps);
    text_duration(eta, sizeof eta, t->eta_s);
    add(&f, ALWAYS, "%5.1f%%", share_of(t));
    add(&f, 5, " of %s", size);
    add(&f, 1, "  down %10s", down);
    add(&f, 4, "  up %10s", up);
    add(&f, 3, "  %u peer%s", t->n_peers, t->n_peers == 1 ? "" : "s");
    if (t->n_seeds > 0)
        add(&f, 6, " (%u seed%s)", t->n_seeds, t->n_seeds == 1 ? "" : "s");
    add(&f, 2, "  ETA %-6s", eta);
    fit(dst, cap, &f, cells);
}

/* Nobody is connected: say what is being done about it. */
static void fit_alone(char *dst, size_t cap, const struct frame_torrent *t,
                      size_t cells)
{
    char line[STATUSLINE_MAX_LEN];
    int len =
        snprintf(line, sizeof line, "%5.1f%%  looking for peers", share_of(t));
    size_t room = sizeof line - (size_t)len;
    uint32_t n_asked = t->n_trackers - t->n_trackers_disabled;
    if (t->n_connecting > 0)
        snprintf(line + len, room, ": connecting to %u of %u known",
                 t->n_connecting, t->n_known);
    else if (t->tracker[0] != '\0')
        snprintf(line + len, room, ": %s", t->tracker);
    else if (t->n_known > 0)
        snprintf(line + len, room, ": %u known, none answers", t->n_known);
    else if (n_asked > 0)
        snprintf(line + len, room, ": asking %u tracker%s", n_asked,
                 n_asked == 1 ? "" : "s");
    else if (t->n_trackers > 0)
        snprintf(line + len, room, ": all its trackers are disabled");
    else
        snprintf(line + len, room, ": the torrent names no tracker");
    text_fit(dst, cap, line, cells, true);
}

void statusline_facts(char *dst, size_t cap, const struct frame_torrent *t,
                      size_t cells)
{
    char line[STATUSLINE_MAX_LEN];
    switch (t->state) {
    case FRAME_CHECKING:
        fit_checking(dst, cap, t, cells);
        return;
    case FRAME_NO_SPACE:
    case FRAME_ERROR:
        snprintf(line, sizeof line, "%s: %s", frame_state_name(t->state),
                 t->cause);
        text_fit(dst, cap, line, cells, true);
        return;
    case FRAME_METADATA:
        text_fit(dst, cap,
                 t->cause[0] != '\0' ? t->cause : frame_state_name(t->state),
                 cells, true);
        return;
    case FRAME_FINISHED:
    case FRAME_SEEDING:
        fit_seeding(dst, cap, t, cells);
        return;
    case FRAME_DOWNLOADING:
        if (t->n_peers == 0)
            fit_alone(dst, cap, t, cells);
        else
            fit_moving(dst, cap, t, cells);
        return;
    case FRAME_PAUSED:
    case FRAME_STOPPING:
    case FRAME_STOPPED:
    case FRAME_QUEUED:
    case FRAME_MOVING:
        text_fit(dst, cap, frame_state_name(t->state), cells, true);
        return;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t statusline_format(char *dst, size_t cap, const struct frame_torrent *t,
                         size_t cells)
{
    char facts[STATUSLINE_MAX_LEN], name[FRAME_NAME_LEN];
    size_t width = text_width(t->name);
    /* The name goes when the facts would be cut to nothing for it. */
    size_t n_name =
        cells >= 3 * MIN_NAME_CELLS ? least(width, MIN_NAME_CELLS) : 0;
    size_t n_gap = n_name > 0 ? 2 : 0;
    statusline_facts(facts, sizeof facts, t, cells - n_name - n_gap);
    if (n_name > 0)
        n_name = least(least(width, STATUSLINE_NAME_CELLS),
                       cells - n_gap - text_width(facts));
    text_fit(name, sizeof name, t->name, n_name, true);
    snprintf(dst, cap, "%s%*s%s", name, (int)n_gap, "", facts);
    return text_width(dst);
}

static void add_row(struct frame_torrent *sum, const struct frame_torrent *t)
{
    if (t->state < sum->state) /* in the order of a torrent's life */
        sum->state = t->state;
    if (sum->cause[0] == '\0')
        sum->cause = t->cause;
    if (sum->tracker[0] == '\0')
        sum->tracker = t->tracker;
    sum->wanted_bytes += t->wanted_bytes;
    sum->wanted_left_bytes += t->wanted_left_bytes;
    sum->rate_down_Bps += t->rate_down_Bps;
    sum->rate_up_Bps += t->rate_up_Bps;
    sum->bytes_down += t->bytes_down;
    sum->bytes_up += t->bytes_up;
    sum->n_trackers += t->n_trackers;
    sum->n_trackers_disabled += t->n_trackers_disabled;
    sum->n_peers += t->n_peers;
    sum->n_seeds += t->n_seeds;
    sum->n_connecting += t->n_connecting;
    sum->n_known += t->n_known;
    sum->n_checked += t->n_checked;
    sum->n_to_check += t->n_to_check;
}

void statusline_sum(const struct frame *f, struct statusline_sum *out)
{
    struct frame_torrent *sum = &out->row;
    *sum = *f->torrents[0];
    size_t n_done = sum->is_finished ? 1 : 0;
    if (f->n_torrents == 1)
        return;
    for (size_t i = 1; i < f->n_torrents; i++) {
        n_done += f->torrents[i]->is_finished ? 1 : 0;
        add_row(sum, f->torrents[i]);
    }
    sum->is_finished = n_done == f->n_torrents;
    sum->name = out->name;
    if (n_done > 0 && !sum->is_finished)
        snprintf(out->name, sizeof out->name, "%zu torrents, %zu done",
                 f->n_torrents, n_done);
    else
        snprintf(out->name, sizeof out->name, "%zu torrents", f->n_torrents);
    sum->eta_s = sum->is_finished ? 0 : -1;
    if (!sum->is_finished && sum->rate_down_Bps > 0)
        sum->eta_s = (int64_t)(sum->wanted_left_bytes / sum->rate_down_Bps);
}
