#include "config.h"

#include "engine/approach.h"

#include <string.h>

#include "engine/mseconn.h"
#include "util/log.h"

void approach_init(struct approach *a, enum encryption mode,
                   enum peers_crypt known)
{
    *a = (struct approach){.mode = mode};
    if (mode == ENCRYPTION_REQUIRED || known == PEERS_CRYPT_UNKNOWN)
        a->is_encrypted = mode != ENCRYPTION_PLAIN;
    else
        a->is_encrypted = known == PEERS_CRYPT_MSE;
}

enum err approach_dial(const struct approach *a, struct env *env,
                       const struct addr *remote, const uint8_t *info_hash,
                       const struct conn_handler *handler, struct conn **out)
{
    if (!a->is_encrypted)
        return env->dial(env->ctx, remote, handler, out);
    struct mse_config config = mseconn_config(env);
    config.is_initiator = true;
    memcpy(config.info_hash, info_hash, sizeof config.info_hash);
    return mseconn_dial(env, remote, &config, handler, out);
}

bool approach_turn(struct approach *a, const struct conn *failed)
{
    if (a->has_turned || a->mode == ENCRYPTION_REQUIRED ||
        mseconn_result(failed) != NULL)
        return false;
    a->has_turned = true;
    a->is_encrypted = !a->is_encrypted;
    return true;
}

void approach_words(const struct conn *failed, enum err why, int errnum,
                    struct cause *out)
{
    const char *fault = mseconn_fault(failed);
    const char *when = mseconn_is_greeting(failed)
                           ? " in the middle of its encrypted handshake"
                           : "";
    if (fault[0] != '\0')
        cause_set(out, "encrypted handshake: %s", fault);
    else if (why == ERR_SYS)
        cause_set_errno(out, errnum, "connection");
    else
        cause_set(out, "%s%s", err_text(why), when);
}

void approach_log_greeted(const struct conn *conn)
{
    char text[ADDR_TEXT_MAX];
    const struct mse_result *agreed = mseconn_result(conn);
    log_write(LOG_PEER, LOG_DEBUG, "%s: handshake, %s",
              addr_text(conn_remote(conn), text),
              agreed == NULL ? "plain"
              : agreed->method == MSE_RC4
                  ? "encrypted stream"
                  : "plain stream after an encrypted one");
}

void approach_log_closed(const struct approach *a, bool is_tried,
                         const struct addr *remote, const char *words)
{
    char text[ADDR_TEXT_MAX];
    bool is_refused = is_tried && a->mode == ENCRYPTION_REQUIRED;
    log_write(LOG_PEER, is_refused ? LOG_INFO : LOG_DEBUG, "%s closed%s: %s",
              addr_text(remote, text),
              is_refused ? ", encryption is required" : "", words);
}
