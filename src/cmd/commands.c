#include "config.h"

#include "cmd/commands.h"

#include <stddef.h>

const struct commands_entry *commands_table(void)
{
    static const struct commands_entry table[] = {
        {"", cmd_tui, cmd_tui_table, "the terminal UI"},
        {"create", cmd_create, cmd_create_table,
         "make a torrent of a file or a folder"},
        {"demo", cmd_demo, cmd_demo_table,
         "watch a private swarm on this machine"},
        {"get", cmd_get, cmd_get_table,
         "download torrents, without the terminal UI"},
        {"show", cmd_show, cmd_show_table, "show what torrents hold"},
        {"verify", cmd_verify, cmd_verify_table,
         "check data against its torrent"},
        {0},
    };
    return table;
}
