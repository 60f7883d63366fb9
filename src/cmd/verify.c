#include "config.h"

#include "cmd/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/fetch.h"
#include "cmd/fetchopts.h"
#include "cmd/opt.h"
#include "cmd/progress.h"
#include "disk/queue.h"
#include "disk/store_files.h"
#include "disk/verify.h"
#include "meta/metainfo.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    MAX_WORKERS = 16, /* each may hold WORKER_MAX_BATCH_LEN of memory */
    MAX_SHOWN_RANGES = 64
};

struct options {
    struct runopts run; /* first: shared rows name its fields */
    bool is_json;
    bool is_quiet;
};

static const struct opt opts[] = {
    {.name = "json",
     .kind = OPT_FLAG,
     .help = "print one JSON object",
     .field = offsetof(struct options, is_json)},
    {.name = "quiet",
     .letter = 'q',
     .kind = OPT_FLAG,
     .help = "print nothing but errors: the exit status tells",
     .field = offsetof(struct options, is_quiet)},
    {.name = NULL},
};

static const struct opt_command command = {
    .name = "verify",
    .args = "[OPTIONS] FILE|URL [DIR]",
    .summary = "Check data against its torrent.",
    .notes =
        "DIR is the folder that the torrent was downloaded to: it holds the "
        "file or\nfolder with the torrent's name. The current folder, if "
        "not given.\nFILE - is standard input. Nothing is written.\n\n"
        "Exit status: 0 all is there and right, 1 usage, 2 bad torrent, "
        "4 disk,\n5 data is missing or wrong.",
    .opts = opts,
    .shared = fetchopts_option,
};

/* ---- Checking ---- */

/* Lets the main thread sleep until a worker has completed something. */
struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    bool is_rung;
};

static void bell_ring(void *ctx)
{
    struct bell *bell = ctx;
    pthread_mutex_lock(&bell->lock);
    bell->is_rung = true;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

static void bell_wait(struct bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    while (!bell->is_rung)
        pthread_cond_wait(&bell->rung, &bell->lock);
    bell->is_rung = false;
    pthread_mutex_unlock(&bell->lock);
}

static unsigned n_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 1)
        return 1;
    return n < MAX_WORKERS ? (unsigned)n : MAX_WORKERS;
}

/* What needs no reading is no part of the work to be shown. */
static void show_progress(struct progress *bar, const struct verify *v)
{
    const struct verify_progress *p = verify_progress(v);
    bar->total = p->size_bytes - (p->done_bytes - p->read_bytes);
    progress_update(bar, p->read_bytes, clock_now_ms());
}

/* Check every piece; *out is owned. ERR_SYS when no thread could be had. */
static enum err check(const struct metainfo *meta, struct store *store,
                      const struct options *options, struct verify **out)
{
    struct bell bell = {.is_rung = false};
    struct progress bar;
    struct diskq *q;
    pthread_mutex_init(&bell.lock, NULL);
    pthread_cond_init(&bell.rung, NULL);
    char *label = text_clean_dup(meta->name, strlen(meta->name));
    progress_init(&bar, label, meta->geo.size_bytes, options->is_quiet);
    enum err err = diskq_new(n_cores(), bell_ring, &bell, &q);
    if (err == OK) {
        *out = verify_new(meta, store, q, 0, 0, NULL);
        verify_start(*out, NULL);
        while (!verify_is_done(*out)) {
            bell_wait(&bell);
            struct disk_job *job;
            while ((job = diskq_take_done(q)) != NULL)
                verify_on_done(*out, job);
            show_progress(&bar, *out);
        }
        diskq_free(q);
    }
    progress_fini(&bar);
    free(label);
    pthread_cond_destroy(&bell.rung);
    pthread_mutex_destroy(&bell.lock);
    return err;
}

/* ---- What was found, by file ---- */

enum file_state {
    FILE_COMPLETE,
    FILE_BAD,        /* some pieces are wrong */
    FILE_UNPROVEN,   /* a piece is shared with a file that is not all there */
    FILE_UNREADABLE, /* the disk refused some of it */
    FILE_SHORT,
    FILE_MISSING,
    FILE_UNUSABLE, /* a link, or what is no regular file, is in its place */
    N_FILE_STATES
};

