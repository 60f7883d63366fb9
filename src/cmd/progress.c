#include "config.h"

#include "cmd/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/statusline.h"
#include "util/text.h"

enum {
    DEFAULT_CELLS = 80,
    MAX_CELLS = 200,
    MAX_BAR = 40,
    LINE_CAP = 1024 /* bytes; a clean character takes four at most */
};

void progress_init(struct progress *p, const char *label, uint64_t total,
                   bool is_quiet)
{
    *p = (struct progress){.label = label, .total = total, .begun_ms = -1};
    rate_init(&p->rate);
    p->is_on = !is_quiet && isatty(STDERR_FILENO) == 1;
}

static unsigned terminal_cells(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return DEFAULT_CELLS;
    return size.ws_col < MAX_CELLS ? size.ws_col : MAX_CELLS;
}

/* Write the line to dst (cap bytes), at most `cells` wide. */
static void format(const struct progress *p, uint64_t rate_Bps, unsigned cells,
                   char *dst, size_t cap)
{
    char rate[32], eta[32], right[128], label[LINE_CAP], bar[MAX_BAR + 3] = "";
    uint64_t done = p->done < p->total ? p->done : p->total;
    double share = statusline_percent(done, p->total) / 100.0;
    text_rate(rate, sizeof rate, rate_Bps);
    uint64_t left_bytes = p->total > done ? p->total - done : 0;
    int64_t left_s = -1;
    if (rate_Bps > 0)
        left_s = (int64_t)((left_bytes + rate_Bps - 1) / rate_Bps);
    text_duration(eta, sizeof eta, left_s);
    snprintf(right, sizeof right, "%5.1f%%  %s  %s left", share * 100, rate,
             eta);
    size_t right_cells = text_width(right);
    size_t left = cells > right_cells + 2 ? cells - right_cells - 2 : 0;
    size_t bar_cells = left / 2 < MAX_BAR ? left / 2 : MAX_BAR;
    if (bar_cells < 6)
        bar_cells = 0;
    if (bar_cells > 0) {
        size_t inner = bar_cells - 2;
        memset(bar, '.', bar_cells);
        memset(bar + 1, '#', (size_t)((double)inner * share));
        bar[0] = '[';
        bar[bar_cells - 1] = ']';
        bar[bar_cells] = '\0';
    }
    text_fit(label, sizeof label, p->label, left - bar_cells, true);
    if (text_width(right) > cells)
        text_fit(dst, cap, right, cells, true);
    else
        snprintf(dst, cap, "%s %s %s", label, bar, right);
}

static void draw(struct progress *p, int64_t now_ms)
{
    char line[LINE_CAP * 2];
    unsigned cells = terminal_cells();
    /* One less, so that no terminal goes to its next line. */
    format(p, rate_Bps(&p->rate, now_ms), cells - 1, line, sizeof line);
    size_t width = text_width(line);
    int pad = cells - 1 > width ? (int)(cells - 1 - width) : 0;
    fprintf(stderr, "\r%s%*s", line, pad, "");
    fflush(stderr);
    p->drawn_ms = now_ms;
    p->is_drawn = true;
}

void progress_update(struct progress *p, uint64_t done, int64_t now_ms)
{
    uint64_t more = done - p->done;
    p->done = done;
    if (!p->is_on)
        return;
    rate_add(&p->rate, more, now_ms);
    if (p->begun_ms < 0)
        p->begun_ms = now_ms;
    bool is_due = p->is_drawn ? now_ms - p->drawn_ms >= PROGRESS_PERIOD_MS
                              : now_ms - p->begun_ms >= PROGRESS_DELAY_MS;
    if (is_due)
        draw(p, now_ms);
}

void progress_fini(struct progress *p)
{
    if (p->is_drawn)
        fprintf(stderr, "\r%*s\r", (int)terminal_cells() - 1, "");
    p->is_drawn = false;
}
