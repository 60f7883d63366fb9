/* bench_peer -- the other end of the wire for measurements, made to cost little, so that
 * what is measured is the client.
 *
 *   bench_peer seed FILE INFO_HASH PIECE_LENGTH PORT [RATE [DELAY_MS]]
 *       serves FILE to any number of connections on every address of the host: at most
 *       RATE bytes a second on each (0: no limit), each block DELAY_MS after its request.
 *   bench_peer fetch SIZE INFO_HASH PIECE_LENGTH HOST PORT DEPTH ADDRESS...
 *       downloads the pieces of SIZE bytes, dealt out over connections from these own
 *       addresses, DEPTH requests in flight on each; drops the data unseen, and prints
 *       the seconds from the first request to the last byte.
 *
 * One thread, epoll. Payload is sent with sendfile() and received with MSG_TRUNC: it never
 * is in our memory. Not hardened: it talks to the clients that bench.py starts. */
#include "config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BLOCK = 16384,
    HELLO_LEN = 68,
    MAX_INPUT = 128 * 1024,
    MAX_REQUESTS =
        65536, /* in the queue of one connection: Transmission asks for all */
    MAX_EVENTS = 64,
    /* Transmission 3 does not look at what came in one packet with the handshake
     * before more comes: the bitfield goes after it. */
    BITFIELD_US = 5000,
    SLICE_US = 2000, /* what a limited connection may send ahead */
    PIECE_HEAD = 13  /* length, id, index, begin */
};

enum { CHOKE, UNCHOKE, INTERESTED, BITFIELD = 5, REQUEST, PIECE };

struct request {
    uint32_t piece_idx, begin, len;
    int64_t due_us;
};

struct link {
    int fd;
    bool greeted;
    uint8_t in[MAX_INPUT];
    size_t in_len;
    /* Seeding: the queue, and the block on its way out. */
    struct request queue[MAX_REQUESTS];
    unsigned head, tail;
    uint8_t out[PIECE_HEAD];
    size_t out_len, out_sent;
    off_t file_off;
    size_t file_left;
    int64_t may_send_us;
    int64_t bitfield_us; /* when to send it; 0: not now */
    bool waits_for_room;
    /* Fetching: the pieces first_piece + k * stride, and what is in flight. */
    uint32_t piece_idx, begin, in_flight;
    bool open;
    size_t skip; /* payload bytes still to drop */
};

struct bench {
    int epoll_fd, file_fd, listen_fd;
    uint64_t size_bytes;
    uint32_t piece_length, n_pieces, stride, depth;
    uint8_t info_hash[20];
    int64_t rate_Bps, delay_us, first_us;
    uint64_t done_bytes;
    struct link **links; /* of those that are seeding, to find what is due */
    size_t n_links;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static void put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static uint32_t piece_size(const struct bench *bench, uint32_t piece_idx)
{
    uint64_t off = (uint64_t)piece_idx * bench->piece_length;
    uint64_t left = bench->size_bytes - off;

    return left < bench->piece_length ? (uint32_t)left : bench->piece_length;
}

static void parse_hash(const char *hex, uint8_t out[20])
{
    for (size_t i = 0; i < 20; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

/* Small things that must go out whole; the socket buffer has room for them. */
static void send_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN)
            continue;
        if (n < 0)
            return; /* gone: reading will tell */
        data += n;
        len -= (size_t)n;
    }
}

static void say_hello(const struct bench *bench, int fd)
{
    uint8_t hello[HELLO_LEN] = "\x13"
                               "BitTorrent protocol";

    memcpy(hello + 28, bench->info_hash, 20);
    memcpy(hello + 48, "-BP0001-", 8);
    for (size_t i = 56; i < HELLO_LEN; i++)
        hello[i] = (uint8_t)('a' + (now_us() * (int64_t)(i * 7 + 1) + fd) % 26);
    send_all(fd, hello, sizeof(hello));
}

static void watch(const struct bench *bench, struct link *link, int op,
                  uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = link};

    if (epoll_ctl(bench->epoll_fd, op, link->fd, &event) < 0)
        die("epoll_ctl");
}

