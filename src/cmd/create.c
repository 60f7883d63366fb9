#include "config.h"

#include "cmd/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/hashers.h"
#include "cmd/newfile.h"
#include "cmd/opt.h"
#include "cmd/progress.h"
#include "cmd/tree.h"
#include "meta/create.h"
#include "meta/links.h"
#include "meta/metainfo.h"
#include "net/http.h"
#include "net/weburl.h"
#include "proto/tracker_udp.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

struct create_opts {
    const char *output;
    struct opt_list trackers;
    struct opt_list web_seeds;
    uint64_t piece_len;
    const char *comment;
    const char *source;
    bool is_private;
    bool no_date;
    bool force;
    bool quiet;
};

static const struct opt opts[] = {
    {"output", 'o', OPT_TEXT, "FILE",
     "where to write; NAME.torrent when not given",
     offsetof(struct create_opts, output), 0, 0},
    {"tracker", 't', OPT_LIST, "URL[,URL]...",
     "a tier of trackers; again for the next tier",
     offsetof(struct create_opts, trackers), 0, 0},
    {"web-seed", 'w', OPT_LIST, "URL", "where the data is on the web",
     offsetof(struct create_opts, web_seeds), 0, 0},
    {"piece-length", 'l', OPT_SIZE, "BYTES",
     "a power of two from 16K to 256M; else by the size",
     offsetof(struct create_opts, piece_len), 16384, 256u << 20},
    {"private", 'p', OPT_FLAG, NULL, "peers from the trackers only",
     offsetof(struct create_opts, is_private), 0, 0},
    {"comment", 'c', OPT_TEXT, "TEXT", "a comment",
     offsetof(struct create_opts, comment), 0, 0},
    {"source", 's', OPT_TEXT, "TEXT", "a mark that gives another info-hash",
     offsetof(struct create_opts, source), 0, 0},
    {"no-date", 0, OPT_FLAG, NULL, "leave out the date and the program's name",
     offsetof(struct create_opts, no_date), 0, 0},
    {"force", 'f', OPT_FLAG, NULL, "replace FILE if there is one",
     offsetof(struct create_opts, force), 0, 0},
    {"quiet", 'q', OPT_FLAG, NULL, "say nothing but errors",
     offsetof(struct create_opts, quiet), 0, 0},
    {.name = NULL},
};

static const struct opt_command command = {
    .name = "create",
    .args = "[OPTIONS] PATH",
    .summary = "Make a torrent of a file or a folder.",
    .notes = "Symbolic links and special files are left out, and named.\n\n"
             "Exit status: 0 done, 1 usage, 4 disk, 130 interrupted.",
    .opts = opts,
};

/* All that one run of the command holds. */
struct create {
    struct create_opts opts;
    struct tree *tree;                 /* owned */
    char *output;                      /* owned */
    struct metainfo_tracker *trackers; /* owned */
    size_t n_trackers;
    struct create_file *files; /* owned */
    struct create_spec spec;
    struct progress progress;
};

/* ---- What the user asked for ---- */

static bool check_text(const char *option, const char *text)
{
    if (text == NULL || text_is_utf8(text, strlen(text)))
        return true;
    opt_error(&command, "--%s: not UTF-8", option);
    return false;
}

/* Of strangers' URLs more is let pass: those that cannot be asked do no harm there. */
static bool is_http_url(const char *url)
{
    struct weburl parts;
    return weburl_read(url, HTTP_MAX_URL_LEN, &parts) == OK;
}

static bool is_tracker_url(const char *url)
{
    struct tracker_udp_url parts;
    return links_is_tracker_url(span_of(url)) &&
           (is_http_url(url) || tracker_udp_parse_url(url, &parts) == OK);
}

