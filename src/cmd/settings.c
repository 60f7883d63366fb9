#include "config.h"

#include "cmd/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/conffile.h"
#include "net/proxyurl.h"
#include "swarm/choker.h"
#include "util/addr.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

struct settings_text {
    struct settings_text *next; /* owned */
    char text[];
};

static bool is_address(const char *text);
static bool is_proxy(const char *text);
static bool is_topics(const char *text);

/* ---- The table ---- */

#define AT(member) offsetof(struct settings, member)

static const struct settings_item items[] = {
    {.heading = "Downloads",
     .opt = {"dir", 'd', OPT_TEXT, "DIR", "download into DIR (default: here)",
             AT(dir), 0, 0},
     .value = ".",
     .is_option = true,
     .is_path = true},
    {.opt = {"sequential", 0, OPT_FLAG, NULL, "fetch pieces in order",
             AT(sequential), 0, 0},
     .value = "false",
     .is_option = true},
    {.opt = {"first-last", 0, OPT_FLAG, NULL,
             "fetch the first and last piece of each file first",
             AT(first_last), 0, 0},
     .value = "false",
     .is_option = true},
    {.opt = {"preallocate", 0, OPT_FLAG, NULL,
             "reserve the space of all files first", AT(preallocate), 0, 0},
     .value = "false",
     .is_option = true},
    {.opt = {"watch-folder", 0, OPT_LIST, "DIR...",
             "add the .torrent files that appear in these folders",
             AT(watch_folders), 0, 0},
     .value = "{}",
     .is_path = true},
    {.opt =
         {"watch-action", 0, OPT_CHOICE, "rename|delete|keep",
          "what becomes of a .torrent file that was added from there; rename "
          "puts .added behind its name",
          AT(watch_action), 0, 0},
     .value = "rename"},

    {.heading = "Network",
     .opt = {"port", 'p', OPT_NUMBER, "N",
             "listen on port N; 0: any free one (default: one chosen at the "
             "first start, and kept)",
             AT(port), 0, 65535},
     .value = "auto",
     .is_option = true,
     .has_auto = true,
     .auto_value = SETTINGS_ANY_PORT},
    {.opt = {"bind", 0, OPT_TEXT, "ADDRESS",
             "use this address of the machine only, to listen and to connect "
             "from",
             AT(bind), 0, 0},
     .value = "\"\"",
     .is_option = true,
     .is_guard = true,
     .is_valid = is_address,
     .wants = "an address such as 192.0.2.7 or 2001:db8::7"},
    {.opt = {"max-peers", 0, OPT_NUMBER, "N",
             "connect to at most N peers (1 to 10000)", AT(max_peers), 1,
             10000},
     .value = "auto",
     .is_option = true,
     .has_auto = true,
     .auto_value = 0},
    {.opt = {"dht", 0, OPT_FLAG, NULL,
             "find peers by the DHT, and let others find us there", AT(dht), 0,
             0},
     .off = {"no-dht", 0, OPT_OFF, NULL, "do not use the DHT", AT(dht), 0, 0},
     .value = "true",
     .is_option = true},
    {.opt = {"dht-bootstrap", 0, OPT_LIST, "HOST:PORT...",
             "hosts that are asked for DHT nodes while few are known; {}: "
             "nobody",
             AT(dht_bootstrap), 0, 0},
     .value = "{ router.bittorrent.com:6881, dht.transmissionbt.com:6881 }"},

    {.opt = {"encryption", 0, OPT_CHOICE, "plain|preferred|required",
             "how connections to peers are made; plain: encrypted only with "
             "peers that want it; required: peers without it are refused",
             AT(encryption), 0, 0},
     .value = "preferred",
     .is_option = true,
     .is_guard = true},
    {.opt =
         {"port-mapping", 0, OPT_CHOICE, "auto|upnp|nat-pmp|pcp|off",
          "ask the gateway of the network to let peers reach the port; auto: "
          "by any of them, unless TESSERA_OFFLINE is set",
          AT(port_mapping), 0, 0},
     .value = "auto",
     .is_option = true},
    {.opt = {"proxy", 0, OPT_TEXT, "URL",
             "dial peers and ask HTTP trackers by this proxy only: "
             "socks5://[USER:PASSWORD@]HOST[:PORT] or http://...",
             AT(proxy), 0, 0},
     .value = "\"\"",
     .is_option = true,
     .is_guard = true,
     .is_valid = is_proxy,
     .is_secret = true,
     .wants = "a proxy such as socks5://127.0.0.1:1080 or "
              "http://user:password@host:8080"},
    {.opt = {"ip-filter", 0, OPT_LIST, "FILE",
             "never talk to the addresses of this list: eMule .dat, P2P text "
             "or CIDR, plain or gzip; may be given again",
             AT(ip_filter), 0, 0},
     .value = "{}",
     .is_option = true,
     .is_guard = true,
     .is_path = true},
    {.opt = {"geoip-file", 0, OPT_TEXT, "FILE",
             "show the countries of peers, by this database in MaxMind DB "
             "format",
             AT(geoip_file), 0, 0},
     .value = "\"\"",
     .is_option = true,
     .is_path = true},
    {.opt = {"pex", 0, OPT_FLAG, NULL,
             "learn of peers from peers, and tell them of others", AT(pex), 0,
             0},
     .off = {"no-pex", 0, OPT_OFF, NULL, "do not exchange peers with peers",
             AT(pex), 0, 0},
     .value = "true",
     .is_option = true},
    {.opt = {"lsd", 0, OPT_FLAG, NULL,
             "call out torrents on the local network, to find peers there",
             AT(lsd), 0, 0},
     .off = {"no-lsd", 0, OPT_OFF, NULL,
             "do not look for peers on the local network", AT(lsd), 0, 0},
     .value = "true",
     .is_option = true},

    {.heading = "Limits",
     .opt = {"down", 0, OPT_SIZE, "RATE",
             "receive at most RATE bytes a second; 500K, 2M; 0: no limit",
             AT(down_Bps), 0, 0},
     .value = "0",
     .is_option = true},
    {.opt = {"up", 0, OPT_SIZE, "RATE", "send at most RATE bytes a second",
             AT(up_Bps), 0, 0},
     .value = "0",
     .is_option = true},
    {.opt = {"alt-down", 0, OPT_SIZE, "RATE",
             "the other limit of receiving, that a key of the UI turns on",
             AT(alt_down_Bps), 0, 0},
     .value = "0"},
    {.opt = {"alt-up", 0, OPT_SIZE, "RATE", "the other limit of sending",
             AT(alt_up_Bps), 0, 0},
     .value = "0"},
    {.opt = {"slots", 0, OPT_NUMBER, "N",
             "let so many peers of a torrent download from us at once",
             AT(n_slots), 1, CHOKER_MAX_SLOTS},
     .value = "8"},
    {.opt = {"max-active-downloads", 0, OPT_NUMBER, "N",
             "download so many torrents at once, the others wait; 0: no limit",
             AT(max_downloads), 0, 1 << 20},
     .value = "0"},
    {.opt = {"max-active-seeds", 0, OPT_NUMBER, "N",
             "seed so many torrents at once; 0: no limit", AT(max_seeds), 0,
             1 << 20},
     .value = "0"},
    {.opt = {"seed-ratio", 0, OPT_DECIMAL, "R",
             "seed until R times the size was sent; 0: no limit",
             AT(seed_ratio), 0, 0},
     .value = "0"},
    {.opt = {"seed-time", 0, OPT_NUMBER, "MIN",
             "seed for MIN minutes; 0: no limit", AT(seed_time_min), 0,
             1 << 30},
     .value = "0"},

    {.heading = "Terminal",
     .opt = {"glyphs", 0, OPT_CHOICE, "auto|ascii|line|block|braille",
             "what bars, maps and graphs are drawn with", AT(glyphs), 0, 0},
     .value = "auto"},
    {.opt = {"theme", 0, OPT_CHOICE, "auto|dark|light|mono",
             "the colours' background; mono: no colours, as NO_COLOR does",
             AT(theme), 0, 0},
     .value = "auto"},
    {.opt = {"colors", 0, OPT_CHOICE, "auto|8|256|true|never",
             "how many colours the terminal has", AT(colors), 0, 0},
     .value = "auto"},
    {.opt = {"mouse", 0, OPT_FLAG, NULL,
             "take the mouse; to select text then needs Shift", AT(mouse), 0,
             0},
     .value = "false"},
    {.opt = {"frame-interval", 0, OPT_NUMBER, "MS",
             "milliseconds between two looks at what moves (100 to 5000)",
             AT(frame_interval_ms), 100, 5000},
     .value = "250"},
    {.opt = {"confirm-remove", 0, OPT_FLAG, NULL,
             "ask before a torrent is removed; to delete data is always asked",
             AT(confirm_remove), 0, 0},
     .value = "true"},

    {.heading = "Other programs",
     .opt =
         {"open-with", 0, OPT_LIST, "WORD...",
          "the program that opens a file, and its arguments; the file's path "
          "comes last",
          AT(open_with), 0, 0},
     .value = "{ xdg-open }"},
    {.opt = {"on-complete", 0, OPT_LIST, "WORD...",
             "run this program, with these arguments, when a torrent is "
             "complete; tessera.conf(5) tells what its environment says",
             AT(on_complete), 0, 0},
     .value = "{}"},
    {.opt = {"on-error", 0, OPT_LIST, "WORD...",
             "run this program when a torrent cannot go on", AT(on_error), 0,
             0},
     .value = "{}"},

    {.heading = "Log",
     .opt = {"log", 0, OPT_TEXT, "TOPICS",
             "log these topics, such as peer=trace,disk", AT(log), 0, 0},
     .value = "\"\"",
     .is_option = true,
     .is_valid = is_topics,
     .wants =
         "a list of topics such as peer=trace,disk: general, net, peer, "
         "picker, choke, tracker, disk, state, http, dht, all; with error, "
         "warn, info, debug or trace"},
    {.opt = {"log-file", 0, OPT_TEXT, "FILE",
             "append the log to FILE instead of printing it", AT(log_file), 0,
             0},
     .value = "\"\"",
     .is_option = true,
     .is_path = true},
};

