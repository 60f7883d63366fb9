#include "config.h"

#include "cmd/uihost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/offers.h"
#include "cmd/pathcomp.h"
#include "model/command.h"
#include "util/xalloc.h"

enum { MAX_NUMBER = 1000 /* files of one name */ };

struct uihost {
    struct bridge *bridge; /* borrowed */
    struct offers *offers; /* owned */
    char *dir;             /* owned */
};

static void hand_over(void *ctx, struct command *c)
{
    struct uihost *u = ctx;
    bridge_send(u->bridge, c);
}

/* A file that was not there: NAME, or NAME with a number before its suffix. */
static FILE *make_file(const char *name, char **path_out)
{
    const char *dot = strrchr(name, '.');
    int stem = dot != NULL ? (int)(dot - name) : (int)strlen(name);
    for (int i = 1; i < MAX_NUMBER; i++) {
        char *path = i == 1 ? xstrdup(name)
                            : xasprintf("%.*s-%d%s", stem, name, i,
                                        dot != NULL ? dot : "");
        FILE *f = fopen(path, "wxe");
        if (f != NULL) {
            *path_out = path;
            return f;
        }
        free(path);
        if (errno != EEXIST)
            return NULL;
    }
    errno = EEXIST;
    return NULL;
}

static enum err save(void *ctx, const char *name, const char *text, size_t len,
                     char **path_out, struct cause *cause)
{
    (void)ctx;
    char *path = NULL;
    FILE *f = make_file(name, &path);
    if (f == NULL) {
        cause_set_errno(cause, errno, "%s", name);
        return ERR_SYS;
    }
    bool ok = fwrite(text, 1, len, f) == len;
    int why = errno;
    ok = fclose(f) == 0 && ok;
    if (!ok) {
        cause_set_errno(cause, why, "%s", path);
        free(path);
        return ERR_SYS;
    }
    *path_out = path;
    return OK;
}

static bool complete(void *ctx, char *path, size_t cap, char *choices,
                     size_t n_choices)
{
    (void)ctx;
    return pathcomp_extend(path, cap, choices, n_choices);
}

struct uihost *uihost_new(struct bridge *bridge, const char *dir)
{
    struct uihost *u = xzalloc(sizeof *u);
    u->bridge = bridge;
    u->offers = offers_new();
    u->dir = xstrdup(dir);
    return u;
}

void uihost_free(struct uihost *u)
{
    if (u == NULL)
        return;
    offers_free(u->offers);
    free(u->dir);
    free(u);
}

struct host uihost_host(struct uihost *u)
{
    return (struct host){.send = hand_over,
                         .save = save,
                         .complete = complete,
                         .ctx = u,
                         .offers = offers_host(u->offers),
                         .dir = u->dir};
}
