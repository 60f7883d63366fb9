#include "config.h"

#include "cmd/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

extern char **environ;

/* No descriptor of ours is for the program, but err_fd, if it is one. */
static int set_files(posix_spawn_file_actions_t *files, int err_fd)
{
    int errnum =
        err_fd < 0
            ? posix_spawn_file_actions_addopen(files, STDERR_FILENO,
                                               "/dev/null", O_WRONLY, 0)
            : posix_spawn_file_actions_adddup2(files, err_fd, STDERR_FILENO);
    if (errnum == 0)
        errnum = posix_spawn_file_actions_addopen(files, STDIN_FILENO,
                                                  "/dev/null", O_RDONLY, 0);
    if (errnum == 0)
        errnum = posix_spawn_file_actions_addopen(files, STDOUT_FILENO,
                                                  "/dev/null", O_WRONLY, 0);
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
    /* Ours are opened so that no program gets them; a library's may not be. */
    if (errnum == 0)
        errnum =
            posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
#endif
    return errnum;
}

/* Signals as in a fresh program, and none from the terminal's keys; none
 * from the terminal's end either where the program leads a session. */
static int set_attributes(posix_spawnattr_t *attr, bool leads_session)
{
    sigset_t all, none;
    short group = POSIX_SPAWN_SETPGROUP;
#ifdef POSIX_SPAWN_SETSID
    if (leads_session)
        group = POSIX_SPAWN_SETSID;
#else
    (void)leads_session; /* a group of its own is as near as it gets */
#endif
    sigfillset(&all);
    sigemptyset(&none);
    int errnum = posix_spawnattr_setsigdefault(attr, &all);
    if (errnum == 0)
        errnum = posix_spawnattr_setsigmask(attr, &none);
    if (errnum == 0)
        errnum = posix_spawnattr_setpgroup(attr, 0);
    if (errnum == 0)
        errnum = posix_spawnattr_setflags(attr, (short)(POSIX_SPAWN_SETSIGDEF |
                                                        POSIX_SPAWN_SETSIGMASK |
                                                        group));
    return errnum;
}

static int spawn(char *const *argv, char *const *env, bool leads_session,
                 int err_fd, pid_t *pid_out)
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
    errnum = set_files(&files, err_fd);
    if (errnum == 0)
        errnum = set_attributes(&attr, leads_session);
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
    int errnum = spawn(argv, env != NULL ? env : environ, false, -1, pid_out);
    while (n > 0)
        free(argv[--n]);
    free(argv);
    return errnum;
}

int spawn_session(char *const *argv, char *const *env, int err_fd,
                  pid_t *pid_out)
{
    return spawn(argv, env, true, err_fd, pid_out);
}
