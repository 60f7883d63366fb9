#include "config.h"

#include "ui/table_choice.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool table_choice_is_same(const struct table_choice *a,
                          const struct table_choice *b)
{
    return a->by == b->by && a->is_inverted == b->is_inverted &&
           a->columns.wanted == b->columns.wanted &&
           a->columns.refused == b->columns.refused;
}

void table_choice_write(const struct table_choice *c,
                        const struct table_words *words,
                        char dst[TABLE_CHOICE_LEN])
{
    size_t len =
        (size_t)snprintf(dst, TABLE_CHOICE_LEN, "%.32s%s", words->word(c->by),
                         c->is_inverted ? "^" : "");
    for (unsigned i = words->first; i < words->end; i++) {
        uint32_t bit = UINT32_C(1) << i;
        char sign = (c->columns.wanted & bit) != 0    ? '+'
                    : (c->columns.refused & bit) != 0 ? '-'
                                                      : '\0';
        const char *word = words->word(i);
        if (sign != '\0' && strlen(word) + 2 < TABLE_CHOICE_LEN - len)
            len += (size_t)snprintf(dst + len, TABLE_CHOICE_LEN - len, " %c%s",
                                    sign, word);
    }
}

/* The column of a word of len bytes, of first..end-1; end: there is none. */
static unsigned find(const struct table_words *words, unsigned first,
                     unsigned end, const char *word, size_t len)
{
    unsigned i = first;
    while (i < end && (strlen(words->word(i)) != len ||
                       memcmp(words->word(i), word, len) != 0))
        i++;
    return i;
}

static void read_column(struct table_choice *c, const struct table_words *words,
                        char sign, const char *word, size_t len)
{
    unsigned i = find(words, words->first, words->end, word, len);
    if (i == words->end)
        return;
    uint32_t bit = UINT32_C(1) << i;
    c->columns.wanted &= ~bit;
    c->columns.refused &= ~bit;
    if (sign == '+')
        c->columns.wanted |= bit;
    else
        c->columns.refused |= bit;
}

void table_choice_read(struct table_choice *c, const struct table_words *words,
                       const char *line)
{
    for (const char *at = line + strspn(line, " "); *at != '\0';
         at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (*at == '+' || *at == '-')
            read_column(c, words, *at, at + 1, len - 1);
        else {
            bool is_inverted = at[len - 1] == '^';
            unsigned by = find(words, 0, words->n, at, len - is_inverted);
            if (by < words->n) {
                c->by = by;
                c->is_inverted = is_inverted;
            }
        }
        at += len;
    }
}
