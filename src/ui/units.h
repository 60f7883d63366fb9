/* units.h -- numbers in fixed, narrow fields for tables: three digits that matter and
 * a letter. What a long form says (util/text.h) is for prose. Pure functions. */
#ifndef UI_UNITS_H
#define UI_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNITS_LEN = 16 };

/* 0 -> "0", 1536 -> "1.5k", 210 KiB -> "210k", 3.7 GiB -> "3.7G": at most 4 cells;
 * binary units. */
void units_size(char dst[UNITS_LEN], uint64_t bytes);
/* 0 -> "0", 4.1 MiB/s -> "4.1M/s": at most 6 cells. */
void units_rate(char dst[UNITS_LEN], uint64_t rate_Bps);
/* A round trip of so many µs in ms: 340 -> "0.3", 31200 -> "31"; from 9999 on "9999": at
 * most 4 cells. */
void units_rtt(char dst[UNITS_LEN], int64_t rtt_us);
/* A share in per mille, 0..1000; 1000 only when it is all. Of nothing: 1000. */
unsigned units_permille(uint64_t part, uint64_t whole);
/* part/whole to two decimals, "2.31"; from 100 on whole, from 10000 on "9999"; of
 * nothing "--": at most 5 cells. */
void units_ratio(char dst[UNITS_LEN], uint64_t part, uint64_t whole);

/* Read a size or rate as people type it: "500k", "1.5M", "2 GiB"... with binary units,
 * "/s" or "B" after it ignored; false, nothing written, when the text is no such. */
bool units_parse_size(const char *text, uint64_t *out);

#endif
