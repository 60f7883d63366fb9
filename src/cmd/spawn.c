#include "config.h"

#include "cmd/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

extern char **environ;

/* No descriptor of ours is for the program. */
static int set_files(posix_spawn_file_actions_t *files)
{
    int errnum = posix_spawn_file_actions_addopen(files, STDIN_FILENO,
                                                  "/dev/null", O_RDONLY, 0);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO && errnum == 0; fd++)
        errnum = posix_spawn_file_actions_addopen(files, fd, "/dev/null",
                                                  O_WRONLY, 0);
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
    /* Ours are opened so that no program gets them; a library's may not be. */
    if (errnum == 0)
        errnum =
            posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
#endif
    return errnum;
}

/* Signals as in a fresh program, and none from the terminal's keys. */
static int set_attributes(posix_spawnattr_t *attr)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int errnum = posix_spawnattr_setsigdefault(attr, &all);
    if (errnum == 0)
        errnum = posix_spawnattr_setsigmask(attr, &none);
    if (errnum == 0)
        errnum = posix_spawnattr_setpgroup(attr, 0);
    if (errnum == 0)
        errnum = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETPGROUP);
    return errnum;
}

static int spawn(char **argv, char **env, pid_t *pid_out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    int errnum = posix_spawn_file_actions_init(&files);
    if (errnum != 0)
        return errnum;
    errnum = posix_spawnattr_init(&attr);
    if (errnum != 0) {
        posix_spawn_file_actions_destroy(&files);
        return errnum;
    }
    errnum = set_files(&files);
    if (errnum == 0)
        errnum = set_attributes(&attr);
    if (errnum == 0)
        errnum = posix_spawnp(pid_out, argv[0], &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return errnum;
}

int spawn_program(const struct opt_list *words, const char *last, char **env,
                  pid_t *pid_out)
{
    char **argv = xcalloc(words->n + 2, sizeof *argv);
    size_t n = 0;
    while (n < words->n) {
        argv[n] = xstrdup(words->items[n]);
        n++;
    }
    if (last != NULL)
        argv[n++] = xstrdup(last);
    int errnum = spawn(argv, env != NULL ? env : environ, pid_out);
    while (n > 0)
        free(argv[--n]);
    free(argv);
    return errnum;
}
