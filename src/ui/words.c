#include "config.h"

#include "ui/words.h"

#include <stdio.h>
#include <string.h>

#include "ui/units.h"

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

/* Has it trackers, all of which the user disabled? */
static bool is_untracked(const struct frame_torrent *t)
{
    return t->n_trackers > 0 && t->n_trackers == t->n_trackers_disabled;
}

const char *words_tracker(const struct frame_torrent *t)
{
    return t->tracker[0] != '\0' ? t->tracker
           : is_untracked(t)     ? "all disabled"
           : t->n_trackers > 0   ? "not asked yet"
                                 : "none";
}

static void stalled_words(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    const char *words = "no peers, and no tracker to ask";
    if (t->n_peers > 0)
        words = t->n_seeds > 0 ? "nobody sends: the peers here choke us"
                               : "nobody sends: no peer here has all of it";
    else if (t->n_connecting > 0)
        words = "no peers yet: connecting";
    else if (t->n_known > 0)
        words = "no peers: those known do not answer";
    else if (is_untracked(t))
        words = "no peers, and all its trackers are disabled";
    else if (t->n_trackers > 0 && t->tracker[0] == '\0')
        words = "no peers yet: asking the trackers";
    if (t->n_peers + t->n_connecting + t->n_known == 0 && t->tracker[0] != '\0')
        snprintf(dst, WORDS_LEN, "no peers: %s", t->tracker);
    else
        snprintf(dst, WORDS_LEN, "%s", words);
}

bool words_is_odd(const struct frame_torrent *t)
{
    return strchr("E!CQMV", words_letter(t)) != NULL || t->cause[0] != '\0';
}

/* Why it is in a state that says so itself. */
static void state_words(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    dst[0] = '\0';
    if (t->state == FRAME_NO_SPACE)
        snprintf(dst, WORDS_LEN, "the disk is full");
    else if (t->state == FRAME_ERROR)
        snprintf(dst, WORDS_LEN, "failed, and nothing says why");
    else if (t->state == FRAME_CHECKING && t->n_to_check > 0)
        snprintf(dst, WORDS_LEN, "checking: %u of %u pieces", t->n_checked,
                 t->n_to_check);
    else if (t->state == FRAME_MOVING)
        snprintf(dst, WORDS_LEN, "moving its data: %u%%",
                 t->n_to_check > 0
                     ? units_permille(t->n_checked, t->n_to_check) / 10
                     : 0);
    else if (t->state == FRAME_CHECKING)
        snprintf(dst, WORDS_LEN, "checking");
    else if (t->state == FRAME_QUEUED && t->queue_pos > 0)
        snprintf(dst, WORDS_LEN, "waits: number %u in the queue", t->queue_pos);
    else if (t->state == FRAME_QUEUED)
        snprintf(dst, WORDS_LEN, "waits for its turn");
    else if (t->state == FRAME_METADATA && t->n_peers > 0)
        snprintf(dst, WORDS_LEN, "asking %u peer%s what it holds", t->n_peers,
                 t->n_peers == 1 ? "" : "s");
    else if (t->state == FRAME_METADATA)
        snprintf(dst, WORDS_LEN, "looks for peers that know what it holds");
}

void words_cause(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    if (t->cause[0] != '\0')
        snprintf(dst, WORDS_LEN, "%s", t->cause);
    else if (is_stalled(t))
        stalled_words(t, dst);
    else
        state_words(t, dst);
}

void words_brief(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    words_cause(t, dst);
    if (t->state == FRAME_NO_SPACE)
        snprintf(dst, WORDS_LEN, "disk full");
    const char *end = dst[0] == '/' ? strstr(dst, ": ") : NULL;
    if (end == NULL)
        return;
    const char *name = end;
    while (name[-1] != '/')
        name--;
    memmove(dst, name, strlen(name) + 1);
}

void words_state(const struct frame_torrent *t, char dst[WORDS_LEN])
{
    const char *name = frame_state_name(t->state);
    char cause[WORDS_LEN];
    words_cause(t, cause);
    if (strncmp(cause, name, strlen(name)) == 0)
        snprintf(dst, WORDS_LEN, "%s", cause);
    else
        snprintf(dst, WORDS_LEN, "%s%s%.*s", name, cause[0] != '\0' ? ": " : "",
                 WORDS_LEN - 64, cause);
}

void words_leaving(const struct frame *f, int64_t elapsed_ms,
                   char dst[WORDS_LEN])
{
    uint32_t n = 0;
    char down[UNITS_LEN] = "0", up[UNITS_LEN] = "0", trackers[64] = "";
    for (size_t i = 0; f != NULL && i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        n += t->n_trackers > t->n_trackers_disabled &&
             t->state != FRAME_STOPPED && t->state != FRAME_PAUSED &&
             t->state != FRAME_QUEUED;
    }
    if (f != NULL) {
        units_size(down, f->bytes_down_run);
        units_size(up, f->bytes_up_run);
    }
    if (n > 0)
        snprintf(trackers, sizeof trackers, ", telling %u torrent%s trackers",
                 n, n == 1 ? "'s" : "s'");
    snprintf(dst, WORDS_LEN, "saving%s (%ds); q again: leave now  D %s U %s",
             trackers, (int)(elapsed_ms / 1000), down, up);
}