#undef AT

enum { N_ITEMS = sizeof items / sizeof items[0] };

const struct settings_item *settings_table(size_t *n_out)
{
    *n_out = N_ITEMS;
    return items;
}

const struct settings_item *settings_find(const char *name)
{
    for (size_t i = 0; i < N_ITEMS; i++)
        if (strcmp(items[i].opt.name, name) == 0)
            return &items[i];
    return NULL;
}

const struct opt *settings_option(size_t i)
{
    for (size_t j = 0; j < N_ITEMS; j++)
        if (items[j].is_option && i-- == 0)
            return items[j].off.name != NULL ? &items[j].off : &items[j].opt;
    return NULL;
}

/* ---- Setting ---- */

static bool is_address(const char *text)
{
    struct addr a;
    return addr_parse(text, 0, &a) != OK && addr_parse(text, 1, &a) == OK;
}

static bool is_proxy(const char *text)
{
    struct proxyurl u;
    bool is_good = proxyurl_parse(text, &u, NULL) == OK;
    memset(&u, 0, sizeof u);
    return is_good;
}

/* Applies them, too; who logs sets all levels before. */
static bool is_topics(const char *text)
{
    return log_set_levels_from(text);
}

/* Keep a copy for as long as the settings live. */
static const char *keep(struct settings *s, const char *text)
{
    size_t len = strlen(text);
    struct settings_text *t = xmalloc(sizeof *t + len + 1);
    memcpy(t->text, text, len + 1);
    t->next = s->texts;
    s->texts = t;
    return t->text;
}

