/* webasking.h -- asks a torrent's web servers for data and hands what comes to intake: whose
 * turn it is, which run of blocks, what an answer or its absence means for a server. How
 * often and how much each is asked is swarm/webseed's, what of is swarm/webrun's.
 * Stands above webseeds (which there are) and webserver (one). Nothing of a torrent
 * without any. A part of a torrent; loop thread only. Source: BEP 17, 19. */
#ifndef ENGINE_WEBASKING_H
#define ENGINE_WEBASKING_H

struct torrent;

/* Make the web servers that t's metainfo names; after its pieces and its picker. They are
 * stopped and freed by webseeds. */
void webasking_init(struct torrent *t);
/* The torrent runs and wants data: ask. Nothing when it is done. */
void webasking_run(struct torrent *t);
/* Give every server work, as far as it may have any; not while libcurl hands on data:
 * torrent_fill_soon() leads here. */
void webasking_fill(struct torrent *t);

#endif
