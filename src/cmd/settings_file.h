/* settings_file.h -- the configuration file: $XDG_CONFIG_HOME/tessera/tessera.conf,
 * else ~/.config/tessera/tessera.conf, or one that the user names. Reads it, prints an
 * example, and puts changed settings back.
 * What cannot be understood ends nothing here: it becomes a note with file and line in the
 * settings, the default stays, and the lines after it are read; of a guard
 * (settings_item.is_guard) the settings say that it is lost. No file is made unless
 * settings are saved.
 * Thread: the main one. */
#ifndef CMD_SETTINGS_FILE_H
#define CMD_SETTINGS_FILE_H

#include "cmd/settings.h"
#include "util/err.h"

#include <stddef.h>
#include <stdio.h>

/* Where the file is when the user names none; free() it. NULL: neither
 * XDG_CONFIG_HOME nor HOME is an absolute path. */
char *settings_file_path(void);

/* Set what the file sets. ERR_NOT_FOUND: there is none. ERR_TOO_BIG, ERR_INVALID
 * (not a regular file), ERR_SYS: it cannot be read, says the cause. */
enum err settings_file_load(struct settings *s, const char *path,
                            struct cause *cause) ERR_MUST_CHECK;
/* The same of a text; `name` stands before the line in notes. */
void settings_file_read(struct settings *s, const char *name, const char *text,
                        size_t len);

/* Give the n named settings in the file the values they have now, atomically, or begin
 * such a file and its folders. Comments and all other lines stay; of a key that stands
 * there more than once the last line counts, and is the one that is changed. A symbolic
 * link is followed. ERR_NOT_FOUND (no such setting), ERR_INVALID (the file ends in what
 * is not closed, or is no text), and the errors of reading and of atomic_replace(). */
enum err settings_file_save(const struct settings *s, const char *path,
                            const char *const *names, size_t n,
                            struct cause *cause) ERR_MUST_CHECK;

/* Print a file that has every key at its default, with comments, below 80 columns. */
void settings_file_print(FILE *out);
/* The same as the manual has it, in mdoc. */
void settings_file_print_mdoc(FILE *out);

#endif
