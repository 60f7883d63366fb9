/* event.h -- what happened, one line each: for the log view, the JSON stream and
 * the plain lines of `get`. Values; the text is clean. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stdint.h>

enum event_kind {
    EVENT_ADDED,
    EVENT_REFUSED,     /* an add failed: `err` says how */
    EVENT_CHECKED,     /* data on disk was checked */
    EVENT_FINISHED,    /* every wanted piece is there */
    EVENT_TRACKER,     /* a tracker answered, warned or failed */
    EVENT_HASH_FAILED, /* a piece was wrong */
    EVENT_BANNED,      /* a peer sent bad data */
    EVENT_DISK,        /* the disk refused something */
    EVENT_ERROR,       /* the torrent cannot go on */
    EVENT_STOPPED,     /* trackers told, state saved: nothing more comes */
    EVENT_REMOVED,     /* the torrent is gone; what was removed with it */
    EVENT_COMMAND,     /* what was asked for was done, or why not (`err`) */
    EVENT_LIMITS,      /* limits were set: what they are now */
    EVENT_METADATA, /* what a magnet holds is known now: from whom, name, files, size;
                        * or where its .torrent should be it is not (`err`) */
    EVENT_NETWORK,  /* of the IP filter, or of the gateway: what it does now */
    EVENT_WEB_SEED, /* a web server failed, or is asked no more */
    EVENT_LOST,     /* events that were not taken in time: how many */
    EVENT_DHT,      /* a look-up in the DHT is over: what came of it */
    /* Of the torrent in focus only, and only when the session is watched. */
    EVENT_PIECE, /* a piece is had: who sent it, how long it took */
    EVENT_CHOKE, /* a peer chokes us, or does no more */
    EVENT_SLOT,  /* we choke a peer, or do no more */
    EVENT_PEER,  /* a peer came, or left and why */
    EVENT_N_KINDS
};

enum { EVENT_TEXT_LEN = 480 };

struct event {
    enum event_kind kind;
    uint32_t torrent;   /* 0: of the session */
    uint32_t peer;      /* detail_peer.id; 0: none */
    uint32_t piece_idx; /* of EVENT_PIECE, EVENT_HASH_FAILED */
    int err;            /* enum err */
    int64_t at_ms;      /* the engine's clock */
    char text[EVENT_TEXT_LEN];
};

/* A word for a kind: "hash-failed". */
const char *event_kind_name(enum event_kind kind);

#endif
