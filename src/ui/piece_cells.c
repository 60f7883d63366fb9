#include "config.h"

#include "ui/piece_cells.h"

#include <string.h>

enum {
    AT_LEAST_MS = 2000, /* before it a request is never slow */
    AT_MOST_MS = 10000, /* after it always */
    SLOW_FACTOR = 4,    /* times what the peer usually needs */
    N_FILE_LETTERS = 26
};

/* Worst first: a rank is the place in here. Missing and had ones together are '='. */
static const char ranks[] = "!x1*o.#-";
enum { RANK_MISSING = 5, RANK_HAVE = 6 };

/* The modes. */

static const struct {
    const char *name, *legend;
    uint32_t parts;
} modes[PIECE_CELLS_N_MODES] = {
    [PIECE_CELLS_STATE] =
        {"State",
         "#have =some *active obegun .missing 1rare !gone xbad -skipped "
         "@cursor",
         0},
    [PIECE_CELLS_AVAILABILITY] =
        {"Copies",
         "0-9 peers here have it, + ten or more, ! nobody: the least of a cell",
         0},
    [PIECE_CELLS_AGE] = {"Age",
                         "0<10s 1<30s 2<1m 3<2m 4<5m 5<10m 6<30m 7<1h 8<6h "
                         "9more #before .not here",
                         FOCUS_AGES},
    [PIECE_CELLS_SOURCE] =
        {"Source",
         "A-z sent most of it, &two letters ~left #before =some .not here",
         FOCUS_SOURCES},
    [PIECE_CELLS_FILES] =
        {"Files", "A-Z a letter a file, +three or more; reversed: selected",
         FOCUS_FILES},
    [PIECE_CELLS_REQUESTS] =
        {"Requests",
         "A-z is asked, the oldest of a cell; reversed: slow  obegun #have "
         ".missing",
         0},
};

uint32_t piece_cells_parts(enum piece_cells_mode mode)
{
    return modes[mode].parts;
}

const char *piece_cells_name(enum piece_cells_mode mode)
{
    return modes[mode].name;
}

const char *piece_cells_legend(enum piece_cells_mode mode)
{
    return modes[mode].legend;
}

/* States. */

/* Where one piece stands among the ranks; availability of 2: two or more. */
static unsigned rank_of(unsigned piece, unsigned availability)
{
    enum detail_piece state = detail_piece_state((uint8_t)piece);
    if (state == DETAIL_HAVE)
        return RANK_HAVE;
    if (state == DETAIL_UNWANTED)
        return RANK_HAVE + 1;
    /* All of it is here: nobody is needed for it any more. */
    if (availability == 0 && state != DETAIL_CHECKING)
        return 0;
    if ((piece & DETAIL_BAD) != 0)
        return 1;
    if (state == DETAIL_CHECKING)
        return 3;
    if (availability == 1)
        return 2;
    return state == DETAIL_ACTIVE    ? 3
           : state == DETAIL_PARTIAL ? 4
                                     : RANK_MISSING;
}

static unsigned copies_of(const struct detail *d, uint32_t i)
{
    return d->availability != NULL && d->availability[i] < 2
               ? d->availability[i]
               : 2;
}

static char letter_of(unsigned mask)
{
    unsigned rank = 0;
    while ((mask >> rank & 1u) == 0)
        rank++;
    bool some_had = (mask >> RANK_HAVE & 1u) != 0;
    return rank == RANK_MISSING && some_had ? '=' : ranks[rank];
}

/* Which ranks there are among the pieces, as bits. */
static unsigned mask_of(const struct piece_cells *c, uint32_t first,
                        uint32_t end)
{
    const uint8_t *pieces = c->d->pieces, *copies = c->d->availability;
    unsigned mask = 0;
    for (uint32_t i = first; i < end; i++)
        mask |= c->bits[copies == NULL || copies[i] > 2 ? 2 : copies[i]]
                       [pieces[i] & 0x0f];
    return mask;
}

uint32_t piece_cells_telling(const struct detail *d, uint32_t first,
                             uint32_t end)
{
    uint32_t best = first;
    unsigned best_rank = sizeof ranks;
    for (uint32_t i = first; i < end; i++) {
        unsigned rank = rank_of(d->pieces[i], copies_of(d, i));
        if (rank < best_rank) {
            best_rank = rank;
            best = i;
        }
    }
    return best;
}

char piece_cells_letter(const struct detail *d, uint32_t first, uint32_t end)
{
    unsigned mask = 0;
    for (uint32_t i = first; i < end; i++)
        mask |= 1u << rank_of(d->pieces[i], copies_of(d, i));
    return letter_of(mask);
}

