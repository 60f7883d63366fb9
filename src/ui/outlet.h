/* outlet.h -- bytes on their way to the terminal: takes all it is given, writes what
 * the terminal takes, and waits for nothing. Does not know what the bytes mean.
 * A front end that draws only while outlet_is_clear() has one frame here at most, so
 * that a slow reader sees fewer frames, none late, and keys go on. What would go
 * beyond OUTLET_MAX_LEN is dropped: outlet_has_lost() then says so, once.
 * Owner and thread: the front end's. */
#ifndef UI_OUTLET_H
#define UI_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OUTLET_MAX_LEN = 4 << 20, /* a redraw of 1000 by 400 cells with looks */
    /* A terminal that still has so many bytes to send has not taken a frame. */
    OUTLET_BACKLOG_LEN = 256
};

struct outlet;

/* Write to fd (borrowed), which should be non-blocking. */
struct outlet *outlet_new(int fd);
/* Free; what still waits is dropped. NULL: nothing. */
void outlet_free(struct outlet *o);

/* Take len bytes, and write what can be written. */
void outlet_put(struct outlet *o, const void *bytes, size_t len);
/* Write what waits, as much as the terminal takes now. */
void outlet_push(struct outlet *o);
/* The same for at most wait_ms milliseconds; true: nothing waits any more. */
bool outlet_drain(struct outlet *o, int wait_ms);

/* The bytes that wait here. */
size_t outlet_len(const struct outlet *o);
/* Has the terminal taken all? False too when it is gone. */
bool outlet_is_clear(const struct outlet *o);
/* Did it refuse for good: is there nobody any more? */
bool outlet_is_gone(const struct outlet *o);
/* Was something dropped, so that all is to be drawn anew? Asked once. */
bool outlet_has_lost(struct outlet *o);
/* All bytes written so far. */
uint64_t outlet_n_written(const struct outlet *o);

#endif
