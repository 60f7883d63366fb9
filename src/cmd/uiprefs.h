/* uiprefs.h -- the settings as the terminal UI wants them. */
#ifndef CMD_UIPREFS_H
#define CMD_UIPREFS_H

#include "cmd/settings.h"
#include "ui/prefs.h"

/* Its notes are those of the settings, and live as long. */
struct tui_prefs uiprefs_of(const struct settings *s);

#endif
