#include "config.h"

#include "ui/prompt.h"

#include <curses.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ui/keys.h"
#include "util/text.h"

enum {
    ESC = 0x1b,
    DEL = 0x7f,
    CTRL_A = 1,
    CTRL_C = 3,
    CTRL_E = 5,
    CTRL_H = 8,
    CTRL_K = 11,
    CTRL_U = 21,
    CTRL_W = 23
};

void prompt_open(struct prompt *p, const char *text)
{
    p->is_open = true;
    snprintf(p->text, sizeof p->text, "%s", text);
    p->len = strlen(p->text);
    p->n_after = 0;
}

void prompt_line(const struct prompt *p, const char *label, char *dst,
                 size_t cap)
{
    size_t at = p->len - (p->n_after < p->len ? p->n_after : p->len);
    snprintf(dst, cap, "%s %.*s_%s", label, (int)at, p->text, p->text + at);
}

/* Where the cursor is. */
static size_t cursor(const struct prompt *p)
{
    return p->len - p->n_after;
}

static bool is_inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where the character before `at` begins. */
static size_t before(const struct prompt *p, size_t at)
{
    while (at > 0 && is_inside(p->text[at - 1]))
        at--;
    return at > 0 ? at - 1 : 0;
}

/* Where the character at `at` ends. */
static size_t after(const struct prompt *p, size_t at)
{
    if (at < p->len)
        at++;
    while (at < p->len && is_inside(p->text[at]))
        at++;
    return at;
}

/* Take out what is between two places; the cursor is where that was. */
static void cut(struct prompt *p, size_t from, size_t to)
{
    memmove(p->text + from, p->text + to, p->len - to + 1);
    p->len -= to - from;
    p->n_after = p->len - from;
}

static void drop_last(struct prompt *p)
{
    cut(p, before(p, cursor(p)), cursor(p));
}

static void drop_word(struct prompt *p)
{
    while (cursor(p) > 0 && p->text[cursor(p) - 1] == ' ')
        drop_last(p);
    while (cursor(p) > 0 && p->text[cursor(p) - 1] != ' ')
        drop_last(p);
}

/* Keys that move the cursor. */
static bool move_cursor(struct prompt *p, int key)
{
    size_t at = cursor(p);
    if (key == KEY_LEFT)
        at = before(p, at);
    else if (key == KEY_RIGHT)
        at = after(p, at);
    else if (key == KEY_HOME || key == CTRL_A)
        at = 0;
    else if (key == KEY_END || key == CTRL_E)
        at = p->len;
    else
        return false;
    p->n_after = p->len - at;
    return true;
}

static void append(struct prompt *p, uint32_t c)
{
    char bytes[4];
    size_t n;
    if (c < 0x80) {
        bytes[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        bytes[0] = (char)(0xc0 | c >> 6);
        n = 2;
    } else if (c < 0x10000) {
        bytes[0] = (char)(0xe0 | c >> 12);
        n = 3;
    } else {
        bytes[0] = (char)(0xf0 | c >> 18);
        n = 4;
    }
    for (size_t i = 1; i < n; i++)
        bytes[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
    if (p->len + n >= sizeof p->text)
        return;
    char *at = p->text + cursor(p);
    memmove(at + n, at, p->n_after + 1);
    memcpy(at, bytes, n);
    p->len += n;
}

static enum prompt_result end(struct prompt *p, enum prompt_result result)
{
    p->is_open = false;
    return result;
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
    /* Whoever completed the text may have made it shorter. */
    if (p->n_after > p->len)
        p->n_after = p->len;
    if (move_cursor(p, key))
        return PROMPT_TYPING;
    switch (key) {
    case '\r':
    case '\n':
    case KEY_ENTER:
        return end(p, PROMPT_DONE);
    case ESC:
    case CTRL_C:
        return end(p, PROMPT_CANCELLED);
    case KEY_BACKSPACE:
    case DEL:
    case CTRL_H:
        if (p->len == 0)
            return end(p, PROMPT_CANCELLED);
        drop_last(p);
        return PROMPT_TYPING;
    case KEY_DC:
        cut(p, cursor(p), after(p, cursor(p)));
        return PROMPT_TYPING;
    case CTRL_U:
        cut(p, 0, cursor(p));
        return PROMPT_TYPING;
    case CTRL_K:
        cut(p, cursor(p), p->len);
        return PROMPT_TYPING;
    case CTRL_W:
        drop_word(p);
        return PROMPT_TYPING;
    default:
        break;
    }
    if (key >= ' ' && key < DEL)
        append(p, (uint32_t)key);
    else if (key >= KEYS_WIDE)
        append(p, (uint32_t)(key - KEYS_WIDE));
    return PROMPT_TYPING;
}

const char *prompt_tail(const char *text, int w)
{
    const char *at = text + strlen(text);
    while (at > text && (int)text_width(at) <= w)
        at--;
    if ((int)text_width(at) <= w)
        return at;
    at++;
    while (((unsigned char)*at & 0xc0) == 0x80)
        at++;
    return at;
}
