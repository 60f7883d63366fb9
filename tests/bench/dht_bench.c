/* What a node of the DHT costs, in a simulated network of many: memory, and time of
 * the processor at 100 queries a second; and how searches fare there.
 *     dht_bench [NODES [SEED]] */
#include "config.h"

#include "tests/sim/dhtnet.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/krpc.h"
#include "swarm/dht_store.h"
#include "util/xalloc.h"

enum { N_SHARES = 50, SECONDS = 60, QUERIES_PER_S = 100, HASH_LEN = 20 };
enum { KIB = 1024, ASKERS = 4096, MORE = 10000 };
enum { N_PEERS = DHT_STORE_ALL_PEERS / DHT_STORE_HASHES + 1 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t memory(void)
{
    return mallinfo2().uordblks;
}

static void search(struct dhtnet *net, size_t i, const uint8_t *hash,
                   bool is_announce)
{
    const struct dht_announce how = {.is_wanted = is_announce};
    struct dhtnet_seen *seen = dhtnet_seen(net, i);
    seen->n_done = 0;
    seen->first_peer_ms = -1;
    if (dht_search(dhtnet_node(net, i), hash, &how, dhtnet_now_ms(net)) != OK)
        abort();
    dhtnet_touch(net, i);
    dhtnet_run_until(net, &seen->n_done, 1, 60000);
}

static void measure_searches(struct dhtnet *net, size_t n)
{
    unsigned n_found = 0, n_asked = 0;
    int64_t found_ms = 0, done_ms = 0;
    for (int k = 0; k < N_SHARES; k++) {
        uint8_t hash[HASH_LEN];
        rng_bytes(dhtnet_rng(net), hash, sizeof hash);
        size_t from = rng_below(dhtnet_rng(net), (uint32_t)n);
        size_t to = rng_below(dhtnet_rng(net), (uint32_t)n);
        search(net, from, hash, true);
        int64_t start_ms = dhtnet_now_ms(net);
        search(net, to, hash, false);
        const struct dhtnet_seen *seen = dhtnet_seen(net, to);
        n_asked += seen->result.n_asked;
        done_ms += seen->done_ms - start_ms;
        if (seen->first_peer_ms >= 0) {
            n_found++;
            found_ms += seen->first_peer_ms - start_ms;
        }
    }
    printf("searches: %u of %d find; %u nodes asked; first peer after %" PRId64
           " ms, end after %" PRId64 " ms (10 to 150 ms a way)\n",
           n_found, N_SHARES, n_asked / N_SHARES,
           found_ms / (n_found > 0 ? n_found : 1), done_ms / N_SHARES);
}

/* Queries as a busy node gets them, of many hosts; no more are answered than the
 * limits let. */
static void measure_queries(struct dhtnet *net)
{
    struct dht *d = dhtnet_node(net, 1);
    struct buf out;
    buf_init(&out, DHT_MAX_DATAGRAM);
    uint64_t sent = dhtnet_bytes_from(net, 1);
    double spent_s = 0;
    for (int i = 0; i < SECONDS * QUERIES_PER_S; i++) {
        uint8_t id[HASH_LEN], target[HASH_LEN];
        uint32_t who = rng_below(dhtnet_rng(net), ASKERS);
        struct addr a =
            addr_v4((const uint8_t[]){90, (uint8_t)(who >> 8), (uint8_t)who, 1},
                    5000);
        memset(id, (int)(who % 251), sizeof id);
        rng_bytes(dhtnet_rng(net), target, sizeof target);
        const struct krpc_msg query = {
            .type = KRPC_QUERY,
            .method = i % 4 == 0 ? KRPC_FIND_NODE : KRPC_GET_PEERS,
            .tid = span_of("aa"),
            .id = id,
            .target = target,
        };
        buf_reset(&out);
        if (krpc_write(&query, &out) != OK)
            abort();
        double start_s = cpu_s();
        (void)dht_rx(d, &a, buf_bytes(&out), out.len, dhtnet_now_ms(net));
        spent_s += cpu_s() - start_s;
        dhtnet_touch(net, 1);
        dhtnet_run(net, 1000 / QUERIES_PER_S);
    }
    buf_fini(&out);
    printf("%d queries a second: %.2f %% of a core, %.0f B/s sent\n",
           QUERIES_PER_S, 100 * spent_s / SECONDS,
           (double)(dhtnet_bytes_from(net, 1) - sent) / SECONDS);
}

static void announce(struct dhtnet *net, struct dht_store *s, uint32_t n_peers)
{
    uint8_t hash[HASH_LEN];
    rng_bytes(dhtnet_rng(net), hash, sizeof hash);
    for (uint32_t p = 0; p < n_peers; p++) {
        struct addr a =
            addr_v4((const uint8_t[]){91, (uint8_t)(p >> 8), (uint8_t)p, 1},
                    5000);
        dht_store_put(s, hash, &a, false, 0);
    }
}

/* Announce until a store is full, and beyond. */
static void fill_store(struct dhtnet *net, size_t node)
{
    struct dht_stats *stats = xzalloc(sizeof *stats);
    struct dht *d = dhtnet_node(net, node);
    size_t before = memory();
    struct dht_store *s = dht_store_new(dhtnet_rng(net));
    for (uint32_t h = 0; h < DHT_STORE_HASHES; h++)
        announce(net, s, N_PEERS);
    printf("a full store of %u peers: %zu KiB", dht_store_n_peers(s),
           (memory() - before) / KIB);
    double start_s = cpu_s();
    for (uint32_t i = 0; i < MORE; i++)
        announce(net, s, 1);
    printf("; an announce more: %.1f us\n", 1e6 * (cpu_s() - start_s) / MORE);
    dht_store_free(s);
    dht_stats(d, stats, dhtnet_now_ms(net));
    printf("a node knows %u nodes in %u buckets, and takes the network for "
           "%" PRIu64 "\n",
           stats->family[DHT_V4].n_good, stats->family[DHT_V4].n_buckets,
           stats->family[DHT_V4].size_estimate);
    free(stats);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (n < 10 || n > 1000000)
        return EXIT_FAILURE;
    struct dhtnet *net = dhtnet_new(n, seed);
    double start_s = cpu_s();
    size_t before = memory();
    for (size_t i = 0; i < n; i++)
        (void)dhtnet_add(net, DHTNET_NODE, false, false);
    dhtnet_join_all(net, 5);
    dhtnet_run(net, 60000);
    printf("%zu nodes: %zu KiB each; built in %.1f s\n", n,
           (memory() - before) / n / KIB, cpu_s() - start_s);
    int64_t start_ms = dhtnet_now_ms(net);
    start_s = cpu_s();
    dhtnet_run(net, SECONDS * 1000);
    printf("at rest: %.4f %% of a core each\n",
           100 * (cpu_s() - start_s) / (double)n /
               ((double)(dhtnet_now_ms(net) - start_ms) / 1000));
    measure_searches(net, n);
    measure_queries(net);
    fill_store(net, 1);
    dhtnet_check(net);
    dhtnet_free(net);
    return EXIT_SUCCESS;
}
