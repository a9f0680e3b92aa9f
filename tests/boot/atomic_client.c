/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of the test of atomic steps: adds to a word of DRAM, then to a mailbox register,
 * while the firmware does. No addition may be lost.
 *
 * usage: atomic_client DRAM-FILE MAILBOX-FILE
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

#include "abi/mailbox.h"

#define WORD 0x1008u
#define PATIENCE_S 60

static void *map(const char *path, size_t bytes)
{
    int fd = open(path, O_RDWR);

    return fd < 0 ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static uint32_t *at(uint8_t *mailbox, uint32_t offset)
{
    return (uint32_t *)(void *)(mailbox + offset);
}

/** Waits until the firmware says so. @return whether it did in time */
static int wait_for_firmware(uint8_t *mailbox)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

    for (int i = 0; i < PATIENCE_S * 100; i++) {
        if (__atomic_load_n(at(mailbox, MAILBOX_FEATURE), __ATOMIC_SEQ_CST) == 1) {
            return 1;
        }
        nanosleep(&pause, NULL);
    }
    return 0;
}

/** Whether the firmware has come past a step; the time is looked at now and then. */
static int passed(uint8_t *mailbox, uint32_t step, uint32_t count, time_t end)
{
    return __atomic_load_n(at(mailbox, MAILBOX_FEATURE), __ATOMIC_SEQ_CST) > step ||
           (count % 0x10000 == 0 && time(NULL) > end);
}

int main(int argc, char **argv)
{
    uint8_t *dram = argc == 3 ? map(argv[1], 0x2000) : MAP_FAILED;
    uint8_t *mailbox = argc == 3 ? map(argv[2], MAILBOX_FILE_BYTES) : MAP_FAILED;
    const time_t end = time(NULL) + PATIENCE_S;
    uint32_t to_dram = 0;
    uint32_t to_mailbox = 0;
    uint64_t *word = (uint64_t *)(void *)(dram + WORD);
    uint64_t missing;

    if (dram == MAP_FAILED || mailbox == MAP_FAILED) {
        fprintf(stderr, "usage: atomic_client DRAM-FILE MAILBOX-FILE\n");
        return 2;
    }
    if (!wait_for_firmware(mailbox)) {
        printf("FAIL: the firmware did not start\n");
        return 1;
    }
    __atomic_store_n(at(mailbox, MAILBOX_INTEN), 1, __ATOMIC_SEQ_CST);
    for (; !passed(mailbox, 1, to_dram, end); to_dram++) {
        __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    }
    for (; !passed(mailbox, 2, to_mailbox, end); to_mailbox++) {
        __atomic_fetch_add(at(mailbox, MAILBOX_RB_TAIL), 1, __ATOMIC_SEQ_CST);
    }
    missing = to_dram + *at(mailbox, MAILBOX_CMDRESP) - *word;
    missing += to_mailbox + *at(mailbox, MAILBOX_CMDRESP) - *at(mailbox, MAILBOX_RB_TAIL);
    printf("%u and %u additions against %u, %llu lost\n", to_dram, to_mailbox,
           *at(mailbox, MAILBOX_CMDRESP), (unsigned long long)missing);
    return missing == 0 && *at(mailbox, MAILBOX_CMDRESP) != 0 ? 0 : 1;
}
