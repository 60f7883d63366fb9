#include "config.h"

#include "cmd/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/err.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { REPORT_LINE_MAX = 1024, REPORT_DEFAULT_CELLS = 80 };

struct report {
    enum report_style style;
    size_t cells_drawn; /* of the live line that stands there */
    int64_t last_ms;    /* of the last line or object */
};

struct report *report_new(enum report_style style)
{
    struct report *r = xzalloc(sizeof *r);
    r->style = style;
    r->last_ms = INT64_MIN / 2;
    return r;
}

void report_free(struct report *r)
{
    free(r);
}

/* All torrents of a frame as one. */
static struct frame_torrent sum_of(const struct frame *f)
{
    struct frame_torrent sum = {.eta_s = -1};
    if (f->n_torrents == 1)
        return f->torrents[0];
    snprintf(sum.name, sizeof sum.name, "%zu torrents", f->n_torrents);
    sum.is_finished = f->n_torrents > 0;
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = &f->torrents[i];
        sum.is_finished = sum.is_finished && t->is_finished;
        sum.state = i == 0 || t->state < sum.state ? t->state : sum.state;
        sum.wanted_bytes += t->wanted_bytes;
        sum.wanted_left_bytes += t->wanted_left_bytes;
        sum.rate_down_Bps += t->rate_down_Bps;
        sum.rate_up_Bps += t->rate_up_Bps;
        sum.bytes_down += t->bytes_down;
        sum.bytes_up += t->bytes_up;
        sum.n_peers += t->n_peers;
        sum.n_seeds += t->n_seeds;
        sum.n_known += t->n_known;
        sum.n_checked += t->n_checked;
        sum.n_to_check += t->n_to_check;
    }
    if (sum.rate_down_Bps > 0)
        sum.eta_s = (int64_t)(sum.wanted_left_bytes / sum.rate_down_Bps);
    return sum;
}

static double percent(uint64_t part, uint64_t whole)
{
    /* 100.0 only when it is all: rounding must not say so early. */
    if (whole == 0 || part >= whole)
        return 100.0;
    double p = 100.0 * (double)part / (double)whole;
    return p > 99.9 ? 99.9 : p;
}

static void describe_checking(char *dst, size_t cap,
                              const struct frame_torrent *t)
{
    snprintf(dst, cap, "checking %5.1f%%  %u of %u pieces",
             percent(t->n_checked, t->n_to_check), t->n_checked, t->n_to_check);
}

static void describe_moving(char *dst, size_t cap,
                            const struct frame_torrent *t)
{
    char size[24], down[24], up[24], eta[24];
    text_size(size, sizeof size, t->wanted_bytes);
    text_rate(down, sizeof down, t->rate_down_Bps);
    text_rate(up, sizeof up, t->rate_up_Bps);
    text_duration(eta, sizeof eta, t->eta_s);
    double done =
        percent(t->wanted_bytes - t->wanted_left_bytes, t->wanted_bytes);
    if (t->is_finished)
        snprintf(dst, cap, "%s %s  up %s  peers %u", frame_state_name(t->state),
                 size, up, t->n_peers);
    else
        snprintf(dst, cap,
                 "%5.1f%% of %s  down %s  up %s  peers %u (%u seeds)"
                 "  ETA %s",
                 done, size, down, up, t->n_peers, t->n_seeds, eta);
}

static void describe(char *dst, size_t cap, const struct frame_torrent *t)
{
    if (t->state == FRAME_CHECKING)
        describe_checking(dst, cap, t);
    else if (t->state == FRAME_NO_SPACE || t->state == FRAME_ERROR)
        snprintf(dst, cap, "%s: %s", frame_state_name(t->state), t->cause);
    else
        describe_moving(dst, cap, t);
}

static size_t terminal_cells(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return REPORT_DEFAULT_CELLS;
    return size.ws_col;
}

/* The facts keep their place at the right; the name gets what is left. */
static void draw_live(struct report *r, const struct frame_torrent *t)
{
    char facts[REPORT_LINE_MAX], name[FRAME_NAME_LEN];
    char line[FRAME_NAME_LEN + REPORT_LINE_MAX + 3];
    size_t cells = terminal_cells() - 1;
    describe(facts, sizeof facts, t);
    size_t n_facts = text_width(facts);
    size_t for_name = cells > n_facts + 2 ? cells - n_facts - 2 : 0;
    if (for_name > 40)
        for_name = 40;
    size_t n = text_fit(name, sizeof name, t->name, for_name, true);
    int len = snprintf(line, sizeof line, "%s", name);
    snprintf(line + len, sizeof line - (size_t)len, "%s%s", n > 0 ? "  " : "",
             facts);
    char fitted[REPORT_LINE_MAX];
    n = text_fit(fitted, sizeof fitted, line, cells, true);
    size_t pad = r->cells_drawn > n ? r->cells_drawn - n : 0;
    if (n + pad > cells)
        pad = cells - n;
    printf("\r%s%*s", fitted, (int)pad, "");
    fflush(stdout);
    r->cells_drawn = n;
}

/* Make room for a line of its own. */
static void leave_live_line(struct report *r)
{
    if (r->cells_drawn == 0)
        return;
    printf("\r%*s\r", (int)r->cells_drawn, "");
    fflush(stdout);
    r->cells_drawn = 0;
}

