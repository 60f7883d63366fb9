#include "config.h"

#include "tests/proto/suites.h"

const harness_suite harness_suites[] = {
    extended_suite,    handshake_suite, tracker_suite, tracker_http_suite,
    tracker_udp_suite, wire_suite,      tunnel_suite,  NULL,
};
