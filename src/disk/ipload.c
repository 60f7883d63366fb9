#include "config.h"

#include "disk/ipload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "util/ipset.h"
#include "util/text.h"
#include "util/xalloc.h"
#include "disk/fdio.h"

enum { CHUNK_LEN = 64 << 10 };

/* What one run is about. */
struct run {
    struct ipload *load;      /* borrowed */
    struct ipset *set;        /* owned until it is the load's */
    uint64_t n_bytes;         /* of text, so far */
    char *chunk;              /* owned: CHUNK_LEN bytes */
    struct cause *cause;      /* borrowed, or NULL */
    const char *name;         /* borrowed: the file at work, clean */
    struct iplist_report bad; /* of the first that has bad lines */
};

struct ipload *ipload_new(const char *const *paths, size_t n)
{
    struct ipload *l = xzalloc(sizeof *l);
    l->n_paths = n < IPLOAD_MAX_FILES ? n : IPLOAD_MAX_FILES;
    l->paths = xcalloc(l->n_paths, sizeof *l->paths);
    for (size_t i = 0; i < l->n_paths; i++)
        l->paths[i] = xstrdup(paths[i]);
    return l;
}

void ipload_free(struct ipload *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->n_paths; i++)
        free(l->paths[i]);
    free(l->paths);
    ipset_free(l->set);
    free(l->words);
    free(l);
}

static struct ipload_stamp stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (struct ipload_stamp){0};
    return (struct ipload_stamp){.inode = (uint64_t)st.st_ino,
                                 .size = (uint64_t)st.st_size,
                                 .changed_ns = fdio_change_ns(&st)};
}

/* Take new stamps; is one of them another than before? */
static bool have_changed(struct ipload *l)
{
    bool any = false;
    for (size_t i = 0; i < l->n_paths; i++) {
        struct ipload_stamp now = stamp_of(l->paths[i]);
        struct ipload_stamp *before = &l->stamps[i];
        any = any || now.inode != before->inode || now.size != before->size ||
              now.changed_ns != before->changed_ns;
        *before = now;
    }
    return any;
}

/* Why reading ended: at its end, or the file is damaged, or the system says so. */
static enum err judge_end(struct run *r, gzFile file)
{
    int code;
    (void)gzerror(file, &code);
    if (code == Z_OK || code == Z_STREAM_END)
        return OK;
    if (code == Z_ERRNO) {
        cause_set_errno(r->cause, errno, "%s: cannot read it", r->name);
        return ERR_SYS;
    }
    cause_set(r->cause, "%s: its compressed data %s", r->name,
              code == Z_BUF_ERROR ? "end too early" : "are damaged");
    return ERR_INVALID;
}

static enum err read_text(struct run *r, gzFile file, struct iplist *list,
                          struct iplist_report *out)
{
    enum err err = OK;
    int n;
    while (err == OK && (n = gzread(file, r->chunk, CHUNK_LEN)) > 0) {
        r->n_bytes += (uint64_t)n;
        err = r->n_bytes > IPLOAD_MAX_BYTES
                  ? ERR_TOO_BIG
                  : iplist_feed(list, r->chunk, (size_t)n);
    }
    if (err == OK) {
        enum err end = judge_end(r, file);
        if (end != OK)
            return end;
        err = iplist_end(list, out);
    }
    if (err != OK)
        cause_set(r->cause, "%s: over %d ranges, or %d MiB of text", r->name,
                  (int)IPSET_MAX_RANGES, (int)IPLOAD_MAX_BYTES >> 20);
    return err;
}

static enum err count(struct run *r, const struct iplist_report *report)
{
    if (report->n_bad > 0 && report->n_ranges + report->n_allowed == 0) {
        cause_set(r->cause,
                  "%s: no list of IP ranges (eMule .dat, P2P text or CIDR)",
                  r->name);
        return ERR_INVALID;
    }
    if (report->n_bad > 0 && r->bad.n_bad == 0)
        r->bad = *report;
    r->load->n_read += report->n_ranges;
    r->load->n_allowed += report->n_allowed;
    r->load->n_bad += report->n_bad;
    return OK;
}

static enum err read_file(struct run *r, const char *path)
{
    int fd;
    enum err err = fdio_open_regular(path, &fd, NULL, r->cause);
    if (err != OK)
        return err;
    gzFile file = gzdopen(fd, "rb"); /* plain text passes as it is */
    if (file == NULL) {
        close(fd);
        cause_set(r->cause, "%s: no memory to read it", r->name);
        return ERR_SYS;
    }
    struct iplist_report report;
    struct iplist *list = iplist_new(r->set);
    err = read_text(r, file, list, &report);
    iplist_free(list);
    gzclose_r(file);
    return err == OK ? count(r, &report) : err;
}

/* "list.dat: lines 4, 7 and 12 more are no ranges" of the first that has some. */
static char *bad_words(const struct iplist_report *bad, const char *name)
{
    size_t n = bad->n_bad < IPLIST_MAX_NAMED ? bad->n_bad : IPLIST_MAX_NAMED;
    char *list = xstrdup("");
    for (size_t i = 0; i < n; i++) {
        char *longer =
            xasprintf("%s%s%zu", list, i > 0 ? ", " : "", bad->bad[i]);
        free(list);
        list = longer;
    }
    char more[32] = "";
    if (bad->n_bad > n)
        snprintf(more, sizeof more, " and %zu more", bad->n_bad - n);
    char *words = xasprintf("%s: line%s %s%s: no range", name,
                            bad->n_bad > 1 ? "s" : "", list, more);
    free(list);
    return words;
}

enum err ipload_run(struct ipload *l, struct cause *cause)
{
    bool is_changed = have_changed(l);
    l->is_same = !is_changed && !l->is_forced;
    if (l->is_same)
        return OK;
    struct run r = {.load = l,
                    .set = ipset_new(),
                    .chunk = xmalloc(CHUNK_LEN),
                    .cause = cause};
    enum err err = OK;
    for (size_t i = 0; i < l->n_paths && err == OK; i++) {
        char *name = text_clean_dup(l->paths[i], strlen(l->paths[i]));
        size_t n_bad = l->n_bad;
        r.name = name;
        err = read_file(&r, l->paths[i]);
        if (err == OK && n_bad == 0 && l->n_bad > 0)
            l->words = bad_words(&r.bad, name);
        free(name);
    }
    free(r.chunk);
    if (err != OK) {
        ipset_free(r.set);
        return err;
    }
    ipset_seal(r.set);
    l->set = r.set;
    return OK;
}
