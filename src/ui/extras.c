#include "config.h"

#include "ui/extras.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* Names of terminals that take xterm's sequences, or ignore them; by their beginning. */
static const char *const like_xterm[] = {"xterm",   "rxvt",    "alacritty",
                                         "foot",    "kitty",   "konsole",
                                         "vte",     "gnome",   "st-",
                                         "mlterm",  "iterm2",  "wezterm",
                                         "ghostty", "contour", "mintty",
                                         "tmux",    "putty",   NULL};
static const char *const multiplexers[] = {"screen", NULL};
static const char *const synced[] = {"xterm-kitty", "xterm-ghostty",
                                     "alacritty",   "foot",
                                     "kitty",       "wezterm",
                                     "ghostty",     "contour",
                                     "mintty",      NULL};
static const char *const synced_programs[] = {"WezTerm", "ghostty", "iTerm.app",
                                              "mintty",  "contour", NULL};

static bool begins_as_one(const char *name, const char *const *list)
{
    for (; name != NULL && *list != NULL; list++)
        if (strncmp(name, *list, strlen(*list)) == 0)
            return true;
    return false;
}

static bool is_set(const char *value)
{
    return value != NULL && value[0] != '\0';
}

struct extras extras_choose(const char *(*get)(const char *name))
{
    const char *term = get("TERM");
    const char *colors = get("COLORTERM");
    /* What is outside a multiplexer says nothing of what that one takes. */
    bool is_inside = is_set(get("TMUX")) || is_set(get("STY"));
    return (struct extras){
        .has_title = begins_as_one(term, like_xterm),
        .has_copy = begins_as_one(term, like_xterm),
        .has_paste = begins_as_one(term, like_xterm) ||
                     begins_as_one(term, multiplexers),
        .has_sync =
            !is_inside && (begins_as_one(term, synced) ||
                           begins_as_one(get("TERM_PROGRAM"), synced_programs)),
        .has_rgb = colors != NULL && (strcmp(colors, "truecolor") == 0 ||
                                      strcmp(colors, "24bit") == 0),
    };
}

const char *extras_sync(bool begins)
{
    return begins ? "\033[?2026h" : "\033[?2026l";
}

const char *extras_paste(bool has_marks)
{
    return has_marks ? "\033[?2004h" : "\033[?2004l";
}

const char *extras_paste_mark(bool begins)
{
    return begins ? "\033[200~" : "\033[201~";
}

const char *extras_title_kept(bool is_kept)
{
    return is_kept ? "\033[22;2t" : "\033[23;2t";
}

void extras_title(char *dst, const char *text)
{
    char clean[EXTRAS_TITLE_LEN];
    size_t n = 0;
    for (; *text != '\0' && n + 1 < sizeof clean; text++)
        clean[n++] = *text >= ' ' && *text <= '~' ? *text : '?';
    clean[n] = '\0';
    snprintf(dst, EXTRAS_LEN, "\033]2;%s\a", clean);
}

_Static_assert(sodium_base64_ENCODED_LEN(EXTRAS_COPY_MAX_LEN,
                                         sodium_base64_VARIANT_ORIGINAL) +
                       16 <=
                   EXTRAS_LEN,
               "the greatest text fits");

bool extras_copy(char *dst, const char *text)
{
    static const char begin[] = "\033]52;c;";
    char *clean = text_clean_dup(text, strlen(text));
    size_t len = strlen(clean);
    if (len == 0 || len > EXTRAS_COPY_MAX_LEN) {
        free(clean);
        return false;
    }
    memcpy(dst, begin, sizeof begin);
    size_t at = sizeof begin - 1;
    sodium_bin2base64(dst + at, EXTRAS_LEN - at, (const uint8_t *)clean, len,
                      sodium_base64_VARIANT_ORIGINAL);
    free(clean);
    at += strlen(dst + at);
    memcpy(dst + at, "\a", 2);
    return true;
}

void extras_direct_name(char *dst, size_t cap, const char *term)
{
    static const char suffix[] = "-256color";
    size_t len = strlen(term), tail = sizeof suffix - 1;
    if (len > tail && strcmp(term + len - tail, suffix) == 0)
        len -= tail;
    snprintf(dst, cap, "%.*s-direct", (int)len, term);
}