static bool add_tracker(struct create *c, const char *text, size_t len,
                        uint32_t tier)
{
    char *url = xstrndup(text, len);
    if (!is_tracker_url(url)) {
        char *clean = text_clean_dup(url, len);
        opt_error(&command,
                  "--tracker: '%s' is no http, https or udp URL (udp needs a "
                  "port)",
                  clean);
        free(clean);
        free(url);
        return false;
    }
    c->trackers =
        xreallocarray(c->trackers, c->n_trackers + 1, sizeof(*c->trackers));
    c->trackers[c->n_trackers++] =
        (struct metainfo_tracker){.url = url, .tier = tier};
    return true;
}

static bool read_trackers(struct create *c)
{
    for (size_t i = 0; i < c->opts.trackers.n; i++) {
        const char *at = c->opts.trackers.items[i];
        for (;;) {
            size_t len = strcspn(at, ",");
            if (!add_tracker(c, at, len, (uint32_t)i))
                return false;
            if (at[len] == '\0')
                break;
            at += len + 1;
        }
    }
    return true;
}

static bool check_web_seeds(const struct create *c)
{
    for (size_t i = 0; i < c->opts.web_seeds.n; i++) {
        const char *url = c->opts.web_seeds.items[i];
        if (links_is_web_seed_url(span_of(url)) && is_http_url(url))
            continue;
        char *clean = text_clean_dup(url, strlen(url));
        opt_error(&command, "--web-seed: '%s' is no http or https URL", clean);
        free(clean);
        return false;
    }
    return true;
}

static bool check_opts(struct create *c)
{
    uint64_t len = c->opts.piece_len;
    if ((len & (len - 1)) != 0) {
        opt_error(&command, "--piece-length: %" PRIu64 " is no power of two",
                  len);
        return false;
    }
    if (c->opts.output != NULL && c->opts.output[0] == '\0') {
        opt_error(&command, "--output: an empty name");
        return false;
    }
    return check_text("comment", c->opts.comment) &&
           check_text("source", c->opts.source) && read_trackers(c) &&
           check_web_seeds(c);
}

/* ---- What goes in ---- */

static void on_skip(void *ctx, const char *path, const char *why)
{
    (void)ctx;
    char *clean = text_clean_dup(path, strlen(path));
    opt_error(&command, "left out: %s: %s", clean, why);
    free(clean);
}

static int find_files(struct create *c, const char *path)
{
    struct cause cause = {.text = ""};
    struct tree_skips skips = {.on_skip = on_skip, .output = c->output};
    enum err err = tree_walk(path, &skips, &c->tree, &cause);
    if (err != OK) {
        opt_error(&command, "%s", cause.text);
        return err == ERR_INVALID || err == ERR_TOO_BIG ? EXIT_USAGE
                                                        : EXIT_DISK;
    }
    return EXIT_DONE;
}

static bool set_geometry(struct create *c)
{
    const struct tree *t = c->tree;
    uint32_t piece_len = c->opts.piece_len != 0
                             ? (uint32_t)c->opts.piece_len
                             : create_piece_len(t->size_bytes);
    enum err err = geometry_init(&c->spec.geo, t->size_bytes, piece_len);
    if (err == OK)
        return true;
    char *clean = text_clean_dup(t->root, strlen(t->root));
    if (t->size_bytes == 0)
        opt_error(&command, "%s: holds no data", clean);
    else
        opt_error(&command,
                  "%s: %" PRIu64 " bytes are too many for pieces of "
                  "%" PRIu32,
                  clean, t->size_bytes, piece_len);
    free(clean);
    return false;
}

static void fill_spec(struct create *c)
{
    const struct tree *t = c->tree;
    c->files = xcalloc(t->n_files, sizeof(*c->files));
    for (size_t i = 0; i < t->n_files; i++) {
        c->files[i].path = t->files[i].path;
        c->files[i].size_bytes = t->files[i].size_bytes;
    }
    struct create_spec *s = &c->spec;
    s->name = t->name;
    s->is_single = t->is_single;
    s->files = c->files;
    s->n_files = t->n_files;
    s->trackers = c->trackers;
    s->n_trackers = c->n_trackers;
    s->web_seeds = c->opts.web_seeds.items;
    s->n_web_seeds = c->opts.web_seeds.n;
    s->comment = c->opts.comment;
    s->source = c->opts.source;
    s->is_private = c->opts.is_private;
    if (!c->opts.no_date) {
        s->created_by = PACKAGE_NAME " " PACKAGE_VERSION;
        s->created_wall = clock_wall();
    }
}

