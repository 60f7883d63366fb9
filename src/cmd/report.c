#include "config.h"

#include "cmd/report.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cmd/statusline.h"
#include "util/err.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { REPORT_DEFAULT_CELLS = 80 };

/* What is remembered of a torrent, for its summary. */
struct story {
    uint32_t id;
    char name[FRAME_NAME_LEN];
    char tracker_words[EVENT_TEXT_LEN]; /* the last bad ones that were said */
    bool is_done;                       /* and it was said */
    int64_t started_ms;                 /* transfer began: checking was over */
    int64_t finished_ms;                /* -1: not yet */
};

struct report {
    struct report_config config;
    size_t cells_drawn;    /* of the live line that stands there */
    int64_t last_ms;       /* of the last line or object */
    int64_t stopping_ms;   /* when the end was begun; INT64_MAX: not yet */
    struct story *stories; /* owned */
    size_t n_stories;
};

struct report *report_new(const struct report_config *config)
{
    struct report *r = xzalloc(sizeof *r);
    r->config = *config;
    r->last_ms = INT64_MIN / 2;
    r->stopping_ms = INT64_MAX;
    return r;
}

void report_free(struct report *r)
{
    if (r == NULL)
        return;
    free(r->stories);
    free(r);
}

static struct story *story_of(struct report *r, uint32_t id, int64_t now_ms)
{
    for (size_t i = 0; i < r->n_stories; i++)
        if (r->stories[i].id == id)
            return &r->stories[i];
    r->stories =
        xreallocarray(r->stories, r->n_stories + 1, sizeof *r->stories);
    struct story *s = &r->stories[r->n_stories++];
    *s = (struct story){.id = id, .started_ms = now_ms, .finished_ms = -1};
    return s;
}

static bool is_for_people(const struct report *r)
{
    return r->config.style == REPORT_LIVE || r->config.style == REPORT_LINES;
}

/* ---- The live line ---- */

static size_t line_cells(const struct report *r)
{
    struct winsize size;
    size_t cells = REPORT_DEFAULT_CELLS;
    if (r->config.cells != 0)
        cells = r->config.cells;
    else if (ioctl(fileno(r->config.out), TIOCGWINSZ, &size) == 0 &&
             size.ws_col > 1)
        cells = size.ws_col;
    return cells - 1; /* so that no terminal goes to its next line */
}

static void draw(struct report *r, const char *line, size_t width, size_t cells)
{
    size_t pad = r->cells_drawn > width ? r->cells_drawn - width : 0;
    if (width + pad > cells)
        pad = cells > width ? cells - width : 0;
    fprintf(r->config.out, "\r%s%*s", line, (int)pad, "");
    fflush(r->config.out);
    r->cells_drawn = width;
}

static void draw_live(struct report *r, const struct frame_torrent *t)
{
    char line[FRAME_NAME_LEN + STATUSLINE_MAX_LEN];
    size_t cells = line_cells(r);
    size_t width = statusline_format(line, sizeof line, t, cells);
    draw(r, line, width, cells);
}

/* Make room for a line of its own: take away what stands there, also the ^C that the
 * terminal itself may have put behind it. */
static void leave_live_line(struct report *r)
{
    if (r->cells_drawn == 0)
        return;
    fprintf(r->config.out, "\r%*s\r", (int)line_cells(r), "");
    fflush(r->config.out);
    r->cells_drawn = 0;
}

/* ---- Summaries ---- */

/* "2.0 MiB in 4s (512 KiB/s)", of this run. */
static void describe_transfer(char *dst, size_t cap, uint64_t bytes, int64_t ms)
{
    char size[24], took[24], rate[24];
    text_size(size, sizeof size, bytes);
    text_duration(took, sizeof took, (ms + 500) / 1000);
    if (ms < 1000) { /* too short for a rate that means something */
        snprintf(dst, cap, "%s in less than 1s", size);
        return;
    }
    text_rate(rate, sizeof rate,
              (uint64_t)((double)bytes * 1000.0 / (double)ms));
    snprintf(dst, cap, "%s in %s (%s)", size, took, rate);
}

