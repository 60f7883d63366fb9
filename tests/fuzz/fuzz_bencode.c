/* Parse, walk every value, parse each where it lies: the same value again. */
#include "config.h"

#include "meta/bencode.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

/* The levels that are open while a value is walked without recursion. */
struct walk {
    struct bencode_iter levels[BENCODE_MAX_DEPTH];
    size_t depth;
    size_t n_values;
};

static void check_value(struct walk *w, const struct bencode *v,
                        const uint8_t *bytes, size_t len)
{
    w->n_values++;
    assert(v->raw.p >= bytes && v->raw.len <= len);
    assert((size_t)(v->raw.p - bytes) <= len - v->raw.len);
    struct bencode again;
    enum err err =
        bencode_parse(v->raw.p, v->raw.len, &BENCODE_METAINFO, &again, NULL);
    assert(err == OK && again.raw.len == v->raw.len);
    assert(again.type == v->type && again.num == v->num);
    if (v->type == BENCODE_LIST || v->type == BENCODE_DICT)
        w->levels[w->depth++] = bencode_iter(v);
}

static void walk_all(const struct bencode *root, const uint8_t *bytes,
                     size_t len)
{
    /* Each value is parsed once more at each level: bounded for speed. */
    enum { MAX_VALUES = 2000 };
    struct walk w = {.depth = 0};
    check_value(&w, root, bytes, len);
    while (w.depth > 0 && w.n_values < MAX_VALUES) {
        struct bencode_iter *it = &w.levels[w.depth - 1];
        struct bencode v;
        struct span key;
        bool more = it->is_dict ? bencode_next_pair(it, &key, &v)
                                : bencode_next(it, &v);
        if (more)
            check_value(&w, &v, bytes, len);
        else
            w.depth--;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct bencode v;
    struct bencode_error error = {.what = NULL};
    enum err err = bencode_parse(bytes, len, &BENCODE_METAINFO, &v, &error);
    if (err != OK) {
        assert(error.what != NULL && error.off <= len);
        return 0;
    }
    assert(v.raw.p == bytes && v.raw.len > 0 && v.raw.len <= len);
    walk_all(&v, bytes, len);

    struct bencode found;
    if (bencode_get(&v, "a", &found))
        assert(v.type == BENCODE_DICT && found.raw.len < v.raw.len);
    return 0;
}
