/* approach.h -- how a peer is dialled: with an encrypted handshake or plain, and whether the
 * other way is worth a second try. Decides by env->encryption and by what worked with the
 * peer before; dials once when it is told to, and owns nothing.
 * A peer that knows only the other way closes, or sends what makes no sense here, before
 * a byte of its handshake came: then one second try is due at once. Silence is no such
 * sign. Values; loop thread only. */
#ifndef ENGINE_APPROACH_H
#define ENGINE_APPROACH_H

#include "engine/env.h"
#include "net/conn.h"
#include "swarm/peers.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct approach {
    enum encryption mode;
    bool is_encrypted; /* the handshake, of the try under way */
    bool has_turned;   /* it is the second */
};

/* known: what worked with this peer, to be tried first where the mode allows it. */
void approach_init(struct approach *a, enum encryption mode,
                   enum peers_crypt known);
/* Dial by it, as env->dial. info_hash: 20 bytes. */
enum err approach_dial(const struct approach *a, struct env *env,
                       const struct addr *remote, const uint8_t *info_hash,
                       const struct conn_handler *handler,
                       struct conn **out) ERR_MUST_CHECK;
/* The connection that it dialled failed, and nothing of a handshake was read: go over to
 * the other way, to be dialled again. False: no use. */
bool approach_turn(struct approach *a, const struct conn *failed);
/* Why a connection failed (either side's), in words: errnum goes with ERR_SYS. */
void approach_words(const struct conn *failed, enum err why, int errnum,
                    struct cause *out);

/* Log that both BitTorrent handshakes came, and how the stream goes on. */
void approach_log_greeted(const struct conn *conn);
/* Log that a connection ended. is_tried: it was up, and came to no handshake; where
 * encryption is required the user may wonder where such peers are. */
void approach_log_closed(const struct approach *a, bool is_tried,
                         const struct addr *remote, const char *words);

#endif
