#include "config.h"

#include "swarm/peer_parts.h"

#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>

enum err peer_fail(struct peer *p, enum err code, const char *fmt, ...)
{
    if (p->fault != OK)
        return p->fault;
    p->fault = code;
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->words.text, sizeof p->words.text, fmt, args);
    va_end(args);
    log_write(LOG_PEER, LOG_DEBUG, "peer %u: %s", (unsigned int)p->config.id,
              p->words.text);
    return code;
}

bool peer_can_serve(const struct peer *p)
{
    return p->wants.n > 0 && p->txq.n < PEER_MAX_QUEUED &&
           peer_txq_len(&p->txq) < PEER_MAX_TX_BACKLOG;
}
