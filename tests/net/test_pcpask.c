#include "config.h"

#include "tests/net/suites.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/pcp.h"
#include "net/pcpask.h"
#include "net/sock.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

enum { MAX_SEEN = 16, PORT = 7000, QUICK_MS = 1, PATIENT_MS = 100 };

/* A gateway on loopback, in a thread of its own. */
struct gateway {
    int fd, other_fd; /* what is asked; another port of the same machine */
    struct pcpask ask;
    bool is_running;
    pthread_t thread;
    int n_lost; /* of the first requests, so many are not answered */
    uint8_t version, result;
    int refuses_from; /* the request that is the first to get `result` */
    uint16_t port;    /* that it gives */
    bool lies_first;  /* something else answers before it */
    bool is_cut;
    int n_seen;
    uint8_t seen[MAX_SEEN][PCP_REQUEST_LEN];
};

static struct gateway g;

static void answer(const uint8_t *request, const struct sockaddr *to,
                   socklen_t to_len)
{
    static const uint8_t outside[4] = {198, 51, 100, 7};
    uint8_t bytes[PCP_REQUEST_LEN];
    memcpy(bytes, request, sizeof bytes);
    bytes[0] = g.version;
    bytes[1] |= 0x80;
    bytes[3] = g.n_seen > g.refuses_from ? g.result : 0;
    memset(bytes + 8, 0, 16);
    bytes[42] = (uint8_t)(g.port >> 8);
    bytes[43] = (uint8_t)g.port;
    memcpy(bytes + 56, outside, 4);
    if (g.lies_first) {
        uint8_t lie[PCP_REQUEST_LEN];
        memcpy(lie, bytes, sizeof lie);
        lie[59] = 66;
        (void)sendto(g.other_fd, lie, sizeof lie, 0, to, to_len);
        lie[24] ^= 1; /* the nonce */
        (void)sendto(g.fd, lie, sizeof lie, 0, to, to_len);
        (void)sendto(g.fd, bytes, 11, 0, to, to_len);
    }
    (void)sendto(g.fd, bytes, g.is_cut ? 8 : sizeof bytes, 0, to, to_len);
}

static void *serve(void *arg)
{
    (void)arg;
    for (;;) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        uint8_t bytes[PCP_MAX_LEN];
        ssize_t n = recvfrom(g.fd, bytes, sizeof bytes, 0,
                             (struct sockaddr *)&from, &len);
        if (n != PCP_REQUEST_LEN || g.n_seen == MAX_SEEN)
            return NULL;
        memcpy(g.seen[g.n_seen++], bytes, PCP_REQUEST_LEN);
        if (g.n_seen > g.n_lost)
            answer(bytes, (const struct sockaddr *)&from, len);
    }
}

static int bound_socket(struct addr *at)
{
    const struct addr any = turns_v4(0);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&any, &sa);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(sockaddr_of_socket(fd, at), OK);
    return fd;
}

static void set_up(void)
{
    struct addr other;
    g = (struct gateway){.version = PCP_VERSION,
                         .port = PORT,
                         .ask = {.first_ms = PATIENT_MS}};
    g.fd = bound_socket(&g.ask.gateway);
    g.other_fd = bound_socket(&other);
}

static void run(void)
{
    g.is_running = true;
    ck_assert_int_eq(pthread_create(&g.thread, NULL, serve, NULL), 0);
}

/* Have it end; what it saw is then there to be looked at. */
static void end(void)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&g.ask.gateway, &sa);
    if (!g.is_running)
        return;
    (void)sendto(g.other_fd, "", 1, 0, (const struct sockaddr *)&sa, len);
    pthread_join(g.thread, NULL);
    g.is_running = false;
}

static void tear_down(void)
{
    end();
    close(g.fd);
    close(g.other_fd);
}

static struct portmap_wish wish(void)
{
    struct portmap_wish w = {.port = PORT};
    memcpy(w.nonce, "nonce of 12.", sizeof w.nonce);
    return w;
}

static enum err map(struct portmap_mapping *out, struct cause *cause)
{
    const struct portmap_wish w = wish();
    return pcpask_map(&g.ask, &w, out, cause);
}

static void check_seen(int i, uint8_t protocol, uint32_t life_s)
{
    ck_assert_int_lt(i, g.n_seen);
    ck_assert_uint_eq(g.seen[i][36], protocol);
    ck_assert_uint_eq(g.seen[i][6] * 256U + g.seen[i][7], life_s);
    ck_assert_mem_eq(g.seen[i] + 24, "nonce of 12.", PCP_NONCE_LEN);
    ck_assert_uint_eq(g.seen[i][20], 127);
}

