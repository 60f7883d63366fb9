#include "config.h"

#include "ui/piece_cells.h"

#include <string.h>

/* One piece alone. */
static char letter_of(const struct detail *d, uint32_t i)
{
    enum detail_piece state = detail_piece_state(d->pieces[i]);
    if (state == DETAIL_HAVE)
        return '#';
    if (state == DETAIL_UNWANTED)
        return '-';
    if (d->availability != NULL && d->availability[i] == 0)
        return '!';
    if (d->pieces[i] & DETAIL_BAD)
        return 'x';
    if (state == DETAIL_ACTIVE || state == DETAIL_CHECKING)
        return '*';
    if (d->availability != NULL && d->availability[i] == 1)
        return '1';
    return state == DETAIL_PARTIAL ? 'o' : '.';
}

char piece_cells_letter(const struct detail *d, uint32_t first, uint32_t end)
{
    static const char worst_first[] = "!x1*o.#-";
    bool is_in[sizeof worst_first] = {false};
    for (uint32_t i = first; i < end; i++)
        is_in[strchr(worst_first, letter_of(d, i)) - worst_first] = true;
    bool some_had = is_in[strchr(worst_first, '#') - worst_first];
    for (size_t i = 0; worst_first[i] != '\0'; i++)
        if (is_in[i])
            return worst_first[i] == '.' && some_had ? '=' : worst_first[i];
    return ' ';
}

void piece_cells_draw(const struct draw_pane *p, int y, int x, char letter)
{
    static const struct {
        char letter;
        enum theme_role role;
    } roles[] = {
        {'!', THEME_GONE},   {'x', THEME_BAD},     {'1', THEME_RARE},
        {'*', THEME_ACTIVE}, {'o', THEME_PARTIAL},
    };
    if (letter == '#')
        draw_glyphs(p, y, x, 1, THEME_HAVE, GLYPHS_FULL);
    else if (letter == '=')
        draw_glyphs(p, y, x, 1, THEME_PARTIAL, GLYPHS_PART);
    else if (letter == '.')
        draw_glyphs(p, y, x, 1, THEME_DIM, GLYPHS_DOT);
    else {
        enum theme_role role = THEME_DIM;
        for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
            if (roles[i].letter == letter)
                role = roles[i].role;
        char text[2] = {letter, '\0'};
        draw_text(p, y, x, 1, role, text);
    }
}