static bool is_done(const struct frame_torrent *t)
{
    return t->is_finished && t->state != FRAME_CHECKING &&
           t->state != FRAME_ERROR;
}

/* Said once, when a torrent is complete: seeding may go on for days. */
static void say_done(struct report *r, struct story *s,
                     const struct frame_torrent *t, int64_t now_ms)
{
    char size[24], transfer[96];
    int64_t end_ms = s->finished_ms >= 0 ? s->finished_ms : now_ms;
    const char *what = t->state == FRAME_FINISHED
                           ? "the files asked for are complete"
                           : "complete";
    s->is_done = true;
    r->last_ms = now_ms; /* the next line can wait its time */
    text_size(size, sizeof size, t->wanted_bytes);
    leave_live_line(r);
    fprintf(r->config.out, "%s: %s, %s", t->name, what, size);
    if (t->bytes_down_run > 0) {
        describe_transfer(transfer, sizeof transfer, t->bytes_down_run,
                          end_ms - s->started_ms);
        fprintf(r->config.out, "; received %s", transfer);
    }
    fputc('\n', r->config.out);
    fflush(r->config.out);
}

static void follow(struct report *r, const struct frame *f, int64_t now_ms)
{
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        struct story *s = story_of(r, t->id, now_ms);
        snprintf(s->name, sizeof s->name, "%s", t->name);
        if (t->state == FRAME_CHECKING)
            s->started_ms = now_ms;
        if (is_for_people(r) && !s->is_done && is_done(t))
            say_done(r, s, t, now_ms);
    }
}

static void say_ended(struct report *r, const struct frame_torrent *t,
                      const char *words, int64_t now_ms)
{
    const struct story *s = story_of(r, t->id, now_ms);
    char transfer[96], sent[24];
    bool has_sent = t->bytes_up_run > 0;
    if (s->is_done && !has_sent)
        return;
    fprintf(r->config.out, "%s: ", t->name);
    if (!s->is_done && t->n_pieces == 0)
        fprintf(r->config.out, "%s; its metadata are not here yet", words);
    else if (!s->is_done) {
        describe_transfer(transfer, sizeof transfer, t->bytes_down_run,
                          now_ms - s->started_ms);
        fprintf(r->config.out, "%s; %.1f%% there, received %s%s", words,
                statusline_percent(t->wanted_bytes - t->wanted_left_bytes,
                                   t->wanted_bytes),
                transfer, has_sent ? ", " : "");
    }
    if (has_sent) {
        text_size(sent, sizeof sent, t->bytes_up_run);
        fprintf(r->config.out, "sent %s", sent);
        if (t->wanted_bytes > 0)
            fprintf(r->config.out, " (ratio %.2f in all)",
                    (double)t->bytes_up / (double)t->wanted_bytes);
    }
    fputc('\n', r->config.out);
}

/* ---- JSON ---- */

static void print_json_text(FILE *out, const char *key, const char *text)
{
    char *quoted = text_json_dup(text, strlen(text));
    fprintf(out, ",\"%s\":%s", key, quoted);
    free(quoted);
}

