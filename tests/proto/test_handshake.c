/* The first 68 bytes, and what peer ids say. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/handshake.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

static const char GOLDEN[HANDSHAKE_LEN + 1] = "\x13"
                                              "BitTorrent protocol"
                                              "\0\0\0\0\0\x10\0\x05"
                                              "hhhhhhhhhhhhhhhhhhhh"
                                              "-TR4050-abcdefghijkl";

START_TEST(handshake_encode_writes_golden)
{
    struct handshake h = {.fast = true, .extended = true, .dht = true};
    uint8_t out[HANDSHAKE_LEN];

    memset(h.info_hash, 'h', sizeof h.info_hash);
    memcpy(h.peer_id, "-TR4050-abcdefghijkl", sizeof h.peer_id);
    handshake_encode(&h, out);
    ck_assert_mem_eq(out, GOLDEN, HANDSHAKE_LEN);
}
END_TEST

/* Each bit alone, so that none stands for another. */
START_TEST(handshake_decode_reads_each_bit)
{
    for (int bits = 0; bits < 8; bits++) {
        struct handshake in = {.fast = bits & 1,
                               .extended = bits & 2,
                               .dht = bits & 4};
        struct handshake out;
        uint8_t bytes[HANDSHAKE_LEN];

        handshake_encode(&in, bytes);
        ck_assert_int_eq(handshake_decode(bytes, sizeof bytes, &out), OK);
        ck_assert(out.fast == in.fast);
        ck_assert(out.extended == in.extended);
        ck_assert(out.dht == in.dht);
    }
}
END_TEST

START_TEST(handshake_decode_unknown_bits_ignored)
{
    uint8_t bytes[HANDSHAKE_LEN];
    struct handshake out;

    memcpy(bytes, GOLDEN, sizeof bytes);
    memset(bytes + 20, 0xff, 8);
    ck_assert_int_eq(handshake_decode(bytes, sizeof bytes, &out), OK);
    ck_assert(out.fast && out.extended && out.dht);
}
END_TEST

/* Grows byte by byte in memory of that size: waits, never reads beyond. */
START_TEST(handshake_decode_byte_at_a_time)
{
    for (size_t n = 0; n <= HANDSHAKE_LEN; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct handshake out;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, GOLDEN, n);
        ck_assert_int_eq(handshake_decode(cut, n, &out),
                         n < HANDSHAKE_LEN ? ERR_AGAIN : OK);
        if (n == HANDSHAKE_LEN) {
            ck_assert_mem_eq(out.info_hash, "hhhhhhhhhhhhhhhhhhhh", 20);
            ck_assert_mem_eq(out.peer_id, "-TR4050-abcdefghijkl", 20);
        }
        free(cut);
    }
}
END_TEST

START_TEST(handshake_decode_more_behind_ignored)
{
    uint8_t bytes[HANDSHAKE_LEN + 4] = {0};
    struct handshake out;

    memcpy(bytes, GOLDEN, HANDSHAKE_LEN);
    ck_assert_int_eq(handshake_decode(bytes, sizeof bytes, &out), OK);
    ck_assert_mem_eq(out.info_hash, "hhhhhhhhhhhhhhhhhhhh", 20);
}
END_TEST

/* Any wrong byte of the 20 is refused as soon as it is there. */
START_TEST(handshake_decode_wrong_byte_refused_at_once)
{
    for (size_t i = 0; i < 20; i++) {
        uint8_t bytes[HANDSHAKE_LEN];
        struct handshake out;

        memcpy(bytes, GOLDEN, sizeof bytes);
        bytes[i] ^= 1;
        for (size_t n = 0; n <= HANDSHAKE_LEN; n++)
            ck_assert_int_eq(handshake_decode(bytes, n, &out),
                             n <= i ? ERR_AGAIN : ERR_PROTO_HANDSHAKE);
    }
}
END_TEST

START_TEST(handshake_make_peer_id_is_ours_and_url_safe)
{
    uint64_t seed = 7;
    struct rng rng = rng_seeded(&seed);
    uint8_t a[HANDSHAKE_PEER_ID_LEN], b[HANDSHAKE_PEER_ID_LEN];

    handshake_make_peer_id(&rng, a);
    handshake_make_peer_id(&rng, b);
    ck_assert_mem_eq(a, "-TS0100-", 8);
    ck_assert_mem_eq(b, "-TS0100-", 8);
    ck_assert_mem_ne(a, b, sizeof a);
    for (size_t i = 8; i < sizeof a; i++)
        ck_assert_ptr_nonnull(memchr("0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
                                     a[i], 64));
}
END_TEST

