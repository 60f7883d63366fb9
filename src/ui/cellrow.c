#include "config.h"

#include "ui/cellrow.h"

#include <assert.h>
#include <string.h>

#include "util/text.h"

/* Unicode numbers the dots down both columns of three, and then those below. */
static wchar_t braille(uint8_t dots)
{
    static const uint8_t bits[8] = {0x01, 0x02, 0x04, 0x40,
                                    0x08, 0x10, 0x20, 0x80};
    unsigned c = 0x2800;
    for (unsigned i = 0; i < 8; i++)
        c |= dots >> i & 1u ? bits[i] : 0u;
    return (wchar_t)c;
}

static wchar_t glyph(enum glyphs_level level, enum glyphs_id id)
{
    const char *text = glyphs_text(level, id);
    uint32_t c = '?';
    (void)text_decode((const uint8_t *)text, strlen(text), &c);
    return (wchar_t)c;
}

void cellrow_draw(const struct draw_pane *p, int y, int x,
                  const struct cellrow_cell *cells, int n)
{
    enum glyphs_level level = draw_look(p->draw).level;
    wchar_t full = glyph(level, GLYPHS_FULL), part = glyph(level, GLYPHS_PART);
    wchar_t dot = glyph(level, GLYPHS_DOT), chars[CELLROW_MAX];
    assert(n <= CELLROW_MAX);
    for (int i = 0; i < n; i++) {
        char letter = cells[i].letter;
        chars[i] = letter == '#'    ? full
                   : letter == '='  ? part
                   : letter == '.'  ? dot
                   : letter == '\0' ? braille(cells[i].dots)
                                    : (wchar_t)letter;
    }
    for (int i = 0; i < n;) {
        int first = i;
        while (i < n && cells[i].role == cells[first].role)
            i++;
        draw_plain(p, y, x + first, (enum theme_role)cells[first].role,
                   chars + first, i - first);
    }
}

struct cellrow_cell cellrow_of(char letter)
{
    static const struct {
        char letter;
        enum theme_role role;
    } roles[] = {
        {'#', THEME_HAVE},    {'=', THEME_PARTIAL}, {'!', THEME_GONE},
        {'x', THEME_BAD},     {'1', THEME_RARE},    {'*', THEME_ACTIVE},
        {'o', THEME_PARTIAL},
    };
    struct cellrow_cell c = {.letter = letter, .role = THEME_DIM};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].letter == letter)
            c.role = (uint8_t)roles[i].role;
    return c;
}
