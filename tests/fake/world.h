/* world.h -- runs a loop through virtual time: steps from one timer to the next
 * and never waits. Pumps are what must be called until all is quiet before time
 * goes on: a disk queue run inline, a mailbox. Ends the process with a message
 * when time stands still for WORLD_MAX_STEPS steps: somebody spins.
 * For loops made without poll. */
#ifndef TESTS_FAKE_WORLD_H
#define TESTS_FAKE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct world;

enum { WORLD_MAX_PUMPS = 128, WORLD_MAX_STEPS = 100000 };

/* Do what is waiting; return whether there was anything. */
typedef bool world_pump_fn(void *ctx);

struct world *world_new(struct loop *loop); /* loop: borrowed */
void world_free(struct world *w);
void world_add_pump(struct world *w, world_pump_fn *fn, void *ctx);
void world_remove_pump(struct world *w, void *ctx);

/* Run until loop time is until_ms; everything due then has been done. */
void world_run_until(struct world *w, int64_t until_ms);
/* The same, but stop as soon as done(ctx) says so, asked after each step; return
 * whether it did. */
bool world_run_while(struct world *w, int64_t until_ms, bool (*done)(void *ctx),
                     void *ctx);
/* Run at most one step; false when nothing is left to happen. */
bool world_step(struct world *w);

#endif
