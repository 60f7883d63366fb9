/* A link that is taken names the same torrent when what is kept of it is read again, and
 * all that came of it is within its limits. */
#include "config.h"

#include "meta/magnet.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = xstrndup((const char *)bytes, len);
    struct magnet *m = NULL, *again = NULL;
    struct cause cause = {""};
    enum err err = magnet_parse(text, &m, &cause);
    assert((err == OK) == (m != NULL));
    assert((err == OK) == (cause.text[0] == '\0'));
    if (err == OK) {
        assert(magnet_is_meant(text));
        assert(m->n_trackers <= MAGNET_MAX_TRACKERS);
        assert(m->n_peers <= MAGNET_MAX_PEERS);
        for (size_t i = 0; i < m->n_trackers; i++)
            assert(strlen(m->trackers[i]) <= MAGNET_MAX_URL_LEN);
        for (size_t i = 0; i < m->n_peers; i++)
            assert(m->peers[i].port != 0 && m->peers[i].host[0] != '\0');
        err = magnet_parse(m->link, &again, NULL);
        assert(err == OK);
        assert(memcmp(m->info_hash, again->info_hash, MAGNET_HASH_LEN) == 0);
        assert(m->n_trackers == again->n_trackers);
    }
    magnet_free(m);
    magnet_free(again);
    free(text);
    return 0;
}
