/* A handshake as it grows, and the name of the client behind it. */
#include "config.h"

#include "proto/handshake.h"
#include "util/text.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

static void name_client(const uint8_t *peer_id)
{
    char name[HANDSHAKE_CLIENT_MAX], clean[HANDSHAKE_CLIENT_MAX];

    for (size_t cap = 1; cap <= sizeof name; cap++) {
        handshake_client_name(peer_id, name, cap);
        assert(memchr(name, '\0', cap) != NULL);
    }
    text_clean(clean, sizeof clean, name, strlen(name));
    assert(name[0] != '\0' && strcmp(clean, name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct handshake h, again;
    enum err last = ERR_AGAIN;

    if (len >= HANDSHAKE_PEER_ID_LEN)
        name_client(bytes);
    for (size_t n = 0; n <= len && n <= HANDSHAKE_LEN; n++) {
        enum err e = handshake_decode(bytes, n, &h);

        assert(last == ERR_AGAIN || e == last);
        assert((e == OK) == (n == HANDSHAKE_LEN && last == ERR_AGAIN));
        last = e;
    }
    if (last == OK) {
        uint8_t out[HANDSHAKE_LEN];

        name_client(h.peer_id);
        handshake_encode(&h, out);
        enum err e = handshake_decode(out, sizeof out, &again);
        assert(e == OK);
        assert(memcmp(again.info_hash, h.info_hash, 20) == 0);
        assert(again.fast == h.fast && again.extended == h.extended);
    }
    return 0;
}
