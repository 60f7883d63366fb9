#include "config.h"

#include "cmd/completion.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/opt.h"
#include "cmd/prints.h"

/* What an argument is, as far as a shell can help. */
enum what { NOTHING, CHOICE, FOLDER, ANY_FILE, TORRENT };

static enum what argument_of(const struct opt *o)
{
    if (!opt_has_argument(o))
        return NOTHING;
    if (o->kind == OPT_CHOICE)
        return CHOICE;
    if (strcmp(o->arg, "DIR") == 0)
        return FOLDER;
    return strcmp(o->arg, "FILE") == 0 ? ANY_FILE : NOTHING;
}

/* The arguments of a command that are not options, by its usage. */
static enum what operands_of(const struct opt_command *c)
{
    if (strstr(c->args, "FILE") != NULL)
        return TORRENT;
    return strstr(c->args, "PATH") != NULL ? ANY_FILE : NOTHING;
}

/* Print "one|two" as words between spaces. */
static void print_choices(FILE *out, const char *choices)
{
    for (; *choices != '\0'; choices++)
        fputc(*choices == '|' ? ' ' : *choices, out);
}

/* Print text within single quotes, that nothing in it ends; with `escaped` a backslash
 * before each of these, and before a backslash. */
static void print_within(FILE *out, const char *text, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
            continue;
        }
        if (*text == '\\' || strchr(escaped, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* ---- bash ---- */

/* "--dir|-d" for a case of bash. */
static void print_bash_names(FILE *out, const struct opt *o)
{
    fprintf(out, "--%s", o->name);
    if (o->letter != 0)
        fprintf(out, "|-%c", o->letter);
}

static void print_bash_argument(FILE *out, const struct opt *o)
{
    if (!opt_has_argument(o))
        return;
    fputs("        ", out);
    print_bash_names(out, o);
    switch (argument_of(o)) {
    case CHOICE:
        fputs(") _tessera_words '", out);
        print_choices(out, o->arg);
        fputs("' ;;\n", out);
        break;
    case FOLDER:
        fputs(") _tessera_files -d ;;\n", out);
        break;
    case ANY_FILE:
    case TORRENT:
        fputs(") _tessera_files -f ;;\n", out);
        break;
    case NOTHING:
        fputs(") ;;\n", out);
        break;
    }
}

static void print_bash_command(FILE *out, const struct commands_entry *c)
{
    const struct opt_command *table = c->table();
    const struct opt *o;
    bool is_ui = c->name[0] == '\0';
    fprintf(out, "    %s)\n        case $prev in\n", is_ui ? "''" : c->name);
    for (size_t i = 0; (o = opt_at(table, i)) != NULL; i++)
        print_bash_argument(out, o);
    for (const struct prints_entry *p = prints_table(); p->name != NULL; p++) {
        if (!is_ui || p->summary == NULL || p->choices == NULL)
            continue;
        fprintf(out, "        %s) _tessera_words '", p->name);
        print_choices(out, p->choices);
        fputs("' ;;\n", out);
    }
    fputs("        *)\n            case $cur in\n"
          "            -*) _tessera_words '--help",
          out);
    for (size_t i = 0; (o = opt_at(table, i)) != NULL; i++)
        fprintf(out, "\n                --%s", o->name);
    for (const struct prints_entry *p = prints_table(); p->name != NULL; p++)
        if (is_ui && p->summary != NULL)
            fprintf(out, "\n                %s", p->name);
    fputs("' ;;\n            *) ", out);
    if (operands_of(table) == TORRENT)
        fputs("_tessera_torrents ;;\n", out);
    else
        fputs(operands_of(table) == ANY_FILE ? "_tessera_files -f ;;\n"
                                             : ";;\n",
              out);
    fputs("            esac ;;\n        esac ;;\n", out);
}

static void print_bash(FILE *out)
{
    fputs(
        "# bash completion for tessera, made by tessera --print-completion\n"
        "\n"
        "_tessera_words() { COMPREPLY+=($(compgen -W \"$1\" -- \"$cur\")); }\n"
        "\n"
        "_tessera_files() {\n"
        "    local IFS=$'\\n'\n"
        "    compopt -o filenames 2>/dev/null\n"
        "    COMPREPLY+=($(compgen \"$@\" -- \"$cur\"))\n"
        "}\n"
        "\n"
        "# Folders lead to torrents.\n"
        "_tessera_torrents() {\n"
        "    _tessera_files -d\n"
        "    _tessera_files -f -X '!*.torrent'\n"
        "}\n"
        "\n"
        "_tessera() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} command=''\n"
        "    local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    COMPREPLY=()\n"
        "    # --option=value comes as three words.\n"
        "    if [[ $cur == = ]]; then\n"
        "        cur=''\n"
        "    elif [[ $prev == = ]]; then\n"
        "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "    fi\n"
        "    if ((COMP_CWORD > 1)); then\n"
        "        case ${COMP_WORDS[1]} in\n"
        "        ",
        out);
    const struct commands_entry *all = commands_table();
    for (const struct commands_entry *c = all + 1; c->run != NULL; c++)
        fprintf(out, "%s%s", c == all + 1 ? "" : " | ", c->name);
    fputs(") command=${COMP_WORDS[1]} ;;\n        esac\n"
          "    elif [[ $cur != -* ]]; then\n        _tessera_words '",
          out);
    for (const struct commands_entry *c = all + 1; c->run != NULL; c++)
        fprintf(out, "%s%s", c == all + 1 ? "" : " ", c->name);
    fputs("'\n    fi\n    case $command in\n", out);
    for (const struct commands_entry *c = all; c->run != NULL; c++)
        print_bash_command(out, c);
    fputs("    esac\n}\n\ncomplete -F _tessera tessera\n", out);
}

/* ---- zsh ---- */

static void print_zsh_action(FILE *out, enum what what, const char *choices)
{
    switch (what) {
    case CHOICE:
        fputc('(', out);
        print_choices(out, choices);
        fputc(')', out);
        break;
    case FOLDER:
        fputs("_files -/", out);
        break;
    case ANY_FILE:
        fputs("_files", out);
        break;
    case TORRENT:
        fputs("_files -g \"*.torrent\"", out);
        break;
    case NOTHING:
        fputc(' ', out);
        break;
    }
}

static void print_zsh_option(FILE *out, const struct opt *o)
{
    bool again = o->kind == OPT_LIST || o->kind == OPT_COUNT;
    fputs(" \\\n        ", out);
    if (again)
        fputs("'*'", out);
    else if (o->letter != 0)
        fprintf(out, "'(-%c --%s)'", o->letter, o->name);
    if (o->letter != 0)
        fprintf(out, "{-%c,--%s}", o->letter, o->name);
    else
        fprintf(out, "--%s", o->name);
    fputs("'[", out);
    print_within(out, o->help, "[]:");
    fputc(']', out);
    if (opt_has_argument(o)) {
        fputc(':', out);
        print_within(out, o->kind == OPT_CHOICE ? "which" : o->arg, ":");
        fputc(':', out);
        print_zsh_action(out, argument_of(o), o->arg);
    }
    fputc('\'', out);
}

static void print_zsh_command(FILE *out, const struct commands_entry *c)
{
    const struct opt_command *table = c->table();
    const struct opt *o;
    bool is_ui = c->name[0] == '\0';
    fprintf(out, "_tessera_%s() {\n    _arguments -s -S",
            is_ui ? "ui" : c->name);
    for (size_t i = 0; (o = opt_at(table, i)) != NULL; i++)
        print_zsh_option(out, o);
    for (const struct prints_entry *p = prints_table(); p->name != NULL; p++) {
        if (!is_ui || p->summary == NULL)
            continue;
        fprintf(out, " \\\n        '(- *)'%s'[", p->name);
        print_within(out, p->summary, "[]:");
        fputc(']', out);
        if (p->choices != NULL) {
            fputs(":which:", out);
            print_zsh_action(out, CHOICE, p->choices);
        }
        fputc('\'', out);
    }
    fputs(" \\\n        '(- *)'{-h,--help}'[show this help]'", out);
    if (operands_of(table) != NOTHING) {
        fputs(" \\\n        '*:what:", out);
        print_zsh_action(out, operands_of(table), NULL);
        fputc('\'', out);
    }
    fputs("\n}\n\n", out);
}

static void print_zsh(FILE *out)
{
    fputs(
        "#compdef tessera\n"
        "# zsh completion for tessera, made by tessera --print-completion\n\n",
        out);
    for (const struct commands_entry *c = commands_table(); c->run != NULL; c++)
        print_zsh_command(out, c);
    fputs("_tessera() {\n    local -a commands=(", out);
    const struct commands_entry *first = commands_table() + 1;
    for (const struct commands_entry *c = first; c->run != NULL; c++) {
        fprintf(out, "\n        '%s:", c->name);
        print_within(out, c->summary, ":");
        fputc('\'', out);
    }
    fputs("\n    )\n"
          "    if ((CURRENT > 2)) && (($+functions[_tessera_$words[2]])) &&\n"
          "        [[ $words[2] != ui ]]; then\n"
          "        local command=$words[2]\n"
          "        shift words\n"
          "        ((CURRENT--))\n"
          "        _tessera_$command\n"
          "        return\n"
          "    fi\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe -t commands command commands\n"
          "    fi\n"
          "    _tessera_ui\n"
          "}\n\n"
          "_tessera \"$@\"\n",
          out);
}

/* ---- fish ---- */

static void print_fish_begin(FILE *out, const struct commands_entry *c)
{
    if (c->name[0] != '\0') {
        fprintf(out, "complete -c tessera -n '__fish_seen_subcommand_from %s'",
                c->name);
        return;
    }
    fputs("complete -c tessera -n 'not __fish_seen_subcommand_from", out);
    for (c = commands_table() + 1; c->run != NULL; c++)
        fprintf(out, " %s", c->name);
    fputc('\'', out);
}

static void print_fish_argument(FILE *out, enum what what, const char *choices)
{
    switch (what) {
    case CHOICE:
        fputs(" -x -a '", out);
        print_choices(out, choices);
        fputc('\'', out);
        break;
    case FOLDER:
        fputs(" -x -a '(__fish_complete_directories)'", out);
        break;
    case ANY_FILE:
        fputs(" -r -F", out);
        break;
    case TORRENT:
        fputs(" -k -a '(__fish_complete_suffix .torrent)'", out);
        break;
    case NOTHING:
        fputs(" -x", out);
        break;
    }
}

/* fish reads \' within single quotes, and no '\''. */
static void print_fish_note(FILE *out, const char *text)
{
    fputs(" -d '", out);
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '\'')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs("'\n", out);
}

static void print_fish_command(FILE *out, const struct commands_entry *c)
{
    const struct opt_command *table = c->table();
    const struct opt *o;
    for (size_t i = 0; (o = opt_at(table, i)) != NULL; i++) {
        print_fish_begin(out, c);
        if (o->letter != 0)
            fprintf(out, " -s %c", o->letter);
        fprintf(out, " -l %s", o->name);
        if (opt_has_argument(o))
            print_fish_argument(out, argument_of(o), o->arg);
        print_fish_note(out, o->help);
    }
    print_fish_begin(out, c);
    fputs(" -s h -l help", out);
    print_fish_note(out, "show this help");
    if (operands_of(table) == NOTHING)
        return;
    print_fish_begin(out, c);
    if (operands_of(table) == TORRENT)
        print_fish_argument(out, TORRENT, NULL);
    else
        fputs(" -F", out);
    fputc('\n', out);
}

static void print_fish(FILE *out)
{
    fputs("# fish completion for tessera, made by tessera --print-completion\n"
          "complete -c tessera -f\n",
          out);
    const struct commands_entry *all = commands_table();
    for (const struct commands_entry *c = all + 1; c->run != NULL; c++) {
        fprintf(out, "complete -c tessera -n __fish_use_subcommand -a %s",
                c->name);
        print_fish_note(out, c->summary);
    }
    for (const struct prints_entry *p = prints_table(); p->name != NULL; p++) {
        if (p->summary == NULL)
            continue;
        print_fish_begin(out, all);
        fprintf(out, " -l %s", p->name + 2);
        if (p->choices != NULL)
            print_fish_argument(out, CHOICE, p->choices);
        print_fish_note(out, p->summary);
    }
    for (const struct commands_entry *c = all; c->run != NULL; c++)
        print_fish_command(out, c);
}

void completion_print(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out);
    else
        print_fish(out);
}
