#include "config.h"

#include "ui/words.h"

#include <stdio.h>

#include "util/text.h"

static bool is_stalled(const struct frame_torrent *t)
{
    return t->is_stalled ||
           (t->state == FRAME_DOWNLOADING && t->rate_down_Bps == 0);
}

char words_letter(const struct frame_torrent *t)
{
    if (is_stalled(t))
        return '!';
    static const char letters[] = {
        [FRAME_CHECKING] = 'C', [FRAME_DOWNLOADING] = 'D',
        [FRAME_FINISHED] = 'S', [FRAME_SEEDING] = 'S',
        [FRAME_PAUSED] = 'P',   [FRAME_NO_SPACE] = 'E',
        [FRAME_ERROR] = 'E',    [FRAME_STOPPING] = 'X',
        [FRAME_STOPPED] = 'X',  [FRAME_QUEUED] = 'Q',
        [FRAME_METADATA] = 'M', [FRAME_MOVING] = 'V',
    };
    return letters[t->state];
}

enum theme_role words_role(const struct frame_torrent *t)
{
    switch (words_letter(t)) {
    case 'D':
        return THEME_DOWN;
    case 'S':
        return THEME_UP;
    case 'C':
        return THEME_ACTIVE;
    case '!':
        return THEME_RARE;
    case 'E':
        return THEME_ALERT;
    default:
        return THEME_DIM;
    }
}

static const char *stalled_words(const struct frame_torrent *t)
{
    if (t->n_peers > 0)
        return t->n_seeds > 0 ? "nobody sends: the peers here choke us"
                              : "nobody sends: no peer here has all of it";
    if (t->n_connecting > 0)
        return "no peers yet: connecting";
    if (t->n_known > 0)
        return "no peers: those known do not answer";
    return t->n_trackers > 0 ? "no peers: the trackers named none"
                             : "no peers, and no tracker to ask";
}

void words_cause(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    const char *words = t->cause;
    if (words[0] == '\0' && is_stalled(t))
        words = stalled_words(t);
    else if (words[0] == '\0' && words_letter(t) == 'E')
        words = t->state == FRAME_NO_SPACE ? "the disk is full" : "failed";
    snprintf(dst, WORDS_LEN, "%s", words);
}