static void print_json_progress(const struct frame_torrent *t)
{
    char hash[41];
    text_hex(hash, t->info_hash, sizeof t->info_hash);
    char *name = text_json_dup(t->name, strlen(t->name));
    char *cause = text_json_dup(t->cause, strlen(t->cause));
    printf("{\"type\":\"progress\",\"torrent\":%u,\"info_hash\":\"%s\","
           "\"name\":%s,\"state\":\"%s\",\"cause\":%s,\"size\":%llu,"
           "\"wanted\":%llu,\"left\":%llu,\"pieces\":%u,\"pieces_have\":%u,"
           "\"checked\":%u,\"to_check\":%u,"
           "\"rate_down\":%llu,\"rate_up\":%llu,\"downloaded\":%llu,"
           "\"uploaded\":%llu,\"wasted\":%llu,\"hash_fails\":%u,\"peers\":%u,"
           "\"seeds\":%u,\"known\":%u,\"eta\":%lld}\n",
           t->id, hash, name, frame_state_name(t->state), cause,
           (unsigned long long)t->size_bytes,
           (unsigned long long)t->wanted_bytes,
           (unsigned long long)t->wanted_left_bytes, t->n_pieces,
           t->n_pieces_have, t->n_checked, t->n_to_check,
           (unsigned long long)t->rate_down_Bps,
           (unsigned long long)t->rate_up_Bps,
           (unsigned long long)t->bytes_down, (unsigned long long)t->bytes_up,
           (unsigned long long)t->bytes_wasted, t->n_hash_fails, t->n_peers,
           t->n_seeds, t->n_known, (long long)t->eta_s);
    free(name);
    free(cause);
}

static void print_line(const struct frame_torrent *t)
{
    char facts[REPORT_LINE_MAX];
    describe(facts, sizeof facts, t);
    printf("%s: %s\n", t->name, facts);
}

void report_frame(struct report *r, const struct frame *f, int64_t now_ms)
{
    if (f->n_torrents == 0 || r->style == REPORT_QUIET)
        return;
    struct frame_torrent sum = sum_of(f);
    if (r->style == REPORT_LIVE) {
        draw_live(r, &sum);
        return;
    }
    int64_t every_ms =
        r->style == REPORT_JSON ? REPORT_JSON_MS : REPORT_LINES_MS;
    if (now_ms - r->last_ms < every_ms)
        return;
    r->last_ms = now_ms;
    for (size_t i = 0; r->style == REPORT_JSON && i < f->n_torrents; i++)
        print_json_progress(&f->torrents[i]);
    if (r->style == REPORT_LINES)
        print_line(&sum);
    fflush(stdout);
}

static bool is_bad_news(const struct event *e)
{
    switch (e->kind) {
    case EVENT_REFUSED:
    case EVENT_ERROR:
    case EVENT_DISK:
    case EVENT_BANNED:
    case EVENT_HASH_FAILED:
        return true;
    case EVENT_TRACKER:
        return e->err != OK;
    case EVENT_ADDED:
    case EVENT_CHECKED:
    case EVENT_FINISHED:
    case EVENT_STOPPED:
    case EVENT_N_KINDS:
        return false;
    }
    return false;
}

static bool ends_it(const struct event *e)
{
    return e->kind == EVENT_REFUSED || e->kind == EVENT_ERROR ||
           e->kind == EVENT_DISK;
}

void report_event(struct report *r, const struct event *e)
{
    if (r->style == REPORT_JSON) {
        char *text = text_json_dup(e->text, strlen(e->text));
        printf("{\"type\":\"event\",\"event\":\"%s\",\"torrent\":%u,"
               "\"ok\":%s,\"text\":%s}\n",
               event_kind_name(e->kind), e->torrent,
               is_bad_news(e) ? "false" : "true", text);
        free(text);
        fflush(stdout);
    }
    if (ends_it(e) || (is_bad_news(e) && r->style != REPORT_QUIET &&
                       r->style != REPORT_JSON)) {
        leave_live_line(r);
        fprintf(stderr, "tessera get: %s\n", e->text);
    } else if (e->kind == EVENT_CHECKED && r->style != REPORT_QUIET &&
               r->style != REPORT_JSON) {
        leave_live_line(r);
        puts(e->text);
    }
}

void report_result(struct report *r, const struct frame *f, int status,
                   const char *words)
{
    if (r->style == REPORT_JSON) {
        char *text = text_json_dup(words, strlen(words));
        for (size_t i = 0; f != NULL && i < f->n_torrents; i++)
            print_json_progress(&f->torrents[i]);
        printf("{\"type\":\"result\",\"status\":%d,\"text\":%s}\n", status,
               text);
        free(text);
    } else if (r->style != REPORT_QUIET) {
        leave_live_line(r);
        for (size_t i = 0; f != NULL && i < f->n_torrents; i++) {
            char down[24], up[24];
            const struct frame_torrent *t = &f->torrents[i];
            text_size(down, sizeof down, t->bytes_down);
            text_size(up, sizeof up, t->bytes_up);
            printf("%s: %s; %s received, %s sent\n", t->name,
                   t->is_finished ? "complete" : words, down, up);
        }
    }
    fflush(stdout);
}
