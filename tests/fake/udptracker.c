#include "config.h"

#include "tests/fake/udptracker.h"

#include <assert.h>
#include <string.h>

#include "util/bytes.h"
#include "net/loop.h"
#include "net/udp.h"

enum { CONNECT, ANNOUNCE, SCRAPE, ERROR };

enum {
    ACTION_AT = 8,
    TRANSACTION_AT = 12,
    CONNECT_LEN = 16,
    EVENT_AT = 80,
    PORT_AT = 96,
    MAX_ANSWER = 64
};

static void answer_announce(struct udptracker *t, struct bytes_writer *w)
{
    static const uint8_t PEER_V4[] = {1, 2, 3, 4, 0, 5};
    static const uint8_t PEER_V6[18] = {0x20, 1,        0x0d,
                                        0xb8, [15] = 1, [17] = 5};
    bytes_write_be32(w, 1800);
    bytes_write_be32(w, 3); /* leechers */
    bytes_write_be32(w, 7); /* seeders */
    if (addr_is_v4(&t->at))
        bytes_write(w, PEER_V4, sizeof PEER_V4);
    else
        bytes_write(w, PEER_V6, sizeof PEER_V6);
}

static void note(struct udptracker *t, uint32_t action, struct span packet)
{
    t->n_connects += action == CONNECT ? 1 : 0;
    t->n_announces += action == ANNOUNCE ? 1 : 0;
    t->n_scrapes += action == SCRAPE ? 1 : 0;
    if (action != ANNOUNCE)
        return;
    assert(packet.len >= PORT_AT + 2);
    t->event = (uint32_t)bytes_be32(packet.p + EVENT_AT);
    t->port = (uint16_t)(packet.p[PORT_AT] << 8 | packet.p[PORT_AT + 1]);
}

static void on_datagram(void *ctx, const struct addr *from, struct span packet)
{
    struct udptracker *t = ctx;
    uint8_t bytes[MAX_ANSWER];
    struct bytes_writer w = bytes_writer(bytes, sizeof bytes);
    assert(packet.len >= CONNECT_LEN);
    uint32_t action = (uint32_t)bytes_be32(packet.p + ACTION_AT);
    bool refuses = t->mood == UDPTRACKER_REFUSES && action != CONNECT;
    note(t, action, packet);
    if (t->mood == UDPTRACKER_IS_SILENT)
        return;
    bytes_write_be32(&w, refuses ? ERROR : action);
    bytes_write(&w, packet.p + TRANSACTION_AT, 4);
    if (refuses)
        bytes_write(&w, (const uint8_t *)"not here", 8);
    else if (action == CONNECT)
        bytes_write_be64(&w, 0x1122334455667788);
    else if (action == ANNOUNCE)
        answer_announce(t, &w);
    else {
        bytes_write_be32(&w, 11); /* seeders */
        bytes_write_be32(&w, 22); /* completed */
        bytes_write_be32(&w, 33); /* leechers */
    }
    enum err err = udp_send(t->udp, from, bytes, bytes_written(&w));
    assert(err == OK);
    (void)err;
}

void udptracker_init(struct udptracker *t, struct loop *loop, bool is_v6)
{
    static const uint8_t V4[4] = {127, 0, 0, 1};
    static const uint8_t V6[16] = {[15] = 1};
    *t = (struct udptracker){.at = is_v6 ? addr_v6(V6, 0) : addr_v4(V4, 0)};
    struct dualsock_config config = {.v4 = !is_v6,
                                     .v6 = is_v6,
                                     .local_v4 = &t->at,
                                     .local_v6 = &t->at};
    struct udp_handler handler = {.on_datagram = on_datagram, .ctx = t};
    enum err err = udp_new(loop, &config, &handler, &t->udp, NULL);
    assert(err == OK);
    (void)err;
    t->at.port = udp_port(t->udp);
}

void udptracker_fini(struct udptracker *t)
{
    udp_free(t->udp);
}
