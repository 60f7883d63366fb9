#include "config.h"

#include "cmd/headless.h"

#include <stdio.h>
#include <time.h>

#include "cmd/background.h"
#include "cmd/commands.h"
#include "cmd/interrupt.h"
#include "cmd/report.h"
#include "disk/tenure.h"
#include "util/clock.h"

enum {
    /* Nobody looks: the engine makes a frame, and wakes us, as seldom as this. */
    TURN_MS = 1000,
    /* But at its start and its end. */
    SOON_MS = 100,
    /* The first frame of a session is made before its torrents are there. */
    FRAMES_TO_START = 2
};

struct headless {
    const struct opt_command *command; /* borrowed, as the next two */
    struct bridge *bridge;
    struct hook *hook;
    struct report *report; /* owned */
    struct frame *frame;   /* owned: the latest, or NULL */
    unsigned n_frames;     /* up to FRAMES_TO_START */
    bool is_quitting;
    bool is_over;
};

static void on_event(struct headless *h, const struct event *e)
{
    report_event(h->report, e);
    hook_on_event(h->hook, e);
    if (e->kind == EVENT_STOPPED && e->torrent == 0)
        h->is_over = true;
}

static void on_frame(struct headless *h, struct frame *f)
{
    frame_free(h->frame);
    h->frame = f;
    hook_on_frame(h->hook, f);
    if (h->n_frames == FRAMES_TO_START || ++h->n_frames < FRAMES_TO_START)
        return;
    if (!background_say_ready())
        opt_error(h->command, "session of %zu torrent%s, port %u",
                  f->n_torrents, f->n_torrents == 1 ? "" : "s",
                  (unsigned)f->listen_port);
}

/* A signal cuts it short. */
static void wait_for_news(const struct headless *h)
{
    struct timespec turn = {.tv_sec = TURN_MS / 1000,
                            .tv_nsec = TURN_MS % 1000 * 1000000L};
    if (h->n_frames < FRAMES_TO_START || h->is_quitting)
        bridge_wait(h->bridge, SOON_MS);
    else
        nanosleep(&turn, NULL);
}

static void run(struct headless *h)
{
    while (!h->is_over) {
        wait_for_news(h);
        struct event e;
        while (bridge_take_event(h->bridge, &e))
            on_event(h, &e);
        struct frame *f = bridge_take_frame(h->bridge);
        if (f != NULL)
            on_frame(h, f);
        hook_tick(h->hook);
        if (interrupt_came() && !h->is_quitting) {
            h->is_quitting = true;
            bridge_send(h->bridge, command_new(COMMAND_QUIT, 0));
        }
    }
    /* What happened after the last frame came. */
    if (h->frame != NULL)
        hook_on_frame(h->hook, h->frame);
}

static void run_session(const struct opt_command *command,
                        struct lasting *session)
{
    struct report_config config = {.style = REPORT_QUIET,
                                   .command = command->name,
                                   .out = stdout,
                                   .err = stderr,
                                   .now_ms = clock_now_ms()};
    struct headless h = {.command = command,
                         .bridge = lasting_bridge(session),
                         .hook = lasting_hook(session),
                         .report = report_new(&config)};
    run(&h);
    report_free(h.report);
    frame_free(h.frame);
}

int headless_run(const struct lasting_config *config, int n, char **uris)
{
    struct tenure *place;
    struct lasting *session;
    int status = background_hold(config->command, &place);
    if (status != EXIT_DONE)
        return status;
    interrupt_catch();
    status = lasting_open(config, n, uris, &session);
    if (status == EXIT_DONE) {
        status = lasting_start(session);
        if (status == EXIT_DONE)
            run_session(config->command, session);
        lasting_close(session);
    }
    tenure_release(place);
    return status;
}
