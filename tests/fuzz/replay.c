/* replay.c -- runs a fuzz target over its corpus without libFuzzer: every file
 * as it is, cut at each of its first 4 KiB, and changed in 1,000 ways that are
 * the same in each run. FUZZ_CORPUS is the folder. The last line of output names
 * the file that crashed. */
#include "config.h"

#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FILE_LEN = 1 << 20,
    MAX_CUTS = 4096,
    N_MUTATIONS = 1000,
    MAX_PATH_LEN = 4096,
};

/* SplitMix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Give the target a copy in memory of exactly len bytes, so that
 * AddressSanitizer sees the first step beyond. */
static void run(const uint8_t *bytes, size_t len)
{
    uint8_t *exact = malloc(len > 0 ? len : 1);
    if (exact == NULL)
        abort();
    if (len > 0)
        memcpy(exact, bytes, len);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
}

static size_t mutate_once(uint8_t *bytes, size_t len, uint64_t *rnd)
{
    static const uint8_t interesting[] = {0,   0xff, 0x80, 0x7f, 'd', 'l',
                                          'e', 'i',  ':',  '-',  '0', '9'};
    size_t at = (size_t)(next_random(rnd) % len);
    size_t from = (size_t)(next_random(rnd) % len);
    size_t n = (size_t)(next_random(rnd) % 16) + 1;
    switch (next_random(rnd) % 6) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << (next_random(rnd) % 8));
        return len;
    case 1:
        bytes[at] = (uint8_t)next_random(rnd);
        return len;
    case 2:
        bytes[at] = interesting[next_random(rnd) % sizeof(interesting)];
        return len;
    case 3: /* take a run out */
        n = n < len - at ? n : len - at;
        memmove(bytes + at, bytes + at + n, len - at - n);
        return len - n > 0 ? len - n : len;
    case 4: /* put a run in twice; the buffer has room for it */
        n = n < len - at ? n : len - at;
        memmove(bytes + at + n, bytes + at, len - at);
        return len + n;
    default: /* one run over another */
        n = n < len - at ? n : len - at;
        n = n < len - from ? n : len - from;
        memmove(bytes + at, bytes + from, n);
        return len;
    }
}

static void run_mutations(const uint8_t *bytes, size_t len)
{
    enum { MAX_STEPS = 8, MAX_GROWTH = MAX_STEPS * 16 };
    uint64_t rnd = len;
    uint8_t *copy = malloc(len + MAX_GROWTH);
    if (copy == NULL)
        abort();
    for (int i = 0; i < N_MUTATIONS && len > 0; i++) {
        memcpy(copy, bytes, len);
        size_t n = len;
        uint64_t n_steps = next_random(&rnd) % MAX_STEPS + 1;
        for (uint64_t step = 0; step < n_steps; step++)
            n = mutate_once(copy, n, &rnd);
        run(copy, n);
    }
    free(copy);
}

static bool replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return false;
    }
    uint8_t *bytes = malloc(MAX_FILE_LEN);
    if (bytes == NULL)
        abort();
    size_t len = fread(bytes, 1, MAX_FILE_LEN, file);
    fclose(file);
    puts(path);
    fflush(stdout);
    for (size_t cut = 0; cut < len && cut < MAX_CUTS; cut++)
        run(bytes, cut);
    run(bytes, len);
    run_mutations(bytes, len);
    free(bytes);
    return true;
}

int main(void)
{
    DIR *dir = opendir(FUZZ_CORPUS);
    if (dir == NULL) {
        perror(FUZZ_CORPUS);
        return EXIT_FAILURE;
    }
    size_t n_files = 0;
    bool ok = true;
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[MAX_PATH_LEN];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", FUZZ_CORPUS, e->d_name);
        ok = replay(path) && ok;
        n_files++;
    }
    closedir(dir);
    if (n_files == 0)
        fputs(FUZZ_CORPUS ": no files\n", stderr);
    return ok && n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
