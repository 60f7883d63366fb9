/* offers.h -- reads what the user would add, in a thread of its own, so that the terminal
 * goes on: the torrent behind a path or URL, and what its folder has room for. Implements
 * ui/offer.h. One source at a time; a new one cancels the one before.
 * Owner and thread: the front end's; the thread is its own business. */
#ifndef CMD_OFFERS_H
#define CMD_OFFERS_H

#include "ui/offer.h"

struct offers;

struct offers *offers_new(void);
/* Cancels what is being read, and waits for that. NULL: nothing. */
void offers_free(struct offers *o);
/* Its functions, which may be used until offers_free(). */
struct offer_host offers_host(struct offers *o);

#endif
