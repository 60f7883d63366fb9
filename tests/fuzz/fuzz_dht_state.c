/* Load as it is, and once more with a checksum made right, so that what is behind it
 * is met too. What a node loaded it must save, and load again. */
#include "config.h"

#include "swarm/dht_save.h"

#include "swarm/dht.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    (void)ctx;
    (void)bytes;
    assert(len <= DHT_MAX_DATAGRAM && to->port >= 1024);
}

static void load(const uint8_t *bytes, size_t len)
{
    uint64_t seed = 1;
    const struct dht_config config = {.rng = rng_seeded(&seed),
                                      .has_v4 = true,
                                      .has_v6 = true};
    const struct dht_host host = {.send = on_send};
    struct dht *d = dht_new(&config, &host, 0);
    struct buf state;
    buf_init(&state, DHT_MAX_STATE);
    if (dht_load(d, bytes, len, 0) == OK) {
        dht_check(d);
        dht_step(d, 1000);
        enum err err = dht_save(d, &state);
        assert(err == OK);
        err = dht_load(d, buf_bytes(&state), state.len, 2000);
        assert(err == OK);
        dht_check(d);
    }
    buf_fini(&state);
    dht_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    load(bytes, len);
    if (len < SHA256_LEN)
        return 0;
    uint8_t *copy = xmemdup(bytes, len);
    hash_sha256(copy, len - SHA256_LEN, copy + len - SHA256_LEN);
    load(copy, len);
    free(copy);
    return 0;
}
