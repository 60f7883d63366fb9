#include "config.h"

#include "engine/whosent.h"

#include <stdio.h>

#include "engine/provenance.h"
#include "engine/webseeds.h"
#include "model/detail_peer.h"

struct addr whosent_addr(const struct torrent *t, peer_id_t id)
{
    const struct webserver *s = webseeds_by_id(t, id);
    if (s != NULL)
        return s->blamed_as;
    return senders_addr(&t->senders, id, t->next_id);
}

/* What people know a peer by: its letters while it is here and letters are given, else
 * its address. */
static void name_sender(void *ctx, peer_id_t id, char *dst)
{
    struct torrent *t = ctx;
    const struct member *m = torrent_member(t, id);
    if (m != NULL && m->is_greeted) {
        detail_peer_letters(m->slot, dst);
        return;
    }
    const struct webserver *s = webseeds_by_id(t, id);
    if (s != NULL && s->has_slot && s->health.state != WEBSEED_DROPPED) {
        detail_peer_letters(s->slot, dst);
        return;
    }
    if (s != NULL) {
        webserver_name(s, dst, PROVENANCE_NAME_LEN);
        return;
    }
    struct addr a = whosent_addr(t, id);
    char text[ADDR_TEXT_MAX] = "one that is gone";
    if (a.port != 0)
        addr_text(&a, text);
    snprintf(dst, PROVENANCE_NAME_LEN, "%s", text);
}

void whosent_words(struct torrent *t, const struct provenance *p, char *dst,
                   size_t cap)
{
    provenance_words(p, name_sender, t, dst, cap);
}
