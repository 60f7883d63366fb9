#include "config.h"

#include "ui/cmdline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/list_column.h"
#include "ui/torrent_acts.h"
#include "ui/torrent_asks.h"
#include "ui/torrent_orders.h"
#include "ui/units.h"
#include "ui/view.h"
#include "util/fold.h"
#include "util/nearest.h"

enum { WORD_LEN = 24 };

/* What a command is about, and the rest of its line. */
struct call {
    const uint32_t *ids;
    size_t n;
    const char *args;
};

struct command_word {
    const char *word, *args, *note;
    bool needs_args;
    /* Do it; NULL: the screen or the list does. */
    void (*run)(struct view_world *w, const struct call *c);
    /* The i-th word that may come next; NULL: no more. NULL: any text. */
    const char *(*choice)(const struct view_world *w, size_t i);
};

static void run_pause(struct view_world *w, const struct call *c)
{
    torrent_orders_pause(w, c->ids, c->n, true);
}

static void run_resume(struct view_world *w, const struct call *c)
{
    torrent_orders_pause(w, c->ids, c->n, false);
}

static void run_remove(struct view_world *w, const struct call *c)
{
    torrent_asks_open(w, KEYS_REMOVE, c->ids, c->n);
}

static void run_undo(struct view_world *w, const struct call *c)
{
    (void)c;
    view_send(w, command_new(COMMAND_UNDO, 0));
}

static void run_verify(struct view_world *w, const struct call *c)
{
    torrent_acts_do(w, KEYS_VERIFY, c->ids, c->n);
}

static void run_reannounce(struct view_world *w, const struct call *c)
{
    torrent_acts_do(w, KEYS_REANNOUNCE, c->ids, c->n);
}

static void run_force(struct view_world *w, const struct call *c)
{
    torrent_acts_do(w, KEYS_FORCE, c->ids, c->n);
}

static void run_move(struct view_world *w, const struct call *c)
{
    torrent_orders_move(w, c->ids, c->n, c->args);
}

static void run_label(struct view_world *w, const struct call *c)
{
    torrent_orders_label(w, c->ids, c->n, c->args);
}

static void run_limit(struct view_world *w, const struct call *c)
{
    struct command_limits limits;
    if (torrent_asks_read_limits(c->args, &limits))
        torrent_orders_limit(w, c->ids, c->n, &limits);
    else
        snprintf(w->message, sizeof w->message,
                 "limit wants down and up, such as 2M 500k, or off");
}

/* One limit of all torrents together. */
static void set_rate(struct view_world *w, const char *args, bool is_up)
{
    uint64_t rate_Bps = 0;
    if (strcmp(args, "off") != 0 && !units_parse_size(args, &rate_Bps)) {
        snprintf(w->message, sizeof w->message,
                 "\"%.40s\" is no rate: such as 2M, 500k, or off", args);
        return;
    }
    struct limits_pair pair = limits_now(w);
    *(is_up ? &pair.up_Bps : &pair.down_Bps) = rate_Bps;
    limits_set(w, pair);
}

static void run_down(struct view_world *w, const struct call *c)
{
    set_rate(w, c->args, false);
}

static void run_up(struct view_world *w, const struct call *c)
{
    set_rate(w, c->args, true);
}

/* Settings by their names in the configuration file. */

static const char *setting_choice(const struct view_world *w, size_t i)
{
    return w->host.setting != NULL ? w->host.setting(w->host.ctx, i, NULL)
                                   : NULL;
}

/* What a key is set to. */
static void show_setting(struct view_world *w, const char *key)
{
    const char *name;
    for (size_t i = 0; (name = setting_choice(w, i)) != NULL; i++) {
        char *value;
        if (strcmp(name, key) != 0)
            continue;
        w->host.setting(w->host.ctx, i, &value);
        snprintf(w->message, sizeof w->message, "%s = %.400s", name, value);
        free(value);
        return;
    }
    snprintf(w->message, sizeof w->message, "there is no setting \"%.40s\"",
             key);
}

