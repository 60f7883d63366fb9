#include "config.h"

#include "ui/glyphs.h"

#include <assert.h>
#include <string.h>

static const char *const texts[GLYPHS_N][GLYPHS_N_LEVELS] = {
    [GLYPHS_HLINE] = {"-", "─", "─", "─"},
    [GLYPHS_VLINE] = {"|", "│", "│", "│"},
    [GLYPHS_CORNER] = {"+", "└", "└", "└"},
    [GLYPHS_FULL] = {"#", "#", "█", "█"},
    [GLYPHS_PART] = {"=", "=", "▓", "▓"},
    [GLYPHS_NONE] = {"-", "-", "░", "░"},
    [GLYPHS_DOT] = {".", ".", "·", "·"},
    [GLYPHS_OPEN] = {"v", "v", "▾", "▾"},
    [GLYPHS_SHUT] = {">", ">", "▸", "▸"},
    [GLYPHS_CURSOR] = {">", ">", "▶", "▶"},
    [GLYPHS_MARK] = {"*", "*", "•", "•"},
    [GLYPHS_DOWN] = {"v", "v", "▼", "▼"},
    [GLYPHS_UP] = {"^", "^", "▲", "▲"},
    [GLYPHS_TOP_LEFT] = {"+", "┌", "┌", "┌"},
    [GLYPHS_TOP_RIGHT] = {"+", "┐", "┐", "┐"},
    [GLYPHS_LOW_LEFT] = {"+", "└", "└", "└"},
    [GLYPHS_LOW_RIGHT] = {"+", "┘", "┘", "┘"},
};

enum { N_PAIRS = (GLYPHS_STEPS + 1) * (GLYPHS_STEPS + 1) };

/* Indexed by left * 5 + right. */
static const char *const ascii_pairs[N_PAIRS] = {
    " ", ".", ".", ":", ":", ".", ".", ".", ":", ":", ".", ".", ":",
    ":", ":", ":", ":", ":", ":", "|", ":", ":", ":", "|", "|",
};
static const char *const block_pairs[N_PAIRS] = {
    " ", "▗", "▗", "▐", "▐", "▖", "▄", "▄", "▟", "▟", "▖", "▄", "▄",
    "▟", "▟", "▌", "▙", "▙", "█", "█", "▌", "▙", "▙", "█", "█",
};
static const char *const braille_pairs[N_PAIRS] = {
    " ", "⢀", "⢠", "⢰", "⢸", "⡀", "⣀", "⣠", "⣰", "⣸", "⡄", "⣄", "⣤",
    "⣴", "⣼", "⡆", "⣆", "⣦", "⣶", "⣾", "⡇", "⣇", "⣧", "⣷", "⣿",
};

const char *glyphs_text(enum glyphs_level level, enum glyphs_id id)
{
    assert(level < GLYPHS_N_LEVELS && id < GLYPHS_N);
    return texts[id][level];
}

const char *glyphs_pair(enum glyphs_level level, unsigned left, unsigned right)
{
    assert(left <= GLYPHS_STEPS && right <= GLYPHS_STEPS);
    unsigned i = left * (GLYPHS_STEPS + 1) + right;
    if (level == GLYPHS_BRAILLE)
        return braille_pairs[i];
    return level == GLYPHS_BLOCK ? block_pairs[i] : ascii_pairs[i];
}

enum glyphs_level glyphs_choose(bool is_utf8, const char *term)
{
    static const char *const plain[] = {"dumb", "vt", "ansi"};
    if (!is_utf8 || term == NULL)
        return GLYPHS_ASCII;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (strncmp(term, plain[i], strlen(plain[i])) == 0)
            return GLYPHS_ASCII;
    return strcmp(term, "linux") == 0 ? GLYPHS_LINE : GLYPHS_BLOCK;
}

enum glyphs_level glyphs_next(enum glyphs_level level, bool is_utf8)
{
    return is_utf8 ? (level + 1) % GLYPHS_N_LEVELS : GLYPHS_ASCII;
}

const char *glyphs_level_name(enum glyphs_level level)
{
    static const char *const names[GLYPHS_N_LEVELS] = {
        [GLYPHS_ASCII] = "ascii",
        [GLYPHS_LINE] = "line",
        [GLYPHS_BLOCK] = "block",
        [GLYPHS_BRAILLE] = "braille",
    };
    return names[level];
}
