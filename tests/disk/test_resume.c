#include "config.h"

#include "disk/resume.h"

#include "tests/disk/sample.h"
#include "tests/disk/suites.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"
#include "meta/bencode.h"

static struct sample sample;
static struct resume *full; /* one with everything in it */
static struct buf coded;
static struct cause cause;

static struct resume *make_full(const struct metainfo *meta)
{
    struct resume *r = resume_new(meta);
    r->dir = xstrdup("/home/\xff of raw bytes");
    bitset_set(r->have, 0);
    bitset_set(r->have, 4);
    bitset_set(r->have, meta->geo.n_pieces - 1);
    for (size_t i = 0; i < r->n_files; i++) {
        r->files[i] =
            (struct store_stat){.size_bytes = meta->files[i].size_bytes,
                                .mtime_ns = 1700000000000000000 + (int64_t)i,
                                .exists = true};
        r->file_priorities[i] = (uint8_t)(i % (RESUME_PRIORITY_MAX + 1));
    }
    r->files[0].mtime_ns = -1; /* before 1970 */
    r->partials = xcalloc(2, sizeof *r->partials);
    for (uint32_t i = 0; i < 2; i++) {
        struct resume_partial *p = &r->partials[r->n_partials++];
        p->piece_idx = 1 + 6 * i;
        p->blocks = bitset_new(geometry_n_blocks(&meta->geo, p->piece_idx));
        bitset_set(p->blocks, i);
    }
    r->peers = xcalloc(2, sizeof *r->peers);
    r->n_peers = 2;
    ck_assert_int_eq(addr_parse("1.2.3.4:65535", 0, &r->peers[0]), OK);
    ck_assert_int_eq(addr_parse("[2001:db8::1]:1", 0, &r->peers[1]), OK);
    r->bytes_down = UINT64_C(1) << 50;
    r->bytes_up = 7;
    r->bytes_wasted = 8;
    r->seconds_down = 9;
    r->seconds_seed = 10;
    r->added_wall = 1700000000;
    r->completed_wall = 1700000001;
    r->is_sequential = true;
    return r;
}

static void setup(void)
{
    sample = sample_default();
    full = make_full(sample.meta);
    buf_init(&coded, 1 << 20);
    ck_assert_int_eq(resume_encode(full, &coded), OK);
}

static void teardown(void)
{
    buf_fini(&coded);
    resume_free(full);
    sample_fini(&sample);
}

static enum err decode(const void *bytes, size_t len, struct resume **out)
{
    *out = NULL;
    cause.text[0] = '\0';
    return resume_decode(bytes, len, sample.meta, out, &cause);
}

static void assert_same_bits(const struct bitset *a, const struct bitset *b)
{
    ck_assert_uint_eq(bitset_size(a), bitset_size(b));
    for (size_t i = 0; i < bitset_size(a); i++)
        ck_assert_int_eq(bitset_get(a, i), bitset_get(b, i));
}

static void assert_same(const struct resume *a, const struct resume *b)
{
    ck_assert_mem_eq(a->info_hash, b->info_hash, METAINFO_HASH_LEN);
    ck_assert_pstr_eq(a->dir, b->dir);
    assert_same_bits(a->have, b->have);
    ck_assert_uint_eq(a->n_files, b->n_files);
    ck_assert_mem_eq(a->file_priorities, b->file_priorities, a->n_files);
    for (size_t i = 0; i < a->n_files; i++) {
        ck_assert_int_eq(a->files[i].exists, b->files[i].exists);
        ck_assert_uint_eq(a->files[i].size_bytes, b->files[i].size_bytes);
        ck_assert_int_eq(a->files[i].mtime_ns, b->files[i].mtime_ns);
    }
    ck_assert_uint_eq(a->n_partials, b->n_partials);
    for (size_t i = 0; i < a->n_partials; i++) {
        ck_assert_uint_eq(a->partials[i].piece_idx, b->partials[i].piece_idx);
        assert_same_bits(a->partials[i].blocks, b->partials[i].blocks);
    }
    ck_assert_uint_eq(a->n_peers, b->n_peers);
    for (size_t i = 0; i < a->n_peers; i++)
        ck_assert(addr_eq(&a->peers[i], &b->peers[i]));
    ck_assert_uint_eq(a->bytes_down, b->bytes_down);
    ck_assert_uint_eq(a->bytes_up, b->bytes_up);
    ck_assert_uint_eq(a->bytes_wasted, b->bytes_wasted);
    ck_assert_int_eq(a->seconds_down, b->seconds_down);
    ck_assert_int_eq(a->seconds_seed, b->seconds_seed);
    ck_assert_int_eq(a->added_wall, b->added_wall);
    ck_assert_int_eq(a->completed_wall, b->completed_wall);
    ck_assert_int_eq(a->is_sequential, b->is_sequential);
}

