#include "config.h"

#include "cmd/uiviews.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk/atomic.h"
#include "util/log.h"
#include "util/xalloc.h"

struct uiviews {
    char *path; /* owned, or NULL */
    size_t n;
    struct {
        char *table, *line; /* owned */
    } all[UIVIEWS_MAX];
    bool is_changed;
};

/* The place of a table; n when it has none. */
static size_t find(const struct uiviews *v, const char *table)
{
    size_t i = 0;
    while (i < v->n && strcmp(v->all[i].table, table) != 0)
        i++;
    return i;
}

static void read_file(struct uiviews *v)
{
    uint8_t *bytes;
    size_t len;
    if (atomic_read(v->path, UIVIEWS_MAX_LEN, &bytes, &len, NULL) != OK)
        return;
    char *next, *line = (char *)bytes;
    for (; *line != '\0'; line = next) {
        size_t n = strcspn(line, "\n");
        next = line + n + (line[n] == '\n');
        line[n] = '\0';
        char *space = strchr(line, ' ');
        if (space == NULL)
            continue;
        *space = '\0';
        uiviews_set(v, line, space + 1);
    }
    free(bytes);
    v->is_changed = false;
}

struct uiviews *uiviews_new(const char *path)
{
    struct uiviews *v = xzalloc(sizeof *v);
    if (path != NULL) {
        v->path = xstrdup(path);
        read_file(v);
    }
    return v;
}

const char *uiviews_get(const struct uiviews *v, const char *table)
{
    size_t i = find(v, table);
    return i < v->n ? v->all[i].line : NULL;
}

void uiviews_set(struct uiviews *v, const char *table, const char *line)
{
    size_t i = find(v, table);
    if (i == UIVIEWS_MAX || (i < v->n && strcmp(v->all[i].line, line) == 0))
        return;
    if (i == v->n)
        v->all[v->n++].table = xstrdup(table);
    free(v->all[i].line);
    v->all[i].line = xstrdup(line);
    v->is_changed = true;
}

void uiviews_save(struct uiviews *v)
{
    struct cause cause = {""};
    if (v->path == NULL || !v->is_changed)
        return;
    char *text = xstrdup("");
    for (size_t i = 0; i < v->n; i++) {
        char *longer =
            xasprintf("%s%s %s\n", text, v->all[i].table, v->all[i].line);
        free(text);
        text = longer;
    }
    if (atomic_replace_lazily(v->path, text, strlen(text), 0600, &cause) != OK)
        log_write(LOG_STATE, LOG_WARN, "how the tables are is not kept: %s",
                  cause.text);
    v->is_changed = false;
    free(text);
}

void uiviews_free(struct uiviews *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->n; i++) {
        free(v->all[i].table);
        free(v->all[i].line);
    }
    free(v->path);
    free(v);
}
