#include "config.h"

#include "ui/ask.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

static void begin(struct ask *a, const char *question,
                  void (*answer)(struct view_world *w, struct ask *a, int key))
{
    idset_clear(&a->targets);
    snprintf(a->question, sizeof a->question, "%s", question);
    a->keys[0] = '\0';
    a->arg = 0;
    a->answer = answer;
    a->complete = NULL;
    a->recall = NULL;
    a->is_open = true;
}

void ask_key(struct ask *a, const char *question, const char *keys,
             void (*answer)(struct view_world *w, struct ask *a, int key))
{
    begin(a, question, answer);
    a->wants_line = false;
    snprintf(a->keys, sizeof a->keys, "%s", keys);
}

void ask_line(struct ask *a, const char *question, const char *text,
              void (*answer)(struct view_world *w, struct ask *a, int key))
{
    begin(a, question, answer);
    a->wants_line = true;
    prompt_open(&a->line, text);
}

void ask_again(struct ask *a)
{
    a->is_open = true;
    a->line.is_open = true;
}

bool ask_take(struct ask *a, struct view_world *w, int key)
{
    if (!a->is_open)
        return false;
    if (!a->wants_line) {
        a->is_open = false;
        if (key > 0 && key < 0x80 && strchr(a->keys, key) != NULL)
            a->answer(w, a, key);
        return true;
    }
    if (key == '\t') {
        if (a->complete != NULL)
            a->complete(w, &a->line);
        return true;
    }
    if (key == KEY_UP || key == KEY_DOWN) {
        if (a->recall != NULL)
            a->recall(w, &a->line, key == KEY_UP ? -1 : 1);
        return true;
    }
    enum prompt_result result = prompt_key(&a->line, key);
    a->is_open = result == PROMPT_TYPING;
    if (result == PROMPT_DONE)
        a->answer(w, a, '\r');
    return true;
}

void ask_words(const struct ask *a, char dst[ASK_LINE_LEN])
{
    if (a->wants_line)
        prompt_line(&a->line, a->question, dst, ASK_LINE_LEN);
    else
        snprintf(dst, ASK_LINE_LEN, "%s", a->question);
}

void ask_fini(struct ask *a)
{
    idset_fini(&a->targets);
}
