/* A peer's extension handshake, twice: the second changes nothing more. */
#include "config.h"

#include "proto/extended.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct extended ext, before, once;

    memset(&ext, 0, sizeof ext);
    memcpy(&before, &ext, sizeof ext);
    if (extended_parse(bytes, len, &ext) != OK) {
        assert(memcmp(&ext, &before, sizeof ext) == 0);
        return 0;
    }
    assert(len <= EXTENDED_MAX_LEN);
    assert(ext.metadata_size <= EXTENDED_MAX_METADATA);
    assert(ext.client_len <= EXTENDED_MAX_CLIENT);
    assert(!ext.upload_only || ext.has_upload_only);
    memcpy(&once, &ext, sizeof ext);
    enum err e = extended_parse(bytes, len, &ext);
    assert(e == OK);
    assert(memcmp(&ext, &once, sizeof ext) == 0);
    return 0;
}
