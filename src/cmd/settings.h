/* settings.h -- all that can be set in the configuration file: one const table, which
 * makes the defaults, the options of the same names, --print-config, completions and
 * the check of the manual. Touches no file (settings_file.h does).
 * A row's `opt` names the field, as options do: whatever parses options into a struct
 * settings has the file's values as its defaults. Texts are kept by the settings until
 * they end, so that fields may be copied and never dangle.
 * Owner and thread: the subcommand's; main thread only. */
#ifndef CMD_SETTINGS_H
#define CMD_SETTINGS_H

#include "cmd/opt.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SETTINGS_ANY_PORT = 65536, /* the one that was chosen at the first start */
    SETTINGS_MAX_NOTES = 20
};

/* Choices, in the order of their words. */
enum settings_glyphs {
    SETTINGS_GLYPHS_AUTO,
    SETTINGS_GLYPHS_ASCII,
    SETTINGS_GLYPHS_LINE,
    SETTINGS_GLYPHS_BLOCK,
    SETTINGS_GLYPHS_BRAILLE
};
enum settings_theme {
    SETTINGS_THEME_AUTO,
    SETTINGS_THEME_DARK,
    SETTINGS_THEME_LIGHT,
    SETTINGS_THEME_MONO
};
enum settings_colors {
    SETTINGS_COLORS_AUTO,
    SETTINGS_COLORS_8,
    SETTINGS_COLORS_256,
    SETTINGS_COLORS_TRUE,
    SETTINGS_COLORS_NEVER
};
enum settings_encryption {
    SETTINGS_PLAIN,
    SETTINGS_PREFERRED,
    SETTINGS_REQUIRED
};
enum settings_watch { SETTINGS_RENAME, SETTINGS_DELETE, SETTINGS_KEEP };

enum settings_mapping {
    SETTINGS_MAP_AUTO,
    SETTINGS_MAP_UPNP,
    SETTINGS_MAP_NATPMP,
    SETTINGS_MAP_PCP,
    SETTINGS_MAP_OFF
};

struct settings {
    const char *dir;
    bool preallocate, sequential, first_last;
    struct opt_list watch_folders;
    uint64_t watch_action;     /* enum settings_watch */
    uint64_t port;             /* or SETTINGS_ANY_PORT */
    const char *bind;          /* an address; NULL: any */
    const char *proxy;         /* its URL; NULL: none */
    uint64_t port_mapping;     /* enum settings_mapping */
    struct opt_list ip_filter; /* files; n 0: none */
    const char *geoip_file;    /* NULL: none */
    uint64_t down_Bps, up_Bps, alt_down_Bps, alt_up_Bps; /* 0: no limit */
    uint64_t encryption; /* enum settings_encryption */
    uint64_t max_peers;  /* 0: the default */
    bool dht;
    struct opt_list dht_bootstrap; /* HOST:PORT each */
    bool pex, lsd;
    uint64_t n_slots;
    uint64_t max_downloads, max_seeds; /* active at once; 0: no limit */
    double seed_ratio;                 /* 0: no limit, as the next */
    uint64_t seed_time_min;
    uint64_t glyphs, theme, colors; /* enums above */
    bool mouse, confirm_remove;
    uint64_t frame_interval_ms;
    struct opt_list open_with, on_complete, on_error; /* argv; n 0: none */
    const char *log;                                  /* topics, or NULL */
    const char *log_file;                             /* NULL: stderr */

    /* What was wrong with the file, a line each; clean. */
    struct opt_list notes;
    unsigned n_notes_left_off;
    /* Key of a guard whose line in the file is broken, misspelt or behind something that
     * is not closed; NULL: none. */
    const char *lost_guard;
    struct settings_text *texts; /* owned: what the fields above point to */
};

struct settings_item {
    struct opt opt; /* OPT_FLAG: true or false; OPT_LIST: a list of words */
    /* Of a flag that is on by default: the option that turns it off, OPT_OFF, in place
     * of one of its own name. */
    struct opt off;
    const char *value;   /* the default, as it stands in a file */
    const char *heading; /* of those from here on; NULL: as before */
    bool is_option;      /* of tessera and tessera get, too */
    bool is_secret;      /* it may hold a password: never shown */
    bool is_path;        /* ~/ is the home folder */
    /* Without it something may get out: no start on a broken one. */
    bool is_guard;
    bool has_auto; /* the word auto stands for auto_value */
    uint64_t auto_value;
    bool (*is_valid)(const char *text); /* of OPT_TEXT, or NULL */
    const char *wants; /* what is_valid() takes: "an address" */
};

/* All rows, in the order of --print-config. */
const struct settings_item *settings_table(size_t *n_out);
/* The row of a key, or NULL. */
const struct settings_item *settings_find(const char *name);
/* The i-th of those that are options; NULL: there are no more. For opt_command. */
const struct opt *settings_option(size_t i);

/* All defaults. End with settings_fini(). */
void settings_init(struct settings *s);
void settings_fini(struct settings *s);

/* Set a row to n values, of which all but lists take one; `adds` appends to a list.
 * ERR_USAGE: not such a value, says the cause, and nothing was changed. */
enum err settings_set(struct settings *s, const struct settings_item *item,
                      char *const *values, size_t n, bool adds,
                      struct cause *cause) ERR_MUST_CHECK;
/* The same by name, of a value as it stands in a file: `500K`, `{ vlc, "-f" }`.
 * ERR_NOT_FOUND: no such key; ERR_USAGE. For what the user types. */
enum err settings_set_text(struct settings *s, const char *name,
                           const char *text,
                           struct cause *cause) ERR_MUST_CHECK;
/* What stands in a file for the value that a row has now. free() it. */
char *settings_text(const struct settings *s, const struct settings_item *item);

/* Keep a line for the user; beyond SETTINGS_MAX_NOTES they are counted only. */
void settings_note(struct settings *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
