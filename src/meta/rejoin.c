#include "config.h"

#include "meta/rejoin.h"

#include <stdlib.h>
#include <string.h>

#include "meta/bencode.h"
#include "meta/links.h"
#include "util/buf.h"
#include "util/xalloc.h"

/* Each tracker is a tier of its own: the link says no more of their order. */
static enum err write_torrent(const struct magnet *m, struct span info,
                              struct buf *out)
{
    struct metainfo_tracker trackers[MAGNET_MAX_TRACKERS];
    struct bencode_writer w;
    for (size_t i = 0; i < m->n_trackers; i++)
        trackers[i] = (struct metainfo_tracker){.url = m->trackers[i],
                                                .tier = (uint32_t)i};
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    links_write_trackers(&w, trackers, m->n_trackers);
    bencode_write_key(&w, "info");
    bencode_write_raw(&w, info);
    links_write_web_seeds(&w, (const char *const *)m->web_seeds,
                          m->n_web_seeds);
    bencode_end(&w);
    return bencode_writer_finish(&w);
}

/* Is all of it one value? What followed it would be taken for the file's. */
static bool is_whole(struct span info)
{
    struct bencode value;
    return bencode_parse(info.p, info.len, &BENCODE_METAINFO, &value, NULL) ==
               OK &&
           value.raw.len == info.len;
}

enum err rejoin_torrent(const struct magnet *magnet, const uint8_t *info,
                        size_t len, struct metainfo **out, struct cause *cause)
{
    struct buf bytes;
    struct span span = {info, len};
    struct metainfo *meta = NULL;
    if (!is_whole(span)) {
        cause_set(cause, "not a torrent: not a dictionary");
        return ERR_SYNTAX;
    }
    buf_init(&bytes, METAINFO_MAX_LEN);
    enum err err = write_torrent(magnet, span, &bytes);
    if (err != OK)
        cause_set(cause, "over the limit of %zu bytes for a torrent file",
                  METAINFO_MAX_LEN);
    else
        err = metainfo_parse(buf_bytes(&bytes), bytes.len, &meta, cause);
    buf_fini(&bytes);
    if (err != OK)
        return err;
    if (memcmp(meta->info_hash, magnet->info_hash, sizeof meta->info_hash) !=
        0) {
        cause_set(cause, "they are of another torrent");
        metainfo_free(meta);
        return ERR_HASH;
    }
    *out = meta;
    return OK;
}

uint8_t *rejoin_selection(const struct magnet *magnet,
                          const struct metainfo *meta)
{
    bool is_any = false;
    uint8_t *chosen = xzalloc(meta->n_files);
    for (size_t i = 0; i < magnet->n_ranges; i++)
        for (uint32_t at = magnet->ranges[i].first;
             at < meta->n_files && at <= magnet->ranges[i].last; at++)
            chosen[at] = is_any = true;
    if (is_any)
        return chosen;
    free(chosen);
    return NULL;
}