/* Had, some of it, not at all, or not wanted: beneath what other modes show. */
static struct cellrow_cell base_of(const struct piece_cells *c, uint32_t first,
                                   uint32_t end)
{
    unsigned mask = mask_of(c, first, end);
    unsigned had = 1u << RANK_HAVE, skipped = had << 1;
    char letter = mask == skipped            ? '-'
                  : (mask & had) == 0        ? '.'
                  : (mask & ~skipped) == had ? '#'
                                             : '=';
    struct cellrow_cell cell = cellrow_of(letter);
    if (c->mode != PIECE_CELLS_STATE)
        cell.role = THEME_DIM;
    return cell;
}

/* Peers. */

char piece_cells_peer(const struct detail *d, uint32_t peer)
{
    const struct detail_peer *p = detail_peer_by_id(d, peer);
    if (peer == 0)
        return '?';
    if (p == NULL)
        return '~';
    char letters[4];
    detail_peer_letters(p->slot, letters);
    return letters[1] == '\0' ? letters[0] : '&';
}

static char peer_letter(struct piece_cells *c, uint32_t id)
{
    size_t at = id % PIECE_CELLS_N_SEEN;
    if (c->seen[at].letter == '\0' || c->seen[at].id != id) {
        c->seen[at].id = id;
        c->seen[at].letter = piece_cells_peer(c->d, id);
    }
    return c->seen[at].letter;
}

bool piece_cells_is_slow(const struct detail *d, const struct detail_block *b,
                         int64_t now_ms)
{
    const struct detail_peer *p = detail_peer_by_id(d, b->peer);
    if (b->state != DETAIL_BLOCK_ASKED)
        return false;
    if (p != NULL && p->is_snubbed)
        return true;
    int64_t limit_ms = p != NULL ? SLOW_FACTOR * p->request_delay_ms : 0;
    limit_ms = limit_ms < AT_LEAST_MS  ? AT_LEAST_MS
               : limit_ms > AT_MOST_MS ? AT_MOST_MS
                                       : limit_ms;
    return now_ms - b->since_ms > limit_ms;
}

/* The next piece under way in first..end-1; NULL: no more. */
static const struct detail_active *next_active(struct piece_cells *c,
                                               uint32_t first, uint32_t end)
{
    const struct detail *d = c->d;
    while (c->at_active < d->n_active &&
           d->active[c->at_active].piece_idx < first)
        c->at_active++;
    if (c->at_active == d->n_active || d->active[c->at_active].piece_idx >= end)
        return NULL;
    return &d->active[c->at_active++];
}

/* The other modes. */

static struct cellrow_cell state_cell(struct piece_cells *c, uint32_t first,
                                      uint32_t end)
{
    return cellrow_of(letter_of(mask_of(c, first, end)));
}

static struct cellrow_cell copies_cell(struct piece_cells *c, uint32_t first,
                                       uint32_t end)
{
    const struct detail *d = c->d;
    unsigned least = 512;
    if (d->availability == NULL)
        return base_of(c, first, end);
    for (uint32_t i = first; i < end; i++) {
        unsigned n = d->availability[i] + (piece_cells_lacks(d, i) ? 0u : 256u);
        least = n < least ? n : least;
    }
    unsigned n = least % 256;
    struct cellrow_cell cell = {.letter = n < 10 ? (char)('0' + n) : '+',
                                .role = THEME_DIM};
    if (least == 0)
        cell = cellrow_of('!');
    else if (least < 256)
        cell.role = n == 1 ? THEME_RARE : n < 4 ? THEME_PARTIAL : THEME_NORMAL;
    return cell;
}

static struct cellrow_cell age_cell(struct piece_cells *c, uint32_t first,
                                    uint32_t end)
{
    static const uint32_t below_s[] = {10,  30,   60,   120,  300,
                                       600, 1800, 3600, 21600};
    enum { N_BELOW = sizeof below_s / sizeof *below_s };
    const uint32_t *ages_s = c->d->ages_s;
    uint32_t newest_s = UINT32_MAX;
    for (uint32_t i = first; ages_s != NULL && i < end; i++)
        newest_s = ages_s[i] < newest_s ? ages_s[i] : newest_s;
    if (newest_s == UINT32_MAX)
        return base_of(c, first, end);
    unsigned n = 0;
    while (n < N_BELOW && newest_s >= below_s[n])
        n++;
    return (struct cellrow_cell){.letter = (char)('0' + n),
                                 .role = n < 2   ? THEME_ACTIVE
                                         : n < 6 ? THEME_HAVE
                                                 : THEME_NORMAL};
}

/* By Boyer and Moore: whoever has more than half of the votes is left. */
static struct cellrow_cell source_cell(struct piece_cells *c, uint32_t first,
                                       uint32_t end)
{
    const uint32_t *sources = c->d->sources;
    uint32_t main = 0, votes = 0;
    for (uint32_t i = first; sources != NULL && i < end; i++) {
        if (sources[i] == 0)
            continue;
        if (votes == 0)
            main = sources[i];
        votes += sources[i] == main ? 1 : UINT32_MAX;
    }
    if (main == 0)
        return base_of(c, first, end);
    return (struct cellrow_cell){.letter = peer_letter(c, main),
                                 .role = main == c->peer ? THEME_OF_PEER
                                                         : THEME_HAVE};
}

