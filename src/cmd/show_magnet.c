#include "config.h"

#include "cmd/show_magnet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

enum { LABEL_WIDTH = 14 };

/* ---- For people ---- */

static void print_field(const char *label, const char *text)
{
    char *clean = text_clean_dup(text, strlen(text));
    printf("%-*s%s\n", LABEL_WIDTH, label, clean);
    free(clean);
}

static void print_fields(const char *label, char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print_field(label, texts[i]);
}

/* Numbers as tessera show prints them: from 1. */
static void print_ranges(const struct magnet *m)
{
    if (m->n_ranges == 0)
        return;
    printf("%-*s", LABEL_WIDTH, "only files");
    for (size_t i = 0; i < m->n_ranges; i++) {
        const struct magnet_range *r = &m->ranges[i];
        printf("%s%" PRIu32, i > 0 ? "," : "", r->first + 1);
        if (r->last > r->first)
            printf("-%" PRIu32, r->last + 1);
    }
    putchar('\n');
}

static void print_text(const struct magnet *m, const char *hex)
{
    if (m->name != NULL)
        print_field("name", m->name);
    print_field("info-hash", hex);
    print_fields("tracker", m->trackers, m->n_trackers);
    print_fields("web seed", m->web_seeds, m->n_web_seeds);
    print_fields("torrent at", m->sources, m->n_sources);
    for (size_t i = 0; i < m->n_peers; i++) {
        char *host = text_clean_dup(m->peers[i].host, strlen(m->peers[i].host));
        printf("%-*s%s port %u\n", LABEL_WIDTH, "peer", host,
               (unsigned)m->peers[i].port);
        free(host);
    }
    print_ranges(m);
}

/* ---- JSON ---- */

static void print_json_string(const char *text)
{
    char *quoted = text_json_dup(text, strlen(text));
    fputs(quoted, stdout);
    free(quoted);
}

static void print_json_list(const char *key, char *const *texts, size_t n)
{
    printf(",\"%s\":[", key);
    for (size_t i = 0; i < n; i++) {
        fputs(i > 0 ? "," : "", stdout);
        print_json_string(texts[i]);
    }
    putchar(']');
}

static void print_json(const struct magnet *m, const char *argument,
                       const char *hex)
{
    fputs("{\"magnet\":", stdout);
    print_json_string(argument);
    fputs(",\"name\":", stdout);
    if (m->name != NULL)
        print_json_string(m->name);
    else
        fputs("null", stdout);
    printf(",\"info_hash\":\"%s\"", hex);
    print_json_list("trackers", m->trackers, m->n_trackers);
    print_json_list("web_seeds", m->web_seeds, m->n_web_seeds);
    print_json_list("sources", m->sources, m->n_sources);
    fputs(",\"peers\":[", stdout);
    for (size_t i = 0; i < m->n_peers; i++) {
        fputs(i > 0 ? ",{\"host\":" : "{\"host\":", stdout);
        print_json_string(m->peers[i].host);
        printf(",\"port\":%u}", (unsigned)m->peers[i].port);
    }
    fputs("],\"files\":[", stdout);
    for (size_t i = 0; i < m->n_ranges; i++)
        printf("%s[%" PRIu32 ",%" PRIu32 "]", i > 0 ? "," : "",
               m->ranges[i].first + 1, m->ranges[i].last + 1);
    fputs("]}\n", stdout);
}

void show_magnet(const struct magnet *m, const char *argument, bool is_json)
{
    char hex[2 * MAGNET_HASH_LEN + 1];
    text_hex(hex, m->info_hash, MAGNET_HASH_LEN);
    if (is_json)
        print_json(m, argument, hex);
    else
        print_text(m, hex);
}
