#include "config.h"

#include "model/detail_web.h"

const char *detail_web_state_name(enum detail_web_state state)
{
    switch (state) {
    case DETAIL_WEB_UNUSED:
        break;
    case DETAIL_WEB_ACTIVE:
        return "sending";
    case DETAIL_WEB_RESTING:
        return "failing";
    case DETAIL_WEB_DROPPED:
        return "given up";
    }
    return "not used";
}
