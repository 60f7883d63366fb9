#include "config.h"

#include "tests/sim/suites.h"

#include <inttypes.h>
#include <stdio.h>

#include "tests/sim/swarm.h"

/* The first: says how to have this run again. */
static Suite *seed_and_transfer(void)
{
    printf("SIM_SEED=%" PRIu64 "\n", swarm_seed());
    return transfer_suite();
}

/* clang-format off */
const harness_suite harness_suites[] = {
    seed_and_transfer,
    choking_suite,
    crypt_suite,
    dht_suite,
    ending_suite,
    exchange_suite,
    filter_suite,
    life_suite,
    limits_suite,
    magnet_suite,
    orders_suite,
    spread_suite,
    streaming_sim_suite,
    trouble_suite,
    views_suite,
    waking_sim_suite,
    NULL,
};
/* clang-format on */
