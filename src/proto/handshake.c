#include "config.h"

#include "proto/handshake.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

/* BEP 3: the length of the name, then the name. */
static const uint8_t PREFIX[20] = "\x13"
                                  "BitTorrent protocol";

enum {
    OFF_RESERVED = 20,
    OFF_INFO_HASH = 28,
    OFF_PEER_ID = 48,
    BIT_EXTENDED = 0x10, /* of reserved[5]: BEP 10 */
    BIT_FAST = 0x04,     /* of reserved[7]: BEP 6 */
    BIT_DHT = 0x01       /* of reserved[7]: BEP 5 */
};

_Static_assert(OFF_PEER_ID + HANDSHAKE_PEER_ID_LEN == HANDSHAKE_LEN,
               "20 + 8 + 20 + 20 bytes");

void handshake_encode(const struct handshake *h, uint8_t *out)
{
    memset(out, 0, HANDSHAKE_LEN);
    memcpy(out, PREFIX, sizeof PREFIX);
    if (h->extended)
        out[OFF_RESERVED + 5] |= BIT_EXTENDED;
    if (h->fast)
        out[OFF_RESERVED + 7] |= BIT_FAST;
    if (h->dht)
        out[OFF_RESERVED + 7] |= BIT_DHT;
    memcpy(out + OFF_INFO_HASH, h->info_hash, sizeof h->info_hash);
    memcpy(out + OFF_PEER_ID, h->peer_id, sizeof h->peer_id);
}

static bool begins_right(const uint8_t *bytes, size_t n)
{
    return memcmp(bytes, PREFIX, n < sizeof PREFIX ? n : sizeof PREFIX) == 0;
}

enum err handshake_decode(const uint8_t *bytes, size_t n, struct handshake *out)
{
    if (n > 0 && !begins_right(bytes, n))
        return ERR_PROTO_HANDSHAKE;
    if (n < HANDSHAKE_LEN)
        return ERR_AGAIN;
    *out = (struct handshake){
        .fast = bytes[OFF_RESERVED + 7] & BIT_FAST,
        .extended = bytes[OFF_RESERVED + 5] & BIT_EXTENDED,
        .dht = bytes[OFF_RESERVED + 7] & BIT_DHT,
    };
    memcpy(out->info_hash, bytes + OFF_INFO_HASH, sizeof out->info_hash);
    memcpy(out->peer_id, bytes + OFF_PEER_ID, sizeof out->peer_id);
    return OK;
}

void handshake_make_peer_id(const struct rng *rng, uint8_t *out)
{
    /* Letters that need no percent-encoding in a tracker's URL. */
    static const char ALPHABET[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    static const char OURS[] = "-TS0100-";
    uint8_t *at = out + sizeof OURS - 1;

    _Static_assert(sizeof ALPHABET - 1 == 64, "six bits a letter");
    memcpy(out, OURS, sizeof OURS - 1);
    rng_bytes(rng, at, HANDSHAKE_PEER_ID_LEN - (sizeof OURS - 1));
    for (; at < out + HANDSHAKE_PEER_ID_LEN; at++)
        *at = (uint8_t)ALPHABET[*at & 63];
}

/* Azureus style: '-', two letters, four of version, '-'. BEP 20's list, less
 * what has not been seen for years, and what came after it. */
static const struct {
    char code[3];
    const char *name;
} AZUREUS[] = {
    {"7T", "aTorrent"},
    {"AG", "Ares"},
    {"AR", "Arctic"},
    {"AZ", "Vuze"},
    {"BC", "BitComet"},
    {"BE", "BitTorrent SDK"},
    {"BF", "Bitflu"},
    {"BI", "BiglyBT"},
    {"BL", "BitLord"},
    {"BR", "BitRocket"},
    {"BT", "BitTorrent"},
    {"BW", "BitTorrent Web"},
    {"BX", "BittorrentX"},
    {"CD", "Enhanced CTorrent"},
    {"CT", "CTorrent"},
    {"DE", "Deluge"},
    {"EB", "EBit"},
    {"FC", "FileCroc"},
    {"FD", "Free Download Manager"},
    {"FG", "FlashGet"},
    {"FL", "Folx"},
    {"FX", "Freebox"},
    {"GT", "anacrolix/torrent"},
    {"HL", "Halite"},
    {"KG", "KGet"},
    {"KT", "KTorrent"},
    {"LP", "Lphant"},
    {"LT", "libtorrent (Rasterbar)"},
    {"LW", "LimeWire"},
    {"MG", "MediaGet"},
    {"MO", "MonoTorrent"},
    {"MR", "Miro"},
    {"NX", "Net Transport"},
    {"PC", "CacheLogic"},
    {"PI", "PicoTorrent"},
    {"QD", "QQDownload"},
    {"SD", "Thunder"},
    {"SZ", "Shareaza"},
    {"TL", "Tribler"},
    {"TR", "Transmission"},
    {"TS", "tessera"},
    {"TT", "TuoTu"},
    {"UE", "uTorrent Embedded"},
    {"UM", "uTorrent for Mac"},
    {"UT", "uTorrent"},
    {"UW", "uTorrent Web"},
    {"WD", "WebTorrent Desktop"},
    {"WW", "WebTorrent"},
    {"XL", "Xunlei"},
    {"XT", "XanTorrent"},
    {"ZT", "ZipTorrent"},
    {"lt", "libTorrent (rtorrent)"},
    {"qB", "qBittorrent"},
    {"rQ", "rqbit"},
    {"st", "sharktorrent"},
};

/* Shadow's style: a letter, up to five of version padded by '-', "---". */
static const struct {
    char code;
    const char *name;
} SHADOW[] = {
    {'A', "ABC"},
    {'O', "Osprey Permaseed"},
    {'Q', "BTQueue"},
    {'R', "Tribler"},
    {'S', "Shadow"},
    {'T', "BitTornado"},
    {'U', "UPnP NAT Bit Torrent"},
};

/* Clients whose version is numbers between dashes, as "M4-3-6--". */
static const struct {
    const char *code;
    const char *name;
} DASHED[] = {
    {"A2-", "aria2 "},
    {"M", "BitTorrent "},
    {"Q", "Queen Bee "},
};

enum {
    VERSION_MAX = 24,    /* bytes of a version with its NUL */
    DASHED_MAX_LEN = 11, /* of "12-34-567-" */
    N_AZUREUS = sizeof AZUREUS / sizeof AZUREUS[0],
    N_SHADOW = sizeof SHADOW / sizeof SHADOW[0],
    N_DASHED = sizeof DASHED / sizeof DASHED[0]
};

/* The value of a version letter: 0-9, A-Z as 10-35, a-z as 36-61; -1: none. */
static int version_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 36;
    return -1;
}

