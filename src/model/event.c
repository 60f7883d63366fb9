#include "config.h"

#include "model/event.h"

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[EVENT_N_KINDS] = {
        [EVENT_ADDED] = "added",       [EVENT_REFUSED] = "refused",
        [EVENT_CHECKED] = "checked",   [EVENT_FINISHED] = "finished",
        [EVENT_TRACKER] = "tracker",   [EVENT_HASH_FAILED] = "hash-failed",
        [EVENT_BANNED] = "banned",     [EVENT_DISK] = "disk",
        [EVENT_ERROR] = "error",       [EVENT_STOPPED] = "stopped",
        [EVENT_REMOVED] = "removed",   [EVENT_COMMAND] = "command",
        [EVENT_PIECE] = "piece",       [EVENT_CHOKE] = "choke",
        [EVENT_SLOT] = "slot",         [EVENT_PEER] = "peer",
        [EVENT_LIMITS] = "limits",     [EVENT_NETWORK] = "network",
        [EVENT_LOST] = "lost",         [EVENT_DHT] = "dht",
        [EVENT_WEB_SEED] = "web-seed", [EVENT_METADATA] = "metadata",
    };
    return names[kind];
}
