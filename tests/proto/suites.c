#include "config.h"

#include "tests/proto/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    extended_suite,
    handshake_suite,
    krpc_suite,
    lsd_suite,
    metadata_suite,
    mse_suite,
    pex_suite,
    rc4_suite,
    tracker_http_suite,
    tracker_suite,
    tracker_udp_suite,
    tunnel_suite,
    wire_suite,
    NULL,
};
/* clang-format on */
