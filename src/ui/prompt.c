#include "config.h"

#include "ui/prompt.h"

#include <curses.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ui/keys.h"

enum {
    ESC = 0x1b,
    DEL = 0x7f,
    CTRL_C = 3,
    CTRL_H = 8,
    CTRL_U = 21,
    CTRL_W = 23
};

void prompt_open(struct prompt *p, const char *text)
{
    p->is_open = true;
    snprintf(p->text, sizeof p->text, "%s", text);
    p->len = strlen(p->text);
}

static void drop_last(struct prompt *p)
{
    while (p->len > 0 && ((unsigned char)p->text[p->len - 1] & 0xc0) == 0x80)
        p->len--;
    if (p->len > 0)
        p->len--;
    p->text[p->len] = '\0';
}

static void drop_word(struct prompt *p)
{
    while (p->len > 0 && p->text[p->len - 1] == ' ')
        drop_last(p);
    while (p->len > 0 && p->text[p->len - 1] != ' ')
        drop_last(p);
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
    memcpy(p->text + p->len, bytes, n);
    p->len += n;
    p->text[p->len] = '\0';
}

static enum prompt_result end(struct prompt *p, enum prompt_result result)
{
    p->is_open = false;
    return result;
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
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
    case CTRL_U:
        p->len = 0;
        p->text[0] = '\0';
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
