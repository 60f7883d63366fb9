#include "config.h"

#include "util/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "util/xalloc.h"

enum {
    MAX_MARKS = 2, /* combining marks on one base */
    UTF8_MAX_LEN = 4
};

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

size_t text_decode(const uint8_t *p, size_t len, uint32_t *out)
{
    /* By the number of bytes: the bits of the first, and the least code point,
     * below which the form is overlong. RFC 3629. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n;
    uint32_t c = p[0];
    if (c < 0x80) {
        *out = c;
        return 1;
    } else if (c >= 0xc2 && c < 0xe0) {
        n = 2;
        c &= 0x1f;
    } else if (c >= 0xe0 && c < 0xf0) {
        n = 3;
        c &= 0x0f;
    } else if (c >= 0xf0 && c < 0xf5) {
        n = 4;
        c &= 0x07;
    } else {
        return 0;
    }
    if (n > len)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *out = c;
    return n;
}

bool text_is_utf8(const void *src, size_t len)
{
    const uint8_t *p = src;
    for (size_t i = 0; i < len;) {
        uint32_t c;
        size_t n = text_decode(p + i, len - i, &c);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

size_t text_cut(const char *s, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < UTF8_MAX_LEN - 1 &&
           ((uint8_t)s[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0 || (uint8_t)s[start - 1] < 0xc0)
        return len;
    start--;
    uint32_t c;
    size_t n = text_decode((const uint8_t *)s + start, len - start, &c);
    return n == len - start ? len : start;
}

/* Selectors of another look of the base; terminals do not agree whether one
 * makes its base wider. */
static bool is_variation_selector(uint32_t c)
{
    return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) ||
           (c >= 0x180b && c <= 0x180d) || c == 0x180f;
}

/* May this character reach a terminal? Its category covers all that may not:
 * Cc is C0, DEL and C1; Cf is bidi controls, zero-width characters, soft
 * hyphen and tags; Cn is noncharacters, and what has no known width. */
static bool is_shown(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_ZS:
        return true;
    }
    return false;
}

/* Most of what is shown, and not worth a look into tables. */
static bool is_plain(uint32_t c)
{
    return c >= ' ' && c <= '~';
}

static size_t char_width(uint32_t c)
{
    if (is_plain(c))
        return 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)c);
    return width > 0 ? (size_t)width : 0;
}

/* Decode the next character of src, as it may be shown: *shown is it, or
 * U+FFFD, and *shown_len its length. Return the bytes of src that it stands
 * for. `n_marks` counts marks since the last base; a mark with no base at all
 * would fall on what is drawn before the text. */
static size_t clean_next(const uint8_t *src, size_t len, int *n_marks,
                         const char **shown, size_t *shown_len)
{
    uint32_t c;
    size_t n = text_decode(src, len, &c);
    *shown = (const char *)src;
    *shown_len = n;
    if (n > 0 && is_variation_selector(c)) {
        *shown_len = 0;
        return n;
    }
    if (n > 0 && is_shown(c)) {
        if (char_width(c) > 0) {
            *n_marks = 0;
            return n;
        }
        if (*n_marks < MAX_MARKS) {
            (*n_marks)++;
            return n;
        }
    } else {
        *n_marks = 0;
    }
    *shown = replacement;
    *shown_len = sizeof replacement - 1;
    return n > 0 ? n : 1;
}

size_t text_clean(char *dst, size_t cap, const void *src, size_t len)
{
    const uint8_t *p = src;
    size_t used = 0;
    int n_marks = MAX_MARKS;
    while (len > 0) {
        for (; len > 0 && is_plain(*p) && cap - used > 1; p++, len--) {
            dst[used++] = (char)*p;
            n_marks = 0;
        }
        if (len == 0)
            break;
        const char *shown;
        size_t shown_len;
        size_t n = clean_next(p, len, &n_marks, &shown, &shown_len);
        if (shown_len >= cap - used)
            break;
        memcpy(dst + used, shown, shown_len);
        used += shown_len;
        p += n;
        len -= n;
    }
    dst[used] = '\0';
    return used;
}

