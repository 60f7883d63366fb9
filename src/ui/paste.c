#include "config.h"

#include "ui/paste.h"

#include <stdio.h>
#include <string.h>

#include "meta/magnet.h"
#include "ui/keys.h"
#include "ui/prompt.h"
#include "ui/view.h"

enum { DEL = 0x7f };

static bool is_printable(int key)
{
    return (key >= ' ' && key < DEL) || key >= KEYS_WIDE;
}

static void collect(struct paste *p, int key)
{
    if ((key == '\r' || key == '\n') && p->n > 0)
        p->has_line = true;
    if (!p->has_line && is_printable(key) && p->n < PASTE_MAX_KEYS)
        p->keys[p->n++] = key;
}

enum paste_result paste_key(struct paste *p, int key, int64_t now_ms)
{
    if (key == KEYS_PASTE) {
        p->is_open = true;
        p->has_line = false;
        p->n = 0;
        p->latest_ms = now_ms;
        return PASTE_TAKEN;
    }
    if (key == KEYS_PASTE_END) {
        bool was_open = p->is_open;
        p->is_open = false;
        return was_open ? PASTE_WHOLE : PASTE_TAKEN;
    }
    if (!p->is_open)
        return PASTE_NOT;
    if (now_ms - p->latest_ms > PASTE_GAP_MS) {
        p->is_open = false;
        return PASTE_NOT;
    }
    p->latest_ms = now_ms;
    collect(p, key);
    return PASTE_TAKEN;
}

/* Without spaces at its ends, and the quotes that file managers put around a path. */
static void read_text(const struct paste *p, struct prompt *out)
{
    size_t first = 0, end = p->n;
    while (first < end && p->keys[first] == ' ')
        first++;
    while (end > first && p->keys[end - 1] == ' ')
        end--;
    if (end - first >= 2 && p->keys[first] == p->keys[end - 1] &&
        (p->keys[first] == '\'' || p->keys[first] == '"')) {
        first++;
        end--;
    }
    prompt_open(out, "");
    for (size_t i = first; i < end; i++)
        (void)prompt_key(out, p->keys[i]);
}

static bool names_torrent(const char *text)
{
    static const char *const begins[] = {"http://", "https://", "/", "~/",
                                         "./"};
    static const char suffix[] = ".torrent";
    size_t len = strlen(text), tail = sizeof suffix - 1;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return magnet_is_meant(text) ||
           (len > tail && strcmp(text + len - tail, suffix) == 0);
}

bool paste_offer(const struct paste *p, struct view_world *w)
{
    struct prompt line;
    read_text(p, &line);
    if (!names_torrent(line.text)) {
        snprintf(w->message, sizeof w->message,
                 "what was pasted is no magnet link, URL or path of a torrent");
        return false;
    }
    memcpy(w->source, line.text, line.len + 1);
    return true;
}
