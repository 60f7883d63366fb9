#include "config.h"

#include "disk/sealed.h"

#include <string.h>

#include "util/hash.h"

void sealed_put_uint(struct bencode_writer *w, const char *key, uint64_t num)
{
    bencode_put_int(w, key, num > INT64_MAX ? INT64_MAX : (int64_t)num);
}

enum err sealed_close(struct buf *out, size_t start)
{
    uint8_t sum[SHA256_LEN];
    hash_sha256(buf_bytes(out) + start, out->len - start, sum);
    return buf_append(out, sum, sizeof sum);
}

static enum err refuse(struct cause *cause, enum err err, const char *what,
                       const char *words)
{
    cause_set(cause, "%s: %s", what, words);
    return err;
}

enum err sealed_open(const void *bytes, size_t len,
                     const struct bencode_limits *limits, const char *what,
                     struct bencode *out, struct cause *cause)
{
    uint8_t sum[SHA256_LEN];
    if (len <= sizeof sum)
        return refuse(cause, ERR_SYNTAX, what, "too short");
    len -= sizeof sum;
    hash_sha256(bytes, len, sum);
    if (memcmp(sum, (const uint8_t *)bytes + len, sizeof sum) != 0)
        return refuse(cause, ERR_HASH, what,
                      "checksum is wrong: cut or damaged");
    struct bencode dict;
    struct bencode_error error = {.what = "not bencoded"};
    if (bencode_parse(bytes, len, limits, &dict, &error) != OK)
        return refuse(cause, ERR_SYNTAX, what, error.what);
    if (dict.type != BENCODE_DICT || dict.raw.len != len)
        return refuse(cause, ERR_SYNTAX, what, "not one dictionary");
    *out = dict;
    return OK;
}
