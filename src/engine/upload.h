/* upload.h -- serves what members ask for: reads ahead of them, one run of consecutive
 * requests at a time and member, while not too much waits to be sent. A part of a
 * torrent. Loop thread only. */
#ifndef ENGINE_UPLOAD_H
#define ENGINE_UPLOAD_H

#include "engine/torrent_parts.h"

/* Read what m waits for, if it waits for anything, nothing is being read for it, and
 * not too much is queued to it already. Call when it asked. */
void upload_serve(struct member *m);
/* Bytes have left to m: count those of blocks as uploaded, and go on. */
void upload_on_sent(struct member *m);
/* A DISK_READ of ours is done: queue its blocks to the member that asked, if it is still
 * there and still wants them. An error of the disk, with its cause: the torrent cannot go
 * on. job: taken. */
enum err upload_on_read(struct torrent *t, struct disk_job *job,
                        struct cause *cause) ERR_MUST_CHECK;

#endif
