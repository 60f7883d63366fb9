/* frames_web.h -- a torrent that names web servers: among its peers, beside its trackers. */
#ifndef TESTS_TUI_FRAMES_WEB_H
#define TESTS_TUI_FRAMES_WEB_H

#include "model/frame.h"

/* frames_peers(), the first of which are web servers; no trackers. */
struct frame *frames_web(void);
/* frames_flow() with web servers in every state. */
struct frame *frames_web_trackers(void);

#endif
