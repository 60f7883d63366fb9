#include "config.h"

#include "engine/redirects.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* Scheme, host and port. */
static size_t origin_len(const char *url)
{
    const char *host = strstr(url, "://");
    return host == NULL ? strlen(url)
                        : (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
}

static void drop_file(struct redirects *r, size_t i)
{
    free(r->files[i].url);
    r->n_files--;
    memmove(&r->files[i], &r->files[i + 1],
            (r->n_files - i) * sizeof r->files[0]);
}

static void drop_origin(struct redirects *r)
{
    free(r->origin);
    r->origin = NULL;
}

/* n_files: none. */
static size_t find_file(const struct redirects *r, size_t file_idx)
{
    size_t i = 0;
    while (i < r->n_files && r->files[i].file_idx != file_idx)
        i++;
    return i;
}

static void expire(struct redirects *r, int64_t now_ms)
{
    while (r->n_files > 0 && r->files[0].until_ms <= now_ms)
        drop_file(r, 0);
    if (r->origin_until_ms <= now_ms)
        drop_origin(r);
}

void redirects_fini(struct redirects *r)
{
    while (r->n_files > 0)
        drop_file(r, r->n_files - 1);
    drop_origin(r);
}

char *redirects_find(struct redirects *r, size_t file_idx, const char *url,
                     int64_t now_ms)
{
    expire(r, now_ms);
    size_t i = find_file(r, file_idx);
    if (i < r->n_files)
        return xstrdup(r->files[i].url);
    if (r->origin != NULL)
        return xasprintf("%s%s", r->origin, url + origin_len(url));
    return NULL;
}

static void add_file(struct redirects *r, size_t file_idx, const char *url,
                     size_t len, int64_t until_ms)
{
    size_t i = find_file(r, file_idx);
    if (i < r->n_files)
        drop_file(r, i);
    if (r->n_files == REDIRECTS_MAX_FILES)
        drop_file(r, 0);
    r->files[r->n_files++] = (struct redirects_file){.file_idx = file_idx,
                                                     .url = xstrndup(url, len),
                                                     .until_ms = until_ms};
}

void redirects_learn(struct redirects *r, size_t file_idx, const char *url,
                     const char *effective, int64_t now_ms)
{
    size_t len = strcspn(effective, "#");
    if (now_ms < r->barred_until_ms || len > REDIRECTS_MAX_URL)
        return;
    expire(r, now_ms);
    const char *rest = effective + origin_len(effective);
    size_t rest_len = len - (size_t)(rest - effective);
    const char *asked = url + origin_len(url);
    if (strlen(asked) == rest_len && memcmp(asked, rest, rest_len) == 0) {
        drop_origin(r);
        r->origin = xstrndup(effective, len - rest_len);
        r->origin_until_ms = now_ms + REDIRECTS_KEEP_MS;
    } else if (file_idx != REDIRECTS_NO_FILE)
        add_file(r, file_idx, effective, len, now_ms + REDIRECTS_KEEP_MS);
}

void redirects_forget(struct redirects *r, size_t file_idx)
{
    size_t i = find_file(r, file_idx);
    if (i < r->n_files)
        drop_file(r, i);
    else
        drop_origin(r);
}

void redirects_fail(struct redirects *r, size_t file_idx, int64_t now_ms)
{
    redirects_forget(r, file_idx);
    r->barred_until_ms = now_ms + REDIRECTS_KEEP_MS;
}
