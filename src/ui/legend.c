#include "config.h"

#include "ui/legend.h"

#include <assert.h>

#include "ui/strips.h"

static const struct legend_row list[] = {
    {"D", "downloads"},
    {"S", "seeds, or has all that is wanted"},
    {"P", "is paused"},
    {"Q", "waits for its turn in the queue"},
    {"C", "checks what is on the disk"},
    {"M", "a magnet link: fetches what it stands for"},
    {"V", "moves its data to another folder"},
    {"!", "stalled: nothing comes, the row says why"},
    {"E", "an error, or no room: the row says what"},
    {"X", "is being stopped, or has been"},
    {"Pr/Sd", "connected peers, and seeds among them"},
    {"Avl", "copies that the connected peers have together"},
    {"Ratio", "what was sent, of what is here"},
};

static const struct legend_row list_filter[] = {
    {"debian iso", "words that the name or the label has in it"},
    {"\"two words\"", "these as they are, with the blank"},
    {"!iso", "those that are not so; before any term"},
    {"seeds<2 peers>=5", "how many are connected; also <= and ="},
    {"size>1G left<50M", "what is wanted, and what of that is to come"},
    {"down>10k up=0", "bytes a second"},
    {"done<90 ratio>=1", "percent; what was sent, of what is here"},
    {"eta<2h", "time to go, in s, m, h or d"},
    {"avail<1 queue<4", "copies that peers have; its place in the queue"},
    {"state:paused", "or stalled, active, error, seeding, queued..."},
    {"label:tv name:iso", "has it in it; label: alone: has no label"},
    {"tracker:a.example", "the tracker's host; cause:full: why it is so"},
};

static const struct legend_row peers[] = {
    {"D d -", "we download; they choke us; we want nothing"},
    {"I -", "are we interested?"},
    {"S", "silent: lets us download, and sends nothing"},
    {"U u -", "they download; we choke them; they want nothing"},
    {"I -", "are they interested?"},
    {"O X", "let by lot; choked by you"},
    {"e p", "encrypted; plain"},
    {"Src T H X L", "a tracker, the DHT, peer exchange, local discovery"},
    {"Src I U R W", "came to us, by you, an earlier run, the torrent"},
    {"Src o i", "the second letter: we dialled, they did"},
    {"Req", "blocks on order, and how many there may be"},
    {"RTT", "the network's round trip, in ms"},
    {"Now", "the piece and block that comes, or why none does"},
    {"Gives", "pieces that it has and we lack"},
    {"Uniq", "pieces that nobody else here has"},
};

static const struct legend_row peers_filter[] = {
    {"qbit 10.0.0.", "words in address, client, source or flags"},
    {"!seed", "those that are not so; before any term"},
    {"has seed", "has the selected piece; has all"},
    {"choked open", "chokes us; lets us download"},
    {"served lot", "we let it download; by lot"},
    {"silent shunned", "sends nothing; choked by you"},
    {"incoming outgoing", "who dialled"},
    {"encrypted plain", "the connection"},
    {"down>10k up=0", "bytes a second; < > and ="},
    {"done<50 rtt>500", "percent; milliseconds"},
    {"req>0 gives>9", "blocks on order; pieces that we lack"},
    {"uniq>0 in>1M", "pieces that only it has; bytes from it"},
    {"out>1M bad>0", "bytes to it; bad pieces"},
    {"late>2", "requests that it let time out"},
    {"cc=DE", "its country, where a database names it"},
};

static const struct {
    const char *title;
    enum keys_scope scope;
    const struct legend_row *rows;
    size_t n;
} sections[LEGEND_N] = {
    [LEGEND_LIST] = {"Letters and columns of torrents", KEYS_LIST, list,
                     sizeof list / sizeof *list},
    [LEGEND_LIST_FILTER] = {"Which torrents, after /", KEYS_LIST, list_filter,
                            sizeof list_filter / sizeof *list_filter},
    [LEGEND_PEERS] = {"Flags, in their order, and columns of peers", KEYS_PEERS,
                      peers, sizeof peers / sizeof *peers},
    [LEGEND_PEERS_FILTER] = {"Which peers, after /", KEYS_PEERS, peers_filter,
                             sizeof peers_filter / sizeof *peers_filter},
    [LEGEND_STRIPS] = {"Strips of one peer, the latest on the right", KEYS_PEER,
                       NULL, STRIPS_N},
};

const char *legend_title(enum legend_section section, enum keys_scope *scope)
{
    assert(section < LEGEND_N);
    *scope = sections[section].scope;
    return sections[section].title;
}

bool legend_row(enum legend_section section, size_t i, struct legend_row *out)
{
    assert(section < LEGEND_N);
    if (i >= sections[section].n)
        return false;
    if (section != LEGEND_STRIPS) {
        *out = sections[section].rows[i];
        return true;
    }
    enum strips_row row = (enum strips_row)i;
    bool is_rate = row == STRIPS_DOWN || row == STRIPS_UP;
    *out = (struct legend_row){strips_name(row),
                               is_rate ? "bytes a second" : strips_legend(row)};
    return true;
}