static void print_json_progress(FILE *out, const struct frame_torrent *t)
{
    char hash[41];
    text_hex(hash, t->info_hash, sizeof t->info_hash);
    fprintf(out, "{\"type\":\"progress\",\"torrent\":%u,\"info_hash\":\"%s\"",
            t->id, hash);
    print_json_text(out, "name", t->name);
    print_json_text(out, "state", frame_state_name(t->state));
    print_json_text(out, "cause", t->cause);
    print_json_text(out, "tracker", t->tracker);
    const struct {
        const char *key;
        uint64_t n;
    } numbers[] = {
        {"size", t->size_bytes},
        {"wanted", t->wanted_bytes},
        {"left", t->wanted_left_bytes},
        {"have", t->have_bytes},
        {"pieces", t->n_pieces},
        {"pieces_have", t->n_pieces_have},
        {"checked", t->n_checked},
        {"to_check", t->n_to_check},
        {"rate_down", t->rate_down_Bps},
        {"rate_up", t->rate_up_Bps},
        {"downloaded", t->bytes_down},
        {"uploaded", t->bytes_up},
        {"downloaded_run", t->bytes_down_run},
        {"uploaded_run", t->bytes_up_run},
        {"overhead_down", t->bytes_overhead_down},
        {"overhead_up", t->bytes_overhead_up},
        {"wasted", t->bytes_wasted},
        {"hash_fails", t->n_hash_fails},
        {"peers", t->n_peers},
        {"seeds", t->n_seeds},
        {"connecting", t->n_connecting},
        {"known", t->n_known},
        {"banned", t->n_banned},
        {"trackers", t->n_trackers},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        fprintf(out, ",\"%s\":%llu", numbers[i].key,
                (unsigned long long)numbers[i].n);
    fprintf(out, ",\"eta\":%lld,\"seeding\":%lld}\n", (long long)t->eta_s,
            (long long)t->seconds_seed);
}

static void print_json_event(FILE *out, const struct event *e, bool is_good)
{
    fprintf(out,
            "{\"type\":\"event\",\"event\":\"%s\",\"torrent\":%u,\"ok\":%s",
            event_kind_name(e->kind), e->torrent, is_good ? "true" : "false");
    print_json_text(out, "text", e->text);
    fputs("}\n", out);
    fflush(out);
}

static void print_json_result(struct report *r, const struct frame *f,
                              int status, const char *words, int64_t now_ms)
{
    for (size_t i = 0; f != NULL && i < f->n_torrents; i++)
        print_json_progress(r->config.out, f->torrents[i]);
    fprintf(r->config.out,
            "{\"type\":\"result\",\"status\":%d,\"seconds\":%.1f", status,
            (double)(now_ms - r->config.now_ms) / 1000.0);
    print_json_text(r->config.out, "text", words);
    fputs("}\n", r->config.out);
}

/* ---- What comes ---- */

static void print_line(FILE *out, const struct frame_torrent *t)
{
    char facts[STATUSLINE_MAX_LEN];
    statusline_facts(facts, sizeof facts, t, STATUSLINE_MAX_LEN);
    fprintf(out, "%s: %s\n", t->name, facts);
}

void report_frame(struct report *r, const struct frame *f, int64_t now_ms)
{
    if (f->n_torrents == 0 || r->config.style == REPORT_QUIET)
        return;
    follow(r, f, now_ms);
    struct statusline_sum sum;
    statusline_sum(f, &sum);
    if (r->config.style == REPORT_LIVE) {
        draw_live(r, &sum.row);
        return;
    }
    bool is_json = r->config.style == REPORT_JSON;
    if (now_ms - r->last_ms < (is_json ? REPORT_JSON_MS : REPORT_LINES_MS))
        return;
    r->last_ms = now_ms;
    for (size_t i = 0; is_json && i < f->n_torrents; i++)
        print_json_progress(r->config.out, f->torrents[i]);
    if (!is_json)
        print_line(r->config.out, &sum.row);
    fflush(r->config.out);
}

static bool is_bad_news(const struct event *e)
{
    switch (e->kind) {
    case EVENT_REFUSED:
    case EVENT_ERROR:
    case EVENT_DISK:
    case EVENT_BANNED:
    case EVENT_HASH_FAILED:
    case EVENT_WEB_SEED:
    case EVENT_LOST:
        return true;
    case EVENT_TRACKER:
    case EVENT_COMMAND:
    case EVENT_NETWORK:
    case EVENT_METADATA:
        return e->err != OK;
    case EVENT_ADDED:
    case EVENT_CHECKED:
    case EVENT_FINISHED:
    case EVENT_STOPPED:
    case EVENT_REMOVED:
    case EVENT_PIECE:
    case EVENT_CHOKE:
    case EVENT_SLOT:
    case EVENT_PEER:
    case EVENT_LIMITS:
    case EVENT_DHT:
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

/* Is it said to whoever asked for errors only, or for JSON? A filter that was named and
 * does not hold is no small thing. */
static bool is_always_said(const struct event *e)
{
    return ends_it(e) || (e->kind == EVENT_NETWORK && e->err != OK);
}

/* One line of an event, with its torrent's name where that is known. */
static void say_event(struct report *r, FILE *to, const struct event *e)
{
    const struct story *s =
        e->torrent != 0 ? story_of(r, e->torrent, e->at_ms) : NULL;
    leave_live_line(r);
    if (to == r->config.err)
        fprintf(to, "tessera%s%s: ", r->config.command[0] != '\0' ? " " : "",
                r->config.command);
    if (s != NULL && s->name[0] != '\0')
        fprintf(to, "%s: ", s->name);
    if (e->kind == EVENT_TRACKER)
        fputs("tracker ", to);
    fprintf(to, "%s\n", e->text);
    fflush(to);
}

/* A tracker that is asked again and again gives the same answer. */
static bool is_said_already(struct report *r, const struct event *e)
{
    if (e->kind != EVENT_TRACKER)
        return false;
    struct story *s = story_of(r, e->torrent, e->at_ms);
    if (strcmp(s->tracker_words, e->text) == 0)
        return true;
    memcpy(s->tracker_words, e->text, sizeof s->tracker_words);
    return false;
}

void report_event(struct report *r, const struct event *e)
{
    if (e->kind == EVENT_ADDED)
        text_clean(story_of(r, e->torrent, e->at_ms)->name, FRAME_NAME_LEN,
                   e->text, strlen(e->text));
    if (e->kind == EVENT_CHECKED)
        story_of(r, e->torrent, e->at_ms)->started_ms = e->at_ms;
    if (e->kind == EVENT_FINISHED)
        story_of(r, e->torrent, e->at_ms)->finished_ms = e->at_ms;
    if (r->config.style == REPORT_JSON)
        print_json_event(r->config.out, e, !is_bad_news(e));
    if (is_always_said(e) ||
        (is_bad_news(e) && is_for_people(r) && !is_said_already(r, e)))
        say_event(r, r->config.err, e);
    else if ((e->kind == EVENT_CHECKED || e->kind == EVENT_METADATA) &&
             is_for_people(r))
        say_event(r, r->config.out, e);
}

void report_saved(struct report *r, const char *path)
{
    FILE *out = r->config.out;
    if (r->config.style == REPORT_QUIET)
        return;
    leave_live_line(r);
    if (r->config.style == REPORT_JSON) {
        fputs("{\"type\":\"saved\"", out);
        print_json_text(out, "path", path);
        fputs("}\n", out);
    } else
        fprintf(out, "saved %s\n", path);
    fflush(out);
}

void report_stopping(struct report *r, int64_t now_ms)
{
    static const char words[] =
        "stopping: telling trackers, saving (Ctrl-C: at once)";
    char line[sizeof words];
    r->stopping_ms = now_ms;
    if (r->config.style != REPORT_LIVE)
        return;
    leave_live_line(r);
    size_t cells = line_cells(r);
    draw(r, line, text_fit(line, sizeof line, words, cells, true), cells);
}

void report_result(struct report *r, const struct frame *f, int status,
                   const char *words, int64_t now_ms)
{
    leave_live_line(r);
    if (f != NULL)
        follow(r, f, now_ms);
    if (r->config.style == REPORT_JSON)
        print_json_result(r, f, status, words, now_ms);
    if (now_ms > r->stopping_ms)
        now_ms = r->stopping_ms; /* goodbyes are no part of the transfer */
    for (size_t i = 0; is_for_people(r) && f != NULL && i < f->n_torrents; i++)
        say_ended(r, f->torrents[i], words, now_ms);
    fflush(r->config.out);
}
