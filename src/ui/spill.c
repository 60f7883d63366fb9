#include "config.h"

#include "ui/spill.h"

#include <stdio.h>
#include <unistd.h>

static struct {
    int real_fd; /* stderr as it was; -1: nothing is kept */
    int kept_fd; /* of kept */
    FILE *kept;  /* owned */
} spill = {.real_fd = -1};

void spill_keep(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    spill.kept = tmpfile();
    if (spill.kept == NULL)
        return;
    fflush(stderr);
    spill.kept_fd = fileno(spill.kept);
    spill.real_fd = dup(STDERR_FILENO);
    if (spill.real_fd >= 0)
        dup2(spill.kept_fd, STDERR_FILENO);
}

void spill_rescue(void)
{
    char bytes[512];
    ssize_t n;
    if (spill.real_fd < 0)
        return;
    dup2(spill.real_fd, STDERR_FILENO);
    spill.real_fd = -1;
    if (lseek(spill.kept_fd, 0, SEEK_SET) != 0)
        return;
    while ((n = read(spill.kept_fd, bytes, sizeof bytes)) > 0)
        if (write(STDERR_FILENO, bytes, (size_t)n) != n)
            return;
}

void spill_give(void)
{
    fflush(stderr);
    int fd = spill.real_fd;
    spill_rescue();
    if (fd >= 0)
        close(fd);
    if (spill.kept != NULL)
        fclose(spill.kept);
    spill.kept = NULL;
}