START_TEST(maps_both_protocols_and_takes_them_back)
{
    struct portmap_mapping m;
    struct cause cause;
    char text[ADDR_TEXT_MAX];
    const struct portmap_wish w = wish();
    run();
    ck_assert_int_eq(map(&m, &cause), OK);
    ck_assert_str_eq(m.by, "PCP");
    ck_assert(m.has_external);
    ck_assert_str_eq(addr_text(&m.external, text), "198.51.100.7:7000");
    ck_assert_uint_eq(m.life_s, PORTMAP_LIFE_S);
    pcpask_unmap(&g.ask, &w);
    end();
    ck_assert_int_eq(g.n_seen, 4);
    check_seen(0, PCP_TCP, PORTMAP_LIFE_S);
    check_seen(1, PCP_UDP, PORTMAP_LIFE_S);
    check_seen(2, PCP_TCP, 0);
    check_seen(3, PCP_UDP, 0);
}
END_TEST

START_TEST(asks_again_when_an_answer_is_lost)
{
    struct portmap_mapping m;
    struct cause cause;
    g.n_lost = 1;
    run();
    ck_assert_int_eq(map(&m, &cause), OK);
    end();
    ck_assert_int_ge(g.n_seen, 3);
    ck_assert_mem_eq(g.seen[0], g.seen[1], PCP_REQUEST_LEN);
}
END_TEST

START_TEST(silence_is_asked_thrice)
{
    struct portmap_mapping m = {.by = "before"};
    struct cause cause;
    g.n_lost = MAX_SEEN;
    g.ask.first_ms = QUICK_MS;
    run();
    ck_assert_int_eq(map(&m, &cause), ERR_NOT_FOUND);
    ck_assert_str_eq(cause.text, "PCP: the gateway does not answer");
    ck_assert_str_eq(m.by, "before");
    end();
    ck_assert_int_eq(g.n_seen, PCPASK_TRIES);
}
END_TEST

/* Not the gateway's port, not our nonce, not whole: the answer after them counts. */
START_TEST(what_others_answer_is_passed_over)
{
    struct portmap_mapping m;
    struct cause cause;
    g.lies_first = true;
    run();
    ck_assert_int_eq(map(&m, &cause), OK);
    ck_assert_uint_eq(m.external.ip[15], 7);
}
END_TEST

START_TEST(another_version_is_said_at_once)
{
    struct portmap_mapping m;
    struct cause cause;
    if (_i == 0)
        g.result = 1;
    else {
        g.version = 0;
        g.is_cut = true;
    }
    run();
    ck_assert_int_eq(map(&m, &cause), ERR_UNSUPPORTED);
    ck_assert_str_eq(cause.text, "PCP: the gateway speaks another version");
    end();
    ck_assert_int_eq(g.n_seen, 1);
}
END_TEST

/* Refused at once, or the second: then the first is taken back. */
START_TEST(a_refusal_leaves_nothing_behind)
{
    struct portmap_mapping m;
    struct cause cause;
    g.result = 8;
    g.refuses_from = _i;
    run();
    ck_assert_int_eq(map(&m, &cause), ERR_REFUSED);
    ck_assert_str_eq(cause.text, "PCP: the gateway has no room for more");
    end();
    ck_assert_int_eq(g.n_seen, _i == 0 ? 1 : 4);
    if (_i > 0)
        check_seen(2, PCP_TCP, 0);
}
END_TEST

START_TEST(another_port_is_taken_back)
{
    struct portmap_mapping m;
    struct cause cause;
    g.port = PORT + 1;
    run();
    ck_assert_int_eq(map(&m, &cause), ERR_REFUSED);
    ck_assert_str_eq(cause.text, "PCP: port 7000 is in use at the gateway (it "
                                 "offers 7001)");
    end();
    check_seen(1, PCP_TCP, 0);
}
END_TEST

START_TEST(nothing_leaves_from_an_address_that_is_not_meant)
{
    struct portmap_mapping m;
    struct cause cause;
    struct portmap_wish w = wish();
    w.is_bound = true;
    w.local = turns_v4(0);
    run();
    ck_assert_int_eq(pcpask_map(&g.ask, &w, &m, &cause), OK);
    w.local.ip[15] = 2;
    ck_assert_int_eq(pcpask_map(&g.ask, &w, &m, &cause), ERR_INVALID);
    pcpask_unmap(&g.ask, &w);
    end();
    ck_assert_int_eq(g.n_seen, 2);
}
END_TEST

Suite *pcpask_suite(void)
{
    Suite *s = suite_create("pcpask");
    TCase *tc = tcase_create("pcpask");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, maps_both_protocols_and_takes_them_back);
    tcase_add_test(tc, asks_again_when_an_answer_is_lost);
    tcase_add_test(tc, silence_is_asked_thrice);
    tcase_add_test(tc, what_others_answer_is_passed_over);
    tcase_add_loop_test(tc, another_version_is_said_at_once, 0, 2);
    tcase_add_loop_test(tc, a_refusal_leaves_nothing_behind, 0, 2);
    tcase_add_test(tc, another_port_is_taken_back);
    tcase_add_test(tc, nothing_leaves_from_an_address_that_is_not_meant);
    suite_add_tcase(s, tc);
    return s;
}
