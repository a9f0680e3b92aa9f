/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the guest: a page that says first one thing, then another, and is attacked after each, which the
 * tests say on its disk.
 *
 * usage: page            the page
 *        page wait N     only waits until the disk begins with "go N"
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u
#define SECTOR 512
#define WAIT_TRIES 6000u /* of 100 ms */

static uint64_t physical(const void *at)
{
    uint64_t entry = 0;
    const int map = open("/proc/self/pagemap", O_RDONLY);
    if (map < 0 || pread(map, &entry, sizeof entry, (off_t)((uintptr_t)at / PAGE * 8)) != 8) {
        return 0;
    }
    (void)close(map);
    return (entry & ((UINT64_C(1) << 55) - 1)) * PAGE;
}

/* The disk as it is now, whatever the kernel has read before; at most ten minutes. */
static bool wait_for(unsigned number)
{
    static _Alignas(PAGE) char sector[SECTOR + 1];
    char word[32];
    const int disk = open("/dev/vda", O_RDONLY | O_DIRECT);
    (void)snprintf(word, sizeof word, "go %u\n", number);
    for (unsigned tries = 0; disk >= 0 && tries < WAIT_TRIES; tries++) {
        if (pread(disk, sector, SECTOR, 0) == SECTOR && strncmp(sector, word, strlen(word)) == 0) {
            (void)close(disk);
            return true;
        }
        (void)usleep(100000);
    }
    (void)printf("fact: no 'go %u' on the disk\n", number);
    return false;
}

static void say(volatile char *page, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i++) {
        page[i] = text[i];
    }
    (void)printf("virtasp-attack %#llx\n", (unsigned long long)physical((const void *)page));
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        return wait_for((unsigned)strtoul(argv[2], NULL, 10)) ? 0 : 1;
    }
    volatile char *page =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
    if (page == MAP_FAILED) {
        return 1;
    }
    say(page, "the old balance");
    if (!wait_for(1)) {
        return 1;
    }
    say(page, "the new balance");
    if (!wait_for(2)) {
        return 1;
    }
    (void)printf("fact: page %s\n", (const char *)page);
    return 0;
}
