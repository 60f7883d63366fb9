/* upload.h -- serves what members ask for: reads ahead of them, one run of consecutive
 * requests at a time and member, while not too much waits to be sent. A part of a
 * torrent. Loop thread only. */
#ifndef ENGINE_UPLOAD_H
#define ENGINE_UPLOAD_H

#include "engine/torrent_parts.h"

void upload_serve(struct member *m);
void upload_on_read(struct torrent *t, struct disk_job *job);

#endif