START_TEST(encode_then_decode_gives_the_same)
{
    struct resume *r;
    ck_assert_int_eq(decode(buf_bytes(&coded), coded.len, &r), OK);
    assert_same(r, full);
    resume_free(r);

    struct resume *empty = resume_new(sample.meta);
    buf_reset(&coded);
    ck_assert_int_eq(resume_encode(empty, &coded), OK);
    ck_assert_int_eq(decode(buf_bytes(&coded), coded.len, &r), OK);
    assert_same(r, empty);
    ck_assert_ptr_null(r->dir);
    ck_assert_uint_eq(r->file_priorities[0], RESUME_PRIORITY_NORMAL);
    resume_free(r);
    resume_free(empty);
}
END_TEST

START_TEST(encode_into_too_small_leaves_it_as_it_was)
{
    for (size_t max = 3; max < 3 + coded.len; max++) {
        struct buf small;
        buf_init(&small, max);
        ck_assert_int_eq(buf_append(&small, "abc", 3), OK);
        ck_assert_int_eq(resume_encode(full, &small), ERR_TOO_BIG);
        ck_assert_uint_eq(small.len, 3);
        ck_assert_mem_eq(buf_bytes(&small), "abc", 3);
        buf_fini(&small);
    }
}
END_TEST

START_TEST(decode_cut_at_each_byte_is_refused)
{
    struct resume *r;
    for (size_t len = 0; len < coded.len; len++) {
        uint8_t *cut = xmemdup(buf_bytes(&coded), len);
        ck_assert_int_ne(decode(cut, len, &r), OK);
        ck_assert_ptr_null(r);
        ck_assert_ptr_eq(strstr(cause.text, "resume state: "), cause.text);
        free(cut);
    }
}
END_TEST

START_TEST(decode_with_a_byte_more_is_refused)
{
    struct resume *r;
    ck_assert_int_eq(buf_append(&coded, "", 1), OK);
    ck_assert_int_eq(decode(buf_bytes(&coded), coded.len, &r), ERR_HASH);
}
END_TEST

