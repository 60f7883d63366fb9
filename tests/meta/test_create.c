#include "config.h"

#include "meta/create.h"

#include "tests/meta/suites.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/hash_many.h"

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const size_t MAX_LEN = 16u << 20;

START_TEST(piece_len_gives_1000_to_2000_pieces)
{
    static const uint64_t KIB = 1024;
    static const uint64_t GIB = UINT64_C(1) << 30;
    ck_assert_uint_eq(create_piece_len(1), 16 * KIB);
    ck_assert_uint_eq(create_piece_len(10 << 20), 16 * KIB);
    ck_assert_uint_eq(create_piece_len(700 << 20), 512 * KIB);
    ck_assert_uint_eq(create_piece_len(4 * GIB), 4096 * KIB);
    ck_assert_uint_eq(create_piece_len(1000 * GIB), 16384 * KIB);
    for (uint64_t size = 16384 * 1000; size < 30 * GIB; size += size / 7) {
        uint32_t len = create_piece_len(size);
        uint64_t n_pieces = (size - 1) / len + 1;
        ck_assert_uint_ge(n_pieces, 1000);
        ck_assert_uint_le(n_pieces, 2000);
        ck_assert_uint_eq(len & (len - 1), 0);
    }
}
END_TEST

/* ---- Hashing ---- */

/* Data that is a function of its offset: nothing is stored. */
static uint8_t byte_at(uint64_t off)
{
    return (uint8_t)(off * 31 + (off >> 8) * 7 + (off >> 16));
}

struct fake_source {
    uint64_t size_bytes;
    uint64_t fails_at; /* a read that reaches here fails */
};

static enum err fake_read(void *ctx, uint64_t off, void *bytes, size_t len,
                          struct cause *cause)
{
    const struct fake_source *f = ctx;
    uint8_t *at = bytes;
    ck_assert_uint_le(off, f->size_bytes);
    ck_assert_uint_le(len, f->size_bytes - off);
    if (off + len > f->fails_at) {
        cause_set(cause, "the fake failed");
        return ERR_SYS;
    }
    for (size_t i = 0; i < len; i++)
        at[i] = byte_at(off + i);
    return OK;
}

static void hash_plainly(const struct geometry *geo, uint32_t piece_idx,
                         uint8_t out[SHA1_LEN])
{
    uint32_t len = geometry_piece_len(geo, piece_idx);
    uint64_t off = geometry_piece_off(geo, piece_idx);
    uint8_t *bytes = malloc(len);
    ck_assert_ptr_nonnull(bytes);
    for (uint32_t i = 0; i < len; i++)
        bytes[i] = byte_at(off + i);
    hash_sha1(bytes, len, out);
    free(bytes);
}

START_TEST(hasher_agrees_with_plain_sha1)
{
    static const struct {
        uint64_t size_bytes;
        uint32_t piece_len;
    } shapes[] = {
        {1, 16384},
        {16384 * 5, 16384},
        {16384 * 37 + 1, 16384},
        {3 << 20, 1 << 20},
        {(5 << 20) + 1, 2 << 20},
        {40 << 20, 32 << 20}, /* too large for lanes: in chunks */
    };
    struct geometry geo;
    ck_assert_int_eq(geometry_init(&geo, shapes[_i].size_bytes,
                                   shapes[_i].piece_len),
                     OK);
    struct fake_source fake = {shapes[_i].size_bytes, UINT64_MAX};
    struct create_source source = {.read = fake_read, .ctx = &fake};
    struct create_hasher *h = create_hasher_new(&geo, source);
    uint32_t batch = create_hasher_batch(h);
    ck_assert_uint_ge(batch, 1);
    for (uint32_t first = 0; first < geo.n_pieces; first += batch) {
        uint8_t got[SHA1_MAX_LANES * SHA1_LEN];
        uint8_t want[SHA1_LEN];
        uint32_t n = geo.n_pieces - first;
        n = n < batch ? n : batch;
        ck_assert_int_eq(create_hasher_run(h, first, n, got, NULL), OK);
        for (uint32_t i = 0; i < n; i++) {
            hash_plainly(&geo, first + i, want);
            ck_assert_mem_eq(got + (size_t)i * SHA1_LEN, want, SHA1_LEN);
        }
    }
    create_hasher_free(h);
}
END_TEST

START_TEST(hasher_hands_on_a_failed_read)
{
    struct geometry geo;
    ck_assert_int_eq(geometry_init(&geo, 4 << 20, 2 << 20), OK);
    struct fake_source fake = {4 << 20, (1 << 20) + 5};
    struct create_source source = {.read = fake_read, .ctx = &fake};
    struct create_hasher *h = create_hasher_new(&geo, source);
    struct cause cause;
    uint8_t hash[SHA1_LEN];
    ck_assert_int_eq(create_hasher_run(h, 0, 1, hash, &cause), ERR_SYS);
    ck_assert_str_eq(cause.text, "the fake failed");
    create_hasher_free(h);
}
END_TEST

/* ---- The file ---- */

