#include "config.h"

#include "engine/keeper.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/atomic.h"
#include "disk/resume.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/xalloc.h"

static const char SETTINGS[] = ".session";
static const char TORRENT[] = ".torrent";
static const char RESUME[] = ".resume";

/* How one kind of file is read. */
struct reading {
    const char *suffix;
    size_t max_len;
    enum err (*read)(const uint8_t *bytes, size_t len, const uint8_t *info_hash,
                     void *out, struct cause *cause);
};

static enum err read_one(const struct reading *r, const char *path,
                         const uint8_t *info_hash, void *out,
                         struct cause *cause)
{
    uint8_t *bytes;
    size_t len;
    enum err err = atomic_read(path, r->max_len, &bytes, &len, cause);
    if (err != OK)
        return err;
    err = r->read(bytes, len, info_hash, out, cause);
    free(bytes);
    const char *slash = strrchr(path, '/');
    if (err != OK)
        cause_prefix(cause, slash != NULL ? slash + 1 : path);
    return err;
}

/* The file, or else the one before. Words and code are those of the file itself, if it
 * is there. */
static enum err read_file(const struct reading *r, const struct statedir *s,
                          const uint8_t *info_hash, void *out,
                          struct cause *cause)
{
    char *path = statedir_torrent_path(s, info_hash, r->suffix);
    char *before = xasprintf("%s.bak", path);
    struct cause words = {""}, words_before = {""};
    enum err err = read_one(r, path, info_hash, out, &words);
    enum err err_before = err;
    if (err != OK)
        err_before = read_one(r, before, info_hash, out, &words_before);
    if (err != OK && err_before == OK)
        log_write(LOG_STATE, LOG_WARN, "%s: the one before is used",
                  words.text);
    bool is_absent = err == ERR_NOT_FOUND && err_before != ERR_NOT_FOUND;
    if (err_before != OK)
        cause_set(cause, "%s", is_absent ? words_before.text : words.text);
    free(path);
    free(before);
    if (err_before == OK)
        return OK;
    return is_absent ? err_before : err;
}

static enum err read_kept(const uint8_t *bytes, size_t len,
                          const uint8_t *info_hash, void *out,
                          struct cause *cause)
{
    return kept_decode(bytes, len, info_hash, out, cause);
}

static enum err read_meta(const uint8_t *bytes, size_t len,
                          const uint8_t *info_hash, void *out,
                          struct cause *cause)
{
    struct metainfo *meta;
    enum err err = metainfo_parse(bytes, len, &meta, cause);
    if (err != OK)
        return err;
    if (memcmp(meta->info_hash, info_hash, sizeof meta->info_hash) != 0) {
        cause_set(cause, "is another torrent");
        metainfo_free(meta);
        return ERR_INVALID;
    }
    *(struct metainfo **)out = meta;
    return OK;
}

enum err keeper_list(const struct statedir *s, uint8_t (**out)[20],
                     size_t *n_out, struct cause *cause)
{
    return statedir_list(s, SETTINGS, out, n_out, cause);
}

enum err keeper_read_settings(const struct statedir *s,
                              const uint8_t info_hash[20], struct kept **out,
                              struct cause *cause)
{
    const struct reading r = {SETTINGS, KEPT_MAX_LEN, read_kept};
    return read_file(&r, s, info_hash, out, cause);
}

enum err keeper_read_torrent(const struct statedir *s,
                             const uint8_t info_hash[20], struct metainfo **out,
                             struct cause *cause)
{
    const struct reading r = {TORRENT, METAINFO_MAX_LEN, read_meta};
    return read_file(&r, s, info_hash, out, cause);
}

bool keeper_has(const struct statedir *s, const uint8_t info_hash[20])
{
    char *torrent = statedir_torrent_path(s, info_hash, TORRENT);
    char *settings = statedir_torrent_path(s, info_hash, SETTINGS);
    bool has = access(torrent, F_OK) == 0 && access(settings, F_OK) == 0;
    free(torrent);
    free(settings);
    return has;
}

static struct disk_job *save(const struct statedir *s, const uint8_t *info_hash,
                             const char *suffix, uint8_t *bytes, size_t len)
{
    struct disk_job *job = disk_job_new(DISK_SAVE, NULL, 0);
    job->path = statedir_torrent_path(s, info_hash, suffix);
    job->bytes = bytes;
    job->len = (uint32_t)len;
    return job;
}

struct disk_job *keeper_save_settings(const struct statedir *s,
                                      const struct kept *k, uint32_t id)
{
    struct disk_job *job = NULL;
    struct buf bytes;
    buf_init(&bytes, KEPT_MAX_LEN);
    if (kept_encode(k, &bytes) == OK) {
        size_t len;
        uint8_t *taken = buf_take(&bytes, &len);
        job = save(s, k->info_hash, SETTINGS, taken, len);
        job->torrent = id;
    }
    buf_fini(&bytes);
    return job;
}

struct disk_job *keeper_save_torrent(const struct statedir *s,
                                     const struct metainfo *meta, uint32_t id)
{
    struct disk_job *job =
        save(s, meta->info_hash, TORRENT, xmemdup(meta->raw, meta->raw_len),
             meta->raw_len);
    job->torrent = id;
    return job;
}

enum err keeper_read_resume(const struct statedir *s,
                            const uint8_t info_hash[20], uint8_t **out,
                            size_t *len_out, struct cause *cause)
{
    char *path = statedir_torrent_path(s, info_hash, RESUME);
    enum err err = atomic_read(path, RESUME_MAX_LEN, out, len_out, cause);
    free(path);
    return err;
}

enum err keeper_write_resume(const struct statedir *s,
                             const uint8_t info_hash[20], const uint8_t *bytes,
                             size_t len, struct cause *cause)
{
    char *path = statedir_torrent_path(s, info_hash, RESUME);
    enum err err = atomic_replace_lazily(path, bytes, len, 0600, cause);
    free(path);
    return err;
}

struct disk_job *keeper_forget(const struct statedir *s,
                               const uint8_t info_hash[20], size_t file_idx,
                               uint32_t id)
{
    static const char *const suffixes[KEEPER_N_FILES] = {SETTINGS, TORRENT,
                                                         RESUME};
    struct disk_job *job = disk_job_new(DISK_DROP, NULL, id);
    job->path = statedir_torrent_path(s, info_hash, suffixes[file_idx]);
    return job;
}