/* Write " 1.2.3" from n version letters, its zeros at the end left out but for
 * "x.0"; nothing when one of them is no version letter. */
static void put_version(const uint8_t *letters, size_t n, char *dst, size_t cap)
{
    size_t at = 0;

    dst[0] = '\0';
    while (n > 2 && letters[n - 1] == '0')
        n--;
    for (size_t i = 0; i < n; i++) {
        int digit = version_digit(letters[i]);
        int wrote;

        if (digit < 0) {
            dst[0] = '\0';
            return;
        }
        wrote = snprintf(dst + at, cap - at, "%c%d", i == 0 ? ' ' : '.', digit);
        at += (size_t)wrote;
    }
}

static bool name_azureus(const uint8_t *id, char *dst, size_t cap)
{
    char version[VERSION_MAX];

    if (id[0] != '-' || id[7] != '-')
        return false;
    for (size_t i = 0; i < N_AZUREUS; i++) {
        if (memcmp(AZUREUS[i].code, id + 1, 2) != 0)
            continue;
        put_version(id + 3, 4, version, sizeof version);
        /* Transmission had versions such as 2.94 before 4.0.0. */
        if (memcmp(id + 1, "TR", 2) == 0 && id[3] < '4' && version[0] != '\0')
            snprintf(version, sizeof version, " %c.%c%c", id[3], id[4], id[5]);
        snprintf(dst, cap, "%s%s", AZUREUS[i].name, version);
        return true;
    }
    return false;
}

static bool name_shadow(const uint8_t *id, char *dst, size_t cap)
{
    char version[VERSION_MAX];
    size_t n = 1;

    if (memcmp(id + 6, "---", 3) != 0)
        return false;
    while (n < 6 && id[n] != '-')
        n++;
    for (size_t i = 0; i < N_SHADOW; i++) {
        if (SHADOW[i].code != (char)id[0])
            continue;
        put_version(id + 1, n - 1, version, sizeof version);
        if (version[0] == '\0')
            return false;
        snprintf(dst, cap, "%s%s", SHADOW[i].name, version);
        return true;
    }
    return false;
}

/* Copy "4-3-6-" as "4.3.6"; false when it is not at least two numbers. */
static bool put_dashed(const uint8_t *at, size_t len, char *dst, size_t cap)
{
    size_t n = 0;
    size_t n_numbers = 0;

    while (n < len && n + 1 < cap && n_numbers < 3) {
        size_t digits = 0;

        while (n + digits < len && at[n + digits] >= '0' &&
               at[n + digits] <= '9')
            digits++;
        if (digits == 0 || n + digits == len || at[n + digits] != '-' ||
            n + digits + 1 >= cap)
            break;
        memcpy(dst + n, at + n, digits);
        n += digits;
        dst[n++] = '.';
        n_numbers++;
    }
    if (n_numbers < 2)
        return false;
    dst[n - 1] = '\0';
    return true;
}

static bool name_dashed(const uint8_t *id, char *dst, size_t cap)
{
    for (size_t i = 0; i < N_DASHED; i++) {
        size_t n = strlen(DASHED[i].code);
        char version[VERSION_MAX];

        if (memcmp(id, DASHED[i].code, n) == 0 &&
            put_dashed(id + n, DASHED_MAX_LEN, version, sizeof version)) {
            snprintf(dst, cap, "%s%s", DASHED[i].name, version);
            return true;
        }
    }
    return false;
}

void handshake_client_name(const uint8_t *peer_id, char *dst, size_t cap)
{
    size_t n = 0;

    if (name_azureus(peer_id, dst, cap) || name_shadow(peer_id, dst, cap) ||
        name_dashed(peer_id, dst, cap))
        return;
    /* What comes after the eighth byte is random in all known styles. */
    while (n < 8 && peer_id[n] > ' ' && peer_id[n] <= '~')
        n++;
    if (n == 0)
        snprintf(dst, cap, "unknown");
    else
        text_clean(dst, cap, peer_id, n);
}