/* Write the torrent to out, and read it as those will who get it. */
static enum err build(const struct create *c, const uint8_t *hashes,
                      struct buf *out, struct metainfo **m_out,
                      struct cause *cause)
{
    enum err err = create_write(&c->spec, hashes, out);
    if (err != OK) {
        cause_set(cause,
                  "the torrent would be larger than %zu bytes; give a "
                  "greater --piece-length",
                  METAINFO_MAX_LEN);
        return err;
    }
    return metainfo_parse(buf_bytes(out), out->len, m_out, cause);
}

/* Say now what would be wrong with the torrent, before hours of hashing: build
 * it with hashes of zeros. */
static bool rehearse(const struct create *c, uint8_t *hashes)
{
    struct buf out;
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    buf_init(&out, METAINFO_MAX_LEN);
    enum err err = build(c, hashes, &out, &m, &cause);
    buf_fini(&out);
    if (err != OK) {
        opt_error(&command, "%s", cause.text);
        return false;
    }
    for (size_t i = 0; i < m->n_files; i++) {
        if (!m->files[i].was_renamed)
            continue;
        char *clean =
            text_clean_dup(m->files[i].path, strlen(m->files[i].path));
        opt_error(&command,
                  "warning: a name that cannot be used as it is becomes %s: "
                  "rename the file, or it cannot be seeded from here",
                  clean);
        free(clean);
    }
    metainfo_free(m);
    return true;
}

/* ---- Hashing ---- */

static volatile sig_atomic_t is_interrupted;

