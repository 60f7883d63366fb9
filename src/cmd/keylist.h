/* keylist.h -- the keys of the terminal UI as text, from the table that binds them, and
 * after them what its letters mean and what may be typed (ui/legend, ui/cmdline). */
#ifndef CMD_KEYLIST_H
#define CMD_KEYLIST_H

#include <stdio.h>

/* One key a line below a heading for where it works, in lines below 80 columns. */
void keylist_print(FILE *out);
/* The same as the manual has it, in mdoc. */
void keylist_print_mdoc(FILE *out);

#endif
