#include "config.h"

#include "tests/swarm/suites.h"

#include "proto/metadata.h"
#include "swarm/metadata_draft.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 2 * METADATA_PIECE_LEN + 10 };

static void put(struct metadata_draft *d, uint32_t piece_idx, uint8_t byte,
                peer_id_t from)
{
    uint8_t bytes[METADATA_PIECE_LEN];
    size_t len = metadata_piece_len(d->size_bytes, piece_idx);
    memset(bytes, byte, len);
    metadata_draft_put(d, piece_idx, bytes, len, from);
}

START_TEST(draft_joins_its_pieces_in_order)
{
    struct metadata_draft *d = metadata_draft_new(SIZE, PEER_ID_NONE);
    ck_assert_uint_eq(d->n_pieces, 3);
    put(d, 2, 'c', 1);
    put(d, 0, 'a', 1);
    ck_assert(!metadata_draft_is_whole(d));
    put(d, 1, 'b', 1);
    ck_assert(metadata_draft_is_whole(d));
    ck_assert_uint_eq(d->n_bytes, SIZE);
    uint8_t *all = metadata_draft_join(d);
    ck_assert(all[0] == 'a' && all[METADATA_PIECE_LEN - 1] == 'a');
    ck_assert(all[METADATA_PIECE_LEN] == 'b' && all[SIZE - 1] == 'c');
    free(all);
    metadata_draft_clear(d);
    ck_assert(d->n_have == 0 && d->n_bytes == 0);
    ck_assert(!metadata_draft_is_whole(d));
    metadata_draft_free(d);
}
END_TEST

START_TEST(draft_knows_whether_one_sent_it_all)
{
    struct metadata_draft *d = metadata_draft_new(SIZE, PEER_ID_NONE);
    ck_assert_uint_eq(metadata_draft_only_sender(d), PEER_ID_NONE);
    put(d, 0, 'a', 7);
    put(d, 1, 'b', 7);
    ck_assert_uint_eq(metadata_draft_only_sender(d), 7);
    ck_assert_uint_eq(metadata_draft_n_senders(d), 1);
    put(d, 2, 'c', 8);
    ck_assert_uint_eq(metadata_draft_only_sender(d), PEER_ID_NONE);
    ck_assert_uint_eq(metadata_draft_n_senders(d), 2);
    metadata_draft_free(d);
}
END_TEST

Suite *metadata_draft_suite(void)
{
    Suite *s = suite_create("metadata_draft");
    TCase *t = tcase_create("metadata_draft");
    tcase_add_test(t, draft_joins_its_pieces_in_order);
    tcase_add_test(t, draft_knows_whether_one_sent_it_all);
    suite_add_tcase(s, t);
    return s;
}
