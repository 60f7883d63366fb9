#include "config.h"

#include "ui/units.h"

#include <stdio.h>

void units_size(char dst[UNITS_LEN], uint64_t bytes)
{
    static const char letters[] = "kMGTPE";
    if (bytes < 1000) {
        snprintf(dst, UNITS_LEN, "%u", (unsigned)bytes);
        return;
    }
    size_t i = 0;
    double v = (double)bytes / 1024;
    /* What rounds to 1000 is said in the next unit, so that four cells do. */
    while (v >= 999.5 && letters[i + 1] != '\0') {
        v /= 1024;
        i++;
    }
    snprintf(dst, UNITS_LEN, v < 9.95 ? "%.1f%c" : "%.0f%c", v, letters[i]);
}

void units_rate(char dst[UNITS_LEN], uint64_t rate_Bps)
{
    char size[UNITS_LEN];
    units_size(size, rate_Bps);
    snprintf(dst, UNITS_LEN, rate_Bps == 0 ? "%.8s" : "%.8s/s", size);
}

unsigned units_permille(uint64_t part, uint64_t whole)
{
    if (part >= whole)
        return 1000;
    unsigned share = (unsigned)((double)part * 1000 / (double)whole);
    return share < 1000 ? share : 999;
}

void units_ratio(char dst[UNITS_LEN], uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        snprintf(dst, UNITS_LEN, "--");
        return;
    }
    double ratio = (double)part / (double)whole;
    if (ratio >= 9999)
        ratio = 9999;
    snprintf(dst, UNITS_LEN, ratio < 99.995 ? "%.2f" : "%.0f", ratio);
}
