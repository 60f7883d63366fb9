/* mmdb.h -- makes small databases in MaxMind DB format, for tests: written from the format's
 * specification, 2.0. */
#ifndef TESTS_DISK_MMDB_H
#define TESTS_DISK_MMDB_H

#include <stddef.h>
#include <stdint.h>

enum { MMDB_ENTRIES_MAX = 32, MMDB_LEN_MAX = 64 << 10 };

/* Where an entry has its country. */
enum mmdb_shape {
    MMDB_NESTED, /* {"country": {"iso_code": "DE"}} */
    MMDB_CODE,   /* {"country_code": "DE"} */
    MMDB_FLAT    /* {"country": "DE"} */
};

struct mmdb_entry {
    const char *ip; /* the prefix's first address */
    int len;        /* its bits, of 32 or 128 */
    const char *country;
};

/* Write a database of n entries, no prefix within another, to dst of MMDB_LEN_MAX bytes;
 * return its length. ip_version: 4 (no IPv6 among the entries) or 6. */
size_t mmdb_make(const struct mmdb_entry *entries, size_t n,
                 enum mmdb_shape shape, int ip_version, uint8_t *dst);

#endif
