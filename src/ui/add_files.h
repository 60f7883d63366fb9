/* add_files.h -- the files of a torrent that is being added, and how much each is wanted.
 * Draws rows of them and takes the actions that change them. Plain value of the front
 * end's thread; costs O(n_files) an offer, O(rows) a frame. */
#ifndef UI_ADD_FILES_H
#define UI_ADD_FILES_H

#include "meta/metainfo.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/listbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADD_FILES_SKIP, ADD_FILES_LOW, ADD_FILES_NORMAL, ADD_FILES_HIGH };

struct add_files {
    const struct metainfo *meta; /* borrowed: of the latest add_files_show() */
    uint8_t hash[METAINFO_HASH_LEN]; /* whose the rest is */
    size_t n;            /* files that a user sees: without padding */
    uint32_t *rows;      /* owned: n of their numbers in the torrent */
    uint8_t *priorities; /* owned: one a file of the torrent */
    struct listbox box;
};

/* These are the files of meta from now on (NULL: there are none); what was chosen is kept
 * while it is the same torrent. */
void add_files_show(struct add_files *a, const struct metainfo *meta);
void add_files_fini(struct add_files *a);

/* How many are wanted, and their bytes. */
size_t add_files_wanted(const struct add_files *a, uint64_t *bytes_out);
/* All of them, by number in the torrent; NULL when each is wanted as by default.
 * Borrowed. */
const uint8_t *add_files_priorities(const struct add_files *a);

void add_files_draw(struct add_files *a, const struct draw_pane *p,
                    bool is_focused);
/* False when it is no action on files. */
bool add_files_act(struct add_files *a, enum keys_action action);

#endif