char *text_clean_dup(const void *src, size_t len)
{
    size_t worst = sizeof replacement - 1; /* of one bad byte */
    char *dst = xcalloc(len + 1, worst);
    size_t used = text_clean(dst, (len + 1) * worst, src, len);
    return xreallocarray(dst, used + 1, 1);
}

/* Decode a character of a string that is clean. */
static size_t next_clean(const char *p, uint32_t *out)
{
    size_t n = text_decode((const uint8_t *)p, strnlen(p, UTF8_MAX_LEN), out);
    if (n > 0)
        return n;
    *out = 0xfffd;
    return 1;
}

size_t text_width(const char *clean)
{
    size_t cells = 0;
    while (*clean != '\0') {
        uint32_t c = (uint8_t)*clean;
        clean += is_plain(c) ? 1 : next_clean(clean, &c);
        cells += char_width(c);
    }
    return cells;
}

/* How much of a clean string fits: its bytes, at most max_len, and its cells,
 * at most max_cells; marks stay with their base. */
static size_t fit_prefix(const char *clean, size_t max_len, size_t max_cells,
                         size_t *cells_out)
{
    size_t len = 0;
    size_t cells = 0;
    while (clean[len] != '\0') {
        uint32_t c = (uint8_t)clean[len];
        size_t n = is_plain(c) ? 1 : next_clean(clean + len, &c);
        size_t width = char_width(c);
        if (n > max_len - len || width > max_cells - cells)
            break;
        len += n;
        cells += width;
    }
    *cells_out = cells;
    return len;
}

size_t text_fit(char *dst, size_t cap, const char *clean, size_t cells,
                bool ascii)
{
    size_t used;
    size_t len = fit_prefix(clean, cap - 1, cells, &used);
    const char *tail = "";
    size_t tail_len = 0;
    if (clean[len] != '\0') {
        size_t tail_cells;
        tail = ascii ? "..." : "\xe2\x80\xa6";
        tail_len = fit_prefix(tail, cap - 1, cells, &tail_cells);
        len = fit_prefix(clean, cap - 1 - tail_len, cells - tail_cells, &used);
        used += tail_cells;
    }
    memmove(dst, clean, len);
    memcpy(dst + len, tail, tail_len);
    dst[len + tail_len] = '\0';
    return used;
}

/* Three digits at most before the unit and one after the point, cut, so that
 * what is shown was reached. */
static void size_with(char *dst, size_t cap, uint64_t bytes, const char *per)
{
    static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
                                        "TiB", "PiB", "EiB"};
    size_t unit = 0;
    uint64_t rest = 0; /* of the unit, in 1024ths */
    while (bytes >= 1024) {
        rest = bytes % 1024;
        bytes /= 1024;
        unit++;
    }
    if (unit == 0 || bytes >= 100)
        (void)snprintf(dst, cap, "%u %s%s", (unsigned)bytes, units[unit], per);
    else
        (void)snprintf(dst, cap, "%u.%u %s%s", (unsigned)bytes,
                       (unsigned)(rest * 10 / 1024), units[unit], per);
}

bool text_parse_number(const char *text, uint64_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *out = n;
    return true;
}

bool text_parse_port(const char *digits, size_t len, uint16_t *out)
{
    uint32_t port = 0;
    if (len == 0 || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        port = 10 * port + (uint32_t)(digits[i] - '0');
    }
    if (port > UINT16_MAX)
        return false;
    *out = (uint16_t)port;
    return true;
}

