/* A list is read the same whole as cut in two anywhere, and its lines add up. */
#include "config.h"

#include "meta/iplist.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "util/ipset.h"

static struct ipset *read_cut(const char *text, size_t len, size_t cut,
                              struct iplist_report *out)
{
    struct ipset *s = ipset_new();
    struct iplist *l = iplist_new(s);
    enum err err = iplist_feed(l, text, cut);
    assert(err == OK);
    err = iplist_feed(l, text + cut, len - cut);
    assert(err == OK);
    err = iplist_end(l, out);
    assert(err == OK);
    iplist_free(l);
    assert(ipset_n_ranges(s) == out->n_ranges);
    ipset_seal(s);
    assert(ipset_n_ranges(s) <= out->n_ranges);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct iplist_report whole, cut;
    size_t at = len > 0 ? bytes[0] % len : 0;
    struct ipset *a = read_cut((const char *)bytes, len, 0, &whole);
    struct ipset *b = read_cut((const char *)bytes, len, at, &cut);
    assert(whole.n_lines == cut.n_lines && whole.n_bad == cut.n_bad);
    assert(whole.n_allowed == cut.n_allowed);
    assert(whole.n_ranges + whole.n_allowed + whole.n_bad <= whole.n_lines);
    assert(ipset_n_ranges(a) == ipset_n_ranges(b));
    for (size_t i = 0; i + 16 <= len; i += 16) {
        struct addr v4 = addr_v4(bytes + i, 0), v6 = addr_v6(bytes + i, 0);
        assert(ipset_has(a, &v4) == ipset_has(b, &v4));
        assert(ipset_has(a, &v6) == ipset_has(b, &v6));
    }
    ipset_free(a);
    ipset_free(b);
    return 0;
}
