#include "config.h"

#include "ui/list_column.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ui/units.h"
#include "ui/words.h"
#include "util/fold.h"
#include "util/text.h"

enum {
    LEFT = 2,  /* cells of cursor and mark */
    WIDE = 120 /* from so many cells on there is room for all */
};

static const struct table_column columns[LIST_COLUMN_N] = {
    [LIST_COLUMN_STATE] = {"S", 1, 0, 0, true},
    [LIST_COLUMN_DONE] = {"Done%", 6, 0, 0, false},
    [LIST_COLUMN_SIZE] = {"Size", 5, 3, 0, false},
    [LIST_COLUMN_DOWN] = {"Down", 6, 1, 0, false},
    [LIST_COLUMN_UP] = {"Up", 6, 5, 0, false},
    [LIST_COLUMN_ETA] = {"ETA", 6, 2, 0, false},
    [LIST_COLUMN_RATIO] = {"Ratio", 6, 6, 0, false},
    [LIST_COLUMN_PEERS] = {"Pr/Sd", 7, 4, 0, false},
    [LIST_COLUMN_AVAIL] = {"Avl", 4, 7, 0, false},
    [LIST_COLUMN_ADDED] = {"Added", 10, 8, WIDE, true},
    [LIST_COLUMN_LABEL] = {"Label", 10, 9, WIDE, true},
    [LIST_COLUMN_TRACKER] = {"Tracker", 18, 10, WIDE, true},
    [LIST_COLUMN_NAME] = {"Name", 20, 0, 0, true},
};

const struct table_column *list_column_table(void)
{
    return columns;
}

const char *list_column_title(unsigned c)
{
    return list_column_table()[c].title;
}

uint32_t list_column_empty(const struct frame *f)
{
    const uint32_t label = UINT32_C(1) << LIST_COLUMN_LABEL,
                   tracker = UINT32_C(1) << LIST_COLUMN_TRACKER;
    uint32_t empty = label | tracker;
    for (size_t i = 0; f != NULL && empty != 0 && i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        empty &= ~((t->label[0] != '\0' ? label : 0) |
                   (t->tracker_host[0] != '\0' ? tracker : 0));
    }
    return empty;
}

void list_column_fit(const struct column_choice *choice, uint32_t empty,
                     struct table_column *chosen, struct table *t, int width)
{
    memcpy(chosen, list_column_table(), LIST_COLUMN_N * sizeof *chosen);
    for (unsigned i = 0; i < LIST_COLUMN_N; i++) {
        if (((choice->refused | (empty & ~choice->wanted)) >> i & 1) != 0)
            chosen[i].width = 0;
        if (choice->wanted >> i & 1) {
            chosen[i].from = 0;
            chosen[i].rank = 1;
        }
    }
    table_fit(t, chosen, LIST_COLUMN_N, LEFT, width);
}

uint32_t list_column_shown(const struct table *t)
{
    uint32_t shown = 0;
    for (unsigned i = 0; i < t->n; i++)
        shown |= t->w[i] > 0 ? UINT32_C(1) << i : 0;
    return shown;
}

const char *list_column_word(enum list_column c)
{
    static const char *const words[LIST_COLUMN_N] = {
        [LIST_COLUMN_STATE] = "state",     [LIST_COLUMN_DONE] = "done",
        [LIST_COLUMN_SIZE] = "size",       [LIST_COLUMN_DOWN] = "down",
        [LIST_COLUMN_UP] = "up",           [LIST_COLUMN_ETA] = "eta",
        [LIST_COLUMN_RATIO] = "ratio",     [LIST_COLUMN_PEERS] = "peers",
        [LIST_COLUMN_AVAIL] = "avail",     [LIST_COLUMN_ADDED] = "added",
        [LIST_COLUMN_LABEL] = "label",     [LIST_COLUMN_NAME] = "name",
        [LIST_COLUMN_TRACKER] = "tracker",
    };
    assert(c < LIST_COLUMN_N);
    return words[c];
}

bool list_column_is_known(const struct frame_torrent *t)
{
    return t->wanted_bytes > 0 || t->is_finished;
}

unsigned list_column_permille(const struct frame_torrent *t)
{
    if (t->state == FRAME_CHECKING && t->n_to_check > 0)
        return units_permille(t->n_checked, t->n_to_check);
    if (!list_column_is_known(t))
        return 0;
    uint64_t left = t->wanted_left_bytes;
    return units_permille(t->wanted_bytes > left ? t->wanted_bytes - left : 0,
                          t->wanted_bytes);
}

/* "3.4", from ten copies on "12". */
static void avail_text(const struct frame_torrent *t, char *dst)
{
    int32_t copies_m = t->availability_m;
    if (copies_m < 0 || t->n_peers == 0)
        snprintf(dst, LIST_COLUMN_LEN, "-");
    else if (copies_m < 10000)
        snprintf(dst, LIST_COLUMN_LEN, "%d.%d", copies_m / 1000,
                 copies_m / 100 % 10);
    else
        snprintf(dst, LIST_COLUMN_LEN, "%d", copies_m / 1000 % 10000);
}

static void date_text(int64_t wall_s, char *dst)
{
    struct tm tm;
    time_t at = (time_t)wall_s;
    dst[0] = '\0';
    if (wall_s > 0 && localtime_r(&at, &tm) != NULL)
        strftime(dst, LIST_COLUMN_LEN, "%Y-%m-%d", &tm);
}

