/* sha1_kernel.h -- the one source of the SHA-1 kernels, included at the end of
 * sha1_avx2.c and sha1_avx512.c, which define before it:
 *   LANES      how many messages: 8 or 16, a word of each in a register
 *   KERNEL_FN  storage class and attributes of each function
 *   quads(at)  the function that loads 16 bytes from each of at[0], at[4], ...
 *   SHUFFLE(x, y, i, j, k, l)  words i to l of x (0..3) and y (4..7), chosen so
 *              within each run of four words, as the registers do it best
 * and `vec`, LANES words. Word n of a vector belongs to lane n.
 * Source: FIPS 180-4, section 6.1.2. */
#ifndef UTIL_SHA1_KERNEL_H
#define UTIL_SHA1_KERNEL_H

enum { SHA1_BLOCK_LEN = 64, SHA1_N_WORDS = 16 };

KERNEL_FN vec rotate(vec v, int n)
{
    return v << n | v >> (32 - n);
}

/* Write to w four words of each lane, whose bytes lie at at[lane]: a transpose
 * of four rows by four columns, in each run of four lanes. */
KERNEL_FN void load_four(vec *w, const uint8_t *const *at, size_t off)
{
    vec a = quads(at, off);
    vec b = quads(at + 1, off);
    vec c = quads(at + 2, off);
    vec d = quads(at + 3, off);
    vec ab_low = SHUFFLE(a, b, 0, 4, 1, 5);
    vec ab_high = SHUFFLE(a, b, 2, 6, 3, 7);
    vec cd_low = SHUFFLE(c, d, 0, 4, 1, 5);
    vec cd_high = SHUFFLE(c, d, 2, 6, 3, 7);
    w[0] = SHUFFLE(ab_low, cd_low, 0, 1, 4, 5);
    w[1] = SHUFFLE(ab_low, cd_low, 2, 3, 6, 7);
    w[2] = SHUFFLE(ab_high, cd_high, 0, 1, 4, 5);
    w[3] = SHUFFLE(ab_high, cd_high, 2, 3, 6, 7);
    for (int i = 0; i < 4; i++)
        w[i] = (rotate(w[i], 8) & 0x00ff00ff) | (rotate(w[i], 24) & 0xff00ff00);
}

/* Word t of the schedule, of which w keeps the last sixteen. */
KERNEL_FN vec schedule(vec *w, int t)
{
    if (t >= SHA1_N_WORDS)
        w[t & 15] = rotate(w[(t - 3) & 15] ^ w[(t - 8) & 15] ^
                               w[(t - 14) & 15] ^ w[t & 15],
                           1);
    return w[t & 15];
}

/* The function and constant of a quarter of the rounds. */
KERNEL_FN vec mix(int quarter, vec b, vec c, vec d)
{
    switch (quarter) {
    case 0:
        return (d ^ (b & (c ^ d))) + 0x5a827999;
    case 1:
        return (b ^ c ^ d) + 0x6ed9eba1;
    case 2:
        return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    default:
        return (b ^ c ^ d) + 0xca62c1d6;
    }
}

/* One round. The five variables stay; the caller names them anew. */
KERNEL_FN void step(int quarter, vec a, vec *b, vec c, vec d, vec *e, vec word)
{
    *e += rotate(a, 5) + mix(quarter, *b, c, d) + word;
    *b = rotate(*b, 30);
}

KERNEL_FN void twenty_rounds(int quarter, vec v[5], vec *w)
{
    for (int t = 20 * quarter; t < 20 * quarter + 20; t += 5) {
        step(quarter, v[0], &v[1], v[2], v[3], &v[4], schedule(w, t));
        step(quarter, v[4], &v[0], v[1], v[2], &v[3], schedule(w, t + 1));
        step(quarter, v[3], &v[4], v[0], v[1], &v[2], schedule(w, t + 2));
        step(quarter, v[2], &v[3], v[4], v[0], &v[1], schedule(w, t + 3));
        step(quarter, v[1], &v[2], v[3], v[4], &v[0], schedule(w, t + 4));
    }
}

KERNEL_FN void run_blocks(struct sha1_lanes_state *state,
                          const uint8_t *const *at, size_t n_blocks)
{
    vec h[5];
    for (int i = 0; i < 5; i++)
        memcpy(&h[i], state->h[i], sizeof h[i]);
    for (size_t block = 0; block < n_blocks; block++) {
        vec w[SHA1_N_WORDS];
        for (size_t i = 0; i < SHA1_N_WORDS; i += 4)
            load_four(w + i, at, block * SHA1_BLOCK_LEN + 4 * i);
        vec v[5] = {h[0], h[1], h[2], h[3], h[4]};
        twenty_rounds(0, v, w);
        twenty_rounds(1, v, w);
        twenty_rounds(2, v, w);
        twenty_rounds(3, v, w);
        for (int i = 0; i < 5; i++)
            h[i] += v[i];
    }
    for (int i = 0; i < 5; i++)
        memcpy(state->h[i], &h[i], sizeof h[i]);
}

#endif