START_TEST(decode_with_any_bit_flipped_is_refused)
{
    struct resume *r;
    for (size_t i = 0; i < coded.len * 8; i++) {
        buf_bytes(&coded)[i / 8] ^= (uint8_t)(1u << (i % 8));
        ck_assert_int_eq(decode(buf_bytes(&coded), coded.len, &r), ERR_HASH);
        buf_bytes(&coded)[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
}
END_TEST

START_TEST(decode_of_another_torrent_is_refused)
{
    struct resume *r = NULL;
    struct sample other = sample_single(5000, SAMPLE_PIECE_LEN);
    ck_assert_int_eq(resume_decode(buf_bytes(&coded), coded.len, other.meta, &r,
                                   &cause),
                     ERR_INVALID);
    ck_assert_str_eq(cause.text, "resume state: of another torrent");
    ck_assert_ptr_null(r);
    sample_fini(&other);
}
END_TEST

/* Decode the dictionary with `from` replaced by `to` of any length, and a checksum
 * that is right. */
static enum err decode_edited(const char *from, size_t from_len, const char *to,
                              size_t to_len)
{
    struct buf b;
    uint8_t sum[SHA256_LEN];
    const uint8_t *bytes = buf_bytes(&coded);
    size_t len = coded.len - SHA256_LEN;
    size_t at = 0;
    while (at + from_len <= len && memcmp(bytes + at, from, from_len) != 0)
        at++;
    ck_assert_msg(at + from_len <= len, "no '%s'", from);
    buf_init(&b, 1 << 20);
    ck_assert_int_eq(buf_append(&b, bytes, at), OK);
    ck_assert_int_eq(buf_append(&b, to, to_len), OK);
    ck_assert_int_eq(buf_append(&b, bytes + at + from_len, len - at - from_len),
                     OK);
    hash_sha256(buf_bytes(&b), b.len, sum);
    ck_assert_int_eq(buf_append(&b, sum, sizeof sum), OK);
    struct resume *r;
    enum err err = decode(buf_bytes(&b), b.len, &r);
    resume_free(r);
    buf_fini(&b);
    return err;
}

struct edit_case {
    const char *from;
    const char *to;
    enum err err;
    const char *words;
};

static const struct edit_case edit_cases[] = {
    {"4:down", "4:down", OK, ""},
    {"7:versioni1e", "7:versioni2e", ERR_INVALID, "of version 2, not 1"},
    {"7:versioni1e", "7:version1:1", ERR_INVALID, "'version'"},
    {"7:versioni1e", "", ERR_INVALID, "'version'"},
    {"2:upi7e", "2:upi-7e", ERR_INVALID, "'up'"},
    {"2:upi7e", "2:up1:7", ERR_INVALID, "'up'"},
    {"2:upi7e", "", ERR_INVALID, "'up'"},
    {"2:upi7e", "2:upi9223372036854775808e", ERR_SYNTAX, ""},
    {"2:upi7e", "2:upi07e", ERR_SYNTAX, ""},
    {"4:have2:", "4:have1:", ERR_SYNTAX, ""},
    {"4:have2:", "4:have3:x", ERR_INVALID, "number of pieces"},
    {"10:priorities5:", "10:priorities6:x", ERR_INVALID, "priorities"},
    {"10:priorities5:",
     "10:priorities5:\x04"
     "4:xxxx1:",
     ERR_SYNTAX, ""},
    {"5:files85:", "5:files86:x", ERR_INVALID, "number of files"},
    {"5:files85:\x01", "5:files85:\x02", ERR_INVALID, "'files'"},
    {"i1e1:", "i0e1:", ERR_INVALID, "no such partial"}, /* had */
    {"i1e1:", "i-1e1:", ERR_INVALID, "no such partial"},
    {"i1e1:", "i12e1:", ERR_INVALID, "no such partial"},
    {"i1e1:", "i4294967297e1:", ERR_INVALID, "no such partial"},
    {"i1e1:", "i7e1:", ERR_INVALID, "no such partial"}, /* comes again */
    {"i1e1:", "i8e1:", ERR_INVALID, "no such partial"}, /* not ascending */
    {"i1e1:", "i1e2:x", ERR_INVALID, "blocks do not fit"},
    {"i1e1:", "i1ei1e1:", ERR_INVALID, "'partials'"},
    {"i1e1:", "1:11:", ERR_INVALID, "'partials'"},
    {"li1e1:",
     "le"
     "li1e1:",
     ERR_INVALID, "'partials'"},
    {"li1e1:",
     "i5e"
     "li1e1:",
     ERR_INVALID, "'partials'"},
    {"5:peers36:", "5:peerz36:", OK, ""}, /* as of an earlier version */
    {"5:peers36:", "5:peers37:x", ERR_INVALID, "'peers'"},
    {"5:peers36:", "5:peersi1e36:", ERR_SYNTAX, ""},
    {"8:partialsl",
     "8:partialsllllll"
     "eeeee",
     ERR_SYNTAX, ""},
};

START_TEST(decode_of_values_that_do_not_fit_is_refused)
{
    const struct edit_case *c = &edit_cases[_i];
    enum err err =
        decode_edited(c->from, strlen(c->from), c->to, strlen(c->to));
    ck_assert_msg(err == c->err, "%s -> %s: %d, %s", c->from, c->to, err,
                  cause.text);
    ck_assert_msg(strstr(cause.text, c->words) != NULL, "%s", cause.text);
}
END_TEST

START_TEST(decode_of_strings_out_of_bounds_is_refused)
{
    static const char dir[] = "3:dir20:/home/";
    ck_assert_int_eq(decode_edited(dir, strlen(dir), "3:dir20:/hom\0/", 14),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "NUL"));
    size_t len = RESUME_MAX_DIR_LEN + 1;
    char *longer = xmalloc(len + 32);
    memset(longer, 'x', len + 32);
    memcpy(longer, "3:dir4097:", 10);
    memcpy(longer + 10 + len, "1:x20:", 6);
    ck_assert_int_eq(decode_edited("3:dir20:", 8, longer, 10 + len + 6),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "too long"));
    free(longer);
    /* Spare bits of `have`: 12 pieces, 16 bits. */
    uint8_t *have = buf_bytes(&coded);
    while (memcmp(have, "4:have2:", 8) != 0)
        have++;
    char spare[10];
    memcpy(spare, have, sizeof spare);
    spare[9] = (char)(spare[9] | 1);
    char was[10];
    memcpy(was, have, sizeof was);
    ck_assert_int_eq(decode_edited(was, sizeof was, spare, sizeof spare),
                     ERR_INVALID);
}
END_TEST

