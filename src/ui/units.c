#include "config.h"

#include "ui/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void units_rtt(char dst[UNITS_LEN], int64_t rtt_us)
{
    enum { MAX_MS = 9999 };
    if (rtt_us < 10000)
        snprintf(dst, UNITS_LEN, "%d.%d", (int)(rtt_us / 1000),
                 (int)(rtt_us % 1000 / 100));
    else
        snprintf(dst, UNITS_LEN, "%d",
                 rtt_us / 1000 < MAX_MS ? (int)(rtt_us / 1000) : MAX_MS);
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

bool units_parse_size(const char *text, uint64_t *out)
{
    static const char letters[] = "kmgtp";
    static const double most = 9e18;
    /* No signs, "nan" or hexadecimal: those strtod() would take. */
    size_t n = strspn(text, "0123456789.");
    char *end;
    double v = strtod(text, &end);
    if (n == 0 || end != text + n)
        return false;
    end += strspn(end, " ");
    char low = (char)(*end >= 'A' && *end <= 'Z' ? *end - 'A' + 'a' : *end);
    const char *unit = low != '\0' ? strchr(letters, low) : NULL;
    for (const char *at = letters; unit != NULL && at <= unit; at++)
        v *= 1024;
    end += unit != NULL;
    end += unit != NULL && *end == 'i';
    end += *end == 'B' || *end == 'b';
    end += strncmp(end, "/s", 2) == 0 ? 2 : 0;
    if (*end != '\0' || v > most)
        return false;
    *out = (uint64_t)v;
    return true;
}
