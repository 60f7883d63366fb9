#include "config.h"

#include "cmd/settings_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/conffile.h"
#include "disk/atomic.h"
#include "util/bytes.h"
#include "util/nearest.h"
#include "util/text.h"
#include "util/xalloc.h"

char *settings_file_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    /* The XDG rules say that a relative path is to be ignored. */
    if (config != NULL && config[0] == '/')
        return xasprintf("%s/tessera/tessera.conf", config);
    if (home != NULL && home[0] == '/')
        return xasprintf("%s/.config/tessera/tessera.conf", home);
    return NULL;
}

/* ---- Reading ---- */

/* The key that an unknown one looks like, or NULL. */
static const char *similar(const char *name)
{
    size_t n;
    const struct settings_item *items = settings_table(&n);
    const char *best = NULL;
    for (size_t i = 0; i < n; i++)
        best = nearest_better(name, best, items[i].opt.name);
    return best;
}

static void note_unknown(struct settings *s, const char *file,
                         const struct conffile_statement *st)
{
    const char *meant = similar(st->name);
    if (meant != NULL && settings_find(meant)->is_guard)
        s->lost_guard = meant;
    if (meant != NULL)
        settings_note(s, "%s:%u: unknown setting '%s': did you mean '%s'?",
                      file, st->line, st->name, meant);
    else
        settings_note(s, "%s:%u: unknown setting '%s'", file, st->line,
                      st->name);
}

static void apply(struct settings *s, const char *file,
                  const struct conffile *f, const struct conffile_statement *st)
{
    const struct settings_item *item = settings_find(st->name);
    struct conffile_values v = {0};
    struct cause cause;
    enum err err = ERR_SYNTAX;
    if (st->broken != NULL && st->name[0] == '\0')
        settings_note(s, "%s:%u: %s", file, st->line, st->broken);
    else if (st->broken != NULL)
        settings_note(s, "%s:%u: %s: %s", file, st->line, st->name, st->broken);
    else if (item == NULL)
        note_unknown(s, file, st);
    else {
        err = conffile_values(f, st, &v, &cause);
        if (err == OK)
            err = settings_set(s, item, v.items, v.n, st->adds, &cause);
        if (err != OK)
            settings_note(s, "%s:%u: %s: %s", file, st->line, st->name,
                          cause.text);
    }
    if (err != OK && item != NULL && item->is_guard)
        s->lost_guard = item->opt.name;
    conffile_values_fini(&v);
}

