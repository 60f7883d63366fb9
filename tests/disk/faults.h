/* faults.h -- makes system calls of this test program fail: its own definitions
 * of them stand before the C library's, and pass on what is not to fail. Only
 * where FAULTS_WORK: tests that need them are left out elsewhere. */
#ifndef TESTS_DISK_FAULTS_H
#define TESTS_DISK_FAULTS_H

#if defined(__linux__) && defined(__LP64__)
#define FAULTS_WORK 1
#else
#define FAULTS_WORK 0
#endif

enum fault_call {
    FAULT_PREAD,
    FAULT_PWRITE,
    FAULT_WRITE,
    FAULT_FSYNC, /* fdatasync too */
    FAULT_FALLOCATE,
    FAULT_RENAME,
    FAULT_N_CALLS
};

enum { FAULT_SHORT = -1 }; /* in place of an errno: half of what was asked */

/* After `skip` more calls that go well, `times` of them fail with errnum. Forgets
 * what was set for that call before. */
void faults_set(enum fault_call call, unsigned skip, unsigned times,
                int errnum);
/* All calls go well again. */
void faults_clear(void);
/* Calls since the last faults_clear(). */
unsigned faults_n_calls(enum fault_call call);

#endif