/* Send now what TCP still gathers. */
static void push(int fd)
{
    int one = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static struct link *new_link(const struct bench *bench, int fd)
{
    struct link *link = calloc(1, sizeof(*link));

    if (!link)
        die("calloc");
    link->fd = fd;
    push(fd);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    watch(bench, link, EPOLL_CTL_ADD, EPOLLIN);
    return link;
}

/* --- Seeding --- */

static void send_bitfield(const struct bench *bench, int fd)
{
    size_t len = (bench->n_pieces + 7) / 8;
    uint8_t *message = calloc(1, len + 10);

    if (!message)
        die("calloc");
    put_u32(message, (uint32_t)len + 1);
    message[4] = BITFIELD;
    for (uint32_t i = 0; i < bench->n_pieces; i++)
        message[5 + i / 8] |= (uint8_t)(0x80 >> i % 8);
    message[5 + len + 3] = 1;
    message[5 + len + 4] = UNCHOKE;
    send_all(fd, message, len + 10);
    free(message);
}

static void accept_link(struct bench *bench)
{
    int fd = accept(bench->listen_fd, NULL, NULL);
    struct link *link;

    if (fd < 0)
        return;
    link = new_link(bench, fd);
    bench->links =
        realloc(bench->links, (bench->n_links + 1) * sizeof(*bench->links));
    if (!bench->links)
        die("realloc");
    bench->links[bench->n_links++] = link;
}

/* Begin the next block that is due; false when there is none. */
static bool begin_block(struct bench *bench, struct link *link, int64_t now)
{
    struct request *request = &link->queue[link->head % MAX_REQUESTS];

    if (link->head == link->tail || request->due_us > now)
        return false;
    if (bench->rate_Bps > 0) {
        if (link->may_send_us > now + SLICE_US)
            return false;
        if (link->may_send_us < now - SLICE_US)
            link->may_send_us = now - SLICE_US;
        link->may_send_us += (int64_t)request->len * 1000000 / bench->rate_Bps;
    }
    put_u32(link->out, request->len + 9);
    link->out[4] = PIECE;
    put_u32(link->out + 5, request->piece_idx);
    put_u32(link->out + 9, request->begin);
    link->out_len = PIECE_HEAD;
    link->out_sent = 0;
    link->file_off =
        (off_t)((uint64_t)request->piece_idx * bench->piece_length +
                request->begin);
    link->file_left = request->len;
    link->head++;
    return true;
}

/* Send what is due, as far as the socket takes it. */
static void pump(struct bench *bench, struct link *link, int64_t now)
{
    bool room = true;

    if (link->bitfield_us != 0 && link->bitfield_us <= now) {
        link->bitfield_us = 0;
        send_bitfield(bench, link->fd);
    }
    while (room && (link->file_left > 0 || begin_block(bench, link, now))) {
        ssize_t n;
        if (link->out_sent < link->out_len) {
            n = send(link->fd, link->out + link->out_sent,
                     link->out_len - link->out_sent, MSG_NOSIGNAL | MSG_MORE);
            if (n > 0)
                link->out_sent += (size_t)n;
        } else {
            n = sendfile(link->fd, bench->file_fd, &link->file_off,
                         link->file_left);
            if (n > 0)
                link->file_left -= (size_t)n;
        }
        room = n > 0;
    }
    if (room)
        push(link->fd); /* sendfile() may hold back a last part */
    if (link->waits_for_room == room) {
        link->waits_for_room = !room;
        watch(bench, link, EPOLL_CTL_MOD, room ? EPOLLIN : EPOLLIN | EPOLLOUT);
    }
}

static void on_seed_message(struct bench *bench, struct link *link,
                            const uint8_t *message, size_t len)
{
    struct request *request = &link->queue[link->tail % MAX_REQUESTS];

    if (len != 13 || message[0] != REQUEST)
        return;
    assert(link->tail - link->head < MAX_REQUESTS);
    request->piece_idx = get_u32(message + 1);
    request->begin = get_u32(message + 5);
    request->len = get_u32(message + 9);
    request->due_us = now_us() + bench->delay_us;
    link->tail++;
}

/* Take whole messages out of the input; false when the peer is gone. */
static bool read_messages(struct bench *bench, struct link *link)
{
    ssize_t n = recv(link->fd, link->in + link->in_len,
                     sizeof(link->in) - link->in_len, 0);
    size_t at = 0;

    if (n <= 0)
        return n < 0 && errno == EAGAIN;
    link->in_len += (size_t)n;
    if (!link->greeted && link->in[0] != 19)
        return false; /* encrypted: it will come again without */
    if (!link->greeted && link->in_len >= HELLO_LEN) {
        link->greeted = true;
        at = HELLO_LEN;
        say_hello(bench, link->fd);
        link->bitfield_us = now_us() + BITFIELD_US;
    }
    while (link->greeted && link->in_len - at >= 4) {
        size_t len = get_u32(link->in + at);
        if (link->in_len - at - 4 < len)
            break;
        on_seed_message(bench, link, link->in + at + 4, len);
        at += 4 + len;
    }
    memmove(link->in, link->in + at, link->in_len - at);
    link->in_len -= at;
    return true;
}

static void drop_link(struct bench *bench, struct link *link)
{
    for (size_t i = 0; i < bench->n_links; i++)
        if (bench->links[i] == link)
            bench->links[i] = bench->links[--bench->n_links];
    close(link->fd);
    free(link);
}

/* Milliseconds until something is due, -1 for never. */
static int seed_timeout(const struct bench *bench, int64_t now)
{
    int64_t soonest = INT64_MAX;

    for (size_t i = 0; i < bench->n_links; i++) {
        const struct link *link = bench->links[i];
        int64_t due = link->queue[link->head % MAX_REQUESTS].due_us;
        if (link->bitfield_us != 0 && link->bitfield_us < soonest)
            soonest = link->bitfield_us;
        if (link->head == link->tail || link->waits_for_room)
            continue;
        if (bench->rate_Bps > 0 && due < link->may_send_us - SLICE_US)
            due = link->may_send_us - SLICE_US;
        soonest = due < soonest ? due : soonest;
    }
    if (soonest == INT64_MAX)
        return -1;
    return soonest <= now ? 0 : (int)((soonest - now + 999) / 1000);
}

static void seed(struct bench *bench)
{
    struct epoll_event events[MAX_EVENTS];

    puts("ready");
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(bench->epoll_fd, events, MAX_EVENTS,
                           seed_timeout(bench, now_us()));
        int64_t now = now_us();
        for (int i = 0; i < n; i++) {
            struct link *link = events[i].data.ptr;
            if (!link)
                accept_link(bench);
            else if (events[i].events & EPOLLOUT)
                pump(bench, link, now);
            else if (!read_messages(bench, link))
                drop_link(bench, link);
        }
        for (size_t i = 0; i < bench->n_links; i++)
            if (!bench->links[i]->waits_for_room)
                pump(bench, bench->links[i], now);
    }
}

