#include "config.h"

#include "cmd/fetchopts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fetch.h"
#include "util/xalloc.h"

static const struct opt rows[] = {
    {"proxy", 0, OPT_TEXT, "URL",
     "fetch a URL by this proxy only: socks5://[USER:PASSWORD@]HOST[:PORT] or "
     "http://...",
     offsetof(struct runopts, settings.proxy), 0, 0},
    {"config", 0, OPT_TEXT, "FILE",
     "take proxy and bind from FILE instead of "
     "$XDG_CONFIG_HOME/tessera/tessera.conf",
     offsetof(struct runopts, config), 0, 0},
};

const struct opt *fetchopts_option(size_t i)
{
    return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

static bool has_url(int argc, char **argv, int first)
{
    for (int i = first; i < argc; i++)
        if (fetch_is_url(argv[i]))
            return true;
    return false;
}

enum opt_result fetchopts_parse(const struct opt_command *command, int argc,
                                char **argv, void *into, size_t size,
                                int *first_out)
{
    runopts_init(into);
    void *fresh = xmemdup(into, size);
    enum opt_result result = opt_parse(command, argc, argv, into, first_out);
    if (result == OPT_OK && has_url(argc, argv, *first_out)) {
        memcpy(into, fresh, size);
        result = runopts_parse(command, argc, argv, into, size, first_out);
        if (result == OPT_OK && !runopts_open_way(command, into))
            result = OPT_ERROR;
    }
    free(fresh);
    return result;
}
