#include "config.h"

#include "cmd/logging.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/text.h"

/* Where lines go is a fact of the process, as the sink itself. */
static FILE *file;

static void to_stderr(void *ctx, enum log_topic topic, enum log_level level,
                      const char *line)
{
    (void)ctx;
    fprintf(stderr, "%s %s: %s\n", log_level_name(level), log_topic_name(topic),
            line);
}

static void to_file(void *ctx, enum log_topic topic, enum log_level level,
                    const char *line)
{
    char when[32] = "";
    time_t now = (time_t)clock_wall();
    struct tm tm;
    (void)ctx;
    if (localtime_r(&now, &tm) != NULL)
        strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
    fprintf(file, "%s %s %s: %s\n", when, log_level_name(level),
            log_topic_name(topic), line);
}

static bool open_file(const struct opt_command *command, const char *path)
{
    file = fopen(path, "ae");
    if (file == NULL) {
        int errnum = errno;
        char *clean = text_clean_dup(path, strlen(path));
        opt_error(command, "--log-file: %s: %s", clean, strerror(errnum));
        free(clean);
        return false;
    }
    /* Whoever follows the file sees whole lines, at once. */
    setvbuf(file, NULL, _IOLBF, BUFSIZ);
    return true;
}

bool logging_begin(const struct opt_command *command, const struct settings *s,
                   unsigned verbose)
{
    log_set_all_levels(LOG_WARN);
    if (verbose == 0 && s->log == NULL && s->log_file == NULL)
        return true;
    if (verbose > 0)
        log_set_all_levels(verbose > 1 ? LOG_DEBUG : LOG_INFO);
    if (s->log != NULL && !log_set_levels_from(s->log)) {
        char *clean = text_clean_dup(s->log, strlen(s->log));
        opt_error(command, "--log: '%s' is not %s", clean,
                  settings_find("log")->wants);
        free(clean);
        return false;
    }
    if (s->log_file != NULL && !open_file(command, s->log_file))
        return false;
    log_set_sink(file != NULL ? to_file : to_stderr, NULL);
    return true;
}

void logging_end(void)
{
    log_set_sink(NULL, NULL);
    if (file != NULL)
        fclose(file);
    file = NULL;
}
