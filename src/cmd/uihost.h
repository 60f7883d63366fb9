/* uihost.h -- what the UI asks of the world around it: files that it saves, paths that it
 * completes, torrents that it would add. Implements ui/host.h for the real one.
 * Owner and thread: the front end's. */
#ifndef CMD_UIHOST_H
#define CMD_UIHOST_H

#include "cmd/opt.h"
#include "cmd/settings.h"
#include "model/bridge.h"
#include "ui/host.h"

struct uihost;
struct uiviews;

/* bridge and dir (where torrents are saved by default) are borrowed, and outlive it. */
struct uihost *uihost_new(struct bridge *bridge, const char *dir);
void uihost_free(struct uihost *u); /* NULL: nothing */

/* Run these words, with the path behind them, to open a file. Borrowed; before
 * uihost_host(). */
void uihost_set_opener(struct uihost *u, const struct opt_list *open_with);

/* What the UI may set, and the file where that is kept (NULL: there is no place for
 * one). Both borrowed; before uihost_host(). */
void uihost_set_settings(struct uihost *u, struct settings *settings,
                         const char *config_path);

/* What was set and is not in that file, as it would stand there; free() it. */
char *uihost_unsaved(const struct uihost *u);

/* Where it is kept how tables are. Borrowed; before uihost_host(). */
void uihost_set_views(struct uihost *u, struct uiviews *views);

/* Its functions, which may be used until uihost_free(). */
struct host uihost_host(struct uihost *u);

#endif
