/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the guest: a page that says first one thing, then another, and may be attacked after each.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

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

static void say(volatile char *page, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i++) {
        page[i] = text[i];
    }
    (void)printf("virtasp-attack %#llx\n", (unsigned long long)physical((const void *)page));
    (void)fflush(stdout);
    (void)sleep(4);
}

int main(void)
{
    volatile char *page =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
    if (page == MAP_FAILED) {
        return 1;
    }
    say(page, "the old balance");
    say(page, "the new balance");
    (void)printf("fact: page %s\n", (const char *)page);
    return 0;
}
