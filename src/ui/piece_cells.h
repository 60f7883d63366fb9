/* piece_cells.h -- what one cell of the map of pieces says of the pieces in it, in six
 * modes. The worst wins, so that nothing that matters is lost by looking from afar.
 * Cells of one frame are made by one walk, in increasing order: all of them cost one
 * pass over the pieces, and one over files or pieces under way where the mode shows
 * those. Draws nothing. Plain value; front end's thread. */
#ifndef UI_PIECE_CELLS_H
#define UI_PIECE_CELLS_H

#include "model/detail.h"
#include "ui/cellrow.h"

#include <stdbool.h>
#include <stdint.h>

enum piece_cells_mode {
    /* '!' wanted, and nobody here has it; 'x' failed its hash; '1' one peer has it; '*'
     * on order, or being checked; 'o' begun; '.' missing; '=' some are had; '#' all are
     * had; '-' not wanted. */
    PIECE_CELLS_STATE,
    /* How many peers here have it, '0'..'9', '+'; '!' none, and it is wanted. Of several
     * pieces the least, of those that are wanted and not had when there are any. */
    PIECE_CELLS_AVAILABILITY,
    /* How long ago it came, '0' (now)..'9'; of several the newest. */
    PIECE_CELLS_AGE,
    /* Who sent it: the peer's letter; of several whoever sent more than half of them,
     * else one of those that sent some. '&' one of two letters, '~' one that left. */
    PIECE_CELLS_SOURCE,
    /* A letter for each file, in turns; '+' three or more. */
    PIECE_CELLS_FILES,
    /* Who is asked; of several the one that lets us wait longest. 'o': begun, and nobody
     * is asked. */
    PIECE_CELLS_REQUESTS,
    PIECE_CELLS_N_MODES
};

enum { PIECE_CELLS_N_SEEN = 64 };

struct piece_cells {
    enum piece_cells_mode mode;
    const struct detail *d;        /* borrowed; with FOCUS_PIECES */
    const struct filetable *files; /* borrowed, or NULL: not known */
    uint32_t file_idx;             /* the selected one, or none */
    uint32_t peer;                 /* whose pieces are marked; 0: none */
    int64_t now_ms;                /* of the frame */
    /* The rest is the walk's own. */
    uint16_t bits[3]
                 [16]; /* by availability (2: more) and piece: 1 << its rank */
    size_t at_file, at_active;
    struct {
        uint32_t id;
        char letter;
    } seen[PIECE_CELLS_N_SEEN]; /* letters of peers, to find them but once */
};

/* Begin a walk; the fields above the walk's own are set. */
void piece_cells_begin(struct piece_cells *c);
/* The cell of pieces first..end-1, at least one; first is not before the last end. */
struct cellrow_cell piece_cells_next(struct piece_cells *c, uint32_t first,
                                     uint32_t end);
/* Of pieces first..end-1 the one that gives the cell its letter on the map of states. */
uint32_t piece_cells_telling(const struct detail *d, uint32_t first,
                             uint32_t end);
/* The letter of those pieces on the map of states. */
char piece_cells_letter(const struct detail *d, uint32_t first, uint32_t end);

/* Which parts of a detail the mode needs beside FOCUS_PIECES. */
uint32_t piece_cells_parts(enum piece_cells_mode mode);
/* "State", and the words that explain its letters. */
const char *piece_cells_name(enum piece_cells_mode mode);
const char *piece_cells_legend(enum piece_cells_mode mode);

/* The letter of a peer in one cell, as in the table of peers: '&' for one of two, '~'
 * for one that is not there, '?' for nobody. */
char piece_cells_peer(const struct detail *d, uint32_t peer);
/* Does this request wait longer than that peer should need? */
bool piece_cells_is_slow(const struct detail *d, const struct detail_block *b,
                         int64_t now_ms);
/* Is it wanted and not had? */
static inline bool piece_cells_lacks(const struct detail *d, uint32_t i)
{
    enum detail_piece state = detail_piece_state(d->pieces[i]);
    return state != DETAIL_HAVE && state != DETAIL_UNWANTED;
}

#endif
