#include "config.h"

#include "cmd/keylist.h"

#include <stdbool.h>
#include <string.h>

#include "ui/cmdline.h"
#include "ui/keys.h"
#include "ui/legend.h"

enum { KEY_CELLS = 20, NAMES_LEN = KEYS_MAX_ALIASES * (KEYS_NAME_LEN + 3) };

/* Call for each name of a binding, once for those that several keys have. */
static void each_name(const struct keys_binding *b, void *ctx,
                      void (*say)(void *ctx, const char *name, bool is_first))
{
    char names[KEYS_MAX_ALIASES][KEYS_NAME_LEN];
    size_t n = 0;
    for (size_t i = 0; i < KEYS_MAX_ALIASES && b->keys[i] != 0; i++) {
        keys_name(b->keys[i], names[n]);
        bool is_new = true;
        for (size_t j = 0; j < n; j++)
            is_new = is_new && strcmp(names[j], names[n]) != 0;
        if (!is_new)
            continue;
        say(ctx, names[n], n == 0);
        n++;
    }
}

/* Is any key bound in a scope? */
static bool has_bindings(enum keys_scope scope)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    for (size_t i = 0; i < n; i++)
        if (table[i].scope == scope)
            return true;
    return false;
}

static void append_name(void *ctx, const char *name, bool is_first)
{
    char *names = ctx;
    size_t len = strlen(names);
    snprintf(names + len, NAMES_LEN - len, "%s%s", is_first ? "" : " ", name);
}

/* Call for each section that is not of keys, and for each of its rows: what letters
 * mean, and what may be typed. */
static void each_other(FILE *out, void (*begin)(FILE *out, const char *title),
                       void (*row)(FILE *out, const char *sign,
                                   const char *note),
                       void (*end)(FILE *out))
{
    for (unsigned s = 0; s < LEGEND_N; s++) {
        enum keys_scope scope;
        struct legend_row r;
        begin(out, legend_title((enum legend_section)s, &scope));
        for (size_t i = 0; legend_row((enum legend_section)s, i, &r); i++)
            row(out, r.sign, r.note);
        end(out);
    }
    const char *usage, *note;
    begin(out, "Commands, after :");
    for (size_t i = 0; (usage = cmdline_usage(i, &note)) != NULL; i++)
        row(out, usage, note);
    end(out);
}

static void begin_text(FILE *out, const char *title)
{
    fprintf(out, "\n%s\n", title);
}

static void print_row(FILE *out, const char *sign, const char *note)
{
    fprintf(out, "  %-*s  %s\n", KEY_CELLS, sign, note);
}

static void end_text(FILE *out)
{
    (void)out;
}

void keylist_print(FILE *out)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    bool is_first = true;
    for (unsigned scope = 0; scope < KEYS_N_SCOPES; scope++) {
        if (!has_bindings(scope))
            continue;
        fprintf(out, "%s%s\n", is_first ? "" : "\n", keys_scope_name(scope));
        is_first = false;
        for (size_t i = 0; i < n; i++) {
            char names[NAMES_LEN] = "";
            if (table[i].scope != scope)
                continue;
            each_name(&table[i], names, append_name);
            print_row(out, names, table[i].note);
        }
    }
    each_other(out, begin_text, print_row, end_text);
}

/* Text that mdoc prints as it is. */
static void print_mdoc_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '~')
            fputs("\\(ti", out);
        else if (*text == '^')
            fputs("\\(ha", out);
        else if (*text == '"')
            fputs("\\(dq", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else if (*text == '`')
            fputs("\\(ga", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
    }
}

/* A key's name as a word that mdoc prints as it is. */
static void print_mdoc_name(void *ctx, const char *name, bool is_first)
{
    FILE *out = ctx;
    fprintf(out, "%s", is_first ? ".It Ic " : " , ");
    if (name[1] == '\0' && strchr(".,:;()[]?!|", name[0]) != NULL)
        fputs("\\&", out); /* no punctuation */
    print_mdoc_text(out, name);
}

static void begin_mdoc(FILE *out, const char *title)
{
    size_t len = strlen(title);
    bool ends_so = title[len - 1] == ':' || title[len - 1] == '/';
    fprintf(out, ".Ss %.*s%s%s\n.Bl -tag -width 18n -compact\n",
            (int)(ends_so ? len - 1 : len), title, ends_so ? "\\&" : "",
            ends_so ? title + len - 1 : "");
}

static void print_mdoc_row(FILE *out, const char *sign, const char *note)
{
    fputs(".It Ic \"", out);
    if (sign[1] == '\0')
        fputs("\\&", out); /* no punctuation */
    print_mdoc_text(out, sign);
    fprintf(out, "\"\n%s\n", note);
}

static void end_mdoc(FILE *out)
{
    fputs(".El\n", out);
}

void keylist_print_mdoc(FILE *out)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    for (unsigned scope = 0; scope < KEYS_N_SCOPES; scope++) {
        if (!has_bindings(scope))
            continue;
        fprintf(out, ".Ss %s\n.Bl -tag -width 12n -compact\n",
                keys_scope_name(scope));
        for (size_t i = 0; i < n; i++) {
            if (table[i].scope != scope)
                continue;
            each_name(&table[i], out, print_mdoc_name);
            fprintf(out, "\n%s\n", table[i].note);
        }
        fputs(".El\n", out);
    }
    each_other(out, begin_mdoc, print_mdoc_row, end_mdoc);
}
