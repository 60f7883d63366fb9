#include "config.h"

#include "engine/upload.h"

#include "engine/watch.h"

enum {
    UPLOAD_READ_MAX = 256 << 10,   /* bytes a read job */
    UPLOAD_BACKLOG_MS = 500,       /* no further read with so much to send, */
    UPLOAD_BACKLOG_MIN = 32 << 10, /* in bytes at least, and at most */
    UPLOAD_BACKLOG_MAX = PEER_MAX_TX_BACKLOG - UPLOAD_READ_MAX
};

/* How much may wait to be sent. What was read for a slow peer stands before all that
 * it asks for later, and is sent after a choke too: keep that short. */
static size_t backlog_max(struct torrent *t, struct peer *p)
{
    struct peer_status s;
    peer_status(p, loop_now_ms(t->env->loop), &s);
    uint64_t most = s.rate_up_Bps * UPLOAD_BACKLOG_MS / 1000;
    if (most < UPLOAD_BACKLOG_MIN)
        return UPLOAD_BACKLOG_MIN;
    return most < UPLOAD_BACKLOG_MAX ? (size_t)most : UPLOAD_BACKLOG_MAX;
}

static uint64_t off_of(const struct torrent *t, const struct peer_request *r)
{
    return geometry_piece_off(t->geo, r->piece_idx) + r->begin;
}

/* The bytes of the first waiting request and of those that follow on it, up to `most`
 * where that is more than the first. */
static uint32_t run_len(const struct torrent *t, const struct peer *p,
                        size_t most)
{
    size_t n = peer_n_requests(p);
    struct peer_request first = peer_request(p, 0);
    uint64_t next_off = off_of(t, &first) + first.len;
    uint32_t len = first.len;
    for (size_t i = 1; i < n; i++) {
        struct peer_request r = peer_request(p, i);
        if (off_of(t, &r) != next_off || len + r.len > most)
            break;
        len += r.len;
        next_off += r.len;
    }
    return len;
}

void upload_serve(struct member *m)
{
    struct torrent *t = m->torrent;
    if (m->is_reading || m->peer == NULL || !torrent_is_running(t) ||
        peer_n_requests(m->peer) == 0)
        return;
    size_t most = backlog_max(t, m->peer);
    if (peer_tx_backlog(m->peer) > most)
        return;
    if (most > UPLOAD_READ_MAX)
        most = UPLOAD_READ_MAX;
    struct peer_request first = peer_request(m->peer, 0);
    struct disk_job *job = disk_job_new(DISK_READ, t->store, t->id);
    job->tag = m->id;
    job->piece_idx = first.piece_idx;
    job->begin = first.begin;
    job->off = off_of(t, &first);
    job->len = run_len(t, m->peer, most);
    job->data = refbuf_new(job->len);
    m->is_reading = true;
    torrent_submit(t, job);
}

void upload_on_sent(struct member *m)
{
    struct torrent *t = m->torrent;
    uint64_t down, up;
    peer_moved(m->peer, &down, &up);
    if (up > m->bytes_sent)
        rate_add(&t->up, up - m->bytes_sent, loop_now_ms(t->env->loop));
    m->bytes_sent = up;
    upload_serve(m);
}

/* Is the first waiting request inside what was read? */
static bool is_first_in(const struct torrent *t, const struct peer *p,
                        const struct disk_job *job, size_t *data_off_out)
{
    if (peer_n_requests(p) == 0)
        return false;
    struct peer_request r = peer_request(p, 0);
    uint64_t off = off_of(t, &r);
    if (off < job->off || off - job->off > job->len ||
        r.len > job->len - (off - job->off))
        return false;
    *data_off_out = (size_t)(off - job->off);
    return true;
}

enum err upload_on_read(struct torrent *t, struct disk_job *job,
                        struct cause *cause)
{
    enum err err = job->err == ERR_CANCELLED ? OK : job->err;
    struct member *m = torrent_member(t, (peer_id_t)job->tag);
    int64_t now_ms = loop_now_ms(t->env->loop);
    if (t->overall != NULL && job->err == OK)
        rate_add(&t->overall->disk_read, job->len, now_ms);
    if (m != NULL) {
        size_t data_off;
        m->is_reading = false;
        while (is_first_in(t, m->peer, job, &data_off)) {
            struct peer_request r = peer_request(m->peer, 0);
            if (job->err != OK) {
                peer_refuse(m->peer, now_ms);
                continue;
            }
            if (!peer_can_serve(m->peer))
                break; /* read again when some of it has left */
            watch_on_message(m, DETAIL_TRACE_PIECE, true, r.piece_idx, r.begin,
                             r.len);
            peer_serve(m->peer, job->data, data_off, now_ms);
        }
    }
    if (err != OK)
        *cause = job->cause;
    else if (m != NULL)
        upload_serve(m);
    disk_job_free(job);
    return err;
}
