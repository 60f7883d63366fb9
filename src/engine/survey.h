/* survey.h -- looks round a torrent that is watched, once a second, and has watch remember
 * what it sees: rates, each peer's, limits that hold it back, scarce pieces, a stall and
 * why. What happens between is told to watch, where it happens. Decides nothing; nothing
 * in the engine depends on it.
 * A part of a torrent. Loop thread only. O(members) a second, O(n_pieces) every five; of
 * a torrent at rest one test. */
#ifndef ENGINE_SURVEY_H
#define ENGINE_SURVEY_H

struct torrent;

/* Once a second, of every torrent: a sample. */
void survey_second(struct torrent *t);

#endif
