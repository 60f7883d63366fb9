#include "config.h"

#include "model/detail_tracker.h"

const char *detail_tracker_state_name(enum detail_tracker_state state)
{
    static const char *const names[] = {
        [DETAIL_TRACKER_UNUSED] = "unused",
        [DETAIL_TRACKER_ANNOUNCING] = "asking",
        [DETAIL_TRACKER_WORKING] = "working",
        [DETAIL_TRACKER_FAILING] = "failing",
        [DETAIL_TRACKER_REFUSED] = "refused",
        [DETAIL_TRACKER_DISABLED] = "disabled",
    };
    return names[state];
}
