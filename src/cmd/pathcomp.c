#include "config.h"

#include "cmd/pathcomp.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/text.h"
#include "util/xalloc.h"

/* The names of a folder that begin with what was typed. */
struct fits {
    const char *prefix; /* borrowed */
    size_t n_prefix;
    size_t n;
    char *common; /* owned: what all have at their beginning; NULL: none yet */
    char *names[PATHCOMP_MAX_CHOICES]; /* owned: the first of them */
};

char *pathcomp_expand(const char *path)
{
    const char *home = getenv("HOME");
    bool is_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0');
    if (is_home && home != NULL)
        return xasprintf("%s%s", home, path + 1);
    return xstrdup(path);
}

static void add_name(struct fits *f, const char *name)
{
    if (strncmp(name, f->prefix, f->n_prefix) != 0)
        return;
    /* Hidden names are for those who ask for them. */
    if (name[0] == '.' && f->prefix[0] != '.')
        return;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return;
    if (f->n < PATHCOMP_MAX_CHOICES)
        f->names[f->n] = xstrdup(name);
    f->n++;
    if (f->common == NULL) {
        f->common = xstrdup(name);
        return;
    }
    size_t same = 0;
    while (f->common[same] != '\0' && f->common[same] == name[same])
        same++;
    f->common[same] = '\0';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void tell_choices(struct fits *f, char *dst, size_t cap)
{
    size_t n = f->n < PATHCOMP_MAX_CHOICES ? f->n : PATHCOMP_MAX_CHOICES;
    size_t used = 0;
    qsort(f->names, n, sizeof f->names[0], by_name);
    for (size_t i = 0; i < n && used < cap; i++) {
        char *clean = text_clean_dup(f->names[i], strlen(f->names[i]));
        int more =
            snprintf(dst + used, cap - used, "%s%s", i > 0 ? "  " : "", clean);
        used += more > 0 ? (size_t)more : 0;
        free(clean);
    }
    if (f->n > n && used < cap)
        snprintf(dst + used, cap - used, "  and %zu more", f->n - n);
}

static bool is_folder(const char *folder, const char *name)
{
    struct stat st;
    char *path = xasprintf("%s%s", folder, name);
    bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return is;
}

bool pathcomp_extend(char *path, size_t cap, char *choices, size_t n_choices)
{
    char *slash = strrchr(path, '/');
    const char *typed = slash != NULL ? slash + 1 : path;
    struct fits f = {.prefix = typed, .n_prefix = strlen(typed)};
    char *head = xstrndup(path, (size_t)(typed - path));
    char *folder = pathcomp_expand(head);
    if (n_choices > 0)
        choices[0] = '\0';
    DIR *dir = opendir(folder[0] != '\0' ? folder : ".");
    for (size_t i = 0; dir != NULL && i < PATHCOMP_MAX_NAMES; i++) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL)
            break;
        add_name(&f, entry->d_name);
    }
    if (dir != NULL)
        closedir(dir);
    bool done = false;
    if (f.common != NULL) {
        f.common[text_cut(f.common, strlen(f.common))] = '\0';
        bool ends = f.n == 1 && is_folder(folder, f.common);
        char *whole = xasprintf("%s%s%s", head, f.common, ends ? "/" : "");
        done = strlen(whole) > strlen(path) && strlen(whole) < cap;
        if (done)
            memcpy(path, whole, strlen(whole) + 1);
        free(whole);
    }
    if (!done)
        tell_choices(&f, choices, n_choices);
    for (size_t i = 0; i < PATHCOMP_MAX_CHOICES; i++)
        free(f.names[i]);
    free(f.common);
    free(folder);
    free(head);
    return done;
}
