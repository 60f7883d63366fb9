#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/udp.h"
#include "tests/net/turns.h"

struct box {
    struct udp *udp;
    int n;
    int n_unreachable;
    struct addr from;
    struct addr unreachable;
    int errnum;
    size_t len;
    uint8_t bytes[UDP_MAX_LEN];
    bool frees;
};

static void on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    struct box *b = ctx;
    b->n++;
    b->from = *from;
    b->len = bytes.len;
    if (bytes.len > 0)
        memcpy(b->bytes, bytes.p, bytes.len);
    if (b->frees) {
        udp_free(b->udp);
        b->udp = NULL;
    }
}

static void on_unreachable(void *ctx, const struct addr *to, int errnum)
{
    struct box *b = ctx;
    b->n_unreachable++;
    b->unreachable = *to;
    b->errnum = errnum;
    if (b->frees) {
        udp_free(b->udp);
        b->udp = NULL;
    }
}

static struct box a;
static struct box b;

static void open_box(struct box *box, struct loop *loop, bool with_v6)
{
    const struct addr v4 = turns_v4(0);
    const struct addr v6 = turns_v6(0);
    const struct dualsock_config config = {.v4 = true,
                                           .v6 = with_v6,
                                           .local_v4 = &v4,
                                           .local_v6 = &v6};
    const struct udp_handler handler = {.on_datagram = on_datagram,
                                        .on_unreachable = on_unreachable,
                                        .ctx = box};
    memset(box, 0, sizeof *box);
    ck_assert_int_eq(udp_new(loop, &config, &handler, &box->udp, NULL), OK);
}

static const size_t lengths[] = {0, 1, 1500, 9000, 65507};

START_TEST(datagram_arrives_whole_with_its_sender)
{
    struct loop *loop = turns_loop();
    uint8_t bytes[65507];
    open_box(&a, loop, false);
    open_box(&b, loop, false);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    const struct addr to = turns_v4(udp_port(b.udp));
    const struct addr from = turns_v4(udp_port(a.udp));
    ck_assert_int_eq(udp_send(a.udp, &to, bytes, lengths[_i]), OK);
    turns_until_count(loop, &b.n, 1);
    ck_assert(addr_eq(&b.from, &from));
    ck_assert_uint_eq(b.len, lengths[_i]);
    ck_assert_int_eq(memcmp(b.bytes, bytes, b.len), 0);
    udp_free(a.udp);
    udp_free(b.udp);
    loop_free(loop);
}
END_TEST

START_TEST(datagram_of_v6_arrives)
{
    if (!turns_has_v6())
        return;
    struct loop *loop = turns_loop();
    open_box(&a, loop, true);
    open_box(&b, loop, true);
    ck_assert(udp_has_v4(a.udp) && udp_has_v6(a.udp));
    const struct addr to = turns_v6(udp_port(b.udp));
    ck_assert_int_eq(udp_send(a.udp, &to, "x", 1), OK);
    turns_until_count(loop, &b.n, 1);
    ck_assert(!addr_is_v4(&b.from));
    ck_assert_uint_eq(b.from.port, udp_port(a.udp));
    udp_free(a.udp);
    udp_free(b.udp);
    loop_free(loop);
}
END_TEST

START_TEST(send_says_what_cannot_be_sent)
{
    static const uint8_t bytes[70000];
    struct loop *loop = turns_loop();
    open_box(&a, loop, false);
    const struct addr v4 = turns_v4(9);
    const struct addr v6 = turns_v6(9);
    ck_assert_int_eq(udp_send(a.udp, &v6, "x", 1), ERR_UNSUPPORTED);
    ck_assert_int_eq(udp_send(a.udp, &v4, bytes, sizeof bytes), ERR_TOO_BIG);
    udp_free(a.udp);
    loop_free(loop);
}
END_TEST

START_TEST(one_turn_takes_a_bounded_number)
{
    struct loop *loop = turns_loop();
    open_box(&a, loop, false);
    open_box(&b, loop, false);
    const struct addr to = turns_v4(udp_port(b.udp));
    for (int i = 0; i < UDP_RECV_MAX + 5; i++)
        ck_assert_int_eq(udp_send(a.udp, &to, "x", 1), OK);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_eq(b.n, UDP_RECV_MAX);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_eq(b.n, UDP_RECV_MAX + 5);
    udp_free(a.udp);
    udp_free(b.udp);
    loop_free(loop);
}
END_TEST

/* A port where nobody is; what follows to others goes out all the same. */
START_TEST(icmp_error_is_told_and_ends_nothing)
{
    struct loop *loop = turns_loop();
    open_box(&a, loop, false);
    open_box(&b, loop, false);
    const struct addr dead = turns_v4(udp_port(b.udp));
    udp_free(b.udp);
    open_box(&b, loop, false);
    const struct addr to = turns_v4(udp_port(b.udp));
    ck_assert_int_eq(udp_send(a.udp, &dead, "x", 1), OK);
    ck_assert_int_eq(udp_send(a.udp, &to, "y", 1), OK);
    turns_until_count(loop, &b.n, 1);
    turns_quiet(loop);
#ifdef __linux__
    ck_assert_int_eq(a.n_unreachable, 1);
    ck_assert(addr_eq(&a.unreachable, &dead));
    ck_assert_int_eq(a.errnum, ECONNREFUSED);
#endif
    ck_assert_int_eq(a.n, 0);
    ck_assert_int_eq(udp_send(b.udp, &b.from, "z", 1), OK);
    turns_until_count(loop, &a.n, 1);
    udp_free(a.udp);
    udp_free(b.udp);
    loop_free(loop);
}
END_TEST

START_TEST(free_inside_a_callback_is_fine)
{
    struct loop *loop = turns_loop();
    open_box(&a, loop, false);
    open_box(&b, loop, false);
    const struct addr to = turns_v4(udp_port(b.udp));
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(udp_send(a.udp, &to, "x", 1), OK);
    b.frees = true;
    turns_quiet(loop);
    ck_assert_int_eq(b.n, 1);
    ck_assert_ptr_null(b.udp);
#ifdef __linux__
    a.frees = true;
    ck_assert_int_eq(udp_send(a.udp, &to, "x", 1), OK);
    turns_quiet(loop);
    ck_assert_ptr_null(a.udp);
#endif
    udp_free(a.udp);
    loop_free(loop);
}
END_TEST

Suite *udp_suite(void)
{
    Suite *suite = suite_create("udp");
    TCase *tc = tcase_create("datagrams");
    tcase_add_loop_test(tc, datagram_arrives_whole_with_its_sender, 0,
                        (int)(sizeof lengths / sizeof *lengths));
    tcase_add_test(tc, datagram_of_v6_arrives);
    tcase_add_test(tc, send_says_what_cannot_be_sent);
    tcase_add_test(tc, one_turn_takes_a_bounded_number);
    tcase_add_test(tc, icmp_error_is_told_and_ends_nothing);
    tcase_add_test(tc, free_inside_a_callback_is_fine);
    suite_add_tcase(suite, tc);
    return suite;
}
