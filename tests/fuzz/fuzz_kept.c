/* Decode as it is, and once more with a checksum made right, so that what is behind
 * it is met too. What decodes must encode, to the same value. */
#include "config.h"

#include "disk/kept.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

static void check(const struct kept *k, const uint8_t *hash)
{
    struct buf first, second;
    struct kept *again = NULL;
    buf_init(&first, KEPT_MAX_LEN);
    buf_init(&second, KEPT_MAX_LEN);
    enum err err = kept_encode(k, &first);
    assert(err == OK);
    err = kept_decode(buf_bytes(&first), first.len, hash, &again, NULL);
    assert(err == OK);
    err = kept_encode(again, &second);
    assert(err == OK && first.len == second.len);
    assert(memcmp(buf_bytes(&first), buf_bytes(&second), first.len) == 0);
    kept_free(again);
    buf_fini(&first);
    buf_fini(&second);
}

static void decode(const uint8_t *bytes, size_t len)
{
    uint8_t hash[KEPT_HASH_LEN]; /* that of the corpus */
    struct kept *k = NULL;
    struct cause cause = {.text = ""};
    memset(hash, 'h', sizeof hash);
    enum err err = kept_decode(bytes, len, hash, &k, &cause);
    assert((err == OK) == (k != NULL));
    assert((err == OK) == (cause.text[0] == '\0'));
    if (err == OK)
        check(k, hash);
    kept_free(k);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    decode(bytes, len);
    if (len < SHA256_LEN)
        return 0;
    uint8_t *copy = xmemdup(bytes, len);
    hash_sha256(copy, len - SHA256_LEN, copy + len - SHA256_LEN);
    decode(copy, len);
    free(copy);
    return 0;
}