/* Some of them are the screen's own, and change at once. */
static void apply_setting(struct view_world *w, const char *key,
                          const char *value)
{
    if (strcmp(key, "down") == 0 || strcmp(key, "up") == 0)
        set_rate(w, value, key[0] == 'u');
    else if (strcmp(key, "theme") == 0 || strcmp(key, "glyphs") == 0)
        snprintf(w->command, sizeof w->command, "%.10s %.40s", key, value);
    else if (strcmp(key, "mouse") == 0)
        snprintf(w->command, sizeof w->command, "mouse %s",
                 strcmp(value, "true") == 0 ? "on" : "off");
    else if (strcmp(key, "confirm-remove") == 0)
        w->removes_at_once = strcmp(value, "false") == 0;
}

static void run_set(struct view_world *w, const struct call *c)
{
    char key[CMDLINE_LEN];
    struct cause cause = {""};
    snprintf(key, sizeof key, "%s", c->args);
    const char *value = cmdline_split(key);
    if (w->host.set == NULL)
        snprintf(w->message, sizeof w->message, "there are no settings here");
    else if (value[0] == '\0')
        show_setting(w, key);
    else if (w->host.set(w->host.ctx, key, value, &cause) != OK)
        snprintf(w->message, sizeof w->message, "%s", cause.text);
    else if (strcmp(key, "proxy") == 0) /* with a password, perhaps */
        snprintf(w->message, sizeof w->message,
                 "proxy: from the next start on, when :save keeps it");
    else {
        snprintf(w->message, sizeof w->message,
                 "%s = %s; :save keeps it for the next start", key, value);
        apply_setting(w, key, value);
    }
}

static void run_save(struct view_world *w, const struct call *c)
{
    (void)c;
    struct cause cause = {""};
    char *path = NULL;
    size_t n = 0;
    if (w->host.keep == NULL)
        snprintf(w->message, sizeof w->message, "there are no settings here");
    else if (w->host.keep(w->host.ctx, &n, &path, &cause) != OK)
        snprintf(w->message, sizeof w->message, "not saved: %s", cause.text);
    else if (n == 0)
        snprintf(w->message, sizeof w->message,
                 "nothing was set since the start");
    else
        snprintf(w->message, sizeof w->message, "%zu setting%s saved in %s", n,
                 n == 1 ? "" : "s", path);
    free(path);
}

static void run_reload_filter(struct view_world *w, const struct call *c)
{
    struct command *command = command_new(COMMAND_FILTER, 0);
    (void)c;
    command->flag = true;
    view_send(w, command);
    snprintf(w->message, sizeof w->message,
             "the IP filter is read again: the log says what came of it");
}

static void run_dht(struct view_world *w, const struct call *c)
{
    (void)c;
    w->go = VIEW_DHT;
}

static void run_help(struct view_world *w, const struct call *c)
{
    (void)c;
    w->go = VIEW_HELP;
}

static const char *column_choice(const struct view_world *w, size_t i)
{
    (void)w;
    return i < LIST_COLUMN_N ? list_column_word((enum list_column)i) : NULL;
}

static const char *theme_choice(const struct view_world *w, size_t i)
{
    (void)w;
    return i < THEME_N ? theme_name((enum theme_kind)i) : NULL;
}

static const char *glyphs_choice(const struct view_world *w, size_t i)
{
    (void)w;
    return i < GLYPHS_N_LEVELS ? glyphs_level_name((enum glyphs_level)i) : NULL;
}

static const char *switch_choice(const struct view_world *w, size_t i)
{
    (void)w;
    static const char *const words[] = {"on", "off"};
    return i < 2 ? words[i] : NULL;
}