static const struct {
    const char *id;
    const char *name;
} CLIENTS[] = {
    {"-TR4050-xxxxxxxxxxxx", "Transmission 4.0.5"},
    {"-TR2940-xxxxxxxxxxxx", "Transmission 2.94"},
    {"-TR300Z-xxxxxxxxxxxx", "Transmission 3.00"},
    {"-TR400B-xxxxxxxxxxxx", "Transmission 4.0.0.11"},
    {"-qB4650-xxxxxxxxxxxx", "qBittorrent 4.6.5"},
    {"-lt0D60-xxxxxxxxxxxx", "libTorrent (rtorrent) 0.13.6"},
    {"-DE2100-xxxxxxxxxxxx", "Deluge 2.1"},
    {"-UT2000-xxxxxxxxxxxx", "uTorrent 2.0"},
    {"-LT20B0-xxxxxxxxxxxx", "libtorrent (Rasterbar) 2.0.11"},
    {"-TS0100-xxxxxxxxxxxx", "tessera 0.1"},
    {"-AZ\0\0\0\0-xxxxxxxxxxxx", "Vuze"},
    {"-AZ5!60-xxxxxxxxxxxx", "Vuze"},
    {"A2-1-36-0-xxxxxxxxxx", "aria2 1.36.0"},
    {"M4-3-6--xxxxxxxxxxxx", "BitTorrent 4.3.6"},
    {"M4-20-8-xxxxxxxxxxxx", "BitTorrent 4.20.8"},
    {"Q1-10-0-xxxxxxxxxxxx", "Queen Bee 1.10.0"},
    {"S58B-----xxxxxxxxxxx", "Shadow 5.8.11"},
    {"T03I-----xxxxxxxxxxx", "BitTornado 0.3.18"},
    {"-zz1234-xxxxxxxxxxxx", "-zz1234-"},
    {"XBT054d-xxxxxxxxxxxx", "XBT054d-"},
    {"Mainline or notxxxxx", "Mainline"},
    {"ab\033[31mxxxxxxxxxxxxx", "ab"},
    {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "unknown"},
    {"\033[2J\x9b\xff\xfe\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
     "unknown"},
};

START_TEST(handshake_client_name_known_styles)
{
    char name[HANDSHAKE_CLIENT_MAX];

    handshake_client_name((const uint8_t *)CLIENTS[_i].id, name, sizeof name);
    ck_assert_str_eq(name, CLIENTS[_i].name);
}
END_TEST

/* Whatever the id and however small the room: text, ended, clean. */
START_TEST(handshake_client_name_random_is_clean)
{
    uint64_t seed = 20240001;
    struct rng rng = rng_seeded(&seed);

    for (int i = 0; i < 3000; i++) {
        static const char *const STARTS[] = {"", "-TR", "S", "A2-", "M", "-"};
        const char *start = STARTS[rng_below(&rng, 6)];
        char name[HANDSHAKE_CLIENT_MAX], clean[HANDSHAKE_CLIENT_MAX];
        size_t cap = 1 + rng_below(&rng, sizeof name);
        uint8_t id[20];

        rng_bytes(&rng, id, sizeof id);
        for (size_t j = 0; j < sizeof id; j++)
            if (rng_below(&rng, 2) == 0)
                id[j] = (uint8_t) "-0123456789AZaz.-"[rng_below(&rng, 17)];
        memcpy(id, start, strlen(start));
        handshake_client_name(id, name, cap);
        ck_assert_msg(memchr(name, '\0', cap) != NULL, "seed round %d", i);
        text_clean(clean, sizeof clean, name, strlen(name));
        ck_assert_str_eq(clean, name);
    }
}
END_TEST

Suite *handshake_suite(void)
{
    Suite *s = suite_create("handshake");
    TCase *t = tcase_create("handshake");

    tcase_add_test(t, handshake_encode_writes_golden);
    tcase_add_test(t, handshake_decode_reads_each_bit);
    tcase_add_test(t, handshake_decode_unknown_bits_ignored);
    tcase_add_test(t, handshake_decode_byte_at_a_time);
    tcase_add_test(t, handshake_decode_more_behind_ignored);
    tcase_add_test(t, handshake_decode_wrong_byte_refused_at_once);
    tcase_add_test(t, handshake_make_peer_id_is_ours_and_url_safe);
    tcase_add_loop_test(t, handshake_client_name_known_styles, 0,
                        (int)(sizeof CLIENTS / sizeof CLIENTS[0]));
    tcase_add_test(t, handshake_client_name_random_is_clean);
    suite_add_tcase(s, t);
    return s;
}
