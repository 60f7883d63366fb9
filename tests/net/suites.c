#include "config.h"

#include "tests/net/suites.h"

/* clang-format off */
const harness_suite harness_suites[] = {
    conn_suite,
    dualsock_suite,
    errands_suite,
    http_suite,
    httprange_suite,
    httpstream_suite,
    httpwords_suite,
    link_suite,
    listen_suite,
    loop_suite,
    mapper_suite,
    multicast_suite,
    ownaddr_suite,
    pcp_suite,
    pcpask_suite,
    portmap_suite,
    proxyurl_suite,
    resolve_suite,
    sock_suite,
    sockaddr_suite,
    udp_suite,
    wakepipe_suite,
    weburl_suite,
    NULL,
};
/* clang-format on */
