#include "config.h"

#include "tests/disk/tmpdir.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/xalloc.h"

char *tmpdir_new(void)
{
    const char *base = getenv("TMPDIR");
    char *dir = xasprintf("%s/tessera-test-XXXXXX", base != NULL ? base : ".");
    ck_assert_msg(mkdtemp(dir) != NULL, "%s: %s", dir, strerror(errno));
    return dir;
}

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void tmpdir_free(char *dir)
{
    enum { MAX_FDS = 16 };
    ck_assert_int_eq(nftw(dir, remove_entry, MAX_FDS, FTW_DEPTH | FTW_PHYS), 0);
    free(dir);
}

char *tmpdir_path(const char *dir, const char *name)
{
    return xasprintf("%s/%s", dir, name);
}

void tmpdir_write(const char *dir, const char *name, const void *bytes,
                  size_t len)
{
    char *path = tmpdir_path(dir, name);
    for (char *at = path + strlen(dir) + 1; (at = strchr(at, '/')) != NULL;) {
        *at = '\0';
        ck_assert(mkdir(path, 0777) == 0 || errno == EEXIST);
        *at++ = '/';
    }
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

uint8_t *tmpdir_read(const char *dir, const char *name, size_t *len_out)
{
    enum { MAX_LEN = 8 << 20 };
    char *path = tmpdir_path(dir, name);
    FILE *file = fopen(path, "rb");
    free(path);
    if (file == NULL)
        return NULL;
    uint8_t *bytes = xmalloc(MAX_LEN);
    *len_out = fread(bytes, 1, MAX_LEN, file);
    ck_assert_uint_lt(*len_out, MAX_LEN);
    fclose(file);
    return bytes;
}

bool tmpdir_has(const char *dir, const char *name)
{
    struct stat st;
    char *path = tmpdir_path(dir, name);
    bool has = lstat(path, &st) == 0;
    free(path);
    return has;
}

bool tmpdir_is(const char *dir, const char *name, const void *bytes, size_t len)
{
    size_t has_len = 0;
    uint8_t *has = tmpdir_read(dir, name, &has_len);
    bool is = has != NULL && has_len == len && memcmp(has, bytes, len) == 0;
    free(has);
    return is;
}