static const struct command_word table[] = {
    {"pause", "", "pause them", false, run_pause, NULL},
    {"resume", "", "go on; also after an error", false, run_resume, NULL},
    {"remove", "", "remove: asks first", false, run_remove, NULL},
    {"undo", "", "the torrent that was removed last is here again", false,
     run_undo, NULL},
    {"verify", "", "check the data against the hashes", false, run_verify,
     NULL},
    {"reannounce", "", "ask the trackers again", false, run_reannounce, NULL},
    {"force", "", "start now, whatever the queue says", false, run_force, NULL},
    {"move", "FOLDER", "move the data there", true, run_move, NULL},
    {"label", "WORDS", "label them; nothing takes it off", false, run_label,
     NULL},
    {"limit", "DOWN UP", "their limits: 2M 500k, or off", true, run_limit,
     NULL},
    {"down", "RATE", "limit of all together to receive", true, run_down, NULL},
    {"up", "RATE", "limit of all together to send", true, run_up, NULL},
    {"sort", "COLUMN", "sort the list; again: the other way round", true, NULL,
     column_choice},
    {"filter", "TERMS", "show some only; nothing shows all", false, NULL, NULL},
    {"goto", "N", "to a row of the list", true, NULL, NULL},
    {"theme", "NAME", "colours", true, NULL, theme_choice},
    {"glyphs", "NAME", "what lines and bars are drawn with", true, NULL,
     glyphs_choice},
    {"mouse", "on|off", "the mouse", true, NULL, switch_choice},
    {"set", "KEY VALUE", "a setting of the configuration file", true, run_set,
     NULL},
    {"save", "", "keep what was set for the next start", false, run_save, NULL},
    {"reload-filter", "", "read the IP filter's files again", false,
     run_reload_filter, NULL},
    {"dht", "", "the DHT: its nodes, look-ups and traffic", false, run_dht,
     NULL},
    {"help", "", "keys and commands", false, run_help, NULL},
    {"detach", "", "leave, and go on in the background", false, NULL, NULL},
    {"quit", "", "leave", false, NULL, NULL},
};
enum { N_WORDS = sizeof table / sizeof *table };

static const char *command_choice(const struct view_world *w, size_t i)
{
    (void)w;
    return i < N_WORDS ? table[i].word : NULL;
}

const char *cmdline_usage(size_t i, const char **note_out)
{
    static char usage[2 * WORD_LEN];
    if (i >= N_WORDS)
        return NULL;
    snprintf(usage, sizeof usage, ":%s %s", table[i].word, table[i].args);
    *note_out = table[i].note;
    return usage;
}

char *cmdline_split(char *line)
{
    char *rest = line + strcspn(line, " ");
    if (*rest == '\0')
        return rest;
    *rest++ = '\0';
    return rest + strspn(rest, " ");
}

/* The command of this name, or the only one that begins so; else NULL, and *near_out is
 * the nearest, or NULL. */
static const struct command_word *find(const char *word, const char **near_out)
{
    const struct command_word *begins = NULL;
    size_t n_begin = 0;
    *near_out = NULL;
    for (size_t i = 0; i < N_WORDS; i++) {
        if (strcmp(table[i].word, word) == 0)
            return &table[i];
        if (fold_begins(table[i].word, word)) {
            begins = &table[i];
            n_begin++;
        }
        *near_out = nearest_better(word, *near_out, table[i].word);
    }
    return n_begin == 1 ? begins : NULL;
}

static void refuse(struct view_world *w, const char *word, const char *near_by)
{
    if (near_by != NULL)
        snprintf(w->message, sizeof w->message,
                 "no command \"%.40s\": is it \"%s\"?", word, near_by);
    else
        snprintf(w->message, sizeof w->message,
                 "no command \"%.40s\": Tab shows them, :help explains", word);
}

static void run(struct view_world *w, const uint32_t *ids, size_t n,
                const char *line)
{
    char words[CMDLINE_LEN];
    const char *near_by;
    snprintf(words, sizeof words, "%s", line);
    char *args = cmdline_split(words);
    const struct command_word *word = find(words, &near_by);
    if (word == NULL)
        refuse(w, words, near_by);
    else if (word->needs_args && args[0] == '\0')
        snprintf(w->message, sizeof w->message, "%s wants %s: %s", word->word,
                 word->args, word->note);
    else if (word->args[0] == '\0' && args[0] != '\0')
        snprintf(w->message, sizeof w->message,
                 "nothing done: %s stands alone, without \"%.40s\"", word->word,
                 args);
    else if (word->run != NULL)
        word->run(w, &(struct call){.ids = ids, .n = n, .args = args});
    else
        snprintf(w->command, sizeof w->command, "%s %s", word->word, args);
}

