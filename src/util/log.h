/* log.h -- topics and levels, to one sink that the program sets at its start.
 * A line reaches the sink already filtered by text_clean(): nothing that a
 * stranger sent can carry control characters. Any thread may log; the sink is
 * called under a lock, so it may not log. Without a sink nothing is formatted.
 * Levels are LOG_WARN at the start. The sink is the one global of the program:
 * where lines go is a fact of the process. */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

enum log_topic {
    LOG_GENERAL,
    LOG_NET,
    LOG_PEER,
    LOG_PICKER,
    LOG_CHOKE,
    LOG_TRACKER,
    LOG_DISK,
    LOG_STATE,
    LOG_HTTP,
    LOG_DHT,
    LOG_N_TOPICS
};

typedef void log_sink(void *ctx, enum log_topic topic, enum log_level level,
                      const char *line);

/* Set where lines go; sink NULL: nowhere. ctx is borrowed. Before threads. */
void log_set_sink(log_sink *sink, void *ctx);
/* Let lines up to this level pass, of one topic or of all. Any thread. */
void log_set_level(enum log_topic topic, enum log_level level);
void log_set_all_levels(enum log_level level);
/* Would such a line reach the sink? For lines that cost much to make. */
bool log_on(enum log_topic topic, enum log_level level);
const char *log_topic_name(enum log_topic topic); /* "peer" */
const char *log_level_name(enum log_level level); /* "debug" */
/* Apply words such as "peer=trace,disk" (a bare topic means debug; "all").
 * Return false, having applied nothing, when a word is unknown. */
bool log_set_levels_from(const char *words);

/* Log one line, cut at 1 KiB; errno is kept. */
void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
