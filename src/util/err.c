#include "config.h"

#include "util/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

static const char *const texts[ERR_N] = {
    [OK] = "success",
    [ERR_SYS] = "the system refused",
    [ERR_AGAIN] = "nothing there yet",
    [ERR_CLOSED] = "closed by the other side",
    [ERR_TIMEOUT] = "timed out",
    [ERR_CANCELLED] = "cancelled",
    [ERR_SYNTAX] = "malformed",
    [ERR_TRUNCATED] = "ends too early",
    [ERR_TOO_BIG] = "too big",
    [ERR_INVALID] = "makes no sense",
    [ERR_UNSUPPORTED] = "not supported",
    [ERR_UNSAFE_PATH] = "unsafe path",
    [ERR_NOT_FOUND] = "not found",
    [ERR_BUSY] = "in use by another instance",
    [ERR_NO_SPACE] = "no space left on the disk",
    [ERR_HASH] = "data does not match its hash",
    [ERR_USAGE] = "wrong usage",
    [ERR_REFUSED] = "refused by the other side",
    [ERR_PROTO_HANDSHAKE] = "not a handshake for us",
    [ERR_PROTO_LENGTH] = "message of impossible length",
    [ERR_PROTO_RANGE] = "message about a piece or block out of range",
    [ERR_PROTO_STATE] = "message not allowed now",
    [ERR_PROTO_FLOOD] = "too many requests or messages",
};

const char *err_text(enum err code)
{
    if ((unsigned)code >= ERR_N)
        return "unknown error";
    return texts[code];
}

/* Format by way of a second buffer, so that an argument may be the cause's own
 * text; use at most `cap` bytes with the NUL. */
__attribute__((format(printf, 3, 0))) static void
set_cut(struct cause *cause, size_t cap, const char *fmt, va_list args)
{
    char line[CAUSE_MAX_LEN];
    int len = vsnprintf(line, cap, fmt, args);
    if (len < 0) {
        cause->text[0] = '\0';
        return;
    }
    size_t n = strlen(line);
    if ((size_t)len > n)
        n = text_cut(line, n);
    memcpy(cause->text, line, n);
    cause->text[n] = '\0';
}

void cause_set(struct cause *cause, const char *fmt, ...)
{
    if (cause == NULL)
        return;
    va_list args;
    va_start(args, fmt);
    set_cut(cause, CAUSE_MAX_LEN, fmt, args);
    va_end(args);
}

/* strerror_r() gives a pointer in glibc and a status elsewhere; _Generic picks
 * the reader of whichever this libc has. */
__attribute__((unused)) static const char *errno_from_pointer(const char *text,
                                                              const char *buf)
{
    (void)buf;
    return text;
}

__attribute__((unused)) static const char *errno_from_status(int status,
                                                             const char *buf)
{
    return status == 0 ? buf : "unknown error";
}

static const char *errno_text(int errnum, char *buf, size_t cap)
{
    return _Generic(strerror_r(errnum, buf, cap),
        char *: errno_from_pointer,
        int: errno_from_status)(strerror_r(errnum, buf, cap), buf);
}

void cause_set_errno(struct cause *cause, int errnum, const char *fmt, ...)
{
    if (cause == NULL)
        return;
    char buf[128];
    char tail[sizeof buf + 2];
    int tail_len = snprintf(tail, sizeof tail, ": %s",
                            errno_text(errnum, buf, sizeof buf));
    size_t room = tail_len < 0 ? 0 : strlen(tail);

    /* What is cut is the front: the system's reason is the part to keep. */
    va_list args;
    va_start(args, fmt);
    set_cut(cause, CAUSE_MAX_LEN - room, fmt, args);
    va_end(args);
    memcpy(cause->text + strlen(cause->text), tail, room + 1);
}

void cause_prefix(struct cause *cause, const char *prefix)
{
    if (cause != NULL)
        cause_set(cause, "%s: %s", prefix, cause->text);
}
