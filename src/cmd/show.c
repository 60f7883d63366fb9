#include "config.h"

#include "cmd/commands.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/fetch.h"
#include "cmd/fetchopts.h"
#include "cmd/opt.h"
#include "cmd/show_magnet.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "util/text.h"

struct show {
    struct runopts run; /* first: shared rows name its fields */
    bool is_json;
};

static const struct opt opts[] = {
    {.name = "json",
     .kind = OPT_FLAG,
     .help = "print one JSON object a line for each torrent",
     .field = offsetof(struct show, is_json)},
    {.name = NULL},
};

static const struct opt_command command = {
    .name = "show",
    .args = "[OPTIONS] FILE|URL|MAGNET...",
    .summary = "Show what torrents hold, and what magnet links say.",
    .notes = "FILE - is standard input. The numbers of the files are those "
             "that\n\"tessera get --files\" takes. Of a magnet link (or a bare "
             "info-hash)\nnobody is asked for more: tessera get "
             "--metadata-only does that.\n\n"
             "Exit status: 0 done, 1 usage, 2 bad torrent.",
    .opts = opts,
    .shared = fetchopts_option,
};

/* ---- For people ---- */

enum { LABEL_WIDTH = 14 };

static void print_line(const char *label, const char *text, size_t len)
{
    char *clean = text_clean_dup(text, len);
    printf("%-*s%s\n", LABEL_WIDTH, label, clean);
    free(clean);
}

static void print_field(const char *label, const char *text)
{
    if (text != NULL)
        print_line(label, text, strlen(text));
}

/* A text that may have lines of its own; all stand behind the labels. */
static void print_lines(const char *label, const char *text)
{
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\r\n");
        if (len > 0) {
            print_line(label, text, len);
            label = "";
        }
        text += len + strspn(text + len, "\r\n");
    }
}

