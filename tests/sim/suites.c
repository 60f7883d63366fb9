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

const harness_suite harness_suites[] = {
    seed_and_transfer, trouble_suite,       limits_suite, life_suite,
    choking_suite,     spread_suite,        orders_suite, views_suite,
    exchange_suite,    streaming_sim_suite, NULL,
};
