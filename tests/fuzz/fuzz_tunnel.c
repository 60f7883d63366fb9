/* A proxy that answers anything: what is asked for is bounded, it ends as open or failed,
 * and one byte at a time it ends the same. The first byte chooses the kind. */
#include "config.h"

#include "proto/tunnel.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

/* Feed at most `step` bytes at a time; return how many were taken. */
static size_t feed(struct tunnel *t, const uint8_t *bytes, size_t len,
                   size_t step)
{
    size_t at = 0, wanted;
    while ((wanted = tunnel_wanted(t)) > 0 && at < len) {
        struct span out = tunnel_output(t);
        assert(out.len <= TUNNEL_OUT_LEN);
        tunnel_sent(t, out.len);
        assert(wanted <= 257);
        size_t n = wanted < step ? wanted : step;
        if (n > len - at)
            n = len - at;
        enum err err = tunnel_input(t, bytes + at, n);
        assert((err == OK) == (t->state != TUNNEL_FAILED));
        at += n;
    }
    assert(t->state != TUNNEL_FAILED || tunnel_words(t)[0] != '\0');
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return 0;
    struct addr to = addr_v4((const uint8_t[4]){192, 0, 2, 1}, 6881);
    enum tunnel_kind kind = bytes[0] & 1 ? TUNNEL_HTTP : TUNNEL_SOCKS5;
    const char *user = bytes[0] & 2 ? "user" : "";
    struct tunnel whole, single;
    tunnel_init(&whole, kind, &to, user, "");
    tunnel_init(&single, kind, &to, user, "");
    size_t n = feed(&whole, bytes + 1, len - 1, SIZE_MAX);
    size_t m = feed(&single, bytes + 1, len - 1, 1);
    assert(whole.state == single.state);
    assert(n == m || kind == TUNNEL_HTTP);
    assert(strcmp(tunnel_words(&whole), tunnel_words(&single)) == 0);
    tunnel_fini(&whole);
    tunnel_fini(&single);
    return 0;
}
