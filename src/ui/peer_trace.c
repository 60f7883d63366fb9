#include "config.h"

#include "ui/peer_trace.h"

#include <assert.h>
#include <stdio.h>

#include "util/buf.h"
#include "util/text.h"

enum { LINE_MAX_LEN = 256 }; /* of JSON */

static bool is_about_a_block(const struct detail_trace *e)
{
    return e->kind == DETAIL_TRACE_REQUEST || e->kind == DETAIL_TRACE_PIECE ||
           e->kind == DETAIL_TRACE_CANCEL || e->kind == DETAIL_TRACE_REJECT ||
           e->kind == DETAIL_TRACE_TIMEOUT;
}

bool peer_trace_is_shown(const struct detail_trace *e,
                         enum peer_trace_show show)
{
    return show == PEER_TRACE_ALL ||
           is_about_a_block(e) == (show == PEER_TRACE_DATA);
}

const char *peer_trace_show_name(enum peer_trace_show show)
{
    static const char *const names[PEER_TRACE_N] = {
        [PEER_TRACE_ALL] = "all",
        [PEER_TRACE_CONTROL] = "without blocks",
        [PEER_TRACE_DATA] = "blocks alone",
    };
    assert(show < PEER_TRACE_N);
    return names[show];
}

/* A request of ours that the reason of is known. */
static bool has_reason(const struct detail_trace *e)
{
    return e->kind == DETAIL_TRACE_REQUEST && e->is_out &&
           e->reason != DETAIL_PICK_NONE;
}

/* Is it about what we asked for, not what they did? */
static bool is_of_our_queue(const struct detail_trace *e)
{
    if (e->kind == DETAIL_TRACE_REQUEST || e->kind == DETAIL_TRACE_CANCEL)
        return e->is_out;
    return e->kind == DETAIL_TRACE_TIMEOUT ||
           (is_about_a_block(e) && !e->is_out);
}

void peer_trace_line(const struct detail_trace *e,
                     char dst[PEER_TRACE_LINE_LEN])
{
    char what[64] = "", how[48] = "";
    enum detail_trace_kind kind = (enum detail_trace_kind)e->kind;
    if (is_about_a_block(e))
        snprintf(what, sizeof what, "%-6u +%-8u %-6u", e->piece_idx, e->begin,
                 e->len);
    else if (kind == DETAIL_TRACE_HAVE)
        snprintf(what, sizeof what, "%u", e->piece_idx);
    else if (kind == DETAIL_TRACE_BITFIELD)
        snprintf(what, sizeof what, "%u pieces", e->piece_idx);
    if (kind == DETAIL_TRACE_PIECE && !e->is_out)
        snprintf(how, sizeof how, "  took %ums  queue %u", e->took_ms,
                 e->n_outstanding);
    else if (has_reason(e))
        snprintf(how, sizeof how, "  %s  queue %u",
                 detail_piece_reason_name((enum detail_reason)e->reason),
                 e->n_outstanding);
    else if (is_of_our_queue(e))
        snprintf(how, sizeof how, "  queue %u", e->n_outstanding);
    snprintf(dst, PEER_TRACE_LINE_LEN, "%s %-10s %s%s",
             kind == DETAIL_TRACE_TIMEOUT ? "-"
             : e->is_out                  ? ">"
                                          : "<",
             detail_peer_trace_name(kind), what, how);
}

enum theme_role peer_trace_role(const struct detail_trace *e)
{
    switch ((enum detail_trace_kind)e->kind) {
    case DETAIL_TRACE_CHOKE:
        return THEME_CHOKED;
    case DETAIL_TRACE_UNCHOKE:
        return THEME_HAVE;
    case DETAIL_TRACE_REJECT:
    case DETAIL_TRACE_TIMEOUT:
        return THEME_ALERT;
    case DETAIL_TRACE_PIECE:
        return e->is_out ? THEME_UP : THEME_DOWN;
    case DETAIL_TRACE_INTERESTED:
    case DETAIL_TRACE_NOT_INTERESTED:
    case DETAIL_TRACE_HAVE:
    case DETAIL_TRACE_BITFIELD:
    case DETAIL_TRACE_REQUEST:
    case DETAIL_TRACE_CANCEL:
    case DETAIL_TRACE_EXTENDED:
    case DETAIL_TRACE_N_KINDS:
        break;
    }
    return THEME_NORMAL;
}

/* The buffer was made for as much as there is. */
static void must(enum err err)
{
    assert(err == OK);
    (void)err;
}

static void put_entry(struct buf *b, const struct detail_trace *e,
                      int64_t wall_ms)
{
    enum detail_trace_kind kind = (enum detail_trace_kind)e->kind;
    must(buf_printf(b, "{\"wall_ms\":%lld,\"dir\":\"%s\",\"kind\":\"%s\"",
                    (long long)(wall_ms + e->at_ms),
                    kind == DETAIL_TRACE_TIMEOUT ? "none"
                    : e->is_out                  ? "out"
                                                 : "in",
                    detail_peer_trace_name(kind)));
    if (kind == DETAIL_TRACE_BITFIELD)
        must(buf_printf(b, ",\"n_pieces\":%u", e->piece_idx));
    else if (kind == DETAIL_TRACE_HAVE || is_about_a_block(e))
        must(buf_printf(b, ",\"piece\":%u", e->piece_idx));
    if (is_about_a_block(e))
        must(buf_printf(b, ",\"begin\":%u,\"len\":%u", e->begin, e->len));
    if (is_of_our_queue(e))
        must(buf_printf(b, ",\"queue\":%u", e->n_outstanding));
    if (kind == DETAIL_TRACE_PIECE && !e->is_out)
        must(buf_printf(b, ",\"took_ms\":%u", e->took_ms));
    if (has_reason(e))
        must(buf_printf(b, ",\"reason\":\"%s\"",
                        detail_piece_reason_name(
                            (enum detail_reason)e->reason)));
    must(buf_printf(b, "}\n"));
}

char *peer_trace_json(const struct detail *d, const struct addr *peer,
                      int64_t wall_ms, size_t *len_out)
{
    char hash[41], address[ADDR_TEXT_MAX];
    struct buf b;
    buf_init(&b, (d->n_trace + 1) * LINE_MAX_LEN);
    text_hex(hash, d->info_hash, sizeof d->info_hash);
    must(buf_printf(&b,
                    "{\"info_hash\":\"%s\",\"peer\":\"%s\",\"n_messages\":%zu,"
                    "\"n_lost\":%llu}\n",
                    hash, addr_text(peer, address), d->n_trace,
                    (unsigned long long)d->n_trace_lost));
    for (size_t i = 0; i < d->n_trace; i++)
        put_entry(&b, &d->trace[i], wall_ms);
    return (char *)buf_take(&b, len_out);
}
