/* geoip.h -- tells the country of an address, by a database in MaxMind DB format that the
 * user has. Decides not whom it is asked about.
 * The file is copied into memory of our own where the system can do that, so that nothing
 * happens when it is written to meanwhile; what is in it is a stranger's: nothing but two
 * capital letters comes out.
 * Opened by one thread, asked by any. Source: MaxMind DB file format specification 2.0.
 * Cost: asking, some µs at most; opening, the file's size. */
#ifndef DISK_GEOIP_H
#define DISK_GEOIP_H

#include "util/addr.h"
#include "util/err.h"

enum { GEOIP_COUNTRY_LEN = 3, GEOIP_MAX_BYTES = 256 << 20 };

struct geoip;

/* Open the database. *out: owned. ERR_SYS, ERR_NOT_FOUND; ERR_INVALID: no regular file, or
 * no such database; ERR_TOO_BIG: cause names the file. */
enum err geoip_open(const char *path, struct geoip **out,
                    struct cause *cause) ERR_MUST_CHECK;
void geoip_close(struct geoip *g); /* NULL: nothing */

/* Two letters of ISO 3166, or "--" where the database knows none, and a NUL. */
void geoip_country(const struct geoip *g, const struct addr *a,
                   char dst[GEOIP_COUNTRY_LEN]);

#endif
