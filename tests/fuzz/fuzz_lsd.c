/* A datagram of local service discovery: what is read stays in its bounds, and
 * is read again from what is written of it. */
#include "config.h"

#include "proto/lsd.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t written[LSD_MAX_LEN];
    struct lsd lsd, back;

    if (lsd_parse(bytes, len, &lsd) != OK)
        return 0;
    assert(lsd.port != 0);
    assert(lsd.n_hashes >= 1 && lsd.n_hashes <= LSD_MAX_HASHES);
    assert(strlen(lsd.cookie) < LSD_COOKIE_MAX);
    size_t n = lsd_write(written, "239.192.152.143:6771", &lsd);
    enum err err = lsd_parse(written, n, &back);
    assert(err == OK);
    assert(back.port == lsd.port && back.n_hashes == lsd.n_hashes);
    assert(memcmp(back.hashes, lsd.hashes,
                  lsd.n_hashes * sizeof lsd.hashes[0]) == 0);
    return 0;
}
