/* notation.h -- bencode written so that a test can be read:
 *     {length: 5, path: ['d', 'f'], 'piece length': 16384, pieces: 'x'*20}
 * Keys are words or strings, and stay in the order given; "\xNN" in a string is
 * one byte, 'text'*N is the text N times over. */
#ifndef TESTS_META_NOTATION_H
#define TESTS_META_NOTATION_H

#include "meta/metainfo.h"
#include "util/buf.h"
#include "util/err.h"

/* Append the bencoded form of the value that text denotes. */
void notation_write(struct buf *out, const char *text);

/* metainfo_parse() of what text denotes. */
enum err notation_parse(const char *text, struct metainfo **out,
                        struct cause *cause) ERR_MUST_CHECK;

/* The same, of a torrent that must be good. */
struct metainfo *notation_torrent(const char *text);

#endif
