#include "config.h"

#include "tests/disk/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

struct fault {
    unsigned n_calls;
    unsigned skip;
    unsigned times;
    int errnum;
};

static struct fault faults[FAULT_N_CALLS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void faults_set(enum fault_call call, unsigned skip, unsigned times, int errnum)
{
    pthread_mutex_lock(&lock);
    faults[call].skip = skip;
    faults[call].times = times;
    faults[call].errnum = errnum;
    pthread_mutex_unlock(&lock);
}

void faults_clear(void)
{
    pthread_mutex_lock(&lock);
    for (int i = 0; i < FAULT_N_CALLS; i++)
        faults[i] = (struct fault){.times = 0};
    pthread_mutex_unlock(&lock);
}

unsigned faults_n_calls(enum fault_call call)
{
    pthread_mutex_lock(&lock);
    unsigned n = faults[call].n_calls;
    pthread_mutex_unlock(&lock);
    return n;
}

#if FAULTS_WORK

/* 0: go on; else what the call is to fail with. */
static int next_fault(enum fault_call call)
{
    int errnum = 0;
    pthread_mutex_lock(&lock);
    struct fault *fault = &faults[call];
    fault->n_calls++;
    if (fault->times > 0 && fault->skip > 0) {
        fault->skip--;
    } else if (fault->times > 0) {
        fault->times--;
        errnum = fault->errnum;
    }
    pthread_mutex_unlock(&lock);
    return errnum;
}

/* True when the call is to fail, errno set; a short one gets its length cut. */
static bool fails(enum fault_call call, size_t *len)
{
    int errnum = next_fault(call);
    if (errnum == FAULT_SHORT && *len > 1)
        *len /= 2;
    if (errnum <= 0)
        return false;
    errno = errnum;
    return true;
}

ssize_t pread(int fd, void *bytes, size_t len, off_t off)
{
    if (fails(FAULT_PREAD, &len))
        return -1;
    return syscall(SYS_pread64, fd, bytes, len, off);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t off)
{
    if (fails(FAULT_PWRITE, &len))
        return -1;
    return syscall(SYS_pwrite64, fd, bytes, len, off);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    if (fails(FAULT_WRITE, &len))
        return -1;
    return syscall(SYS_write, fd, bytes, len);
}

int fsync(int fd)
{
    size_t len = 0;
    if (fails(FAULT_FSYNC, &len))
        return -1;
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    size_t len = 0;
    if (fails(FAULT_FSYNC, &len))
        return -1;
    return (int)syscall(SYS_fdatasync, fd);
}

int fallocate(int fd, int mode, off_t off, off_t len)
{
    size_t unused = 0;
    if (fails(FAULT_FALLOCATE, &unused))
        return -1;
    return (int)syscall(SYS_fallocate, fd, mode, off, len);
}

int rename(const char *from, const char *to)
{
    size_t len = 0;
    if (fails(FAULT_RENAME, &len))
        return -1;
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

#endif
