/* statedir.h -- where tessera keeps what it remembers: $XDG_STATE_HOME/tessera, else
 * ~/.local/state/tessera, made with mode 0700. Knows the names of the files in it, and
 * the port that was chosen at the first start.
 *   port                  the listen port, in digits
 *   views                 how the tables of the UI are (cmd/uiviews)
 *   dht                   the node of the DHT (dhtfile)
 *   torrents/HASH.resume  one torrent's resume state; HASH.resume.bak the one before
 *   torrents/HASH.torrent  the torrent itself, of one that a lasting session keeps
 *   torrents/HASH.session  how that one is set (disk/kept)
 *   lock                  of which a part is locked for each torrent that an instance
 *                         has open, and for the DHT
 *   background            held by the session without a terminal (cmd/background) */
#ifndef ENGINE_STATEDIR_H
#define ENGINE_STATEDIR_H

#include "util/err.h"
#include "util/rng.h"

#include <stddef.h>
#include <stdint.h>

enum { STATEDIR_PORT_MIN = 49152, STATEDIR_PORT_MAX = 65535 };

struct lockset_lock;
struct statedir;

/* Find the folders, and make those that are absent. *out: owned. ERR_SYS (one cannot be
 * made, or is no folder), ERR_INVALID (neither XDG_STATE_HOME nor HOME is
 * an absolute path): cause says which. */
enum err statedir_open(struct statedir **out,
                       struct cause *cause) ERR_MUST_CHECK;
void statedir_free(struct statedir *s); /* NULL: nothing */

/* The folder itself; absolute, borrowed. */
const char *statedir_path(const struct statedir *s);

/* The path of a torrent's file with this suffix (".resume"); absolute. free() it. */
char *statedir_torrent_path(const struct statedir *s,
                            const uint8_t info_hash[20], const char *suffix);

/* The info-hashes of the torrents that have a file with this suffix here, or that file's
 * .bak: each once, in the order of their bytes. *out: n_out times 20 bytes, free().
 * ERR_SYS: the folder cannot be read. */
enum err statedir_list(const struct statedir *s, const char *suffix,
                       uint8_t (**out)[20], size_t *n_out,
                       struct cause *cause) ERR_MUST_CHECK;

/* Let nobody else open this torrent: *out: owned, lockset_release() it before the
 * statedir goes. ERR_BUSY, ERR_SYS as lockset_take() and lockset_open(). */
enum err statedir_lock(struct statedir *s, const uint8_t info_hash[20],
                       struct lockset_lock **out,
                       struct cause *cause) ERR_MUST_CHECK;

/* The port kept from the first start; if there is none, or the file has none that can
 * be one, choose STATEDIR_PORT_MIN..MAX at random and keep it. A port that cannot be
 * kept is used all the same. Never 0. */
uint16_t statedir_port(const struct statedir *s, const struct rng *rng);

#endif
