#include "config.h"

#include "util/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "util/text.h"

enum { PREFIX_CHARS = 3, CHAR_BITS = 21 };

/* Take the next character of *s in lower case; 0 at the end. */
static uint32_t next(const char **s)
{
    unsigned char c = (unsigned char)**s;
    if (c == '\0')
        return 0;
    if (c < 0x80) {
        (*s)++;
        return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    }
    uint32_t out;
    size_t n = text_decode((const uint8_t *)*s, strnlen(*s, 4), &out);
    *s += n > 0 ? n : 1;
    return n > 0 ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)out) : c;
}

int fold_compare(const char *a, const char *b)
{
    for (;;) {
        uint32_t ca = next(&a), cb = next(&b);
        if (ca != cb)
            return ca < cb ? -1 : 1;
        if (ca == 0)
            return 0;
    }
}

bool fold_begins(const char *text, const char *part)
{
    for (;;) {
        uint32_t wanted = next(&part);
        if (wanted == 0)
            return true;
        if (next(&text) != wanted)
            return false;
    }
}

bool fold_has(const char *text, const char *part)
{
    const char *rest = part;
    uint32_t first = next(&rest);
    if (first == 0)
        return true;
    for (uint32_t c = next(&text); c != 0; c = next(&text))
        if (c == first && fold_begins(text, rest))
            return true;
    return false;
}

uint64_t fold_prefix(const char *s)
{
    uint64_t prefix = 0;
    for (int i = 0; i < PREFIX_CHARS; i++)
        prefix = prefix << CHAR_BITS | next(&s);
    return prefix;
}
