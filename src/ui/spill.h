/* spill.h -- what is written to stderr while curses has the terminal, where lines of
 * libraries would smear the screen: kept meanwhile, shown afterwards. There is one
 * stderr, so its state is the process's; main thread, but for spill_rescue(). */
#ifndef UI_SPILL_H
#define UI_SPILL_H

/* Keep from now on, when stderr is a terminal. */
void spill_keep(void);
/* Give stderr back, and write to it what was kept. */
void spill_give(void);
/* The same with async-signal-safe calls only; nothing when nothing is kept. */
void spill_rescue(void);

#endif