static void print_date(int64_t wall)
{
    char text[64];
    time_t when = (time_t)wall;
    struct tm tm;
    if (wall == 0)
        return;
    if (gmtime_r(&when, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
        snprintf(text, sizeof(text), "%" PRId64, wall);
    printf("%-*s%s\n", LABEL_WIDTH, "created", text);
}

static void print_links(const struct metainfo *m)
{
    for (size_t i = 0; i < m->n_trackers; i++) {
        char label[32];
        snprintf(label, sizeof(label), "tracker %" PRIu32,
                 m->trackers[i].tier + 1);
        print_field(label, m->trackers[i].url);
    }
    for (size_t i = 0; i < m->n_web_seeds; i++)
        print_field("web seed", m->web_seeds[i]);
    for (size_t i = 0; i < m->n_http_seeds; i++)
        print_field("HTTP seed", m->http_seeds[i]);
    for (size_t i = 0; i < m->n_nodes; i++) {
        char *host = text_clean_dup(m->nodes[i].host, strlen(m->nodes[i].host));
        printf("%-*s%s port %u\n", LABEL_WIDTH, "node", host,
               (unsigned)m->nodes[i].port);
        free(host);
    }
}

static void print_files(const struct metainfo *m)
{
    size_t n_pads = 0;
    for (size_t i = 0; i < m->n_files; i++)
        n_pads += m->files[i].is_pad ? 1 : 0;
    printf("%-*s%zu\n", LABEL_WIDTH, "files", m->n_files - n_pads);
    for (size_t i = 0; i < m->n_files; i++) {
        const struct metainfo_file *f = &m->files[i];
        char size[16];
        if (f->is_pad)
            continue;
        char *path = metainfo_disk_path(m, i);
        char *clean = text_clean_dup(path, strlen(path));
        text_size(size, sizeof(size), f->size_bytes);
        printf("%6zu  %10s  %s%s\n", i + 1, size, clean,
               f->was_renamed ? "  (renamed)" : "");
        free(clean);
        free(path);
    }
}

static void print_text(const struct metainfo *m)
{
    char hex[2 * METAINFO_HASH_LEN + 1];
    char size[16];
    text_hex(hex, m->info_hash, METAINFO_HASH_LEN);
    print_field("name", m->name);
    print_field("info-hash", hex);
    text_size(size, sizeof(size), m->geo.size_bytes);
    printf("%-*s%s (%" PRIu64 " bytes)\n", LABEL_WIDTH, "size", size,
           m->geo.size_bytes);
    text_size(size, sizeof(size), m->geo.piece_len);
    printf("%-*s%" PRIu32 " of %s (%" PRIu32 " bytes)\n", LABEL_WIDTH, "pieces",
           m->geo.n_pieces, size, m->geo.piece_len);
    print_field("private", m->is_private ? "yes" : "no");
    print_links(m);
    print_lines("comment", m->comment);
    print_field("created by", m->created_by);
    print_date(m->created_wall);
    print_field("source", m->source);
    print_files(m);
}

/* ---- For programs ---- */

/* Strangers' text as a JSON string, or null. */
static void print_json_string(const char *text)
{
    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    char *json = text_json_dup(text, strlen(text));
    fputs(json, stdout);
    free(json);
}

static void print_json_field(const char *key, const char *text)
{
    printf(",\"%s\":", key);
    print_json_string(text);
}

static void print_json_strings(char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fputs(i > 0 ? "," : "", stdout);
        print_json_string(texts[i]);
    }
}

static void print_json_links(const struct metainfo *m)
{
    fputs(",\"trackers\":[", stdout);
    for (size_t i = 0; i < m->n_trackers; i++) {
        bool is_first = i == 0;
        if (is_first || m->trackers[i].tier != m->trackers[i - 1].tier)
            fputs(is_first ? "[" : "],[", stdout);
        else
            fputs(",", stdout);
        print_json_string(m->trackers[i].url);
    }
    fputs(m->n_trackers > 0 ? "]],\"web_seeds\":[" : "],\"web_seeds\":[",
          stdout);
    print_json_strings(m->web_seeds, m->n_web_seeds);
    fputs("],\"http_seeds\":[", stdout);
    print_json_strings(m->http_seeds, m->n_http_seeds);
    fputs("],\"nodes\":[", stdout);
    for (size_t i = 0; i < m->n_nodes; i++) {
        fputs(i > 0 ? ",{\"host\":" : "{\"host\":", stdout);
        print_json_string(m->nodes[i].host);
        printf(",\"port\":%u}", (unsigned)m->nodes[i].port);
    }
    fputs("]", stdout);
}

static void print_json_files(const struct metainfo *m)
{
    const char *separator = "";
    fputs(",\"files\":[", stdout);
    for (size_t i = 0; i < m->n_files; i++) {
        const struct metainfo_file *f = &m->files[i];
        if (f->is_pad)
            continue;
        char *path = metainfo_disk_path(m, i);
        printf("%s{\"number\":%zu,\"path\":", separator, i + 1);
        print_json_string(path);
        printf(",\"size\":%" PRIu64 ",\"executable\":%s,\"renamed\":%s}",
               f->size_bytes, f->is_executable ? "true" : "false",
               f->was_renamed ? "true" : "false");
        separator = ",";
        free(path);
    }
    fputs("]", stdout);
}

static void print_json(const struct metainfo *m, const char *argument)
{
    char hex[2 * METAINFO_HASH_LEN + 1];
    text_hex(hex, m->info_hash, METAINFO_HASH_LEN);
    fputs("{\"torrent\":", stdout);
    print_json_string(argument);
    print_json_field("name", m->name);
    print_json_field("info_hash", hex);
    printf(",\"size\":%" PRIu64 ",\"pieces\":%" PRIu32
           ",\"piece_length\":%" PRIu32 ",\"private\":%s",
           m->geo.size_bytes, m->geo.n_pieces, m->geo.piece_len,
           m->is_private ? "true" : "false");
    print_json_links(m);
    print_json_field("comment", m->comment);
    print_json_field("created_by", m->created_by);
    if (m->created_wall != 0)
        printf(",\"created\":%" PRId64, m->created_wall);
    else
        fputs(",\"created\":null", stdout);
    print_json_field("source", m->source);
    print_json_files(m);
    fputs("}\n", stdout);
}

/* ---- The command ---- */

static bool show_one_magnet(const char *argument, bool is_json, bool is_first)
{
    struct magnet *m;
    struct cause cause = {.text = ""};
    if (magnet_parse(argument, &m, &cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return false;
    }
    if (!is_json && !is_first)
        putchar('\n');
    show_magnet(m, argument, is_json);
    magnet_free(m);
    return true;
}

/* Show one torrent, after an empty line when it is not the first that is. */
static bool show_one(const char *argument, bool is_json, bool is_first)
{
    struct metainfo *m;
    struct cause cause = {.text = ""};
    if (magnet_is_meant(argument) && access(argument, F_OK) != 0)
        return show_one_magnet(argument, is_json, is_first);
    if (fetch_torrent(argument, NULL, &m, &cause) != OK) {
        opt_error(&command, "%s", cause.text);
        return false;
    }
    if (!is_json && !is_first)
        putchar('\n');
    if (is_json)
        print_json(m, argument);
    else
        print_text(m);
    metainfo_free(m);
    return true;
}

static int show_all(int n, char **arguments, bool is_json)
{
    int status = EXIT_DONE;
    bool is_first = true;
    if (n == 0) {
        opt_error(&command, "no torrent given (see tessera show --help)");
        return EXIT_USAGE;
    }
    for (int i = 0; i < n; i++) {
        if (show_one(arguments[i], is_json, is_first))
            is_first = false;
        else
            status = EXIT_BAD_TORRENT;
    }
    if (fflush(stdout) != 0) {
        opt_error(&command, "standard output cannot be written");
        return EXIT_DISK;
    }
    return status;
}

int cmd_show(int argc, char **argv)
{
    struct show show = {.is_json = false};
    int first, status = EXIT_USAGE;
    switch (fetchopts_parse(&command, argc, argv, &show, sizeof show, &first)) {
    case OPT_DONE:
        status = EXIT_DONE;
        break;
    case OPT_ERROR:
        break;
    case OPT_OK:
        status = show_all(argc - first, argv + first, show.is_json);
        break;
    }
    runopts_fini(&show.run);
    return status;
}

const struct opt_command *cmd_show_table(void)
{
    return &command;
}
