/* statusline.h -- how a torrent fares, in one line of a given width: what matters
 * least is left out first, so that no number is ever cut. Decides words only; draws
 * nothing. */
#ifndef CMD_STATUSLINE_H
#define CMD_STATUSLINE_H

#include "model/frame.h"

#include <stddef.h>
#include <stdint.h>

enum {
    STATUSLINE_MAX_LEN = 1024, /* bytes with the NUL: what dst should hold */
    STATUSLINE_NAME_CELLS = 40 /* a longer name is cut, however wide the line */
};

/* The share in percent, 0..100; 100.0 only when it is all, also when printed with
 * one decimal. Of nothing: 100. */
double statusline_percent(uint64_t part, uint64_t whole);

/* What there is to say of t without its name, in at most `cells` cells. */
void statusline_facts(char *dst, size_t cap, const struct frame_torrent *t,
                      size_t cells);

/* Name and facts, in at most `cells` cells; returns the cells used. */
size_t statusline_format(char *dst, size_t cap, const struct frame_torrent *t,
                         size_t cells);

/* All torrents of a frame as one. */
struct statusline_sum {
    struct frame_torrent row; /* its strings: the frame's, or `name` */
    char name[64];
};

/* Add up for one line; the frame holds at least one torrent and outlives *out, which is
 * not to be copied. */
void statusline_sum(const struct frame *f, struct statusline_sum *out);

#endif