static void listen_on(struct bench *bench, uint16_t port)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event event = {.events = EPOLLIN};
    int one = 1;

    bench->listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(bench->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(bench->listen_fd, (struct sockaddr *)&any, sizeof(any)) < 0 ||
        listen(bench->listen_fd, 128) < 0)
        die("listen");
    if (epoll_ctl(bench->epoll_fd, EPOLL_CTL_ADD, bench->listen_fd, &event))
        die("epoll_ctl");
}

/* --- Fetching --- */

static void fill_requests(struct bench *bench, struct link *link)
{
    while (link->open && link->in_flight < bench->depth &&
           link->piece_idx < bench->n_pieces) {
        uint32_t left = piece_size(bench, link->piece_idx) - link->begin;
        uint32_t len = left < BLOCK ? left : BLOCK;
        uint8_t message[17] = {0, 0, 0, 13, REQUEST};
        put_u32(message + 5, link->piece_idx);
        put_u32(message + 9, link->begin);
        put_u32(message + 13, len);
        send_all(link->fd, message, sizeof(message));
        if (bench->first_us == 0)
            bench->first_us = now_us();
        link->in_flight++;
        link->begin += len;
        if (link->begin == piece_size(bench, link->piece_idx)) {
            link->begin = 0;
            link->piece_idx += bench->stride;
        }
    }
}

/* How many bytes of a head or a small message are wanted next. */
static size_t wanted_len(const struct link *link)
{
    size_t len;

    if (!link->greeted)
        return HELLO_LEN;
    if (link->in_len < 4)
        return 4;
    len = get_u32(link->in);
    assert(len <= MAX_INPUT - 4);
    if (len == 0)
        return 4;
    if (link->in_len < 5)
        return 5;
    return link->in[4] == PIECE ? PIECE_HEAD : len + 4;
}

static void on_fetch_message(struct bench *bench, struct link *link)
{
    const uint8_t interested[] = {0, 0, 0, 1, INTERESTED};

    if (!link->greeted) {
        link->greeted = true;
        send_all(link->fd, interested, sizeof(interested));
    } else if (link->in_len > 4) {
        if (link->in[4] == PIECE) {
            link->skip = get_u32(link->in) - 9;
            link->in_flight--;
        }
        if (link->in[4] == UNCHOKE || link->in[4] == CHOKE)
            link->open = link->in[4] == UNCHOKE;
    }
    link->in_len = 0;
    fill_requests(bench, link);
}

/* Read up to the payload of the next block, which is skipped. False when the client
 * closed. */
