/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the guest: CPUID at the end of a page, which ends a block of translated code, runs at one address and
 * then at another, at which the same page is mapped when it is at the first one no more.
 *
 * Prints "fact: cpuid NUMBER NUMBER": what 8000_001F has in EBX, both times.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

/* push rbx; mov eax, 8000001fh; cpuid, up to the end of the page; then mov eax, ebx; pop rbx; ret */
static const uint8_t before[] = {0x53, 0xb8, 0x1f, 0x00, 0x00, 0x80, 0x0f, 0xa2};
static const uint8_t behind[] = {0x89, 0xd8, 0x5b, 0xc3};

static uint32_t call(int file, uintptr_t at)
{
    uint32_t (*code)(void) = NULL;
    uint8_t *pages =
        mmap((void *)at, 2 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, 0);
    if (pages == MAP_FAILED) {
        return 0;
    }
    pages += PAGE - sizeof before;
    memcpy(&code, &pages, sizeof code);
    const uint32_t result = code();
    (void)munmap((void *)at, 2 * PAGE);
    return result;
}

int main(void)
{
    const int file = memfd_create("code", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, 2 * PAGE) != 0 ||
        pwrite(file, before, sizeof before, PAGE - sizeof before) != sizeof before ||
        pwrite(file, behind, sizeof behind, PAGE) != sizeof behind) {
        return 1;
    }
    const uint32_t first = call(file, 0x10000000);
    (void)printf("fact: cpuid %u %u\n", first, call(file, 0x20000000));
    return 0;
}
