/* webstage.h -- one torrent of the product on a loop with poll, its files in memory, its
 * disk done by hand, and a web server of the same process that has its files, with faults.
 * Nothing sleeps: turns wait for descriptors, what takes long is stepped over. */
#ifndef TESTS_ENGINE_WEBSTAGE_H
#define TESTS_ENGINE_WEBSTAGE_H

#include "engine/torrent_parts.h"
#include "engine/webseeds.h"
#include "tests/engine/outside.h"
#include "tests/fake/web.h"
#include "tests/sim/content.h"
#include "tests/sim/simstore.h"

enum { WEBSTAGE_MAX_PAGES = 8 };

struct webstage {
    struct outside outside;
    struct content *content; /* of files a, b, ... in folder "content" */
    struct simstore *files;  /* borrowed: the store's */
    struct torrent *torrent;
    struct overall overall;
    struct web *web;
    struct web_page pages[WEBSTAGE_MAX_PAGES]; /* /x/content/a, ...: may be changed */
    size_t n_pages;
    uint8_t *scratch;
    int n_events[EVENT_N_KINDS];
    char words[EVENT_TEXT_LEN]; /* of the latest EVENT_WEB_SEED */
};

/* Files of these sizes, pieces of piece_len bytes; the server has all, nothing is begun. */
void webstage_init(struct webstage *s, const uint64_t *sizes, size_t n_files,
                   uint32_t piece_len);
void webstage_fini(struct webstage *s);
/* Begin, with so many web seeds, all of them under the server's "/x/" and different
 * names of this machine; of BEP 17 if is_http_seed, whose page is "/piece". */
void webstage_start(struct webstage *s, size_t n_seeds, bool is_http_seed);
/* The same with a URL. */
void webstage_start_url(struct webstage *s, const char *url);

/* One turn, what the disk has to do done, invariants checked. */
void webstage_turn(struct webstage *s);
/* Turn until *n >= want, or fail. */
void webstage_until(struct webstage *s, const int *n, int want);
/* Turn until the torrent is finished and right, or fail. */
void webstage_until_done(struct webstage *s);
/* Turn until the first server is in that state, or fail. */
void webstage_until_state(struct webstage *s, enum webseed_state state);
/* Let time pass at once, in steps. */
void webstage_skip(struct webstage *s, int64_t ms);

#endif
