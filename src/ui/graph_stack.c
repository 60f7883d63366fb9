#include "config.h"

#include "ui/graph_stack.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "model/detail_peer.h"
#include "ui/units.h"

enum { KiB = 1024 };

static const enum theme_role roles[GRAPH_STACK_PEERS] = {
    THEME_DOWN,    THEME_UP,   THEME_PARTIAL,
    THEME_HEADING, THEME_RARE, THEME_NORMAL,
};

/* What a peer sent on average between two ages in seconds; seconds that are not known
 * count as none. */
static uint32_t mean_Bps(const struct timeline *t, size_t first, size_t end)
{
    uint64_t sum = 0;
    size_t len = timeline_len(t);
    for (size_t age = first; age < end && age < len; age++)
        sum += (uint64_t)timeline_at(t, age).down_kiBps * KiB;
    sum /= end - first;
    return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

/* A peer's cells; what is in them is taken from what is left for the others. */
static void fit_peer(struct graph_stack *s, size_t layer,
                     const struct timeline *t, uint32_t span_s, uint32_t *left)
{
    for (size_t back = 0; back < s->n_cells; back++) {
        size_t cell = s->n_cells - 1 - back;
        size_t first = (size_t)(span_s * (uint64_t)back / s->n_cells);
        size_t end = (size_t)(span_s * (uint64_t)(back + 1) / s->n_cells);
        uint32_t rate = mean_Bps(t, first, end > first ? end : first + 1);
        /* The two were not measured in the same moment. */
        if (rate > left[cell])
            rate = left[cell];
        s->samples[layer][cell] = rate;
        left[cell] -= rate;
    }
}

static void name_layer(struct graph_stack *s, size_t i, uint16_t slot)
{
    detail_peer_letters(slot, s->names[i]);
    bool is_one = s->names[i][1] == '\0';
    s->layers[i] = (struct plot_layer){
        .samples = s->samples[i],
        .letter = is_one ? s->names[i][0] : (char)('1' + i),
        .role = roles[i],
    };
}

void graph_stack_fit(struct graph_stack *s, const struct detail_stack *peers,
                     size_t n, const struct history_rate *totals,
                     size_t n_cells, uint32_t span_s)
{
    assert(n <= GRAPH_STACK_PEERS && n_cells <= MARKS_MAX_CELLS);
    s->n_cells = n_cells;
    s->n = n + 1;
    uint32_t *left = s->samples[n];
    for (size_t i = 0; i < n_cells; i++)
        left[i] = totals[i].down_Bps;
    for (size_t i = 0; i < n; i++) {
        name_layer(s, i, peers[i].slot);
        fit_peer(s, i, peers[i].timeline, span_s, left);
    }
    s->layers[n] =
        (struct plot_layer){.samples = left, .letter = ':', .role = THEME_DIM};
    snprintf(s->names[n], sizeof s->names[n], "others");
}

void graph_stack_draw(const struct graph_stack *s, const struct draw_pane *p,
                      uint64_t top)
{
    plot_stack(p, s->layers, s->n, s->n_cells, top);
}

void graph_stack_words(const struct graph_stack *s, size_t cell,
                       char dst[GRAPH_STACK_WORDS_LEN])
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < s->n && cell < s->n_cells; i++) {
        char rate[UNITS_LEN];
        if (s->samples[i][cell] == 0)
            continue;
        units_size(rate, s->samples[i][cell]);
        int added = snprintf(dst + len, GRAPH_STACK_WORDS_LEN - len, "%s%s %s",
                             len > 0 ? "  " : "", s->names[i], rate);
        if (added < 0 || (size_t)added >= GRAPH_STACK_WORDS_LEN - len)
            break;
        len += (size_t)added;
    }
}
