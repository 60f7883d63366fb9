/* tracker_call.h -- carries out one announce or scrape: by HTTP or UDP, over IPv4 and
 * IPv6 at once where the tracker has both, each way being a leg. Decides nothing about
 * when and whom to ask; knows no announcer.
 * Ends when no leg is under way any more, or when its time is up. An answer of any leg
 * makes it a success; else its failure has the words of the leg that came farthest:
 * "connection refused" over IPv4 says more than that the name has no IPv6 address.
 * UDP goes to private addresses as trackerurl.h says, HTTP as net/http.h does.
 * Owned by a `trackers`; loop thread only. Source: BEP 3, 7, 15, 48. */
#ifndef ENGINE_TRACKER_CALL_H
#define ENGINE_TRACKER_CALL_H

#include "engine/env.h"
#include "proto/tracker.h"
#include "util/addr.h"
#include "util/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct tracker_call;

enum {
    TRACKER_CALL_STOP_MS =
        3000, /* what a `stopped` may take, by any protocol */
    TRACKER_CALL_WORDS_MAX = 200
};

/* What a call tells. None may free the call but on_over. */
struct tracker_call_host {
    /* A leg brought an answer: twice when both did. */
    void (*on_reply)(void *ctx, const struct tracker_reply *reply);
    void (*on_scrape)(void *ctx, const struct tracker_scrape *scrape);
    /* It is over; called once, and last. is_answered: one of the above was called.
     * Else words say why not, clean, and retry_ms is as in tracker_reply. */
    void (*on_over)(void *ctx, bool is_answered, const char *words,
                    int64_t retry_ms);
    void *ctx; /* borrowed */
};

struct tracker_call_config {
    const char *url; /* borrowed: outlives the call */
    /* Its tracker_id: borrowed until _new returns; of a scrape only info_hash counts. */
    struct tracker_request request;
    bool is_scrape;
    bool is_single; /* one leg only, by whichever family comes first */
};

/* Begin. env is borrowed, config and host are copied. Nobody is called from inside:
 * what fails at once is told later in the turn. Never NULL. */
struct tracker_call *tracker_call_new(struct env *env,
                                      const struct tracker_call_config *config,
                                      const struct tracker_call_host *host);
/* Did the session refuse an address of it (its IP filter)? */
bool tracker_call_is_refused(const struct tracker_call *c);
/* Drop what is under way, tell nobody, and free. NULL: nothing. */
void tracker_call_free(struct tracker_call *c);

/* A datagram came to the session's socket. Was it for this call? The call may be over,
 * and freed, when this returns true. */
bool tracker_call_on_datagram(struct tracker_call *c, const struct addr *from,
                              struct span bytes);

#endif