static const char *const state_names[N_FILE_STATES] = {
    [FILE_COMPLETE] = "complete",     [FILE_BAD] = "bad",
    [FILE_UNPROVEN] = "unproven",     [FILE_SHORT] = "short",
    [FILE_UNREADABLE] = "unreadable", [FILE_MISSING] = "missing",
    [FILE_UNUSABLE] = "unusable",
};

struct file_report {
    enum file_state state;
    uint32_t n_bad, n_missing, n_unreadable; /* pieces that touch it */
    uint64_t size_on_disk;
};

static uint32_t count_in(const struct verify *v, enum verify_result result,
                         uint32_t first, uint32_t last)
{
    const struct bitset *bits = verify_pieces(v, result);
    uint32_t n = 0;
    for (int64_t i = bitset_next_set(bits, first); i >= 0 && i <= last;
         i = bitset_next_set(bits, (size_t)i + 1))
        n++;
    return n;
}

static struct file_report report_file(const struct metainfo *meta,
                                      const struct verify *v, size_t file_idx)
{
    const struct metainfo_file *file = &meta->files[file_idx];
    const struct store_stat *st = &verify_stats(v)[file_idx];
    struct file_report r = {.state = FILE_COMPLETE};
    if (file->size_bytes > 0) {
        uint32_t first, last;
        metainfo_file_pieces(meta, file_idx, &first, &last);
        r.n_bad = count_in(v, VERIFY_BAD, first, last);
        r.n_missing = count_in(v, VERIFY_MISSING, first, last);
        r.n_unreadable = count_in(v, VERIFY_UNREADABLE, first, last);
    }
    r.size_on_disk = st->exists ? st->size_bytes : 0;
    if (!st->exists)
        r.state = st->is_unusable ? FILE_UNUSABLE : FILE_MISSING;
    else if (st->size_bytes < file->size_bytes)
        r.state = FILE_SHORT;
    else if (r.n_unreadable > 0)
        r.state = FILE_UNREADABLE;
    else if (r.n_bad > 0)
        r.state = FILE_BAD;
    else if (r.n_missing > 0)
        r.state = FILE_UNPROVEN;
    return r;
}

static int exit_status(const struct metainfo *meta, const struct verify *v)
{
    const struct verify_progress *p = verify_progress(v);
    if (verify_error(v, NULL) != OK)
        return EXIT_DISK;
    if (p->n_good != p->n_pieces)
        return EXIT_BAD_DATA;
    for (size_t i = 0; i < meta->n_files; i++) /* empty files have no pieces */
        if (report_file(meta, v, i).state != FILE_COMPLETE)
            return EXIT_BAD_DATA;
    return EXIT_DONE;
}

/* ---- Ranges of pieces ---- */

/* The run of set bits at or after `from`; false when there is none. */
static bool next_range(const struct bitset *bits, size_t from,
                       size_t *first_out, size_t *last_out)
{
    int64_t first = bitset_next_set(bits, from);
    if (first < 0)
        return false;
    int64_t end = bitset_next_clear(bits, (size_t)first);
    *first_out = (size_t)first;
    *last_out = (end < 0 ? bitset_size(bits) : (size_t)end) - 1;
    return true;
}

static void print_ranges(const char *what, const struct bitset *bits)
{
    size_t first, last, n = 0;
    if (bitset_count(bits) == 0)
        return;
    printf("%s pieces:", what);
    for (size_t from = 0; next_range(bits, from, &first, &last);
         from = last + 1) {
        if (n++ == MAX_SHOWN_RANGES) {
            fputs(" ... (all of them: --json)", stdout);
            break;
        }
        printf("%s %zu", n > 1 ? "," : "", first);
        if (last > first)
            printf("-%zu", last);
    }
    putchar('\n');
}

static void print_json_ranges(const char *key, const struct bitset *bits)
{
    size_t first, last;
    printf(",\"%s\":[", key);
    for (size_t from = 0; next_range(bits, from, &first, &last);
         from = last + 1)
        printf("%s[%zu,%zu]", from > 0 ? "," : "", first, last);
    putchar(']');
}

