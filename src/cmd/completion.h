/* completion.h -- completions of the command line for shells, from the tables of
 * commands and options: names, choices, folders and files. They ask the running program
 * for nothing. */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include <stdio.h>

/* Print the completion script of "bash", "zsh" or "fish". */
void completion_print(FILE *out, const char *shell);

#endif
