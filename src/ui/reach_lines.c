#include "config.h"

#include "ui/reach_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/units.h"
#include "util/text.h"

enum { PART_LEN = 256 };

/* "5 peers came in, last 2m00s ago": peers by their addresses. */
static void came_in(char dst[PART_LEN], uint32_t n, int64_t at_ms,
                    int64_t now_ms)
{
    char since[UNITS_LEN];
    text_duration(since, sizeof since, (now_ms - at_ms) / 1000);
    snprintf(dst, PART_LEN, "%u peer%s came in, last %s ago", (unsigned)n,
             n == 1 ? "" : "s", since);
}

/* What the gateway does, as far as it says something. */
static void mapping_words(char dst[PART_LEN], const struct reach *r)
{
    bool has_external = r->external[0] != '\0';
    dst[0] = '\0';
    switch (r->mapping) {
    case REACH_MAPPED:
        snprintf(dst, PART_LEN, "%s maps %s", r->mapped_by,
                 has_external ? r->external : "it");
        break;
    case REACH_MAPPING_ASKING:
        snprintf(dst, PART_LEN, "the gateway is being asked");
        break;
    case REACH_MAPPING_FAILED:
        snprintf(dst, PART_LEN, "not mapped: %s", r->mapping_words);
        break;
    case REACH_MAPPING_OFF:
        if (r->mapping_words[0] != '\0')
            snprintf(dst, PART_LEN, "not mapped: %s", r->mapping_words);
        break;
    }
}

void reach_lines_port(char dst[REACH_LINES_LEN], const struct frame *f)
{
    const struct reach *r = &f->reach;
    char evidence[PART_LEN], mapping[PART_LEN];
    const char *state = "";
    if (r->proxy[0] != '\0') {
        snprintf(dst, REACH_LINES_LEN,
                 "by proxy %.200s: no port, UDP trackers, DHT or LSD",
                 r->proxy);
        return;
    }
    if (f->listen_port == 0) {
        snprintf(dst, REACH_LINES_LEN, "no port is listened on");
        return;
    }
    mapping_words(mapping, r);
    if (r->n_from_afar > 0) {
        state = "open, ";
        came_in(evidence, r->n_from_afar, r->afar_ms, f->now_ms);
    } else if (r->n_from_near > 0) {
        state = "reached from this network only, ";
        came_in(evidence, r->n_from_near, r->near_ms, f->now_ms);
    } else
        snprintf(evidence, sizeof evidence, "nobody came in yet");
    snprintf(dst, REACH_LINES_LEN, "port %u: %s%.120s%s%.150s", f->listen_port,
             state, evidence, mapping[0] != '\0' ? "; " : "", mapping);
}

/* Is what the gateway calls outside not where nodes see us? IPv4: it maps no other. */
static bool is_behind_another(const struct reach *r)
{
    const char *seen = r->seen_at[REACH_V4];
    size_t len = strlen(seen);
    return r->mapping == REACH_MAPPED && len > 0 && r->external[0] != '\0' &&
           (strncmp(r->external, seen, len) != 0 || r->external[len] != ':');
}

void reach_lines_udp(char dst[REACH_LINES_LEN], const struct frame *f)
{
    const struct reach *r = &f->reach;
    const char *v4 = r->seen_at[REACH_V4], *v6 = r->seen_at[REACH_V6];
    bool is_seen = v4[0] != '\0' || v6[0] != '\0';
    char evidence[PART_LEN] = "no node came in unasked yet";
    char since[UNITS_LEN];
    dst[0] = '\0';
    if (r->n_strangers == 0 && !is_seen)
        return;
    if (r->n_strangers > 0) {
        text_duration(since, sizeof since, (f->now_ms - r->stranger_ms) / 1000);
        snprintf(evidence, sizeof evidence,
                 "open, %u node%s came in unasked, last %s ago",
                 (unsigned)r->n_strangers, r->n_strangers == 1 ? "" : "s",
                 since);
    }
    snprintf(dst, REACH_LINES_LEN, "UDP: %s%s%s%s%s%s", evidence,
             is_seen ? "; nodes see us at " : "", v4,
             v4[0] != '\0' && v6[0] != '\0' ? " and " : "", v6,
             is_behind_another(r) ? ", which is not the gateway's" : "");
}

void reach_lines_filter(char dst[REACH_LINES_LEN], const struct frame *f)
{
    const struct reach *r = &f->reach;
    dst[0] = '\0';
    if (r->has_filter)
        snprintf(dst, REACH_LINES_LEN,
                 "IP filter: %zu ranges; kept out %" PRIu64
                 ", not dialled %" PRIu64 "%s",
                 r->n_ranges, r->n_kept_out, r->n_not_dialled,
                 r->filter_failed ? "; it cannot be read: see the log" : "");
}

struct draw_pane reach_lines_draw(const struct draw_pane *p,
                                  const struct frame *f)
{
    char port[REACH_LINES_LEN], udp[REACH_LINES_LEN], filter[REACH_LINES_LEN];
    if (p->h < REACH_LINES_FROM_H)
        return *p;
    reach_lines_port(port, f);
    reach_lines_udp(udp, f);
    reach_lines_filter(filter, f);
    int n = 1 + (udp[0] != '\0') + (filter[0] != '\0');
    draw_text(p, p->h - n, 1, p->w - 1, THEME_DIM, port);
    draw_text(p, p->h - n + 1, 1, p->w - 1, THEME_DIM, udp);
    if (filter[0] != '\0')
        draw_text(p, p->h - 1, 1, p->w - 1,
                  f->reach.filter_failed ? THEME_ALERT : THEME_DIM, filter);
    return draw_sub(p, 0, 0, p->h - n, p->w);
}
