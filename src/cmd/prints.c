#include "config.h"

#include "cmd/prints.h"

#include <stddef.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/completion.h"
#include "cmd/keylist.h"
#include "cmd/settings_file.h"

static void print_version(FILE *out, const char *arg)
{
    (void)arg;
    fprintf(out, "%s\n", PACKAGE_STRING);
}

static void print_config(FILE *out, const char *arg)
{
    (void)arg;
    settings_file_print(out);
}

static void print_keys(FILE *out, const char *arg)
{
    (void)arg;
    keylist_print(out);
}

static void print_mdoc(FILE *out, const char *arg)
{
    if (strcmp(arg, "keys") == 0)
        keylist_print_mdoc(out);
    else
        settings_file_print_mdoc(out);
}

const struct prints_entry *prints_table(void)
{
    static const struct prints_entry table[] = {
        {"--version", NULL, print_version, "show the version"},
        {"--print-config", NULL, print_config,
         "print a configuration file with all defaults"},
        {"--print-keys", NULL, print_keys, "print the keys of the terminal UI"},
        {"--print-completion", "bash|zsh|fish", completion_print,
         "print completions for a shell"},
        {"--print-mdoc", "keys|settings", print_mdoc, NULL},
        {0},
    };
    return table;
}

/* Is arg one of "a|b|c"? */
static bool is_choice(const char *choices, const char *arg)
{
    size_t len = strlen(arg);
    for (const char *at = choices; len > 0; at += strspn(at, "|")) {
        size_t n = strcspn(at, "|");
        if (n == 0)
            break;
        if (n == len && memcmp(at, arg, len) == 0)
            return true;
        at += n;
    }
    return false;
}

bool prints_run(int argc, char **argv, int *status_out)
{
    const struct prints_entry *p = prints_table();
    size_t len = strcspn(argv[1], "=");
    while (p->name != NULL &&
           (strlen(p->name) != len || strncmp(argv[1], p->name, len) != 0))
        p++;
    if (p->name == NULL)
        return false;
    bool has_equals = argv[1][len] == '=';
    const char *arg = has_equals ? argv[1] + len + 1 : NULL;
    if (arg == NULL && p->choices != NULL && argc > 2)
        arg = argv[2];
    *status_out = EXIT_USAGE;
    if (p->choices != NULL && (arg == NULL || !is_choice(p->choices, arg))) {
        opt_error(cmd_tui_table(), "%s: needs one of %s", p->name, p->choices);
        return true;
    }
    if (p->choices == NULL && has_equals) {
        opt_error(cmd_tui_table(), "%s: takes no argument", p->name);
        return true;
    }
    p->print(stdout, arg);
    *status_out = EXIT_DONE;
    return true;
}