/* Does anybody see it, and does it have pieces? */
static bool has_pieces(const struct filetable_file *f)
{
    return !f->is_pad && f->size_bytes > 0;
}

static struct cellrow_cell files_cell(struct piece_cells *c, uint32_t first,
                                      uint32_t end)
{
    const struct filetable *t = c->files;
    if (t == NULL)
        return base_of(c, first, end);
    while (c->at_file < t->n_files && (!has_pieces(&t->files[c->at_file]) ||
                                       t->files[c->at_file].last_piece < first))
        c->at_file++;
    size_t n = 0, last = c->at_file;
    bool is_selected = false;
    for (size_t i = c->at_file; i < t->n_files; i++) {
        if (!has_pieces(&t->files[i]))
            continue;
        if (t->files[i].first_piece >= end)
            break;
        is_selected = is_selected || i == c->file_idx;
        last = i;
        n++;
    }
    if (n == 0)
        return base_of(c, first, end);
    struct cellrow_cell cell = {
        .letter = n > 2 ? '+' : (char)('A' + last % N_FILE_LETTERS),
        .role = last % 2 == 0 ? THEME_HAVE : THEME_PARTIAL};
    if (is_selected)
        cell.role = THEME_BAR;
    return cell;
}

static struct cellrow_cell requests_cell(struct piece_cells *c, uint32_t first,
                                         uint32_t end)
{
    const struct detail *d = c->d;
    struct cellrow_cell cell = base_of(c, first, end);
    const struct detail_block *oldest = NULL;
    for (const struct detail_active *a = next_active(c, first, end); a != NULL;
         a = next_active(c, first, end)) {
        const struct detail_block *blocks = detail_blocks_of(d, a);
        cell = cellrow_of('o');
        for (uint32_t i = 0; blocks != NULL && i < a->n_blocks; i++)
            if (blocks[i].state == DETAIL_BLOCK_ASKED &&
                (oldest == NULL || blocks[i].since_ms < oldest->since_ms))
                oldest = &blocks[i];
    }
    if (oldest == NULL)
        return cell;
    cell.letter = peer_letter(c, oldest->peer);
    cell.role = piece_cells_is_slow(d, oldest, c->now_ms) ? THEME_SLOW
                : oldest->peer == c->peer                 ? THEME_OF_PEER
                                                          : THEME_ACTIVE;
    return cell;
}

/* The selected peer. */

static bool peer_gives(const struct piece_cells *c, uint32_t first,
                       uint32_t end)
{
    const struct detail *d = c->d;
    for (uint32_t i = first; d->peer_has != NULL && i < end; i++)
        if ((d->peer_has[i / 8] >> (7 - i % 8) & 1) != 0 &&
            piece_cells_lacks(d, i))
            return true;
    return false;
}

static bool peer_is_asked(struct piece_cells *c, uint32_t first, uint32_t end)
{
    bool is_asked = false;
    for (const struct detail_active *a = next_active(c, first, end); a != NULL;
         a = next_active(c, first, end)) {
        const struct detail_block *blocks = detail_blocks_of(c->d, a);
        for (uint32_t i = 0; blocks != NULL && i < a->n_blocks; i++)
            is_asked = is_asked || (blocks[i].state == DETAIL_BLOCK_ASKED &&
                                    blocks[i].peer == c->peer);
    }
    return is_asked;
}

void piece_cells_begin(struct piece_cells *c)
{
    c->at_file = c->at_active = 0;
    memset(c->seen, 0, sizeof c->seen);
    for (unsigned a = 0; a < 3; a++)
        for (unsigned piece = 0; piece < 16; piece++)
            c->bits[a][piece] = (uint16_t)(1u << rank_of(piece, a));
}

struct cellrow_cell piece_cells_next(struct piece_cells *c, uint32_t first,
                                     uint32_t end)
{
    static struct cellrow_cell (*const makers[PIECE_CELLS_N_MODES])(
        struct piece_cells *, uint32_t, uint32_t) = {
        [PIECE_CELLS_STATE] = state_cell,
        [PIECE_CELLS_AVAILABILITY] = copies_cell,
        [PIECE_CELLS_AGE] = age_cell,
        [PIECE_CELLS_SOURCE] = source_cell,
        [PIECE_CELLS_FILES] = files_cell,
        [PIECE_CELLS_REQUESTS] = requests_cell,
    };
    struct cellrow_cell cell = makers[c->mode](c, first, end);
    if (c->peer == 0 || c->mode > PIECE_CELLS_AVAILABILITY)
        return cell;
    if (peer_is_asked(c, first, end))
        cell.role = THEME_BAR;
    else if (peer_gives(c, first, end))
        cell.role = THEME_OF_PEER;
    return cell;
}
