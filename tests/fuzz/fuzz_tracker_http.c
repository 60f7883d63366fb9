/* A tracker's body, read as an announce's answer and as a scrape's; and the
 * same bytes as the URL of a tracker. */
#include "config.h"

#include "proto/tracker_http.h"
#include "util/xalloc.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check_reply(const struct tracker_reply *r)
{
    assert(r->n_peers <= TRACKER_MAX_PEERS);
    assert(r->n_peers == 0 || !r->is_failure);
    assert(r->failure.len <= TRACKER_MAX_TEXT);
    assert(r->warning.len <= TRACKER_MAX_TEXT);
    assert(r->tracker_id_len <= TRACKER_MAX_ID);
    assert(r->interval_ms >= TRACKER_MIN_INTERVAL_MS);
    assert(r->interval_ms <= TRACKER_MAX_INTERVAL_MS);
    assert(r->min_interval_ms <= TRACKER_MAX_INTERVAL_MS);
    assert(r->retry_ms >= TRACKER_RETRY_NEVER);
    assert(r->n_seeds >= -1 && r->n_leechers >= -1);
    for (size_t i = 0; i < r->n_peers; i++)
        assert(addr_is_dialable(&r->peers[i]));
}

static void build_urls(const uint8_t *bytes, size_t len)
{
    char *text = xstrndup((const char *)bytes, len);
    struct tracker_request req = {.event = TRACKER_EVENT_STARTED};
    char *url;

    if (tracker_http_announce_url(text, &req, &url) == OK) {
        assert(strstr(url, "info_hash=%00%00") != NULL);
        assert(strpbrk(url, " \r\n\t#") == NULL);
        free(url);
    }
    if (tracker_http_scrape_url(text, req.info_hash, &url) == OK) {
        assert(tracker_http_can_scrape(text));
        assert(strpbrk(url, " \r\n\t#") == NULL);
        free(url);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct tracker_reply reply;
    struct tracker_scrape scrape;
    struct tracker_text words = {.len = 0};

    if (tracker_http_parse(bytes, len, &reply) == OK) {
        check_reply(&reply);
        tracker_reply_fini(&reply);
    }
    if (tracker_http_parse_scrape(bytes, len,
                                  (const uint8_t *)"xxxxxxxxxxxxxxxxxxxx",
                                  &scrape, &words) == OK)
        assert(scrape.n_seeds >= -1 && scrape.n_downloaders >= -1);
    assert(words.len <= TRACKER_MAX_TEXT);
    build_urls(bytes, len);
    return 0;
}
