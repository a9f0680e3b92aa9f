/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that two processes map at the same time: the mailbox, the fabric and x86 DRAM.
 */
#include "host/lib/shared_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool shared_file_create(const char *path, size_t length)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return false;
    }
    bool done = ftruncate(descriptor, (off_t)length) == 0;
    int error = errno;
    (void)close(descriptor);
    errno = error;
    return done;
}

bool shared_file_open(struct shared_file *file, const char *path, size_t minimum_length)
{
    *file = (struct shared_file){.descriptor = -1};
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    struct stat status;
    int error = 0;
    if (fstat(descriptor, &status) != 0) {
        error = errno;
    } else if ((uint64_t)status.st_size < minimum_length || status.st_size == 0) {
        error = EINVAL;
    }
    void *bytes = MAP_FAILED;
    if (error == 0) {
        bytes =
            mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        error = bytes == MAP_FAILED ? errno : 0;
    }
    if (error != 0) {
        (void)close(descriptor);
        errno = error;
        return false;
    }
    *file = (struct shared_file){
        .bytes = bytes, .length = (size_t)status.st_size, .descriptor = descriptor};
    return true;
}

void shared_file_close(struct shared_file *file)
{
    if (file->bytes != NULL) {
        (void)munmap(file->bytes, file->length);
        (void)close(file->descriptor);
    }
    *file = (struct shared_file){.descriptor = -1};
}
