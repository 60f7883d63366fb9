#include "config.h"

#include "util/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "util/bytes.h"
#include "util/text.h"

enum {
    LINE_MAX_LEN = 1024,              /* a longer line is cut */
    CLEAN_MAX_LEN = 3 * LINE_MAX_LEN, /* each byte may become a U+FFFD */
    N_LEVELS = LOG_TRACE + 1
};

/* The one exception to "no globals": where lines go is a fact of the process,
 * and passing it through every call would say nothing. */
static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;
static log_sink *sink_fn;
static void *sink_ctx;

/* Read without the lock, so that a line that nobody wants costs a load. */
static atomic_bool has_sink;
static atomic_int levels[LOG_N_TOPICS] = {
    [LOG_GENERAL] = LOG_WARN, [LOG_NET] = LOG_WARN,   [LOG_PEER] = LOG_WARN,
    [LOG_PICKER] = LOG_WARN,  [LOG_CHOKE] = LOG_WARN, [LOG_TRACKER] = LOG_WARN,
    [LOG_DISK] = LOG_WARN,    [LOG_STATE] = LOG_WARN, [LOG_HTTP] = LOG_WARN,
    [LOG_DHT] = LOG_WARN,
};

static const char *const topic_names[LOG_N_TOPICS] = {
    [LOG_GENERAL] = "general", [LOG_NET] = "net",     [LOG_PEER] = "peer",
    [LOG_PICKER] = "picker",   [LOG_CHOKE] = "choke", [LOG_TRACKER] = "tracker",
    [LOG_DISK] = "disk",       [LOG_STATE] = "state", [LOG_HTTP] = "http",
    [LOG_DHT] = "dht",
};

static const char *const level_names[N_LEVELS] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn",   [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug", [LOG_TRACE] = "trace",
};

void log_set_sink(log_sink *sink, void *ctx)
{
    pthread_mutex_lock(&sink_lock);
    sink_fn = sink;
    sink_ctx = ctx;
    atomic_store(&has_sink, sink != NULL);
    pthread_mutex_unlock(&sink_lock);
}

void log_set_level(enum log_topic topic, enum log_level level)
{
    atomic_store_explicit(&levels[topic], (int)level, memory_order_relaxed);
}

void log_set_all_levels(enum log_level level)
{
    for (int i = 0; i < LOG_N_TOPICS; i++)
        log_set_level((enum log_topic)i, level);
}

bool log_on(enum log_topic topic, enum log_level level)
{
    return atomic_load_explicit(&has_sink, memory_order_relaxed) &&
           (int)level <=
               atomic_load_explicit(&levels[topic], memory_order_relaxed);
}

const char *log_topic_name(enum log_topic topic)
{
    return (unsigned)topic < LOG_N_TOPICS ? topic_names[topic] : "?";
}

const char *log_level_name(enum log_level level)
{
    return (unsigned)level < N_LEVELS ? level_names[level] : "?";
}

/* The index of a name, -1 when it is none of them. */
static int find_name(struct span name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++) {
        if (span_is(name, names[i]))
            return i;
    }
    return -1;
}

/* Read one word, "TOPIC" or "TOPIC=LEVEL", into the levels to be. */
static bool read_word(struct span word, int new_levels[LOG_N_TOPICS])
{
    int level = LOG_DEBUG;
    const uint8_t *eq = memchr(word.p, '=', word.len);
    if (eq != NULL) {
        size_t topic_len = (size_t)(eq - word.p);
        struct span name = {eq + 1, word.len - topic_len - 1};
        level = find_name(name, level_names, N_LEVELS);
        word.len = topic_len;
    }
    if (level < 0)
        return false;
    if (span_is(word, "all")) {
        for (int i = 0; i < LOG_N_TOPICS; i++)
            new_levels[i] = level;
        return true;
    }
    int topic = find_name(word, topic_names, LOG_N_TOPICS);
    if (topic < 0)
        return false;
    new_levels[topic] = level;
    return true;
}

bool log_set_levels_from(const char *words)
{
    int new_levels[LOG_N_TOPICS];
    for (int i = 0; i < LOG_N_TOPICS; i++)
        new_levels[i] = atomic_load(&levels[i]);
    for (const char *at = words;; at++) {
        size_t len = strcspn(at, ",");
        if (!read_word((struct span){(const uint8_t *)at, len}, new_levels))
            return false;
        at += len;
        if (*at == '\0')
            break;
    }
    for (int i = 0; i < LOG_N_TOPICS; i++)
        atomic_store(&levels[i], new_levels[i]);
    return true;
}

void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
{
    if (!log_on(topic, level))
        return;
    int saved_errno = errno;
    char line[LINE_MAX_LEN];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (len >= 0) {
        size_t n = strlen(line);
        if ((size_t)len > n)
            n = text_cut(line, n);
        char clean[CLEAN_MAX_LEN];
        text_clean(clean, sizeof clean, line, n);
        pthread_mutex_lock(&sink_lock);
        if (sink_fn != NULL)
            sink_fn(sink_ctx, topic, level, clean);
        pthread_mutex_unlock(&sink_lock);
    }
    errno = saved_errno;
}
