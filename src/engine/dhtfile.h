/* dhtfile.h -- what the DHT node remembers from one run to the next: its ids and the
 * nodes that it knew, in the file "dht" of the state folder. Two nodes with one id are
 * none, so one instance at a time has the file: others begin anew, and keep nothing.
 * A file that cannot be read as one is set aside as "dht.bad".
 * Owned by a session; loop thread only. Loading blocks a little, once. */
#ifndef ENGINE_DHTFILE_H
#define ENGINE_DHTFILE_H

#include "engine/statedir.h"

#include <stdbool.h>
#include <stdint.h>

struct dht;
struct disk_job;
struct dhtfile;

/* Take it; NULL: another instance has it, or it cannot be locked. s is borrowed and
 * outlives it. Owned by the caller. */
struct dhtfile *dhtfile_open(struct statedir *s);
void dhtfile_free(struct dhtfile *f); /* NULL: nothing */

/* Give a new node what was kept; false: there was nothing of use. */
bool dhtfile_load(const struct dhtfile *f, struct dht *d, int64_t now_ms);
/* A job that saves the node, for the disk; owned by the caller. NULL: it cannot be
 * saved. */
struct disk_job *dhtfile_save(const struct dhtfile *f, const struct dht *d);

#endif
