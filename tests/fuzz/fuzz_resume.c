/* Decode as it is, and once more with a checksum made right, so that what is behind
 * it is met too. What decodes must encode, to the same value. */
#include "config.h"

#include "disk/resume.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

/* 40 pieces of 32 KiB in three files, the second one empty. The info-hash is that
 * of the corpus: 20 times 'h'. Only decoding looks at it: no piece hashes. */
static struct metainfo_file files[] = {
    {.off = 0, .size_bytes = 1000000},
    {.off = 1000000, .size_bytes = 0},
    {.off = 1000000, .size_bytes = 300000},
};
enum { N_FILES = sizeof files / sizeof files[0] };

static struct metainfo make_meta(void)
{
    struct metainfo meta = {.files = files, .n_files = N_FILES};
    memset(meta.info_hash, 'h', sizeof meta.info_hash);
    enum err err = geometry_init(&meta.geo, 1300000, 32768);
    assert(err == OK);
    return meta;
}

static void check(struct resume *r, const struct metainfo *meta)
{
    struct buf first, second;
    struct resume *again = NULL;
    buf_init(&first, RESUME_MAX_LEN);
    buf_init(&second, RESUME_MAX_LEN);
    enum err err = resume_encode(r, &first);
    assert(err == OK);
    err = resume_decode(buf_bytes(&first), first.len, meta, &again, NULL);
    assert(err == OK);
    err = resume_encode(again, &second);
    assert(err == OK && first.len == second.len);
    assert(memcmp(buf_bytes(&first), buf_bytes(&second), first.len) == 0);

    struct store_stat now[N_FILES] = {{.exists = false}};
    struct bitset *doubt = bitset_new(meta->geo.n_pieces);
    resume_trust(again, meta, now, doubt);
    assert(bitset_count(again->have) == 0);
    bitset_free(doubt);
    resume_free(again);
    buf_fini(&first);
    buf_fini(&second);
}

static void decode(const uint8_t *bytes, size_t len)
{
    const struct metainfo meta = make_meta();
    struct resume *r = NULL;
    struct cause cause = {.text = ""};
    enum err err = resume_decode(bytes, len, &meta, &r, &cause);
    assert((err == OK) == (r != NULL));
    assert((err == OK) == (cause.text[0] == '\0'));
    if (err == OK)
        check(r, &meta);
    resume_free(r);
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