/* ---- As text ---- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_file(const struct metainfo *meta, const struct verify *v,
                       size_t file_idx)
{
    struct file_report r = report_file(meta, v, file_idx);
    uint64_t size_bytes = meta->files[file_idx].size_bytes;
    char size[32], on_disk[32];
    char *path = metainfo_disk_path(meta, file_idx);
    char *clean = text_clean_dup(path, strlen(path));
    printf("%s: ", clean);
    switch (r.state) {
    case FILE_COMPLETE:
        fputs("complete", stdout);
        break;
    case FILE_BAD:
        printf("%" PRIu32 " bad piece%s", r.n_bad, plural(r.n_bad));
        break;
    case FILE_UNPROVEN:
        printf("%" PRIu32 " piece%s cannot be checked without the files beside",
               r.n_missing, plural(r.n_missing));
        break;
    case FILE_UNREADABLE:
        printf("%" PRIu32 " piece%s cannot be read", r.n_unreadable,
               plural(r.n_unreadable));
        break;
    case FILE_SHORT:
        text_size(size, sizeof size, size_bytes);
        text_size(on_disk, sizeof on_disk, r.size_on_disk);
        printf("short: %s of %s", on_disk, size);
        if (r.n_bad > 0)
            printf(", %" PRIu32 " bad piece%s", r.n_bad, plural(r.n_bad));
        break;
    case FILE_MISSING:
        fputs("missing", stdout);
        break;
    case FILE_UNUSABLE:
        fputs("not used: a link, or behind one, or no regular file", stdout);
        break;
    case N_FILE_STATES:
        assert(false && "not a state");
    }
    if (r.size_on_disk > size_bytes)
        printf(" (and %" PRIu64 " byte%s too long)",
               r.size_on_disk - size_bytes,
               plural(r.size_on_disk - size_bytes));
    putchar('\n');
    free(clean);
    free(path);
}

/* Print a count that is not zero, after what separates it from the one before. */
static void print_count(uint32_t n, const char *what, const char **separator)
{
    if (n == 0)
        return;
    printf("%s%" PRIu32 " %s", *separator, n, what);
    *separator = ", ";
}

static void print_text(const struct metainfo *meta, const struct verify *v)
{
    const struct verify_progress *p = verify_progress(v);
    for (size_t i = 0; i < meta->n_files; i++)
        if (!meta->files[i].is_pad)
            print_file(meta, v, i);
    print_ranges("bad", verify_pieces(v, VERIFY_BAD));
    print_ranges("missing", verify_pieces(v, VERIFY_MISSING));
    print_ranges("unreadable", verify_pieces(v, VERIFY_UNREADABLE));
    printf("%" PRIu32 " of %" PRIu32 " piece%s right", p->n_good, p->n_pieces,
           plural(p->n_pieces));
    const char *separator = ": ";
    print_count(p->n_bad, "bad", &separator);
    print_count(p->n_missing, "missing", &separator);
    print_count(p->n_unreadable, "unreadable", &separator);
    putchar('\n');
}

/* ---- As JSON ---- */

static void print_json_text(const char *key, const char *text)
{
    char *quoted = text_json_dup(text, strlen(text));
    printf("\"%s\":%s", key, quoted);
    free(quoted);
}

static void print_json_file(const struct metainfo *meta, const struct verify *v,
                            size_t file_idx)
{
    struct file_report r = report_file(meta, v, file_idx);
    char *path = metainfo_disk_path(meta, file_idx);
    putchar('{');
    print_json_text("path", path);
    printf(",\"state\":\"%s\",\"size\":%" PRIu64 ",\"size_on_disk\":%" PRIu64
           ",\"bad_pieces\":%" PRIu32 ",\"missing_pieces\":%" PRIu32
           ",\"unreadable_pieces\":%" PRIu32 "}",
           state_names[r.state], meta->files[file_idx].size_bytes,
           r.size_on_disk, r.n_bad, r.n_missing, r.n_unreadable);
    free(path);
}

