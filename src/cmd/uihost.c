#include "config.h"

#include "cmd/uihost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cmd/offers.h"
#include "cmd/pathcomp.h"
#include "cmd/runopts.h"
#include "cmd/settings_file.h"
#include "cmd/spawn.h"
#include "cmd/uiviews.h"
#include "model/command.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    MAX_NUMBER = 1000, /* files of one name */
    MAX_OPENED = 64    /* programs at once */
};

struct uihost {
    struct bridge *bridge;            /* borrowed */
    struct offers *offers;            /* owned */
    char *dir;                        /* owned */
    const struct opt_list *open_with; /* borrowed, or NULL */
    pid_t opened[MAX_OPENED];         /* programs that may have ended */
    size_t n_opened;
    struct settings *settings; /* borrowed, or NULL */
    const char *config_path;   /* borrowed, or NULL: no place for it */
    struct uiviews *views;     /* borrowed, or NULL */
    bool *was_set;             /* owned: one a key, in the order of the table */
};

static void hand_over(void *ctx, struct command *c)
{
    struct uihost *u = ctx;
    bridge_send(u->bridge, c);
}

/* A file that was not there: NAME, or NAME with a number before its suffix. */
static FILE *make_file(const char *name, char **path_out)
{
    const char *dot = strrchr(name, '.');
    int stem = dot != NULL ? (int)(dot - name) : (int)strlen(name);
    for (int i = 1; i < MAX_NUMBER; i++) {
        char *path = i == 1 ? xstrdup(name)
                            : xasprintf("%.*s-%d%s", stem, name, i,
                                        dot != NULL ? dot : "");
        FILE *f = fopen(path, "wxe");
        if (f != NULL) {
            *path_out = path;
            return f;
        }
        free(path);
        if (errno != EEXIST)
            return NULL;
    }
    errno = EEXIST;
    return NULL;
}

static enum err save(void *ctx, const char *name, const char *text, size_t len,
                     char **path_out, struct cause *cause)
{
    (void)ctx;
    char *path = NULL;
    FILE *f = make_file(name, &path);
    if (f == NULL) {
        cause_set_errno(cause, errno, "%s", name);
        return ERR_SYS;
    }
    bool ok = fwrite(text, 1, len, f) == len;
    int why = errno;
    ok = fclose(f) == 0 && ok;
    if (!ok) {
        cause_set_errno(cause, why, "%s", path);
        free(path);
        return ERR_SYS;
    }
    /* The user is told where that is, not only how it is called. */
    char *whole = realpath(path, NULL);
    if (whole != NULL) {
        free(path);
        path = whole;
    }
    *path_out = path;
    return OK;
}

static bool complete(void *ctx, char *path, size_t cap, char *choices,
                     size_t n_choices)
{
    (void)ctx;
    return pathcomp_extend(path, cap, choices, n_choices);
}

static enum err open_file(void *ctx, const char *path, struct cause *cause)
{
    struct uihost *u = ctx;
    for (size_t i = u->n_opened; i-- > 0;)
        if (waitpid(u->opened[i], NULL, WNOHANG) != 0)
            u->opened[i] = u->opened[--u->n_opened];
    if (u->n_opened == MAX_OPENED) {
        cause_set(cause, "%d opened programs run already", MAX_OPENED);
        return ERR_BUSY;
    }
    int errnum =
        spawn_program(u->open_with, path, NULL, &u->opened[u->n_opened]);
    if (errnum != 0) {
        char *clean = text_clean_dup(u->open_with->items[0],
                                     strlen(u->open_with->items[0]));
        cause_set_errno(cause, errnum, "open-with: %s", clean);
        free(clean);
        return ERR_SYS;
    }
    u->n_opened++;
    return OK;
}

/* Settings. */

