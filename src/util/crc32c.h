/* crc32c.h -- CRC-32C (Castagnoli), reflected. Bit by bit: for some bytes, as
 * BEP 40 and 42 need it, not for data. */
#ifndef UTIL_CRC32C_H
#define UTIL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of len bytes at p. */
uint32_t crc32c(const uint8_t *p, size_t len);

#endif