/* The lines before. */

static void keep(struct cmdline *c, const char *line)
{
    bool is_same = c->n > 0 && strcmp(c->lines[c->n - 1], line) == 0;
    if (is_same || line[0] == '\0')
        return;
    if (c->n == CMDLINE_MAX_LINES)
        memmove(c->lines, c->lines + 1, --c->n * sizeof *c->lines);
    snprintf(c->lines[c->n++], CMDLINE_LEN, "%s", line);
}

static void recall(struct view_world *w, struct prompt *line, int step)
{
    struct cmdline *c = &w->cmdline;
    if ((step < 0 && c->at == 0) || (step > 0 && c->at == c->n))
        return;
    c->at = step < 0 ? c->at - 1 : c->at + 1;
    prompt_open(line, c->at < c->n ? c->lines[c->at] : "");
}

static void on_line(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    char line[CMDLINE_LEN];
    snprintf(line, sizeof line, "%s", a->line.text + strspn(a->line.text, " "));
    keep(&w->cmdline, line);
    if (line[0] != '\0')
        run(w, a->targets.ids, a->targets.n, line);
}

/* Completion. */

static size_t common_len(const char *a, const char *b, size_t len)
{
    size_t n = 0;
    while (n < len && a[n] != '\0' && a[n] == b[n])
        n++;
    return n;
}

/* Extend the word that begins at text by what all choices that begin so have alike, and
 * a space when it is whole; what they are is said when that is nothing. */
static void complete_word(struct view_world *w, char *text, size_t cap,
                          const char *(*choice)(const struct view_world *w,
                                                size_t i))
{
    char all[VIEW_MESSAGE_LEN] = "";
    const char *found = NULL;
    size_t n = 0, len = 0, typed = strlen(text), used = 0;
    for (size_t i = 0; choice(w, i) != NULL; i++) {
        if (strncmp(choice(w, i), text, typed) != 0)
            continue;
        len = n++ == 0 ? strlen(choice(w, i))
                       : common_len(found, choice(w, i), len);
        found = choice(w, i);
        if (used < sizeof all)
            used +=
                (size_t)snprintf(all + used, sizeof all - used, "%s  ", found);
    }
    if (n > 1 && len == typed)
        snprintf(w->message, sizeof w->message, "%s", all);
    if (n > 0)
        snprintf(text, cap, "%.*s%s", (int)len, found, n == 1 ? " " : "");
}

static void complete(struct view_world *w, struct prompt *line)
{
    const struct command_word *word;
    const char *near_by;
    char first[WORD_LEN];
    char *space = strchr(line->text, ' ');
    if (space == NULL) {
        complete_word(w, line->text, sizeof line->text, command_choice);
    } else {
        snprintf(first, sizeof first, "%.*s", (int)(space - line->text),
                 line->text);
        word = find(first, &near_by);
        char *args = space + strspn(space, " ");
        size_t cap = sizeof line->text - (size_t)(args - line->text);
        if (word != NULL && word->choice != NULL)
            complete_word(w, args, cap, word->choice);
        else if (word != NULL && word->run == run_set)
            complete_word(w, args, cap, setting_choice);
        else if (word != NULL && word->run == run_move)
            torrent_asks_complete(w, args, cap);
    }
    line->len = strlen(line->text);
}

void cmdline_open(struct view_world *w, const uint32_t *ids, size_t n)
{
    ask_line(&w->ask, ":", "", on_line);
    idset_set(&w->ask.targets, ids, n);
    w->ask.complete = complete;
    w->ask.recall = recall;
    w->cmdline.at = w->cmdline.n;
}
