/* fuzz.h -- what every fuzz target defines: one function that is given any
 * bytes, and must neither crash nor leak nor find a broken invariant (it
 * asserts them). libFuzzer calls it in the programs of --enable-fuzzing,
 * replay.c in those of `make check`. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#endif
