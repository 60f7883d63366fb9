#include "config.h"

#include "util/nearest.h"

#include <assert.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
    /* Three rows of the table, turned round: of i - 2, i - 1 and i letters of a. */
    size_t rows[3][NEAREST_MAX_LEN + 1];
    size_t n_a = strlen(a), n_b = strlen(b);
    assert(n_a <= NEAREST_MAX_LEN && n_b <= NEAREST_MAX_LEN);
    for (size_t j = 0; j <= n_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(changed, 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two[j - 2] + 1);
        }
    }
    return rows[n_a % 3][n_b];
}

const char *nearest_better(const char *typed, const char *best,
                           const char *word)
{
    size_t len = strlen(typed);
    if (len > NEAREST_MAX_LEN || strlen(word) > NEAREST_MAX_LEN)
        return best;
    size_t most = len / 3 > 1 ? len / 3 : 1;
    if (best != NULL)
        most = nearest_distance(typed, best) - 1;
    return nearest_distance(typed, word) <= most ? word : best;
}