/* The same with ~ or ~/... as below the home folder. */
static const char *keep_path(struct settings *s, const char *path)
{
    const char *home = getenv("HOME");
    bool is_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0');
    if (!is_home || home == NULL || home[0] == '\0')
        return keep(s, path);
    char *whole = xasprintf("%s%s", home, path + 1);
    const char *kept = keep(s, whole);
    free(whole);
    return kept;
}

static void set_list(struct settings *s, const struct settings_item *item,
                     char *const *values, size_t n, bool adds)
{
    struct opt_list *list = (void *)((char *)s + item->opt.field);
    if (!adds)
        opt_list_fini(list);
    if (n == 0)
        return; /* an empty list owns nothing: runopts copies its pointer */
    list->items = xreallocarray(list->items, list->n + n, sizeof *list->items);
    for (size_t i = 0; i < n; i++)
        list->items[list->n++] =
            item->is_path ? keep_path(s, values[i]) : keep(s, values[i]);
}

static enum err set_string(struct settings *s, const struct settings_item *item,
                           const char *text, struct cause *cause)
{
    const char **field = (void *)((char *)s + item->opt.field);
    bool is_good =
        text[0] == '\0' || item->is_valid == NULL || item->is_valid(text);
    if (!is_good && item->is_secret) {
        cause_set(cause, "this is not %s", item->wants);
        return ERR_USAGE;
    }
    if (!is_good) {
        char *clean = text_clean_dup(text, strlen(text));
        cause_set(cause, "'%s' is not %s", clean, item->wants);
        free(clean);
        return ERR_USAGE;
    }
    if (text[0] == '\0')
        *field = NULL;
    else
        *field = item->is_path ? keep_path(s, text) : keep(s, text);
    return OK;
}

