#include "config.h"

#include "model/detail_dht.h"

const char *detail_dht_kind_name(enum detail_dht_kind kind)
{
    static const char *const names[DETAIL_DHT_N_KINDS] = {
        [DETAIL_DHT_PING] = "ping",
        [DETAIL_DHT_FIND_NODE] = "find_node",
        [DETAIL_DHT_GET_PEERS] = "get_peers",
        [DETAIL_DHT_ANNOUNCE_PEER] = "announce_peer",
        [DETAIL_DHT_GET] = "get",
        [DETAIL_DHT_PUT] = "put",
        [DETAIL_DHT_SAMPLE] = "sample",
        [DETAIL_DHT_OTHER] = "other",
    };
    return names[kind];
}

const char *detail_dht_phase_name(enum detail_dht_phase phase)
{
    static const char *const names[] = {
        [DETAIL_DHT_QUEUED] = "queued",
        [DETAIL_DHT_WAITING] = "waiting",
        [DETAIL_DHT_LOOKING] = "looking",
        [DETAIL_DHT_ANNOUNCING] = "telling",
    };
    return names[phase];
}