static void print_json(const struct metainfo *meta, const struct verify *v)
{
    const struct verify_progress *p = verify_progress(v);
    char hex[2 * METAINFO_HASH_LEN + 1];
    text_hex(hex, meta->info_hash, METAINFO_HASH_LEN);
    printf("{\"info_hash\":\"%s\",", hex);
    print_json_text("name", meta->name);
    printf(",\"complete\":%s",
           exit_status(meta, v) == EXIT_DONE ? "true" : "false");
    printf(",\"pieces\":%" PRIu32 ",\"good_pieces\":%" PRIu32
           ",\"bad_pieces\":%" PRIu32 ",\"missing_pieces\":%" PRIu32
           ",\"unreadable_pieces\":%" PRIu32,
           p->n_pieces, p->n_good, p->n_bad, p->n_missing, p->n_unreadable);
    print_json_ranges("bad", verify_pieces(v, VERIFY_BAD));
    print_json_ranges("missing", verify_pieces(v, VERIFY_MISSING));
    print_json_ranges("unreadable", verify_pieces(v, VERIFY_UNREADABLE));
    fputs(",\"files\":[", stdout);
    bool is_first = true;
    for (size_t i = 0; i < meta->n_files; i++) {
        if (meta->files[i].is_pad)
            continue;
        if (!is_first)
            putchar(',');
        print_json_file(meta, v, i);
        is_first = false;
    }
    puts("]}");
}

/* ---- The whole ---- */

static int report(const struct metainfo *meta, const struct verify *v,
                  const struct options *options)
{
    struct cause cause;
    if (verify_error(v, &cause) != OK)
        opt_error(&command, "%s", cause.text);
    if (verify_stats(v) == NULL)
        return EXIT_DISK; /* the files could not even be looked at */
    if (options->is_json)
        print_json(meta, v);
    else if (!options->is_quiet)
        print_text(meta, v);
    int status = exit_status(meta, v);
    if (status == EXIT_BAD_DATA && !options->is_quiet) {
        char *name = text_clean_dup(meta->name, strlen(meta->name));
        opt_error(&command, "%s: not all there, or damaged", name);
        free(name);
    }
    return status;
}

static int run(const char *path, const char *dir, const struct options *options)
{
    struct cause cause = {.text = ""};
    struct metainfo *meta = NULL;
    struct store *store = NULL;
    struct verify *v = NULL;
    int status = EXIT_BAD_TORRENT;
    if (fetch_torrent(path, NULL, &meta, &cause) != OK) {
        opt_error(&command, "%s", cause.text);
        goto out;
    }
    status = EXIT_DISK;
    if (store_files_open_existing(meta, dir, &store, &cause) != OK) {
        opt_error(&command, "%s", cause.text);
        goto out;
    }
    if (check(meta, store, options, &v) != OK) {
        opt_error(&command, "the system gives no threads");
        goto out;
    }
    status = report(meta, v, options);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        opt_error(&command, "standard output cannot be written");
        status = EXIT_DISK;
    }
out:
    verify_free(v);
    store_unref(store);
    metainfo_free(meta);
    return status;
}

static int run_arguments(int n, char **arguments, const struct options *options)
{
    if (n < 1 || n > 2) {
        opt_error(&command, "%s (see tessera verify --help)",
                  n < 1 ? "which torrent?" : "too many arguments");
        return EXIT_USAGE;
    }
    return run(arguments[0], n == 2 ? arguments[1] : ".", options);
}

int cmd_verify(int argc, char **argv)
{
    struct options options = {.is_json = false};
    int first, status = EXIT_USAGE;
    switch (fetchopts_parse(&command, argc, argv, &options, sizeof options,
                            &first)) {
    case OPT_OK:
        status = run_arguments(argc - first, argv + first, &options);
        break;
    case OPT_DONE:
        status = EXIT_DONE;
        break;
    case OPT_ERROR:
        break;
    }
    runopts_fini(&options.run);
    return status;
}

const struct opt_command *cmd_verify_table(void)
{
    return &command;
}
