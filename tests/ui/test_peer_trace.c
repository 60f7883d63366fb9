#include "config.h"

#include "ui/peer_trace.h"

#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"

static const struct {
    struct detail_trace entry;
    const char *line, *json;
    bool is_data;
} cases[] = {
    {{.at_ms = 5,
      .kind = DETAIL_TRACE_PIECE,
      .piece_idx = 1852,
      .begin = 196608,
      .len = 16384,
      .took_ms = 412,
      .n_outstanding = 48},
     "< PIECE      1852   +196608   16384   took 412ms  queue 48",
     "{\"wall_ms\":1005,\"dir\":\"in\",\"kind\":\"PIECE\",\"piece\":1852,"
     "\"begin\":196608,\"len\":16384,\"queue\":48,\"took_ms\":412}\n",
     true},
    {{.kind = DETAIL_TRACE_REQUEST,
      .is_out = true,
      .reason = DETAIL_PICK_RAREST,
      .piece_idx = 7,
      .len = 16384,
      .n_outstanding = 1},
     "> REQUEST    7      +0        16384   rarest  queue 1",
     "{\"wall_ms\":1000,\"dir\":\"out\",\"kind\":\"REQUEST\",\"piece\":7,"
     "\"begin\":0,\"len\":16384,\"queue\":1,\"reason\":\"rarest\"}\n",
     true},
    /* What it asks of us, and what we send. */
    {{.kind = DETAIL_TRACE_REQUEST,
      .piece_idx = 7,
      .len = 9,
      .n_outstanding = 50},
     "< REQUEST    7      +0        9     ",
     "{\"wall_ms\":1000,\"dir\":\"in\",\"kind\":\"REQUEST\",\"piece\":7,"
     "\"begin\":0,\"len\":9}\n",
     true},
    {{.kind = DETAIL_TRACE_PIECE,
      .is_out = true,
      .piece_idx = 7,
      .len = 9,
      .n_outstanding = 50},
     "> PIECE      7      +0        9     ",
     "{\"wall_ms\":1000,\"dir\":\"out\",\"kind\":\"PIECE\",\"piece\":7,"
     "\"begin\":0,\"len\":9}\n",
     true},
    {{.kind = DETAIL_TRACE_HAVE, .piece_idx = 3011},
     "< HAVE       3011",
     "{\"wall_ms\":1000,\"dir\":\"in\",\"kind\":\"HAVE\",\"piece\":3011}\n",
     false},
    {{.kind = DETAIL_TRACE_BITFIELD, .piece_idx = 12},
     "< BITFIELD   12 pieces",
     "{\"wall_ms\":1000,\"dir\":\"in\",\"kind\":\"BITFIELD\","
     "\"n_pieces\":12}\n",
     false},
    {{.kind = DETAIL_TRACE_TIMEOUT, .piece_idx = 1, .begin = 2, .len = 3},
     "- timed out  1      +2        3       queue 0",
     "{\"wall_ms\":1000,\"dir\":\"none\",\"kind\":\"timed out\",\"piece\":1,"
     "\"begin\":2,\"len\":3,\"queue\":0}\n",
     true},
    {{.kind = DETAIL_TRACE_CHOKE, .is_out = true},
     "> CHOKE      ",
     "{\"wall_ms\":1000,\"dir\":\"out\",\"kind\":\"CHOKE\"}\n",
     false},
};

START_TEST(peer_trace_says_what_was_said)
{
    char line[PEER_TRACE_LINE_LEN];
    struct detail_trace entry = cases[_i].entry;
    peer_trace_line(&entry, line);
    ck_assert_str_eq(line, cases[_i].line);
    ck_assert(peer_trace_is_shown(&entry, PEER_TRACE_ALL));
    ck_assert(peer_trace_is_shown(&entry, PEER_TRACE_DATA) ==
              cases[_i].is_data);
    ck_assert(peer_trace_is_shown(&entry, PEER_TRACE_CONTROL) !=
              cases[_i].is_data);
    const uint8_t ip[4] = {10, 0, 0, 1};
    struct addr addr = addr_v4(ip, 80);
    struct detail d = {.trace = &entry, .n_trace = 1, .n_trace_lost = 9};
    size_t len;
    char *json = peer_trace_json(&d, &addr, 1000, &len);
    ck_assert_uint_eq(len, strlen(json));
    const char *second = strchr(json, '\n') + 1;
    ck_assert_str_eq(second, cases[_i].json);
    ck_assert_ptr_nonnull(strstr(json, "\"peer\":\"10.0.0.1:80\","
                                       "\"n_messages\":1,\"n_lost\":9}\n"));
    free(json);
}
END_TEST

/* Every field at its widest has room. */
START_TEST(peer_trace_of_great_numbers_fits)
{
    struct detail_trace entries[DETAIL_TRACE_N_KINDS * 2];
    struct addr addr = {.port = 1};
    for (size_t i = 0; i < DETAIL_TRACE_N_KINDS * 2; i++)
        entries[i] = (struct detail_trace){.at_ms = INT64_MAX / 2,
                                           .kind = (uint8_t)(i / 2),
                                           .is_out = i % 2 == 0,
                                           .reason = DETAIL_PICK_SUGGESTED,
                                           .piece_idx = UINT32_MAX,
                                           .begin = UINT32_MAX,
                                           .len = UINT32_MAX,
                                           .took_ms = UINT32_MAX,
                                           .n_outstanding = UINT32_MAX};
    struct detail d = {.trace = entries,
                       .n_trace = DETAIL_TRACE_N_KINDS * 2,
                       .n_trace_lost = UINT64_MAX};
    size_t len;
    char *json = peer_trace_json(&d, &addr, INT64_MAX / 2, &len);
    size_t n_lines = 0;
    for (const char *at = json; (at = strchr(at, '\n')) != NULL; at++)
        n_lines++;
    ck_assert_uint_eq(n_lines, 1 + d.n_trace);
    free(json);
}
END_TEST

Suite *peer_trace_suite(void)
{
    Suite *s = suite_create("peer_trace");
    TCase *tc = tcase_create("peer_trace");
    tcase_add_loop_test(tc, peer_trace_says_what_was_said, 0,
                        sizeof cases / sizeof *cases);
    tcase_add_test(tc, peer_trace_of_great_numbers_fits);
    suite_add_tcase(s, tc);
    return s;
}
