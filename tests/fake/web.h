/* web.h -- a small web server for tests, on the test's own loop, at 127.0.0.1 and a
 * port of the system's choice. It answers each request with the bytes that the
 * test gave for its path, head and all, so that it can be as wrong as the test
 * wants; or, of a page that is a file, with the range that was asked for, and with one of
 * the faults of web_fault. Needs a loop with poll. */
#ifndef TESTS_FAKE_WEB_H
#define TESTS_FAKE_WEB_H

#include <stddef.h>
#include <stdint.h>

struct loop;
struct web;

enum web_after {
    WEB_CLOSE,  /* close when the bytes are sent */
    WEB_KEEP,   /* wait for the next request */
    WEB_HANG,   /* say nothing more */
    WEB_REPEAT, /* send `again` for ever */
};

/* What is wrong with a file's reply. */
enum web_fault {
    WEB_NO_FILE, /* the page is no file: its bytes are the reply */
    WEB_RANGES,  /* nothing: 206 with what was asked for */
    WEB_WHOLE,   /* ranges are ignored */
    WEB_LESS,    /* 206 with half of the range, as a server may */
    WEB_UNSAID,  /* no Content-Range */
    WEB_OTHER,   /* another range */
    WEB_SIZE,    /* a file of another size */
    WEB_EARLY,   /* closed after half of what it said */
    WEB_STALL,   /* likewise, but silent */
    WEB_FLOOD    /* more than it said */
};

struct web_page {
    const char *path; /* all borrowed; without the query */
    const void *bytes;
    size_t len;
    enum web_after after;
    const char *again;
    enum web_fault fault;
};

/* `pages` ends with a path NULL; borrowed. Unknown paths are closed. */
struct web *web_new(struct loop *loop, const struct web_page *pages);
void web_free(struct web *w);
uint16_t web_port(const struct web *w);

int web_n_connections(const struct web *w); /* since birth */
int web_n_requests(const struct web *w);
/* Head of the last request, a string. */
const char *web_last_request(const struct web *w);

#endif