static void set_geometry(struct create_spec *spec, uint64_t size_bytes)
{
    ck_assert_int_eq(geometry_init(&spec->geo, size_bytes, 16384), OK);
}

static const uint8_t hashes[SHA1_LEN * 2] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM";

START_TEST(write_single_file_is_to_the_byte)
{
    static const struct create_file file = {.size_bytes = 20000};
    struct create_spec spec = {.name = "a.bin",
                               .is_single = true,
                               .files = &file,
                               .n_files = 1};
    struct buf out;
    set_geometry(&spec, 20000);
    buf_init(&out, MAX_LEN);
    ck_assert_int_eq(create_write(&spec, hashes, &out), OK);
    static const char want[] =
        "d4:infod6:lengthi20000e4:name5:a.bin12:piece lengthi16384e"
        "6:pieces40:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM\0ee";
    ck_assert_uint_eq(out.len, sizeof(want) - 1);
    ck_assert_mem_eq(buf_bytes(&out), want, out.len);
    buf_fini(&out);
}
END_TEST

static char *unconst(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* What is written with everything in it is read back the same. */
START_TEST(write_all_is_read_back)
{
    static const struct create_file files[] = {{"one", 5},
                                               {"d/empty", 0},
                                               {"d/e/two", 16395}};
    const struct metainfo_tracker trackers[] = {
        {unconst("http://a/"), 0},
        {unconst("udp://b:1"), 0},
        {unconst("https://c/"), 3},
    };
    static const char *const web_seeds[] = {"http://s/", "https://t/"};
    struct create_spec spec = {
        .name = "top",
        .files = files,
        .n_files = 3,
        .trackers = trackers,
        .n_trackers = 3,
        .web_seeds = web_seeds,
        .n_web_seeds = 2,
        .comment = "c",
        .created_by = "me",
        .source = "S",
        .created_wall = 1700000000,
        .is_private = true,
    };
    struct buf out;
    set_geometry(&spec, 16400);
    buf_init(&out, MAX_LEN);
    ck_assert_int_eq(create_write(&spec, hashes, &out), OK);
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    enum err err = metainfo_parse(buf_bytes(&out), out.len, &m, &cause);
    ck_assert_msg(err == OK, "%s", cause.text);
    buf_fini(&out);

    ck_assert_str_eq(m->dir, "top");
    ck_assert_uint_eq(m->n_files, 3);
    for (int i = 0; i < N_OF(files); i++) {
        ck_assert_str_eq(m->files[i].path, files[i].path);
        ck_assert_uint_eq(m->files[i].size_bytes, files[i].size_bytes);
        ck_assert(!m->files[i].was_renamed);
    }
    ck_assert_mem_eq(m->piece_hashes, hashes, sizeof(hashes));
    ck_assert_uint_eq(m->n_trackers, 3);
    ck_assert_str_eq(m->trackers[1].url, "udp://b:1");
    ck_assert_uint_eq(m->trackers[1].tier, 0);
    ck_assert_uint_eq(m->trackers[2].tier, 1);
    ck_assert_uint_eq(m->n_web_seeds, 2);
    ck_assert_str_eq(m->web_seeds[1], "https://t/");
    ck_assert_str_eq(m->comment, "c");
    ck_assert_str_eq(m->created_by, "me");
    ck_assert_str_eq(m->source, "S");
    ck_assert_int_eq(m->created_wall, 1700000000);
    ck_assert(m->is_private);
    metainfo_free(m);
}
END_TEST

/* Some private trackers' clients read `announce` only. */
START_TEST(write_keeps_announce_beside_the_list)
{
    static const struct create_file file = {.size_bytes = 20000};
    const struct metainfo_tracker trackers[] = {{unconst("http://a/"), 0},
                                                {unconst("http://b/"), 1}};
    struct create_spec spec = {.name = "a",
                               .is_single = true,
                               .files = &file,
                               .n_files = 1,
                               .trackers = trackers,
                               .n_trackers = 2};
    static const char want[] = "d8:announce9:http://a/13:announce-list"
                               "ll9:http://a/el9:http://b/ee4:infod";
    struct buf out;
    set_geometry(&spec, 20000);
    buf_init(&out, MAX_LEN);
    ck_assert_int_eq(create_write(&spec, hashes, &out), OK);
    ck_assert_mem_eq(buf_bytes(&out), want, strlen(want));
    buf_fini(&out);

    buf_init(&out, 100);
    ck_assert_int_eq(create_write(&spec, hashes, &out), ERR_TOO_BIG);
    buf_fini(&out);
}
END_TEST

Suite *create_suite(void)
{
    Suite *s = suite_create("create");
    TCase *tc = tcase_create("create");
    tcase_add_test(tc, piece_len_gives_1000_to_2000_pieces);
    tcase_add_loop_test(tc, hasher_agrees_with_plain_sha1, 0, 6);
    tcase_add_test(tc, hasher_hands_on_a_failed_read);
    tcase_add_test(tc, write_single_file_is_to_the_byte);
    tcase_add_test(tc, write_all_is_read_back);
    tcase_add_test(tc, write_keeps_announce_beside_the_list);
    suite_add_tcase(s, tc);
    return s;
}
