#include "config.h"

#include "ui/torrent_asks.h"

#include <stdio.h>
#include <string.h>

#include "ui/torrent_orders.h"
#include "ui/units.h"

static const char limits_wanted[] =
    "limits are \"down up\", such as 2M 500k, or off";

/* "debian.iso" or "3 torrents". */
static void who(const struct torrent_orders_sum *sum, char *dst, size_t cap)
{
    if (sum->n == 1)
        snprintf(dst, cap, "%.60s", sum->first->name);
    else
        snprintf(dst, cap, "%zu torrents", sum->n);
}

/* Removal. */

static void on_remove(struct view_world *w, struct ask *a, int key)
{
    torrent_orders_remove(w, a->targets.ids, a->targets.n, key == 'D');
}

static void ask_remove(struct view_world *w,
                       const struct torrent_orders_sum *sum)
{
    char question[ASK_QUESTION_LEN], have[UNITS_LEN];
    char count[32] = "", files[48] = "";
    units_size(have, sum->have_bytes);
    if (sum->n > 1)
        snprintf(count, sizeof count, " %zu torrents", sum->n);
    if (sum->n_files > 0)
        snprintf(files, sizeof files, " in %llu file%s",
                 (unsigned long long)sum->n_files, sum->n_files > 1 ? "s" : "");
    snprintf(question, sizeof question,
             "remove%s? r: keep data  D: delete %s%s  other keys: no", count,
             have, files);
    ask_key(&w->ask, question, "rD", on_remove);
    who(sum, w->message, sizeof w->message);
}

/* Limits. */

/* One limit of a line; false when it is none. */
static bool read_limit(const char *word, uint64_t *out)
{
    if (strcmp(word, "off") != 0 && strcmp(word, "-") != 0)
        return units_parse_size(word, out);
    *out = 0;
    return true;
}

bool torrent_asks_read_limits(const char *line, struct command_limits *out)
{
    char words[3][32];
    size_t n = 0;
    for (const char *at = line + strspn(line, " "); *at != '\0';
         at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (n == 2 || len >= sizeof words[0])
            return false;
        memcpy(words[n], at, len);
        words[n++][len] = '\0';
        at += len;
    }
    struct command_limits limits = {.has_down = n > 0, .has_up = n > 1};
    if (n == 0 || !read_limit(words[0], &limits.down_Bps) ||
        (n > 1 && !read_limit(words[1], &limits.up_Bps)))
        return false;
    *out = limits;
    return true;
}

static void on_limits(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    struct command_limits limits;
    if (torrent_asks_read_limits(a->line.text, &limits))
        torrent_orders_limit(w, a->targets.ids, a->targets.n, &limits);
    else {
        snprintf(w->message, sizeof w->message, "%s", limits_wanted);
        ask_again(a);
    }
}

/* A limit as it is typed, exactly, so that Enter alone changes nothing. */
static void limit_text(uint64_t limit_Bps, char dst[32])
{
    static const uint64_t k = 1024;
    if (limit_Bps == 0)
        snprintf(dst, 32, "off");
    else if (limit_Bps % (k * k) == 0)
        snprintf(dst, 32, "%lluM", (unsigned long long)(limit_Bps / (k * k)));
    else if (limit_Bps % k == 0)
        snprintf(dst, 32, "%lluk", (unsigned long long)(limit_Bps / k));
    else
        snprintf(dst, 32, "%llu", (unsigned long long)limit_Bps);
}

static void ask_limits(struct view_world *w,
                       const struct torrent_orders_sum *sum)
{
    char name[80], down[32], up[32], line[80];
    who(sum, name, sizeof name);
    limit_text(sum->first->limit_down_Bps, down);
    limit_text(sum->first->limit_up_Bps, up);
    snprintf(line, sizeof line, "%s %s", down, up);
    ask_line(&w->ask, "limits down, up:", line, on_limits);
    snprintf(w->message, sizeof w->message, "%s: such as 2M 500k, or off",
             name);
}

/* Label. */

static void on_label(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    torrent_orders_label(w, a->targets.ids, a->targets.n, a->line.text);
}

static void ask_label(struct view_world *w,
                      const struct torrent_orders_sum *sum)
{
    ask_line(&w->ask, "label:", sum->first->label, on_label);
}

/* Another folder. */

static void on_move(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    if (a->line.len == 0) {
        snprintf(w->message, sizeof w->message,
                 "no folder: type one, Tab completes it; Esc moves nothing");
        ask_again(a);
    } else
        torrent_orders_move(w, a->targets.ids, a->targets.n, a->line.text);
}

void torrent_asks_complete(struct view_world *w, char *path, size_t cap)
{
    char choices[VIEW_MESSAGE_LEN] = "";
    if (w->host.complete == NULL)
        snprintf(w->message, sizeof w->message, "no completion here");
    else if (!w->host.complete(w->host.ctx, path, cap, choices, sizeof choices))
        snprintf(w->message, sizeof w->message, "%s",
                 choices[0] != '\0' ? choices : "nothing begins like this");
}

static void complete_path(struct view_world *w, struct prompt *line)
{
    torrent_asks_complete(w, line->text, sizeof line->text);
    line->len = strlen(line->text);
}

static void ask_move(struct view_world *w, const struct torrent_orders_sum *sum)
{
    const struct detail *d = view_detail(w);
    bool is_in_focus = sum->n == 1 && d != NULL && d->torrent == sum->first->id;
    const char *from = is_in_focus && d->dir != NULL ? d->dir : "";
    ask_line(&w->ask, "move the data to:", from, on_move);
    w->ask.complete = complete_path;
}

bool torrent_asks_open(struct view_world *w, enum keys_action action,
                       const uint32_t *ids, size_t n)
{
    static const struct {
        enum keys_action action;
        void (*ask)(struct view_world *w, const struct torrent_orders_sum *sum);
    } asks[] = {
        {KEYS_REMOVE, ask_remove},
        {KEYS_LIMITS, ask_limits},
        {KEYS_LABEL, ask_label},
        {KEYS_MOVE_DATA, ask_move},
    };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (asks[i].action != action)
            continue;
        struct torrent_orders_sum sum = torrent_orders_sum(w, ids, n);
        if (sum.n == 0)
            return false;
        if (action == KEYS_REMOVE && w->removes_at_once) {
            torrent_orders_remove(w, ids, n, false);
            return true;
        }
        asks[i].ask(w, &sum);
        idset_set(&w->ask.targets, ids, n);
        return true;
    }
    return false;
}
