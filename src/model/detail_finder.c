#include "config.h"

#include "model/detail_finder.h"

const char *detail_finder_name(enum detail_finder_kind kind)
{
    static const char *const names[DETAIL_N_FINDERS] = {
        [DETAIL_FINDER_DHT] = "DHT",
        [DETAIL_FINDER_PEX] = "PEX",
        [DETAIL_FINDER_LSD] = "LSD",
    };
    return names[kind];
}

const char *detail_finder_state_name(enum detail_finder_state state)
{
    static const char *const names[] = {
        [DETAIL_FINDER_NONE] = "none",
        [DETAIL_FINDER_OFF] = "off",
        [DETAIL_FINDER_WAITING] = "waiting",
        [DETAIL_FINDER_ASKING] = "asking",
        [DETAIL_FINDER_WORKING] = "ok",
        [DETAIL_FINDER_FAILING] = "failing",
    };
    return names[state];
}