enum err settings_set(struct settings *s, const struct settings_item *item,
                      char *const *values, size_t n, bool adds,
                      struct cause *cause)
{
    bool is_list = item->opt.kind == OPT_LIST;
    if (!is_list && (n != 1 || adds)) {
        cause_set(cause, "takes one value");
        return ERR_USAGE;
    }
    if (is_list) {
        set_list(s, item, values, n, adds);
        return OK;
    }
    if (item->opt.kind == OPT_TEXT)
        return set_string(s, item, values[0], cause);
    if (item->has_auto && strcmp(values[0], "auto") == 0) {
        *(uint64_t *)(void *)((char *)s + item->opt.field) = item->auto_value;
        return OK;
    }
    return opt_store(&item->opt, values[0], s, cause);
}

enum err settings_set_text(struct settings *s, const char *name,
                           const char *text, struct cause *cause)
{
    const struct settings_item *item = settings_find(name);
    if (item == NULL) {
        cause_set(cause, "no setting is called \"%.40s\"", name);
        return ERR_NOT_FOUND;
    }
    char *line = xasprintf("%s = %s", name, text);
    struct conffile f = conffile_begin(line, strlen(line));
    struct conffile_statement st, more;
    struct conffile_values v = {0};
    enum err err = ERR_USAGE;
    if (!conffile_next(&f, &st) || st.broken != NULL)
        cause_set(cause, "%s", st.broken);
    else if (conffile_next(&f, &more))
        cause_set(cause, "more than one line");
    else
        err = conffile_values(&f, &st, &v, cause);
    if (err == OK)
        err = settings_set(s, item, v.items, v.n, false, cause);
    conffile_values_fini(&v);
    free(line);
    return err == OK ? OK : ERR_USAGE;
}

void settings_init(struct settings *s)
{
    *s = (struct settings){0};
    for (size_t i = 0; i < N_ITEMS; i++) {
        struct cause cause;
        if (settings_set_text(s, items[i].opt.name, items[i].value, &cause) !=
            OK)
            abort(); /* the table is wrong */
    }
}

void settings_fini(struct settings *s)
{
    for (size_t i = 0; i < N_ITEMS; i++)
        if (items[i].opt.kind == OPT_LIST)
            opt_list_fini((void *)((char *)s + items[i].opt.field));
    opt_list_fini(&s->notes);
    while (s->texts != NULL) {
        struct settings_text *next = s->texts->next;
        free(s->texts);
        s->texts = next;
    }
}

/* ---- As text ---- */

static char *list_text(const struct opt_list *list)
{
    char *text = xstrdup("{");
    for (size_t i = 0; i < list->n; i++) {
        char *word = conffile_quote(list->items[i]);
        char *longer = xasprintf("%s%s %s", text, i > 0 ? "," : "", word);
        free(word);
        free(text);
        text = longer;
    }
    char *whole = xasprintf("%s%s}", text, list->n > 0 ? " " : "");
    free(text);
    return whole;
}

char *settings_text(const struct settings *s, const struct settings_item *item)
{
    const void *field = (const char *)s + item->opt.field;
    const char *const *string = field;
    if (item->opt.kind == OPT_LIST)
        return list_text(field);
    if (item->opt.kind == OPT_TEXT)
        return conffile_quote(*string != NULL ? *string : "");
    if (item->has_auto && *(const uint64_t *)field == item->auto_value)
        return xstrdup("auto");
    return opt_text(&item->opt, s);
}

void settings_note(struct settings *s, const char *fmt, ...)
{
    char line[CAUSE_MAX_LEN];
    va_list ap;
    if (s->notes.n >= SETTINGS_MAX_NOTES) {
        s->n_notes_left_off++;
        return;
    }
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    s->notes.items =
        xreallocarray(s->notes.items, s->notes.n + 1, sizeof *s->notes.items);
    s->notes.items[s->notes.n++] = keep(s, line);
}