bool text_parse_size(const char *text, uint64_t *out)
{
    static const char suffixes[] = "KMG";
    size_t len = strlen(text);
    uint64_t unit = 1, n;
    char digits[24];
    if (len == 0 || len >= sizeof digits)
        return false;
    memcpy(digits, text, len + 1);
    char last = digits[len - 1];
    if (last >= 'a' && last <= 'z')
        last = (char)(last - 'a' + 'A');
    const char *suffix = strchr(suffixes, last);
    if (suffix != NULL) {
        unit = (uint64_t)1024 << (10 * (suffix - suffixes));
        digits[len - 1] = '\0';
    }
    if (!text_parse_number(digits, &n) || n > UINT64_MAX / unit)
        return false;
    *out = n * unit;
    return true;
}

void text_size(char *dst, size_t cap, uint64_t bytes)
{
    size_with(dst, cap, bytes, "");
}

void text_rate(char *dst, size_t cap, uint64_t rate_Bps)
{
    size_with(dst, cap, rate_Bps, "/s");
}

void text_duration(char *dst, size_t cap, int64_t seconds)
{
    enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    int s = seconds > 100 * DAY ? 100 * DAY : (int)seconds;
    if (seconds < 0)
        (void)snprintf(dst, cap, "--");
    else if (s >= 100 * DAY)
        (void)snprintf(dst, cap, ">99d");
    else if (s >= DAY)
        (void)snprintf(dst, cap, "%dd%02dh", s / DAY, s % DAY / HOUR);
    else if (s >= HOUR)
        (void)snprintf(dst, cap, "%dh%02dm", s / HOUR, s % HOUR / MINUTE);
    else if (s >= MINUTE)
        (void)snprintf(dst, cap, "%dm%02ds", s / MINUTE, s % MINUTE);
    else
        (void)snprintf(dst, cap, "%ds", s);
}

void text_hex(char *dst, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        dst[2 * i] = digits[bytes[i] >> 4];
        dst[2 * i + 1] = digits[bytes[i] & 15];
    }
    dst[2 * len] = '\0';
}

int text_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool text_unhex(uint8_t *out, size_t len, const char *digits)
{
    if (strspn(digits, "0123456789abcdefABCDEF") != 2 * len ||
        digits[2 * len] != '\0')
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(text_hex_digit(digits[2 * i]) << 4 |
                           text_hex_digit(digits[2 * i + 1]));
    return true;
}

enum { JSON_CHAR_MAX_LEN = 12 }; /* an escaped pair of surrogates */

/* Write the JSON form of one character (its UTF-8: n bytes at p) to dst; return
 * its length. What may not reach a terminal is escaped: output in JSON is read
 * by people too, and the escape loses nothing. */
static size_t json_char(char *dst, const uint8_t *p, size_t n, uint32_t c)
{
    int len;
    if (c == '"' || c == '\\') {
        len = snprintf(dst, JSON_CHAR_MAX_LEN + 1, "\\%c", (char)c);
    } else if (is_shown(c)) {
        memcpy(dst, p, n);
        return n;
    } else if (c < 0x10000) {
        len = snprintf(dst, JSON_CHAR_MAX_LEN + 1, "\\u%04x", (unsigned)c);
    } else {
        unsigned high = 0xd800 + (unsigned)((c - 0x10000) >> 10);
        unsigned low = 0xdc00 + (unsigned)((c - 0x10000) & 0x3ff);
        len = snprintf(dst, JSON_CHAR_MAX_LEN + 1, "\\u%04x\\u%04x", high, low);
    }
    return (size_t)len;
}

char *text_json_dup(const void *src, size_t len)
{
    enum { WORST = 6 }; /* bytes out for a byte in: "\u001b" */
    const uint8_t *p = src;
    char *dst = xreallocarray(NULL, len + 3, WORST);
    size_t used = 0;
    dst[used++] = '"';
    while (len > 0) {
        uint32_t c;
        size_t n = text_decode(p, len, &c);
        if (n > 0) {
            used += json_char(dst + used, p, n, c);
        } else {
            n = 1;
            memcpy(dst + used, replacement, sizeof replacement - 1);
            used += sizeof replacement - 1;
        }
        p += n;
        len -= n;
    }
    dst[used++] = '"';
    dst[used++] = '\0';
    return xreallocarray(dst, used, 1);
}
