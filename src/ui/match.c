#include "config.h"

#include "ui/match.h"

#include <string.h>

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static bool begins(const char *text, const char *part)
{
    for (; *part != '\0'; text++, part++)
        if (lower(*text) != lower(*part))
            return false;
    return true;
}

bool match_part(const char *text, const char *part)
{
    do {
        if (begins(text, part))
            return true;
    } while (*text++ != '\0');
    return false;
}

bool match_word(const char *text, size_t n, const char *word)
{
    if (strlen(word) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(text[i]) != lower(word[i]))
            return false;
    return true;
}
