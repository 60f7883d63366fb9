/* mseconn.h -- an encrypted stream over another: a conn that does the handshake of
 * proto/mse by itself and then looks like any other. Decides nothing about whom to encrypt
 * with; owns the conn beneath.
 * Dialled: on_open comes when the connection is up, as ever; what is written then goes
 * along with the handshake, so that it costs no round trip of its own. Nothing is
 * readable before the handshake is done; when it fails, on_failed or a read says so, with
 * ERR_PROTO_HANDSHAKE or ERR_REFUSED for what mseconn_fault() has words for.
 * Reading decrypts in place, where the bytes are wanted; writing encrypts a copy of up to
 * MSECONN_CHUNK bytes, which are the sender's only until then, and kept here while
 * the connection does not take them. Where both agreed on plain text nothing is
 * copied. Time limits are the user's.
 * Memory: 3 KiB and what waits: at most a chunk to be sent, MSECONN_READ received.
 * Loop thread only. */
#ifndef ENGINE_MSECONN_H
#define ENGINE_MSECONN_H

#include "engine/env.h"
#include "net/conn.h"
#include "proto/mse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MSECONN_CHUNK = 32 << 10,
    MSECONN_READ = 1024 /* of a handshake at once */
};

/* What env->encryption says about either side's handshake; the rest of it zero. */
struct mse_config mseconn_config(const struct env *env);

/* As env->dial, then the handshake; config (is_initiator) is copied. */
enum err mseconn_dial(struct env *env, const struct addr *remote,
                      const struct mse_config *config,
                      const struct conn_handler *handler,
                      struct conn **out) ERR_MUST_CHECK;

/* Answer the handshake on an accepted connection (taken), of which `bytes` were read:
 * fewer than MSE_KEY_LEN. config is copied. */
struct conn *mseconn_accept(struct env *env, struct conn *inner,
                            const uint8_t *bytes, size_t n,
                            const struct mse_config *config);

/* Of any conn: what was agreed; NULL: nothing yet, or it is of another kind. */
const struct mse_result *mseconn_result(const struct conn *c);
/* Is its handshake under way, or did it end there? */
bool mseconn_is_greeting(const struct conn *c);
/* Why the handshake failed: static words, "" when it did not. */
const char *mseconn_fault(const struct conn *c);

#endif
