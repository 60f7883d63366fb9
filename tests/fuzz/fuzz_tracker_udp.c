/* A datagram as each of a UDP tracker's answers, in both families; and the same
 * bytes as its URL. */
#include "config.h"

#include "proto/tracker_udp.h"
#include "util/xalloc.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void parse_announce(const uint8_t *bytes, size_t len, bool is_v6)
{
    struct tracker_reply r;

    if (tracker_udp_parse_announce(bytes, len, is_v6, &r) != OK)
        return;
    assert(len >= 20 && len <= TRACKER_UDP_MAX_REPLY);
    assert(r.n_peers <= (len - 20) / (is_v6 ? 18 : 6));
    assert(r.interval_ms >= TRACKER_MIN_INTERVAL_MS);
    assert(r.interval_ms <= TRACKER_MAX_INTERVAL_MS);
    tracker_reply_fini(&r);
}

static void parse_url(const uint8_t *bytes, size_t len)
{
    char *text = xstrndup((const char *)bytes, len);
    struct tracker_udp_url url;

    if (tracker_udp_parse_url(text, &url) == OK) {
        assert(url.port > 0 && url.host[0] != '\0');
        assert(memchr(url.host, '\0', sizeof url.host) != NULL);
        assert(url.path.len == 0 || url.path.p[0] == '/' ||
               url.path.p[0] == '?');
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint32_t action, transaction_id;
    uint64_t connection_id;
    struct tracker_scrape scrape;
    struct tracker_text words;
    enum err head = tracker_udp_head(bytes, len, &action, &transaction_id);

    parse_url(bytes, len);
    parse_announce(bytes, len, false);
    parse_announce(bytes, len, true);
    if (tracker_udp_parse_connect(bytes, len, &connection_id) == OK)
        assert(head == OK && action == TRACKER_UDP_CONNECT && len >= 16);
    if (tracker_udp_parse_scrape(bytes, len, &scrape) == OK)
        assert(head == OK && action == TRACKER_UDP_SCRAPE && len >= 20);
    if (tracker_udp_parse_error(bytes, len, &words) == OK)
        assert(action == TRACKER_UDP_ERROR && words.len <= TRACKER_MAX_TEXT);
    return 0;
}
