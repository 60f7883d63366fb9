#include "config.h"

#include "util/percent.h"

#include "util/text.h"

bool percent_is_unreserved(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

void percent_encode(uint8_t c, char out[PERCENT_LEN])
{
    static const char digits[] = "0123456789ABCDEF";
    out[0] = '%';
    out[1] = digits[c >> 4];
    out[2] = digits[c & 15];
}

bool percent_decode(const char *text, size_t len, uint8_t *out)
{
    if (len < PERCENT_LEN || text[0] != '%')
        return false;
    int high = text_hex_digit(text[1]), low = text_hex_digit(text[2]);
    if (high < 0 || low < 0)
        return false;
    *out = (uint8_t)(high << 4 | low);
    return true;
}
