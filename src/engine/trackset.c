#include "config.h"

#include "engine/trackset.h"

#include <stdlib.h>
#include <string.h>

#include "disk/kept.h"
#include "engine/seeker_parts.h"
#include "engine/torrent_parts.h"
#include "engine/trackers.h"
#include "engine/trackerurl.h"
#include "net/weburl.h"
#include "proto/tracker_udp.h"
#include "util/log.h"
#include "util/xalloc.h"

/* Borrowed; NULL: it is not open. */
static struct trackers *trackers_of(const struct roster_entry *e)
{
    return e->seeker != NULL    ? e->seeker->trackers
           : e->torrent != NULL ? e->torrent->trackers
                                : NULL;
}

/* Words for what is wrong with a URL; OK: nothing. */
static enum err judge_url(const char *url, struct cause *cause)
{
    struct tracker_udp_url udp;
    struct weburl web;
    enum err err = trackerurl_is_udp(url)
                       ? tracker_udp_parse_url(url, &udp)
                       : weburl_read(url, TRACKER_MAX_URL, &web);
    if (err == ERR_TOO_BIG)
        cause_set(cause, "that URL is too long");
    else if (err == ERR_UNSUPPORTED)
        cause_set(cause, "not the URL of a tracker: it begins with neither "
                         "http://, https:// nor udp://");
    else if (err != OK)
        cause_set(cause, "not the URL of a tracker, such as "
                         "udp://tracker.example:6969/announce");
    return err;
}

static enum err not_open(struct cause *cause)
{
    cause_set(cause, "it is not open");
    return ERR_NOT_FOUND;
}

/* Add it to what is open. */
static enum err add(struct roster_entry *e, const char *url,
                    struct cause *cause)
{
    struct trackers *trackers = trackers_of(e);
    if (trackers == NULL)
        return not_open(cause);
    enum err err = judge_url(url, cause);
    if (err != OK)
        return err;
    err = trackers_add(trackers, url);
    if (err == ERR_BUSY)
        cause_set(cause, "that tracker is there already");
    else if (err != OK)
        cause_set(cause, "that tracker cannot be added: %s", err_text(err));
    return err;
}

/* *out: its URL as it was given; owned. */
static enum err find(const struct roster_entry *e, const char *url, char **out,
                     struct cause *cause)
{
    const struct trackers *trackers = trackers_of(e);
    if (trackers == NULL)
        return not_open(cause);
    const char *found = trackers_find(trackers, url);
    if (found == NULL) {
        cause_set(cause, "there is no such tracker");
        return ERR_NOT_FOUND;
    }
    *out = xstrdup(found);
    return OK;
}

/* What one said that is not asked is no news of the entry any more. */
static void take_words(struct roster_entry *e)
{
    trackers_words(trackers_of(e), e->seeker != NULL ? &e->seeker->tracker
                                                     : &e->torrent->tracker);
}

/* Take it, as find() has it, out of what is open. */
static enum err drop(struct roster_entry *e, const char *url)
{
    enum err err = trackers_remove(trackers_of(e), url);
    if (err == OK)
        take_words(e);
    return err;
}

static enum err set_enabled(struct roster_entry *e, const char *url,
                            bool enable)
{
    enum err err = trackers_enable(trackers_of(e), url, enable);
    if (err == OK && !enable)
        take_words(e);
    return err;
}

void trackset_apply(struct roster_entry *e)
{
    const struct kept *k = e->kept;
    struct cause cause = {""};
    for (size_t i = 0; i < k->more_trackers.n; i++)
        if (add(e, k->more_trackers.items[i], &cause) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "left out: %s", cause.text);
    for (size_t i = 0; i < k->no_trackers.n; i++)
        if (drop(e, k->no_trackers.items[i]) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "not there to leave out");
    for (size_t i = 0; i < k->disabled_trackers.n; i++)
        if (set_enabled(e, k->disabled_trackers.items[i], false) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "not there to be disabled");
}

enum err trackset_add(struct roster_entry *e, const char *url,
                      bool *is_kept_out, struct cause *cause)
{
    enum err err = add(e, url, cause);
    if (err != OK)
        return err;
    (void)kept_urls_remove(&e->kept->disabled_trackers, url);
    *is_kept_out = kept_urls_remove(&e->kept->no_trackers, url) ||
                   kept_urls_add(&e->kept->more_trackers, url);
    return OK;
}

enum err trackset_remove(struct roster_entry *e, const char *url,
                         bool *is_kept_out, struct cause *cause)
{
    char *found;
    enum err err = find(e, url, &found, cause);
    if (err != OK)
        return err;
    err = drop(e, found);
    if (err == OK) {
        (void)kept_urls_remove(&e->kept->disabled_trackers, found);
        *is_kept_out = kept_urls_remove(&e->kept->more_trackers, found) ||
                       kept_urls_add(&e->kept->no_trackers, found);
    }
    free(found);
    return err;
}

enum err trackset_enable(struct roster_entry *e, const char *url, bool enable,
                         bool *is_kept_out, struct cause *cause)
{
    char *found;
    enum err err = find(e, url, &found, cause);
    if (err != OK)
        return err;
    err = set_enabled(e, found, enable);
    if (err == OK) {
        *is_kept_out = true;
        if (enable)
            (void)kept_urls_remove(&e->kept->disabled_trackers, found);
        else
            *is_kept_out = kept_urls_add(&e->kept->disabled_trackers, found);
    }
    free(found);
    return err;
}
