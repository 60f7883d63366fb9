#include "config.h"

#include "cmd/keylist.h"

#include <stdbool.h>
#include <string.h>

#include "ui/keys.h"

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
            fprintf(out, "  %-*s  %s\n", KEY_CELLS, names, table[i].note);
        }
    }
}

/* A key's name as a word that mdoc prints as it is. */
static void print_mdoc_name(void *ctx, const char *name, bool is_first)
{
    FILE *out = ctx;
    fprintf(out, "%s", is_first ? ".It Ic " : " , ");
    if (name[1] == '\0' && strchr(".,:;()[]?!|", name[0]) != NULL)
        fputs("\\&", out); /* no punctuation */
    for (; *name != '\0'; name++) {
        if (*name == '\\')
            fputs("\\e", out);
        else if (*name == '~')
            fputs("\\(ti", out);
        else if (*name == '^')
            fputs("\\(ha", out);
        else if (*name == '"')
            fputs("\\(dq", out);
        else if (*name == '\'')
            fputs("\\(aq", out);
        else if (*name == '`')
            fputs("\\(ga", out);
        else if (*name == '-')
            fputs("\\-", out);
        else
            fputc(*name, out);
    }
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
}