static void on_signal(int sig)
{
    (void)sig;
    is_interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

static bool on_progress(void *ctx, uint64_t done_bytes)
{
    struct create *c = ctx;
    progress_update(&c->progress, done_bytes, clock_now_ms());
    return !is_interrupted;
}

static int hash(struct create *c, uint8_t *hashes)
{
    struct cause cause = {.text = ""};
    const struct hashers_host host = {.on_progress = on_progress, .ctx = c};
    char *label = text_clean_dup(c->tree->name, strlen(c->tree->name));
    progress_init(&c->progress, label, c->spec.geo.size_bytes, c->opts.quiet);
    enum err err = hashers_run(c->tree, &c->spec.geo, &host, hashes, &cause);
    progress_fini(&c->progress);
    free(label);
    if (err == OK)
        err = tree_check(c->tree, &cause);
    if (err == ERR_CANCELLED || is_interrupted) {
        opt_error(&command, "interrupted: nothing was written");
        return EXIT_INTERRUPTED;
    }
    if (err != OK) {
        opt_error(&command, "%s", cause.text);
        return EXIT_DISK;
    }
    return EXIT_DONE;
}

/* ---- Writing ---- */

static void say_failed(const char *path, const char *why)
{
    char *clean = text_clean_dup(path, strlen(path));
    opt_error(&command, "%s: %s", clean, why);
    free(clean);
}

/* As far as can be seen, or with nothing in it: what --force may replace. A slip of the
 * hand is not to cost somebody's data. */
static bool may_be_torrent(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    int first = fgetc(file), second = fgetc(file);
    bool may = first == EOF ? feof(file) != 0
                            : first == 'd' && second >= '0' && second <= '9';
    fclose(file);
    return may;
}

/* Say before the work what would stop its end. Return an exit status. */
static int check_output(const struct create *c)
{
    struct stat st;
    bool exists = stat(c->output, &st) == 0;
    if (exists && !S_ISREG(st.st_mode)) {
        say_failed(c->output, "is not a regular file, and is not replaced");
        return EXIT_USAGE;
    }
    if (exists && !c->opts.force) {
        say_failed(c->output, "exists already (--force replaces it)");
        return EXIT_USAGE;
    }
    if (exists && !may_be_torrent(c->output)) {
        say_failed(c->output, "is not a torrent, and is not replaced");
        return EXIT_USAGE;
    }
    const char *slash = strrchr(c->output, '/');
    char *folder = slash != NULL
                       ? xstrndup(c->output, (size_t)(slash - c->output) + 1)
                       : xstrdup(".");
    bool ok = access(folder, W_OK | X_OK) == 0;
    if (!ok)
        say_failed(folder, strerror(errno));
    free(folder);
    return ok ? EXIT_DONE : EXIT_DISK;
}

static bool publish(const struct create *c, struct buf *out)
{
    if (newfile_write(c->output, buf_bytes(out), out->len, c->opts.force))
        return true;
    say_failed(c->output, strerror(errno));
    return false;
}

static void say_done(const struct create *c, const struct metainfo *m)
{
    char hex[2 * METAINFO_HASH_LEN + 1];
    char size[16];
    char piece[16];
    char *clean = text_clean_dup(c->output, strlen(c->output));
    text_hex(hex, m->info_hash, METAINFO_HASH_LEN);
    text_size(size, sizeof(size), m->geo.size_bytes);
    text_size(piece, sizeof(piece), m->geo.piece_len);
    printf("%s: %zu file%s, %s, %" PRIu32 " piece%s of %s\ninfo-hash %s\n",
           clean, m->n_files, m->n_files == 1 ? "" : "s", size, m->geo.n_pieces,
           m->geo.n_pieces == 1 ? "" : "s", piece, hex);
    free(clean);
}

static int write_out(const struct create *c, const uint8_t *hashes)
{
    struct buf out;
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    int status = EXIT_DISK;
    buf_init(&out, METAINFO_MAX_LEN);
    if (build(c, hashes, &out, &m, &cause) != OK)
        opt_error(&command, "%s", cause.text);
    else if (publish(c, &out))
        status = EXIT_DONE;
    if (status == EXIT_DONE && !c->opts.quiet)
        say_done(c, m);
    metainfo_free(m);
    buf_fini(&out);
    return status;
}

/* Known before the files are found: it may lie among them. A path without a
 * name is refused there. */
static void choose_output(struct create *c, const char *path)
{
    char *name = tree_name(path);
    if (c->opts.output != NULL)
        c->output = xstrdup(c->opts.output);
    else
        c->output = xasprintf("%s.torrent", name != NULL ? name : "");
    free(name);
}

static int create(struct create *c, const char *path)
{
    if (!check_opts(c))
        return EXIT_USAGE;
    choose_output(c, path);
    int status = find_files(c, path);
    if (status == EXIT_DONE)
        status = check_output(c);
    if (status != EXIT_DONE)
        return status;
    if (!set_geometry(c))
        return EXIT_USAGE;
    fill_spec(c);
    uint8_t *hashes = xcalloc(c->spec.geo.n_pieces, METAINFO_HASH_LEN);
    status = rehearse(c, hashes) ? hash(c, hashes) : EXIT_USAGE;
    if (status == EXIT_DONE)
        status = write_out(c, hashes);
    free(hashes);
    return status;
}

int cmd_create(int argc, char **argv)
{
    struct create c = {.output = NULL};
    int first = 0;
    int status = EXIT_USAGE;
    enum opt_result parsed = opt_parse(&command, argc, argv, &c.opts, &first);
    if (parsed == OPT_DONE)
        status = EXIT_DONE;
    bool has_path = argc - first == 1 && argv[first][0] != '\0';
    if (parsed == OPT_OK && !has_path) {
        opt_error(&command, "needs one PATH (see tessera create --help)");
    } else if (parsed == OPT_OK) {
        catch_signals();
        status = create(&c, argv[first]);
    }
    for (size_t i = 0; i < c.n_trackers; i++)
        free(c.trackers[i].url);
    free(c.trackers);
    free(c.files);
    free(c.output);
    tree_free(c.tree);
    opt_list_fini(&c.opts.trackers);
    opt_list_fini(&c.opts.web_seeds);
    return status;
}

const struct opt_command *cmd_create_table(void)
{
    return &command;
}
