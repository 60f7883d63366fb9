/* sha1_lanes_kernel.h -- the source of one kernel, included by sha1_lanes.c once
 * for each width, with these defined; all are undefined at its end:
 *   KERNEL        name of the function
 *   KERNEL_TARGET attribute that lets it use the instructions
 *   LANES         8 or 16
 *   QUADS(at)     a vector of the 16 bytes at at[0], at[4], ... each
 *   SHUFFLE(a, b, ...)  with four indices of 0..7 (a: 0..3, b: 4..7), done in
 *                 each run of four words: that is how the registers work
 * Source: FIPS 180-4, section 6.1.2; one message block a lane. */
#define PASTE2(a, b) a##_##b
#define PASTE(a, b)  PASTE2(a, b)
#define VEC          PASTE(KERNEL, vec)
#define ROTATE       PASTE(KERNEL, rotate)
#define LOAD         PASTE(KERNEL, load)
#define WORD         PASTE(KERNEL, word)
#define STEP         PASTE(KERNEL, step)
#define BLOCK        PASTE(KERNEL, block)

typedef uint32_t VEC __attribute__((vector_size(4 * LANES)));

KERNEL_TARGET static inline VEC ROTATE(VEC v, int n)
{
    return v << n | v >> (32 - n);
}

/* Write to w words 0 to 3 of the lanes, whose bytes lie at at[0..LANES-1]. */
KERNEL_TARGET static inline void LOAD(VEC *w, const uint8_t *const *at)
{
    VEC a = QUADS(at);
    VEC b = QUADS(at + 1);
    VEC c = QUADS(at + 2);
    VEC d = QUADS(at + 3);
    VEC ab_low = SHUFFLE(a, b, 0, 4, 1, 5);
    VEC ab_high = SHUFFLE(a, b, 2, 6, 3, 7);
    VEC cd_low = SHUFFLE(c, d, 0, 4, 1, 5);
    VEC cd_high = SHUFFLE(c, d, 2, 6, 3, 7);
    w[0] = SHUFFLE(ab_low, cd_low, 0, 1, 4, 5);
    w[1] = SHUFFLE(ab_low, cd_low, 2, 3, 6, 7);
    w[2] = SHUFFLE(ab_high, cd_high, 0, 1, 4, 5);
    w[3] = SHUFFLE(ab_high, cd_high, 2, 3, 6, 7);
    for (int i = 0; i < 4; i++)
        w[i] = (ROTATE(w[i], 8) & 0x00ff00ff) |
               (ROTATE(w[i], 24) & 0xff00ff00);
}

/* Word t of the schedule, of which w keeps the last sixteen. */
KERNEL_TARGET static inline VEC WORD(VEC *w, int t)
{
    if (t >= 16)
        w[t & 15] = ROTATE(w[(t - 3) & 15] ^ w[(t - 8) & 15] ^
                               w[(t - 14) & 15] ^ w[t & 15],
                           1);
    return w[t & 15];
}