/* Those that the engine has a part of: it is told all of them. */
static bool is_of_session(const char *key)
{
    static const char *const keys[] = {
        "max-peers",        "slots",      "max-active-downloads",
        "max-active-seeds", "seed-ratio", "seed-time",
        "encryption"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static enum err set(void *ctx, const char *key, const char *value,
                    struct cause *cause)
{
    struct uihost *u = ctx;
    enum err err = settings_set_text(u->settings, key, value, cause);
    if (err != OK)
        return err;
    size_t n;
    const struct settings_item *table = settings_table(&n);
    u->was_set[settings_find(key) - table] = true;
    if (is_of_session(key)) {
        runopts_send_limits(u->settings, u->bridge);
        runopts_send_turns(u->settings, u->bridge);
    }
    if (strcmp(key, "ip-filter") == 0)
        runopts_send_filter(u->settings, u->bridge);
    if (strcmp(key, "geoip-file") == 0)
        runopts_send_geoip(u->settings, u->bridge);
    return OK;
}

/* What may hold a password is not for the screen. */
static char *shown_value(const struct settings *s,
                         const struct settings_item *item)
{
    char *text = settings_text(s, item);
    if (!item->is_secret || strcmp(text, "\"\"") == 0)
        return text;
    free(text);
    return xstrdup("(set, not shown)");
}

static const char *setting(void *ctx, size_t i, char **value_out)
{
    struct uihost *u = ctx;
    size_t n;
    const struct settings_item *table = settings_table(&n);
    if (i >= n)
        return NULL;
    if (value_out != NULL)
        *value_out = shown_value(u->settings, &table[i]);
    return table[i].opt.name;
}

static enum err keep(void *ctx, size_t *n_out, char **path_out,
                     struct cause *cause)
{
    struct uihost *u = ctx;
    size_t n, n_names = 0;
    const struct settings_item *table = settings_table(&n);
    if (u->config_path == NULL) {
        cause_set(cause, "no place for a configuration file: set HOME or "
                         "XDG_CONFIG_HOME to an absolute path");
        return ERR_INVALID;
    }
    const char **names = xcalloc(n, sizeof *names);
    for (size_t i = 0; i < n; i++)
        if (u->was_set[i])
            names[n_names++] = table[i].opt.name;
    enum err err = OK;
    if (n_names > 0)
        err = settings_file_save(u->settings, u->config_path, names, n_names,
                                 cause);
    free(names);
    if (err != OK)
        return err;
    memset(u->was_set, 0, n * sizeof *u->was_set);
    *n_out = n_names;
    *path_out = text_clean_dup(u->config_path, strlen(u->config_path));
    return OK;
}

char *uihost_unsaved(const struct uihost *u)
{
    size_t n;
    const struct settings_item *table = settings_table(&n);
    char *all = xstrdup("");
    for (size_t i = 0; i < n && u->settings != NULL; i++) {
        if (!u->was_set[i])
            continue;
        char *value = settings_text(u->settings, &table[i]);
        char *more = xasprintf("%s%s = %s\n", all, table[i].opt.name, value);
        free(value);
        free(all);
        all = more;
    }
    return all;
}

static const char *recall(void *ctx, const char *table)
{
    struct uihost *u = ctx;
    return uiviews_get(u->views, table);
}

static void remember(void *ctx, const char *table, const char *line)
{
    struct uihost *u = ctx;
    uiviews_set(u->views, table, line);
}

void uihost_set_views(struct uihost *u, struct uiviews *views)
{
    u->views = views;
}

void uihost_set_settings(struct uihost *u, struct settings *settings,
                         const char *config_path)
{
    size_t n;
    (void)settings_table(&n);
    u->settings = settings;
    u->config_path = config_path;
    u->was_set = xcalloc(n, sizeof *u->was_set);
}

void uihost_set_opener(struct uihost *u, const struct opt_list *open_with)
{
    u->open_with = open_with;
}

struct uihost *uihost_new(struct bridge *bridge, const char *dir)
{
    struct uihost *u = xzalloc(sizeof *u);
    u->bridge = bridge;
    u->offers = offers_new();
    u->dir = xstrdup(dir);
    return u;
}

void uihost_free(struct uihost *u)
{
    if (u == NULL)
        return;
    offers_free(u->offers);
    free(u->was_set);
    free(u->dir);
    free(u);
}

struct host uihost_host(struct uihost *u)
{
    bool opens = u->open_with != NULL && u->open_with->n > 0;
    return (struct host){.send = hand_over,
                         .save = save,
                         .complete = complete,
                         .open = opens ? open_file : NULL,
                         .set = u->settings != NULL ? set : NULL,
                         .keep = u->settings != NULL ? keep : NULL,
                         .setting = u->settings != NULL ? setting : NULL,
                         .recall = u->views != NULL ? recall : NULL,
                         .remember = u->views != NULL ? remember : NULL,
                         .ctx = u,
                         .offers = offers_host(u->offers),
                         .dir = u->dir};
}
