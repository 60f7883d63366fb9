/* errands.h -- calls that may block for long, each in a thread of its own, whose ends
 * are told on the loop. Nobody ever waits for a thread: one that still runs at
 * errands_free() is left to itself, and what it made is freed by it. Bounds nothing:
 * how many run at once is the caller's.
 * An errand is a struct of the caller's that begins with a struct errand, from malloc,
 * and freed by free(): it may point at nothing that the loop's side may free.
 * Loop thread only, but for what an errand runs. Sending: a thread; an end: O(1). */
#ifndef NET_ERRANDS_H
#define NET_ERRANDS_H

#include <stdbool.h>
#include <sys/queue.h>

struct errands;
struct errands_office;
struct loop;

struct errand {
    STAILQ_ENTRY(errand) next; /* errands' own, as the next two */
    struct errands_office *office;
    void (*run)(struct errand *e);
};

/* An errand is done; it is the callee's, to be freed. It must not free the errands. */
typedef void errands_fn(void *ctx, struct errand *e);

/* Return NULL when no pipe can be had. ctx is borrowed. */
struct errands *errands_new(struct loop *loop, errands_fn *fn, void *ctx);
/* fn is not called any more. NULL: nothing. */
void errands_free(struct errands *all);

/* Call run(e) in a thread, which takes no signals. False: there is no thread, and e is
 * still the caller's. */
bool errands_send(struct errands *all, struct errand *e,
                  void (*run)(struct errand *e));

#endif
