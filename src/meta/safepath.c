#include "config.h"

#include "meta/safepath.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "util/xalloc.h"

enum {
    MAX_EXTENSION = 32, /* bytes with the dot; a longer one is none */
    NOT_UTF8 = 0x110000 /* beyond every code point */
};

void safepath_init(struct safepath *p)
{
    *p = (struct safepath){.depth = 0};
    buf_init(&p->text, SAFEPATH_MAX_LEN);
}

void safepath_fini(struct safepath *p)
{
    buf_fini(&p->text);
}

void safepath_reset(struct safepath *p)
{
    buf_reset(&p->text);
    p->depth = 0;
    p->changed = false;
}

/* The length that the first byte of a character claims; 0: it begins none. */
static size_t claimed_len(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0 || first >= 0xf8)
        return 0;
    if (first < 0xe0)
        return 2;
    return first < 0xf0 ? 3 : 4;
}

/* Decode one character, overlong forms too: a file system or a shell further
 * on may read those as the '/' or '.' that they hide. Return its length. */
static size_t decode_leniently(struct span s, uint32_t *out)
{
    uint8_t first = s.p[0];
    size_t len = claimed_len(first);
    *out = NOT_UTF8;
    if (len == 0 || len > s.len)
        return 1;
    uint32_t c = len == 1 ? first : first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s.p[i] & 0xc0) != 0x80)
            return 1;
        c = c << 6 | (s.p[i] & 0x3f);
    }
    *out = c;
    return len;
}

/* Has it no look of its own, or changes it the look of what is around it? */
static bool is_deceptive(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        {0x00ad, 0x00ad},   /* soft hyphen */
        {0x034f, 0x034f},   /* grapheme joiner */
        {0x061c, 0x061c},   /* Arabic letter mark */
        {0x115f, 0x1160},   /* Hangul fillers */
        {0x180e, 0x180e},   /* Mongolian vowel separator */
        {0x200b, 0x200f},   /* zero-width, direction marks */
        {0x2028, 0x202e},   /* separators, embeddings and overrides */
        {0x2060, 0x206f},   /* word joiner, isolates, deprecated controls */
        {0x3164, 0x3164},   /* Hangul filler */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xffa0, 0xffa0},   /* Hangul filler, half width */
        {0xfff9, 0xfffb},   /* interlinear annotation */
        {0xe0000, 0xe007f}, /* tags */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

/* The words for what may be in no path at all, else NULL. */
static const char *why_refused(uint32_t c)
{
    if (c == '/')
        return "holds a '/'";
    if (c == '\0')
        return "holds a NUL byte";
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return "holds a control character";
    return NULL;
}

/* Write the clean form of raw, which is never longer, to dst. Return its
 * length; *why is set when there is none. */
static size_t clean(char *dst, struct span raw, const char **why)
{
    size_t len = 0;
    *why = NULL;
    for (size_t i = 0; i < raw.len && *why == NULL;) {
        uint32_t c;
        struct span rest = {.p = raw.p + i, .len = raw.len - i};
        size_t n = decode_leniently(rest, &c);
        uint32_t strict;
        bool canonical = text_decode(rest.p, rest.len, &strict) == n;
        *why = why_refused(c);
        if (c < 0x80 && c != '\\') {
            dst[len++] = (char)c;
        } else if (canonical && c != '\\' && !is_deceptive(c)) {
            memcpy(dst + len, rest.p, n);
            len += n;
        } else {
            dst[len++] = '_';
        }
        i += n;
    }
    if (len == 2 && memcmp(dst, "..", 2) == 0)
        *why = "leads out of its folder";
    return len;
}

/* The bytes of ".txt" at the end of a name; a dot at its start begins none. */
static size_t extension_len(const char *name, size_t len)
{
    for (size_t n = 1; n <= MAX_EXTENSION && n < len; n++) {
        if (name[len - n] == '.')
            return n;
    }
    return 0;
}

/* Cut a name that is too long for file systems. Return its new length. */
static size_t cut_name(char *name, size_t len)
{
    if (len <= SAFEPATH_MAX_NAME)
        return len;
    size_t ext_len = extension_len(name, len);
    size_t stem_len = text_cut(name, SAFEPATH_CUT_NAME - ext_len);
    memmove(name + stem_len, name + len - ext_len, ext_len);
    return stem_len + ext_len;
}

static enum err append(struct safepath *p, const char *name, size_t len,
                       struct cause *cause)
{
    if (p->depth == SAFEPATH_MAX_DEPTH) {
        cause_set(cause, "path of more than %d folders", SAFEPATH_MAX_DEPTH);
        return ERR_TOO_BIG;
    }
    enum err err = OK;
    if (p->depth > 0)
        err = buf_append(&p->text, "/", 1);
    if (err == OK)
        err = buf_append(&p->text, name, len);
    if (err != OK) {
        cause_set(cause, "path of more than %d bytes", SAFEPATH_MAX_LEN);
        return err;
    }
    p->depth++;
    return OK;
}

enum err safepath_add(struct safepath *p, struct span raw, struct cause *cause)
{
    const char *why;
    char *name = xmalloc(raw.len + 1);
    size_t len = clean(name, raw, &why);
    enum err err = OK;
    if (why != NULL) {
        char shown[64];
        text_clean(shown, sizeof shown, raw.p, raw.len);
        cause_set(cause, "unsafe path: \"%s\" %s", shown, why);
        err = ERR_UNSAFE_PATH;
        goto out;
    }
    len = cut_name(name, len);
    if (len == 0 || (len == 1 && name[0] == '.')) {
        p->changed = true;
        goto out;
    }
    if (len != raw.len || memcmp(name, raw.p, len) != 0)
        p->changed = true;
    err = append(p, name, len, cause);
out:
    free(name);
    return err;
}

char *safepath_dup(struct safepath *p)
{
    return xstrndup((const char *)buf_bytes(&p->text), p->text.len);
}

char *safepath_numbered(const char *path, size_t number)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = strlen(name);
    size_t ext_len = extension_len(name, len);
    char middle[32];
    int n = snprintf(middle, sizeof middle, ".%zu", number);
    size_t room = SAFEPATH_MAX_NAME - (size_t)n - ext_len;
    size_t stem_len = len - ext_len;
    if (stem_len > room)
        stem_len = text_cut(name, room);
    return xasprintf("%.*s%.*s%s%s", (int)(name - path), path, (int)stem_len,
                     name, middle, name + len - ext_len);
}
