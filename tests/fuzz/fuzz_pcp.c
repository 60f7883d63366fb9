/* A datagram of a gateway's: what is read as the response to a request is one that this
 * request can have. */
#include "config.h"

#include "net/pcp.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct pcp_map asked = {.protocol = PCP_TCP, .port = 7000, .life_s = 3600};
    struct pcp_reply reply;
    uint8_t request[PCP_REQUEST_LEN];

    memcpy(asked.nonce, "nonce of 12.", PCP_NONCE_LEN);
    if (pcp_parse_map(bytes, len, &asked, &reply) != OK)
        return 0;
    assert(len >= PCP_REQUEST_LEN && len <= PCP_MAX_LEN);
    assert(pcp_result_words(reply.result)[0] != '\0');
    /* Asked for again, it is the same but for what is reserved. */
    asked.suggested = reply.external;
    pcp_put_map(request, &reply.external, &asked);
    assert(memcmp(request + 24, bytes + 24, 13) == 0);
    assert(memcmp(request + 40, bytes + 40, 20) == 0);
    return 0;
}
