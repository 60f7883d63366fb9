#include "config.h"

#include "cmd/adds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/fetch.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "swarm/pieces.h"
#include "util/buf.h"
#include "util/text.h"
#include "util/xalloc.h"

/* What reading one torrent after the other needs. */
struct reading {
    const struct opt_command *command;
    const struct adds_options *opts;
    bool (*is_cancelled)(void);
};

/* "1,3-5" to priorities; numbers count the files that `show` lists, from 1. */
static bool choose_files(const char *list, const struct metainfo *meta,
                         uint8_t *priorities)
{
    memset(priorities, PIECE_SKIP, meta->n_files);
    for (const char *at = list; *at != '\0';) {
        char *end;
        unsigned long long first = strtoull(at, &end, 10), last = first;
        bool ok = end != at && *at >= '0' && *at <= '9';
        if (ok && *end == '-') {
            at = end + 1;
            last = strtoull(at, &end, 10);
            ok = end != at && *at >= '0' && *at <= '9';
        }
        ok = ok && first >= 1 && first <= last && last <= meta->n_files &&
             (*end == '\0' || (*end == ',' && end[1] != '\0'));
        if (!ok)
            return false;
        memset(priorities + first - 1, PIECE_NORMAL,
               (size_t)(last - first + 1));
        at = *end == ',' ? end + 1 : end;
    }
    return list[0] != '\0';
}

/* Which files are wanted, by the option; false: it does not fit, which was said. */
static bool choose(const struct reading *r, const struct metainfo *meta,
                   struct command_add *add)
{
    const char *files = r->opts->files;
    add->priorities = xzalloc(meta->n_files);
    if (choose_files(files, meta, add->priorities))
        return true;
    char *clean = text_clean_dup(files, strlen(files));
    opt_error(r->command,
              "--files: '%s' is not a list such as 1,3-5 of numbers "
              "from 1 to %zu",
              clean, meta->n_files);
    free(clean);
    return false;
}

/* The same of a magnet, whose files are not known yet: its link says it, counting from
 * 0, before whatever it said itself (the first `so` holds). */
static bool choose_in_link(const struct reading *r, struct magnet **magnet)
{
    struct buf link;
    const char *at = r->opts->files;
    bool ok = at[0] != '\0';
    buf_init(&link, MAGNET_MAX_LEN + 1);
    ok = ok && buf_printf(&link, "magnet:?so=") == OK;
    while (ok && *at != '\0') {
        char *end;
        unsigned long long n = strtoull(at, &end, 10);
        ok = *at >= '0' && *at <= '9' && n >= 1 && n < MAGNET_MAX_FILE &&
             (*end == '\0' || ((*end == ',' || *end == '-') && end[1] != '\0'));
        ok = ok && buf_printf(&link, "%llu", n - 1) == OK &&
             (*end == '\0' || buf_append(&link, end, 1) == OK);
        at = *end == '\0' ? end : end + 1;
    }
    ok = ok &&
         buf_printf(&link, "&%s", (*magnet)->link + strlen("magnet:?")) == OK;
    ok = ok && buf_append(&link, "", 1) == OK;
    struct magnet *chosen = NULL;
    struct cause cause;
    ok = ok &&
         magnet_parse((const char *)buf_bytes(&link), &chosen, &cause) == OK;
    buf_fini(&link);
    if (ok) {
        magnet_free(*magnet);
        *magnet = chosen;
        return true;
    }
    char *clean = text_clean_dup(r->opts->files, strlen(r->opts->files));
    opt_error(r->command, "--files: '%s' is not a list such as 1,3-5", clean);
    free(clean);
    return false;
}

/* The command that adds one torrent, which is taken (one of meta and magnet); NULL when
 * an option does not fit it. */
static struct command *make_add(const struct reading *r, struct metainfo *meta,
                                struct magnet *magnet)
{
    const struct adds_options *o = r->opts;
    struct command *c = command_new(COMMAND_ADD, 0);
    c->add->meta = meta;
    c->add->magnet = magnet;
    c->add->dir = xstrdup(o->dir != NULL ? o->dir : ".");
    c->add->is_sequential = o->is_sequential;
    c->add->is_first_last = o->is_first_last;
    c->add->preallocate = o->preallocate;
    c->add->is_paused = o->is_paused;
    c->add->is_kept = o->is_kept;
    c->add->metadata_only = o->metadata_only;
    if (o->label != NULL)
        c->add->label = text_clean_dup(o->label, strlen(o->label));
    c->add->max_peers = o->max_peers;
    c->add->peers = xmemdup(o->peers, o->n_peers * sizeof *o->peers);
    c->add->n_peers = o->n_peers;
    if (o->files == NULL || (meta != NULL ? choose(r, meta, c->add)
                                          : choose_in_link(r, &c->add->magnet)))
        return c;
    command_free(c);
    return NULL;
}

static const uint8_t *hash_of(const struct command_add *a)
{
    return a->meta != NULL ? a->meta->info_hash : a->magnet->info_hash;
}

/* Is the n-th one of those before it? */
static bool is_named_twice(struct command *const *adds, int n)
{
    for (int i = 0; i < n; i++)
        if (memcmp(hash_of(adds[i]->add), hash_of(adds[n]->add),
                   METAINFO_HASH_LEN) == 0)
            return true;
    return false;
}

/* Is it a magnet link, and no file of that name? */
static bool is_magnet(const char *uri)
{
    return magnet_is_meant(uri) && access(uri, F_OK) != 0;
}

/* Read one torrent; adds holds the n before it. Return an exit status. */
static int prepare_add(const struct reading *r, const char *uri,
                       struct command **adds, int n)
{
    struct metainfo *meta = NULL;
    struct magnet *magnet = NULL;
    struct cause cause = {""};
    enum err err = is_magnet(uri)
                       ? magnet_parse(uri, &magnet, &cause)
                       : fetch_torrent(uri, r->is_cancelled, &meta, &cause);
    if (err == ERR_CANCELLED)
        return EXIT_INTERRUPTED;
    if (err != OK) {
        opt_error(r->command, "%s", cause.text);
        return EXIT_BAD_TORRENT;
    }
    if (r->opts->metadata_only && meta != NULL) {
        metainfo_free(meta);
        opt_error(r->command, "--metadata-only goes with magnet links: the "
                              "metadata of a .torrent are in it");
        return EXIT_USAGE;
    }
    adds[n] = make_add(r, meta, magnet);
    if (adds[n] == NULL)
        return EXIT_USAGE;
    if (!is_named_twice(adds, n))
        return EXIT_DONE;
    char *name = text_clean_dup(uri, strlen(uri));
    opt_error(r->command, "%s: this torrent is named twice", name);
    free(name);
    return EXIT_USAGE;
}

int adds_send(const struct opt_command *command,
              const struct adds_options *opts, int n, char **uris,
              bool (*is_cancelled)(void), struct bridge *bridge)
{
    struct reading r = {command, opts, is_cancelled};
    struct command **adds = xcalloc((size_t)n, sizeof *adds);
    int status = EXIT_DONE;
    for (int i = 0; i < n && status == EXIT_DONE; i++)
        status = prepare_add(&r, uris[i], adds, i);
    for (int i = 0; i < n; i++) {
        if (status == EXIT_DONE)
            bridge_send(bridge, adds[i]);
        else
            command_free(adds[i]);
    }
    free(adds);
    return status;
}
