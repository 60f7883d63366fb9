#include "config.h"

#include "cmd/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/settings_file.h"
#include "cmd/spawn.h"
#include "disk/tenure.h"
#include "engine/statedir.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

extern char **environ;

enum {
    LOOK_MS = 50,
    MAX_PATH_LEN = 4096,
    MAX_WORDS_LEN = 4096 /* of what is written before it is ready */
};

static const char variable[] = "TESSERA_DETACHED";
static bool is_waited_for; /* the process's own, as its stderr is */

/* The file that it holds. */
static enum err find_file(char **path_out, struct cause *cause)
{
    struct statedir *state;
    enum err err = statedir_open(&state, cause);
    if (err != OK)
        return err;
    *path_out = xasprintf("%s/background", statedir_path(state));
    statedir_free(state);
    return OK;
}

/* ---- Its own side ---- */

int background_hold(const struct opt_command *command, struct tenure **out)
{
    struct cause cause = {""};
    char *path;
    enum err err = find_file(&path, &cause);
    if (err == OK) {
        err = tenure_take(path, out, &cause);
        free(path);
    }
    if (err == OK)
        return EXIT_DONE;
    opt_error(command, "%s%s",
              err == ERR_BUSY ? "a session runs in the background already: "
                              : "",
              cause.text);
    return err == ERR_BUSY ? EXIT_USAGE : EXIT_DISK;
}

void background_take_settings(struct settings *s)
{
    const char *text = getenv(variable);
    is_waited_for = text != NULL;
    if (text != NULL)
        settings_file_read(s, variable, text, strlen(text));
    unsetenv(variable); /* it is not for programs that we start */
}

bool background_say_ready(void)
{
    if (!is_waited_for)
        return false;
    is_waited_for = false;
    ssize_t n = write(STDERR_FILENO, "", 1);
    (void)n; /* who waited is gone: that is no reason to end */
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere != NULL) {
        dup2(fileno(nowhere), STDERR_FILENO);
        fclose(nowhere);
    }
    return true;
}

/* ---- Taking over ---- */

static void wait_a_little(void)
{
    struct timespec span = {.tv_nsec = LOOK_MS * 1000000L};
    nanosleep(&span, NULL);
}

/* Until nobody holds it; it was told to end. */
static int wait_for_end(const struct opt_command *command, const char *path,
                        pid_t told)
{
    struct cause cause = {""};
    pid_t pid;
    int64_t until_ms = clock_now_ms() + BACKGROUND_END_MS;
    while (tenure_holder(path, &pid, &cause) == OK) {
        if (pid == 0)
            return EXIT_DONE;
        if (pid != told) {
            opt_error(command,
                      "process %ld has begun another meanwhile: if it is a "
                      "service, stop it first",
                      (long)pid);
            return EXIT_USAGE;
        }
        if (clock_now_ms() > until_ms) {
            opt_error(command,
                      "process %ld was told to end, and still has the "
                      "session: wait for it, or kill it",
                      (long)pid);
            return EXIT_USAGE;
        }
        wait_a_little();
    }
    opt_error(command, "%s", cause.text);
    return EXIT_DISK;
}

static int take_from(const struct opt_command *command, const char *path,
                     pid_t pid)
{
    if (pid == TENURE_ELSEWHERE) {
        opt_error(command, "a session runs in the background, on another "
                           "machine or in a container: end it there");
        return EXIT_USAGE;
    }
    opt_error(command, "taking the session over from process %ld", (long)pid);
    if (kill(pid, SIGTERM) == 0 || errno == ESRCH)
        return wait_for_end(command, path, pid);
    opt_error(command, "process %ld cannot be told to end: %s", (long)pid,
              strerror(errno));
    return EXIT_USAGE;
}

int background_take_over(const struct opt_command *command)
{
    struct cause cause = {""};
    char *path;
    pid_t pid;
    int status = EXIT_DONE;
    enum err err = find_file(&path, &cause);
    if (err == OK) {
        err = tenure_holder(path, &pid, &cause);
        if (err == OK && pid != 0)
            status = take_from(command, path, pid);
        free(path);
    }
    if (err == OK)
        return status;
    opt_error(command, "%s", cause.text);
    return EXIT_DISK;
}

/* ---- Starting it ---- */

/* Where this program lies, in new memory: if it was replaced meanwhile, as it was called. */
static char *find_program(const char *called)
{
    char path[MAX_PATH_LEN];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n > 0 && (size_t)n < sizeof path - 1) {
        path[n] = '\0';
        if (access(path, X_OK) == 0)
            return xstrdup(path);
    }
    return xstrdup(called);
}

static char **make_argv(const char *program, char *const *options, int n)
{
    char **argv = xcalloc((size_t)n + 3, sizeof *argv);
    argv[0] = find_program(program);
    argv[1] = xstrdup("--no-ui");
    for (int i = 0; i < n; i++)
        argv[i + 2] = xstrdup(options[i]);
    return argv;
}

/* Ours, with the settings; the strings but the last are ours still. */
static char **make_env(const char *extra)
{
    size_t n = 0;
    while (environ[n] != NULL)
        n++;
    char **env = xcalloc(n + 2, sizeof *env);
    memcpy(env, environ, n * sizeof *env);
    env[n] = xasprintf("%s=%s", variable, extra);
    return env;
}

/* A pipe that no program gets unless it is given it. */
static int make_pipe(int fds[2])
{
    if (pipe(fds) != 0)
        return errno;
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

/* Show what it writes, until it is ready or ends. Is it ready? */
static bool listen_to(int fd)
{
    char words[MAX_WORDS_LEN];
    for (;;) {
        ssize_t n = read(fd, words, sizeof words);
        if (n < 0 && errno == EINTR)
            continue; /* the second interrupt ends us: see ui/tui.h */
        if (n <= 0)
            return false;
        const char *end = memchr(words, '\0', (size_t)n);
        fwrite(words, 1, end != NULL ? (size_t)(end - words) : (size_t)n,
               stderr);
        if (end != NULL)
            return true;
    }
}

static int status_of(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return EXIT_DISK;
    if (WIFEXITED(status) && WEXITSTATUS(status) != EXIT_DONE)
        return WEXITSTATUS(status);
    return EXIT_DISK;
}

static int start(const struct opt_command *command, char *const *argv,
                 char *const *env)
{
    int fds[2];
    pid_t pid;
    int errnum = make_pipe(fds);
    if (errnum == 0) {
        errnum = spawn_session(argv, env, fds[1], &pid);
        close(fds[1]);
        if (errnum != 0)
            close(fds[0]);
    }
    if (errnum != 0) {
        char *clean = text_clean_dup(argv[0], strlen(argv[0]));
        opt_error(command, "%s: %s", clean, strerror(errnum));
        free(clean);
        return EXIT_DISK;
    }
    bool is_ready = listen_to(fds[0]);
    close(fds[0]);
    if (!is_ready)
        return status_of(pid);
    printf("tessera goes on in the background, process %ld; `tessera` takes "
           "it back\n",
           (long)pid);
    return EXIT_DONE;
}

int background_start(const struct opt_command *command, const char *program,
                     char *const *options, int n, const char *extra)
{
    char **argv = make_argv(program, options, n);
    char **env = make_env(extra);
    int status = start(command, argv, env);
    if (status != EXIT_DONE)
        opt_error(command, "the session does not go on in the background; it "
                           "is saved, and `tessera` goes on with it");
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    free(argv);
    char **last = env;
    while (last[1] != NULL)
        last++;
    free(*last);
    free(env);
    return status;
}