/* ---- resume_trust() ---- */

static struct store_stat *copy_stats(void)
{
    return xmemdup(full->files, full->n_files * sizeof *full->files);
}

static const char *bits(const struct bitset *b)
{
    static char text[64];
    size_t n = bitset_size(b);
    for (size_t i = 0; i < n; i++)
        text[i] = bitset_get(b, i) ? '1' : '.';
    text[n] = '\0';
    return text;
}

/* Pieces of 32 KiB: a 0-3, b 3, c 3-9, z 9-11. */
struct trust_case {
    size_t file_idx;
    uint64_t size_bytes; /* of that file now */
    int64_t mtime_ns;
    bool exists;
    const char *doubt;
    const char *have;  /* of all */
    size_t n_partials; /* of 1 and 7 */
};

#define MTIME INT64_C(1700000000000000000)
static const struct trust_case trust_cases[] = {
    /* Nothing changed. */
    {0, 100000, -1, true, "............", "111111111111", 2},
    {2, 0, MTIME + 2, true, "............", "111111111111", 2},
    /* The empty file does not matter. */
    {2, 0, 0, false, "............", "111111111111", 2},
    {2, 9, 9, true, "............", "111111111111", 2},
    /* Another time, or longer. */
    {0, 100000, 0, true, "1111........", "....11111111", 1},
    {1, 5, 0, true, "...1........", "111.11111111", 2},
    {3, 200001, MTIME + 3, true, "...1111111..", "111.......11", 1},
    {4, 70001, MTIME, true, ".........111", "111111111...", 2},
    /* Shorter: what is beyond its end is not there at all. */
    {4, 70000, MTIME + 4, true, ".........11.", "111111111...", 2},
    {3, 0, MTIME + 3, true, "............", "111.......11", 1},
    /* Gone. */
    {0, 0, 0, false, "............", "....11111111", 1},
};

START_TEST(trust_doubts_pieces_of_changed_files)
{
    const struct trust_case *c = &trust_cases[_i];
    struct store_stat *now = copy_stats();
    struct bitset *doubt = bitset_new(sample.meta->geo.n_pieces);
    bitset_set_all(full->have);
    now[c->file_idx] = (struct store_stat){.size_bytes = c->size_bytes,
                                           .mtime_ns = c->mtime_ns,
                                           .exists = c->exists};
    uint32_t n = resume_trust(full, sample.meta, now, doubt);
    ck_assert_str_eq(bits(doubt), c->doubt);
    ck_assert_uint_eq(n, bitset_count(doubt));
    ck_assert_str_eq(bits(full->have), c->have);
    ck_assert_uint_eq(full->n_partials, c->n_partials);
    bitset_free(doubt);
    free(now);
}
END_TEST

START_TEST(trust_does_not_believe_in_pieces_of_short_files)
{
    /* Both the record and the disk say so: yet a bit is set. */
    struct bitset *doubt = bitset_new(sample.meta->geo.n_pieces);
    bitset_set_all(full->have);
    full->files[4].size_bytes = 40000;
    struct store_stat *now = copy_stats();
    ck_assert_uint_eq(resume_trust(full, sample.meta, now, doubt), 0);
    ck_assert_str_eq(bits(full->have), "1111111111..");
    bitset_free(doubt);
    free(now);
}
END_TEST

Suite *resume_suite(void)
{
    Suite *s = suite_create("resume");
    TCase *t = tcase_create("resume");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, encode_then_decode_gives_the_same);
    tcase_add_test(t, encode_into_too_small_leaves_it_as_it_was);
    tcase_add_test(t, decode_cut_at_each_byte_is_refused);
    tcase_add_test(t, decode_with_a_byte_more_is_refused);
    tcase_add_test(t, decode_with_any_bit_flipped_is_refused);
    tcase_add_test(t, decode_of_another_torrent_is_refused);
    tcase_add_loop_test(t, decode_of_values_that_do_not_fit_is_refused, 0,
                        sizeof edit_cases / sizeof edit_cases[0]);
    tcase_add_test(t, decode_of_strings_out_of_bounds_is_refused);
    tcase_add_loop_test(t, trust_doubts_pieces_of_changed_files, 0,
                        sizeof trust_cases / sizeof trust_cases[0]);
    tcase_add_test(t, trust_does_not_believe_in_pieces_of_short_files);
    suite_add_tcase(s, t);
    return s;
}
