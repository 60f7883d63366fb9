/* fetchopts.h -- what subcommands are told that run no session, but fetch a torrent by its
 * URL: the proxy to do that by, and the configuration file that may name one, or the
 * address to do it from. As with a session nothing goes round them. Where no argument
 * is a URL, neither file nor network is touched. Begins a subcommand's own struct of
 * options, as runopts.h has it:
 *
 *     struct show { struct runopts run; bool is_json; };
 *
 * Owner and thread: the subcommand's; main thread. */
#ifndef CMD_FETCHOPTS_H
#define CMD_FETCHOPTS_H

#include "cmd/opt.h"
#include "cmd/runopts.h"

#include <stddef.h>

/* The rows, for opt_command.shared. */
const struct opt *fetchopts_option(size_t i);

/* As runopts_parse(), which see, and runopts_open_way() in one. End with
 * runopts_fini(), whatever it returns. */
enum opt_result fetchopts_parse(const struct opt_command *command, int argc,
                                char **argv, void *into, size_t size,
                                int *first_out);

#endif
