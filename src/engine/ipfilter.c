#include "config.h"

#include "engine/ipfilter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "model/reach.h"
#include "util/ipset.h"
#include "util/xalloc.h"

static void on_timer(void *ctx);

void ipfilter_init(struct ipfilter *f, struct loop *loop, struct diskq *disk,
                   const struct ipfilter_host *host)
{
    *f = (struct ipfilter){.loop = loop, .disk = disk, .host = *host};
    loop_timer_init(&f->timer, on_timer, f);
}

static void forget_paths(struct ipfilter *f)
{
    for (size_t i = 0; i < f->n_paths; i++)
        free(f->paths[i]);
    free(f->paths);
    f->paths = NULL;
    f->n_paths = 0;
}

void ipfilter_fini(struct ipfilter *f)
{
    if (f->loop == NULL)
        return;
    loop_timer_cancel(f->loop, &f->timer);
    forget_paths(f);
    ipset_free(f->set);
    f->set = NULL;
}

static void changed(struct ipfilter *f)
{
    if (f->host.changed != NULL)
        f->host.changed(f->host.ctx);
}

/* ---- What came of a load ---- */

static void say_loaded(struct ipfilter *f, const struct ipload *l)
{
    char allowed[48] = "", bad[48] = "";
    if (l->n_allowed > 0)
        snprintf(allowed, sizeof allowed, ", %zu lines let through",
                 l->n_allowed);
    if (l->n_bad > 0)
        snprintf(bad, sizeof bad, ", %zu bad line%s: ", l->n_bad,
                 l->n_bad == 1 ? "" : "s");
    char *line = xasprintf("IP filter: %zu ranges, %zu when merged%s%s%s",
                           l->n_read, ipset_n_ranges(l->set), allowed, bad,
                           l->words != NULL ? l->words : "");
    f->host.say(f->host.ctx, OK, line);
    free(line);
}

static void take(struct ipfilter *f, struct ipload *l, enum err err,
                 const struct cause *cause)
{
    memcpy(f->stamps, l->stamps, sizeof f->stamps);
    if (err == OK && l->is_same)
        return;
    f->has_failed = err != OK;
    if (err != OK) {
        char *line = xasprintf("IP filter: %s%s", cause->text,
                               f->set != NULL ? "; the one before holds"
                                              : "; nothing is filtered");
        f->host.say(f->host.ctx, err, line);
        free(line);
        return;
    }
    say_loaded(f, l);
    ipset_free(f->set);
    f->set = l->set;
    l->set = NULL;
    changed(f);
}

/* ---- Loading ---- */

static struct ipload *load_of(const struct ipfilter *f, bool is_forced)
{
    struct ipload *l = ipload_new((const char *const *)f->paths, f->n_paths);
    memcpy(l->stamps, f->stamps, sizeof l->stamps);
    l->is_forced = is_forced;
    return l;
}

static void submit(struct ipfilter *f, bool is_forced)
{
    struct disk_job *job = disk_job_new(DISK_IPLOAD, NULL, 0);
    job->tag = ++f->latest;
    job->ipload = load_of(f, is_forced);
    f->is_loading = true;
    diskq_submit(f->disk, job);
}

static void look_later(struct ipfilter *f)
{
    loop_timer_arm(f->loop, &f->timer, loop_now_ms(f->loop) + IPFILTER_LOOK_MS);
}

static void on_timer(void *ctx)
{
    struct ipfilter *f = ctx;
    if (!f->is_loading)
        submit(f, false);
    look_later(f);
}

void ipfilter_on_job(struct ipfilter *f, struct disk_job *job)
{
    if (job->tag == f->latest) {
        f->is_loading = false;
        take(f, job->ipload, job->err, &job->cause);
    }
    disk_job_free(job);
}

void ipfilter_reload(struct ipfilter *f)
{
    if (f->n_paths > 0)
        submit(f, true);
    else
        f->host.say(f->host.ctx, OK, "IP filter: none is set (ip-filter)");
}

static void drop(struct ipfilter *f)
{
    bool had_one = f->set != NULL;
    f->latest++;
    f->is_loading = f->has_failed = false;
    loop_timer_cancel(f->loop, &f->timer);
    ipset_free(f->set);
    f->set = NULL;
    if (!had_one)
        return;
    f->host.say(f->host.ctx, OK, "IP filter: off");
    changed(f);
}

static void take_paths(struct ipfilter *f, const char *const *paths, size_t n)
{
    forget_paths(f);
    memset(f->stamps, 0, sizeof f->stamps);
    f->paths = xcalloc(n + 1, sizeof *f->paths);
    f->n_paths = n;
    for (size_t i = 0; i < n; i++)
        f->paths[i] = xstrdup(paths[i]);
}

void ipfilter_set(struct ipfilter *f, const char *const *paths, size_t n)
{
    if (n > IPLOAD_MAX_FILES) {
        char line[80];
        snprintf(line, sizeof line, "IP filter: only the first %d of %zu files",
                 (int)IPLOAD_MAX_FILES, n);
        f->host.say(f->host.ctx, ERR_TOO_BIG, line);
        n = IPLOAD_MAX_FILES;
    }
    take_paths(f, paths, n);
    if (n == 0) {
        drop(f);
        return;
    }
    look_later(f);
    submit(f, true);
}

enum err ipfilter_begin(struct ipfilter *f, const char *const *paths, size_t n,
                        struct cause *cause)
{
    if (n > IPLOAD_MAX_FILES) {
        cause_set(cause, "IP filter: over %d files: nothing is begun",
                  (int)IPLOAD_MAX_FILES);
        return ERR_TOO_BIG;
    }
    struct cause why = {""};
    take_paths(f, paths, n);
    struct ipload *l = load_of(f, true);
    enum err err = ipload_run(l, &why);
    if (err == OK) {
        take(f, l, OK, &why);
        look_later(f);
    } else
        cause_set(cause, "IP filter: %s: nothing is begun without it",
                  why.text);
    ipload_free(l);
    return err;
}

/* ---- Questions ---- */

bool ipfilter_has(const struct ipfilter *f, const struct addr *a)
{
    return f != NULL && f->set != NULL && ipset_has(f->set, a);
}

bool ipfilter_refuses_in(struct ipfilter *f, const struct addr *a)
{
    if (!ipfilter_has(f, a))
        return false;
    f->n_in++;
    return true;
}

bool ipfilter_refuses_out(struct ipfilter *f, const struct addr *a)
{
    if (!ipfilter_has(f, a))
        return false;
    f->n_out++;
    return true;
}

const char *ipfilter_refusal(void *ctx, const struct addr *a)
{
    return ipfilter_refuses_out(ctx, a) ? "is in the IP filter" : NULL;
}

void ipfilter_fill(const struct ipfilter *f, struct reach *out)
{
    out->has_filter = f->n_paths > 0;
    out->filter_failed = f->has_failed;
    out->n_ranges = f->set != NULL ? ipset_n_ranges(f->set) : 0;
    out->n_kept_out = f->n_in;
    out->n_not_dialled = f->n_out;
}
