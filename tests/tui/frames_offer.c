#include "config.h"

#include "tests/tui/frames_offer.h"

#include <string.h>

#include "meta/metainfo.h"
#include "model/command.h"

static struct metainfo_file files[] = {
    {.path = (char *)"disc one/01 first light.flac", .size_bytes = 31457280},
    {.path = (char *)"disc one/02 a song with so long a name that it does not "
                     "fit into a line of eighty cells.flac",
     .size_bytes = 28311552},
    {.path = (char *)"disc one/03 日本語.flac", .size_bytes = 26214400},
    {.path = (char *)"disc two/01 again.flac", .size_bytes = 41943040},
    {.path = (char *)"disc two/02 \x1b[31mred.flac", .size_bytes = 10485760},
    {.path = (char *)"disc two/03 quiet.flac", .size_bytes = 0},
    {.path = (char *)"disc two/04 loud.flac", .size_bytes = 52428800},
    {.path = (char *)"disc two/05 last.flac", .size_bytes = 3145728},
    {.path = (char *)"cover.jpg", .size_bytes = 912384},
    {.path = (char *)"notes.txt", .size_bytes = 1},
};
enum { N_FILES = sizeof files / sizeof files[0] };

static const struct metainfo offered = {
    .name = (char *)"two discs",
    .geo = {.size_bytes = 194898945, .n_pieces = 744},
    .files = files,
    .n_files = N_FILES,
    .n_trackers = 2,
    .is_private = true,
};

static void set_folder(void *ctx, const char *dir)
{
    struct offer *o = ctx;
    o->folder.is_known = true;
    o->folder.free_bytes = strcmp(dir, "/full") == 0 ? 1 << 20 : 45LL << 30;
    o->folder.n_existing = strcmp(dir, "/full") == 0 ? 0 : 2;
    o->folder.existing_bytes = o->folder.n_existing * 30000000u;
    cause_set(&o->folder.trouble, "%s",
              strcmp(dir, "/gone") == 0 ? "/gone: Permission denied" : "");
}

static void begin(void *ctx, const char *source)
{
    struct offer *o = ctx;
    *o = (struct offer){.state = OFFER_READY};
    set_folder(o, "/srv/dl");
    if (strcmp(source, "slow") == 0)
        o->state = OFFER_READING;
    else if (strcmp(source, "broken") == 0) {
        o->state = OFFER_FAILED;
        cause_set(&o->cause, "broken: not a torrent: no info at byte 7");
    } else if (strncmp(source, "magnet:", 7) == 0) {
        o->name = "by a link";
    } else {
        o->meta = &offered;
        o->name = "two discs";
    }
}
static void look(void *ctx, struct offer *out)
{
    *out = *(struct offer *)ctx;
}

static struct command *take(void *ctx, const char *dir)
{
    (void)dir;
    struct offer *o = ctx;
    bool is_ready = o->state == OFFER_READY;
    *o = (struct offer){.state = OFFER_NONE};
    return is_ready ? command_new(COMMAND_ADD, 0) : NULL;
}

static void drop(void *ctx)
{
    *(struct offer *)ctx = (struct offer){.state = OFFER_NONE};
}

struct offer_host frames_offer_host(struct offer *o)
{
    return (struct offer_host){begin, set_folder, look, take, drop, o};
}
