#include "config.h"

#include "tests/util/suites.h"

#include "util/heap.h"
#include "util/rng.h"

enum { N_NODES = 200 };

static void check_heap(const struct heap *h)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct heap_node *node = h->nodes[i];
        const struct heap_node *parent = h->nodes[(i - (i > 0)) / 2];
        ck_assert_uint_eq(node->pos, i + 1);
        ck_assert(parent->key < node->key ||
                  (parent->key == node->key && parent->seq <= node->seq));
    }
}

/* The node that has to be first, found by looking at all of them. */
static const struct heap_node *first_of(const struct heap_node *nodes)
{
    const struct heap_node *first = NULL;
    for (size_t i = 0; i < N_NODES; i++) {
        const struct heap_node *node = &nodes[i];
        if (heap_contains(node) &&
            (first == NULL || node->key < first->key ||
             (node->key == first->key && node->seq < first->seq)))
            first = node;
    }
    return first;
}

START_TEST(random_operations_equal_model)
{
    uint64_t seed = 4000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    struct heap_node nodes[N_NODES] = {0};
    struct heap h;
    heap_init(&h);
    for (int step = 0; step < 5000; step++) {
        struct heap_node *node = &nodes[rng_below(&rng, N_NODES)];
        if (heap_contains(node))
            heap_remove(&h, node);
        else
            heap_push(&h, node, (int64_t)rng_below(&rng, 20) - 10);
        if (step % 8 == 0) {
            check_heap(&h);
            ck_assert_ptr_eq(heap_min(&h), first_of(nodes));
        }
    }
    while (heap_min(&h) != NULL) {
        ck_assert_ptr_eq(heap_min(&h), first_of(nodes));
        heap_remove(&h, heap_min(&h));
    }
    heap_fini(&h);
}
END_TEST

START_TEST(ties_leave_in_order_of_entry)
{
    struct heap_node nodes[N_NODES] = {0};
    struct heap h;
    heap_init(&h);
    for (size_t i = 0; i < N_NODES; i++)
        heap_push(&h, &nodes[i], 7);
    for (size_t i = 0; i < N_NODES; i++) {
        ck_assert_ptr_eq(heap_min(&h), &nodes[i]);
        heap_remove(&h, &nodes[i]);
    }
    ck_assert_ptr_null(heap_min(&h));
    heap_fini(&h);
}
END_TEST

START_TEST(extreme_keys_are_ordered)
{
    struct heap_node low = {0};
    struct heap_node high = {0};
    struct heap h;
    heap_init(&h);
    heap_push(&h, &high, INT64_MAX);
    heap_push(&h, &low, INT64_MIN);
    ck_assert_ptr_eq(heap_min(&h), &low);
    heap_fini(&h);
}
END_TEST

START_TEST(remove_of_absent_does_nothing)
{
    struct heap_node in = {0};
    struct heap_node out = {0};
    struct heap h;
    heap_init(&h);
    heap_remove(&h, &out);
    heap_push(&h, &in, 1);
    heap_remove(&h, &out);
    ck_assert_ptr_eq(heap_min(&h), &in);
    heap_remove(&h, &in);
    heap_remove(&h, &in);
    ck_assert_ptr_null(heap_min(&h));
    heap_fini(&h);
}
END_TEST

START_TEST(fini_lets_nodes_go)
{
    struct heap_node node = {0};
    struct heap h;
    heap_init(&h);
    heap_push(&h, &node, 1);
    heap_fini(&h);
    ck_assert(!heap_contains(&node));
    heap_push(&h, &node, 2);
    ck_assert_ptr_eq(heap_min(&h), &node);
    heap_fini(&h);
}
END_TEST

Suite *heap_suite(void)
{
    Suite *s = suite_create("heap");
    TCase *tc = tcase_create("heap");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, random_operations_equal_model, 0, 5);
    tcase_add_test(tc, ties_leave_in_order_of_entry);
    tcase_add_test(tc, extreme_keys_are_ordered);
    tcase_add_test(tc, remove_of_absent_does_nothing);
    tcase_add_test(tc, fini_lets_nodes_go);
    return s;
}