static bool read_heads(struct bench *bench, struct link *link)
{
    while (link->skip == 0) {
        size_t wanted = wanted_len(link);
        ssize_t n;
        if (link->in_len == wanted) {
            on_fetch_message(bench, link);
            continue;
        }
        n = recv(link->fd, link->in + link->in_len, wanted - link->in_len, 0);
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        link->in_len += (size_t)n;
    }
    return true;
}

static bool skip_payload(struct bench *bench, struct link *link)
{
    ssize_t n = recv(link->fd, NULL, link->skip, MSG_TRUNC);

    if (n <= 0)
        return n < 0 && errno == EAGAIN;
    link->skip -= (size_t)n;
    bench->done_bytes += (uint64_t)n;
    return true;
}

static void connect_link(struct bench *bench, const struct addrinfo *where,
                         const char *from, uint32_t first_piece)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    int fd = socket(where->ai_family, SOCK_STREAM, 0);
    struct link *link;

    if (inet_pton(AF_INET, from, &own.sin_addr) != 1 || fd < 0 ||
        bind(fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
        connect(fd, where->ai_addr, where->ai_addrlen) < 0)
        die("connect");
    link = new_link(bench, fd);
    link->piece_idx = first_piece;
    say_hello(bench, fd);
}

static void fetch(struct bench *bench)
{
    struct epoll_event events[MAX_EVENTS];

    while (bench->done_bytes < bench->size_bytes) {
        int n = epoll_wait(bench->epoll_fd, events, MAX_EVENTS, 60000);
        if (n == 0) {
            fputs("bench_peer: nothing came for a minute\n", stderr);
            exit(1);
        }
        for (int i = 0; i < n; i++) {
            struct link *link = events[i].data.ptr;
            if (!(link->skip > 0 ? skip_payload(bench, link)
                                 : read_heads(bench, link))) {
                fputs("bench_peer: the client closed\n", stderr);
                exit(1);
            }
        }
    }
    printf("%.4f\n", (double)(now_us() - bench->first_us) / 1e6);
}

static int usage(void)
{
    fputs("usage: bench_peer seed FILE INFO_HASH PIECE_LENGTH PORT "
          "[RATE [DELAY_MS]]\n"
          "       bench_peer fetch SIZE INFO_HASH PIECE_LENGTH HOST PORT "
          "DEPTH ADDRESS...\n",
          stderr);
    return 2;
}

static void set_size(struct bench *bench, uint64_t size_bytes, const char *hash,
                     const char *piece_length)
{
    bench->size_bytes = size_bytes;
    bench->piece_length = (uint32_t)strtoul(piece_length, NULL, 10);
    bench->n_pieces = (uint32_t)((size_bytes + bench->piece_length - 1) /
                                 bench->piece_length);
    parse_hash(hash, bench->info_hash);
}

static int main_seed(struct bench *bench, int argc, char **argv)
{
    struct stat stat;

    bench->file_fd = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (bench->file_fd < 0 || fstat(bench->file_fd, &stat) < 0)
        die(argv[2]);
    set_size(bench, (uint64_t)stat.st_size, argv[3], argv[4]);
    bench->rate_Bps = argc > 6 ? strtoll(argv[6], NULL, 10) : 0;
    bench->delay_us = argc > 7 ? strtoll(argv[7], NULL, 10) * 1000 : 0;
    listen_on(bench, (uint16_t)strtoul(argv[5], NULL, 10));
    seed(bench);
    return 0;
}

static int main_fetch(struct bench *bench, int argc, char **argv)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *where;

    set_size(bench, strtoull(argv[2], NULL, 10), argv[3], argv[4]);
    bench->depth = (uint32_t)strtoul(argv[7], NULL, 10);
    bench->stride = (uint32_t)argc - 8;
    if (getaddrinfo(argv[5], argv[6], &hints, &where) != 0)
        die(argv[5]);
    for (uint32_t i = 0; i < bench->stride; i++)
        connect_link(bench, where, argv[8 + i], i);
    freeaddrinfo(where);
    fetch(bench);
    return 0;
}

int main(int argc, char **argv)
{
    struct bench bench = {.file_fd = -1, .listen_fd = -1};

    signal(SIGPIPE, SIG_IGN);
    bench.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (argc >= 6 && strcmp(argv[1], "seed") == 0)
        return main_seed(&bench, argc, argv);
    if (argc >= 9 && strcmp(argv[1], "fetch") == 0)
        return main_fetch(&bench, argc, argv);
    return usage();
}
