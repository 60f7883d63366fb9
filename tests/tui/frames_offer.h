/* frames_offer.h -- a host that offers torrents to add, always the same ones, for tests of
 * screens: of "slow" it reads for ever, of "broken" it cannot, a magnet link's is not
 * known, all else is a set of files. "/gone" cannot be written to, "/full" has no room. */
#ifndef TESTS_TUI_FRAMES_OFFER_H
#define TESTS_TUI_FRAMES_OFFER_H

#include "ui/host.h"

/* o: ctx, which outlives the host; begins as zeros. */
struct offer_host frames_offer_host(struct offer *o);

#endif