/* Columns of numbers that are said by units. */
static void number_text(const struct frame_torrent *t, enum list_column c,
                        char *dst)
{
    unsigned share = list_column_permille(t);
    if (c == LIST_COLUMN_DONE)
        snprintf(dst, LIST_COLUMN_LEN, "%u.%u", share / 10, share % 10);
    else if (c == LIST_COLUMN_SIZE &&
             (list_column_is_known(t) || t->size_bytes > 0))
        units_size(dst,
                   list_column_is_known(t) ? t->wanted_bytes : t->size_bytes);
    else if (c == LIST_COLUMN_SIZE)
        snprintf(dst, LIST_COLUMN_LEN, "?");
    else if (c == LIST_COLUMN_DOWN)
        units_rate(dst, t->rate_down_Bps);
    else if (c == LIST_COLUMN_UP)
        units_rate(dst, t->rate_up_Bps);
    else if (c == LIST_COLUMN_ETA)
        text_duration(dst, UNITS_LEN, t->is_finished ? -1 : t->eta_s);
    else if (c == LIST_COLUMN_RATIO)
        units_ratio(dst, t->bytes_up, t->have_bytes);
    else
        snprintf(dst, LIST_COLUMN_LEN, "%u/%u",
                 t->n_peers < 1000 ? t->n_peers : 999,
                 t->n_seeds < 1000 ? t->n_seeds : 999);
}

void list_column_text(const struct frame_torrent *t, enum list_column c,
                      char dst[LIST_COLUMN_LEN])
{
    dst[0] = '\0';
    switch (c) {
    case LIST_COLUMN_STATE:
        dst[0] = words_letter(t);
        dst[1] = '\0';
        return;
    case LIST_COLUMN_DONE:
    case LIST_COLUMN_SIZE:
    case LIST_COLUMN_DOWN:
    case LIST_COLUMN_UP:
    case LIST_COLUMN_ETA:
    case LIST_COLUMN_RATIO:
    case LIST_COLUMN_PEERS:
        number_text(t, c, dst);
        return;
    case LIST_COLUMN_AVAIL:
        avail_text(t, dst);
        return;
    case LIST_COLUMN_ADDED:
        date_text(t->added_wall, dst);
        return;
    case LIST_COLUMN_LABEL:
    case LIST_COLUMN_TRACKER:
        snprintf(dst, LIST_COLUMN_LEN, "%s", list_column_key(t, c));
        return;
    case LIST_COLUMN_NAME:
    case LIST_COLUMN_N:
        return;
    }
}

void list_column_name(const struct frame_torrent *t,
                      char dst[LIST_COLUMN_NAME_LEN])
{
    char cause[WORDS_LEN] = "";
    if (words_is_odd(t))
        words_brief(t, cause);
    else if (t->is_forced)
        snprintf(cause, sizeof cause, "forced");
    snprintf(dst, LIST_COLUMN_NAME_LEN, cause[0] != '\0' ? "%s (%s)" : "%s",
             t->name, cause);
}

enum theme_role list_column_role(const struct frame_torrent *t,
                                 enum list_column c)
{
    if (c == LIST_COLUMN_STATE)
        return words_role(t);
    if (c == LIST_COLUMN_DOWN && t->rate_down_Bps > 0)
        return THEME_DOWN;
    if (c == LIST_COLUMN_UP && t->rate_up_Bps > 0)
        return THEME_UP;
    if (c == LIST_COLUMN_AVAIL && !t->is_finished && t->n_peers > 0 &&
        t->availability_m >= 0 && t->availability_m < 1000)
        return THEME_RARE;
    bool is_dim = c == LIST_COLUMN_DOWN || c == LIST_COLUMN_UP ||
                  c == LIST_COLUMN_ADDED || c == LIST_COLUMN_TRACKER;
    return is_dim ? THEME_DIM : THEME_NORMAL;
}

const char *list_column_key(const struct frame_torrent *t, enum list_column c)
{
    return c == LIST_COLUMN_LABEL     ? t->label
           : c == LIST_COLUMN_TRACKER ? t->tracker_host
                                      : "";
}

/* What needs the user most comes first. */
static uint64_t state_weight(const struct frame_torrent *t)
{
    static const char order[] = "XPSQMVCD!E";
    const char *at = strchr(order, words_letter(t));
    return at != NULL ? (uint64_t)(at - order) : 0;
}

uint64_t list_column_weight(const struct frame_torrent *t, enum list_column c)
{
    switch (c) {
    case LIST_COLUMN_STATE:
        return state_weight(t);
    case LIST_COLUMN_DONE:
        return list_column_permille(t);
    case LIST_COLUMN_SIZE:
        return t->wanted_bytes;
    case LIST_COLUMN_DOWN:
        return t->rate_down_Bps;
    case LIST_COLUMN_UP:
        return t->rate_up_Bps;
    case LIST_COLUMN_ETA:
        return t->eta_s < 0 || t->is_finished ? 0
                                              : UINT64_MAX - (uint64_t)t->eta_s;
    case LIST_COLUMN_RATIO:
        return t->have_bytes > 0 ? (uint64_t)((double)t->bytes_up * 1000 /
                                              (double)t->have_bytes)
                                 : 0;
    case LIST_COLUMN_PEERS:
        return t->n_peers;
    case LIST_COLUMN_AVAIL:
        return t->availability_m > 0 && t->n_peers > 0
                   ? (uint64_t)t->availability_m
                   : 0;
    case LIST_COLUMN_ADDED:
        return t->added_wall > 0 ? (uint64_t)t->added_wall : 0;
    case LIST_COLUMN_LABEL:
    case LIST_COLUMN_TRACKER: {
        /* A to Z, and what has none at the end. */
        const char *key = list_column_key(t, c);
        return key[0] != '\0' ? ~fold_prefix(key) : 0;
    }
    case LIST_COLUMN_NAME:
    case LIST_COLUMN_N:
        break;
    }
    return 0;
}