/* Does this line set the item, as far as it can be seen? */
static bool sets(struct span line, const struct settings_item *item)
{
    size_t len = strlen(item->opt.name);
    size_t at = 0;
    while (at < line.len && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    return line.len - at > len &&
           memcmp(line.p + at, item->opt.name, len) == 0 &&
           strchr(" \t+=", line.p[at + len]) != NULL;
}

/* What is not closed takes the lines behind it along. */
static void look_for_guards(struct settings *s, struct span taken)
{
    size_t n;
    const struct settings_item *items = settings_table(&n);
    while (taken.len > 0) {
        const uint8_t *end = memchr(taken.p, '\n', taken.len);
        struct span line = taken;
        if (end != NULL)
            line.len = (size_t)(end - taken.p);
        for (size_t i = 0; i < n; i++)
            if (items[i].is_guard && sets(line, &items[i]))
                s->lost_guard = items[i].opt.name;
        size_t step = line.len + (end != NULL ? 1 : 0);
        taken.p += step;
        taken.len -= step;
    }
}

void settings_file_read(struct settings *s, const char *name, const char *text,
                        size_t len)
{
    char *clean = text_clean_dup(name, strlen(name));
    struct conffile f = conffile_begin(text, len);
    struct conffile_statement st;
    size_t begin = f.off;
    for (; conffile_next(&f, &st); begin = f.off) {
        apply(s, clean, &f, &st);
        if (st.broken != NULL)
            look_for_guards(s, (struct span){(const uint8_t *)text + begin,
                                             f.off - begin});
    }
    free(clean);
}

enum err settings_file_load(struct settings *s, const char *path,
                            struct cause *cause)
{
    uint8_t *bytes;
    size_t len;
    enum err err = atomic_read(path, CONFFILE_MAX_LEN, &bytes, &len, cause);
    if (err != OK)
        return err;
    settings_file_read(s, path, (const char *)bytes, len);
    free(bytes);
    return OK;
}

/* ---- Saving ---- */

/* Find the last statement of a key that is not broken. */
static bool find_last(const char *text, size_t len, const char *name,
                      struct conffile_statement *out)
{
    struct conffile f = conffile_begin(text, len);
    struct conffile_statement st;
    bool found = false;
    while (conffile_next(&f, &st)) {
        if (st.broken == NULL && strcmp(st.name, name) == 0) {
            *out = st;
            found = true;
        }
    }
    return found;
}

/* The text with a key's line replaced, or with one more; both are free()d by the
 * caller. */
static char *with_line(const char *text, const char *name, const char *value)
{
    size_t len = strlen(text);
    struct conffile_statement st;
    if (find_last(text, len, name, &st))
        return xasprintf("%.*s%s = %s%s", (int)st.off, text, name, value,
                         text + st.off + st.len);
    bool ends = len == 0 || text[len - 1] == '\n';
    return xasprintf("%s%s%s = %s\n", text, ends ? "" : "\n", name, value);
}

/* Make the folders above a file, as XDG asks with mode 0700. */
static void make_folders(const char *path)
{
    char *copy = xstrdup(path);
    for (char *at = strchr(copy + 1, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        *at = '\0';
        /* What fails here is said when the file is written. */
        (void)mkdir(copy, 0700);
        *at = '/';
    }
    free(copy);
}

/* What is there, or "" when there is nothing. *mode_out: as the file has. */
static enum err read_old(const char *path, char **text_out, mode_t *mode_out,
                         struct cause *cause)
{
    uint8_t *bytes;
    size_t len;
    struct stat st;
    enum err err = atomic_read(path, CONFFILE_MAX_LEN, &bytes, &len, cause);
    *mode_out = 0600; /* a proxy may come with its password */
    if (err == ERR_NOT_FOUND) {
        make_folders(path);
        *text_out = xstrdup("");
        return OK;
    }
    if (err != OK)
        return err;
    if (strlen((const char *)bytes) != len) {
        free(bytes);
        cause_set(cause, "not a text file");
        return ERR_INVALID;
    }
    if (stat(path, &st) == 0)
        *mode_out = st.st_mode & 0777;
    *text_out = (char *)bytes;
    return OK;
}

enum err settings_file_save(const struct settings *s, const char *path,
                            const char *const *names, size_t n,
                            struct cause *cause)
{
    char *text;
    mode_t mode;
    /* The file itself is replaced, not a link to it. */
    char *target = realpath(path, NULL);
    const char *at = target != NULL ? target : path;
    enum err err = read_old(at, &text, &mode, cause);
    if (err != OK) {
        free(target);
        return err;
    }
    for (size_t i = 0; i < n && err == OK; i++) {
        const struct settings_item *item = settings_find(names[i]);
        if (item == NULL) {
            cause_set(cause, "%s: no such setting", names[i]);
            err = ERR_NOT_FOUND;
            break;
        }
        char *value = settings_text(s, item);
        char *changed = with_line(text, names[i], value);
        free(value);
        free(text);
        text = changed;
        struct conffile_statement st;
        if (!find_last(text, strlen(text), names[i], &st)) {
            cause_set(cause, "a quote, list or comment is not closed there");
            err = ERR_INVALID;
        }
    }
    if (err == OK)
        err = atomic_replace(at, text, strlen(text), mode, cause);
    free(text);
    free(target);
    return err;
}

/* ---- The example ---- */

void settings_file_print(FILE *out)
{
    size_t n;
    const struct settings_item *items = settings_table(&n);
    fputs("# tessera.conf: all settings, each at its default; see "
          "tessera.conf(5).\n"
          "# Options on the command line win over what stands here.\n"
          "# Sizes and rates may end in K, M or G. Text with spaces needs "
          "quotes.\n",
          out);
    for (size_t i = 0; i < n; i++) {
        if (items[i].heading != NULL)
            fprintf(out, "\n## %s\n", items[i].heading);
        fputs("\n# ", out);
        opt_print_wrapped(out, items[i].opt.help, 2, "# ");
        if (items[i].opt.arg != NULL)
            fprintf(out, "# %s%s\n", items[i].opt.arg,
                    items[i].has_auto ? " or auto" : "");
        fprintf(out, "%s = %s\n", items[i].opt.name, items[i].value);
    }
}

/* Print a sentence as lines of mdoc, none of which begins as a macro does. */
static void print_sentence(FILE *out, const char *text)
{
    char line[512];
    size_t len = 0;
    for (const char *at = text; *at != '\0' && len + 8 < sizeof line; at++) {
        bool begins = at == text || at[-1] == ' ';
        if (begins && (*at == '.' || *at == '\''))
            len += (size_t)snprintf(line + len, 3, "\\&");
        line[len++] = *at;
    }
    line[len] = '\0';
    if (line[0] >= 'a' && line[0] <= 'z')
        line[0] = (char)(line[0] - 'a' + 'A');
    snprintf(line + len, sizeof line - len, ".");
    opt_print_wrapped(out, line, 0, "");
}

void settings_file_print_mdoc(FILE *out)
{
    size_t n;
    const struct settings_item *items = settings_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (items[i].heading != NULL)
            fprintf(out, "%s.Ss %s\n.Bl -tag -width Ds\n", i > 0 ? ".El\n" : "",
                    items[i].heading);
        const struct opt *o = &items[i].opt;
        fprintf(out, ".It Va %s No = Li %s", o->name,
                items[i].value[0] == '.' ? "\\&" : "");
        for (const char *at = items[i].value; *at != '\0'; at++)
            fprintf(out, "%.*s", *at == '"' ? 4 : 1, *at == '"' ? "\\(dq" : at);
        fputc('\n', out);
        print_sentence(out, o->help);
        if (o->kind == OPT_CHOICE)
            fprintf(out, "One of\n.Li %s .\n", o->arg);
    }
    fputs(".El\n", out);
}
