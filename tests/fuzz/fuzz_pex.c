/* A message of peer exchange: what is read stays in its bounds, and is read
 * again from what is written of it, when each family comes in one run. */
#include "config.h"

#include "proto/pex.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct pex pex, back;
    struct buf b;

    if (pex_parse(bytes, len, &pex) != OK)
        return 0;
    assert(len <= PEX_MAX_LEN);
    assert(pex.n_added <= PEX_MAX_PEERS && pex.n_dropped <= PEX_MAX_PEERS);
    for (size_t i = 0; i < pex.n_added; i++)
        assert(addr_is_dialable(&pex.added[i].addr));
    buf_init(&b, PEX_MAX_LEN);
    if (pex_append(&b, &pex) == OK) {
        enum err err = pex_parse(buf_bytes(&b), b.len, &back);
        assert(err == OK);
        assert(back.n_added == pex.n_added);
        assert(back.n_dropped == pex.n_dropped);
    } else
        assert(pex.n_added == 0 && pex.n_dropped == 0);
    buf_fini(&b);
    return 0;
}
