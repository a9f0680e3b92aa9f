/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the kernel of a running x86 machine that its CPU has SEV, by one bit in its memory, which is a
 * file. QEMU's TCG does not report the feature; a kernel from 6.15 on believes its command line
 * (setcpuid=sev), older ones believe nobody.
 *
 * usage: cpu-bit FILE VENDOR
 *
 * The kernel keeps what it knows of each CPU in struct cpuinfo_x86, where the vendor's name follows 22
 * words of features and two of bugs; the feature is bit 1 of word 19. So it is in Debian's 6.1 and 6.12.
 * Exit status: 0 when at least one such structure was found.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define VENDOR_BYTES 16u
#define FEATURE_WORD 19u
#define FEATURE_SEV (1u << 1)
#define BEFORE_NAME (4u * (22u + 2u - FEATURE_WORD)) /* bytes */

int main(int argc, char **argv)
{
    static const char model[] = "AMD EPYC";
    char vendor[VENDOR_BYTES + sizeof model] = "";
    struct stat status;
    const int file = argc == 3 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
    if (file < 0 || fstat(file, &status) != 0 || strlen(argv[2]) >= VENDOR_BYTES) {
        fprintf(stderr, "usage: cpu-bit FILE VENDOR\n");
        return 2;
    }
    const size_t length = (size_t)status.st_size;
    uint8_t *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        perror(argv[1]);
        return 1;
    }
    memcpy(vendor, argv[2], strlen(argv[2]));
    memcpy(vendor + VENDOR_BYTES, model, sizeof model - 1);
    size_t found = 0;
    uint8_t *at = memory + BEFORE_NAME;
    const uint8_t *end = memory + length;
    while ((at = memmem(at, (size_t)(end - at), vendor, VENDOR_BYTES + sizeof model - 1)) != NULL) {
        if (((uintptr_t)at & 3) == 0) {
            __atomic_fetch_or((uint32_t *)(void *)(at - BEFORE_NAME), FEATURE_SEV,
                              __ATOMIC_SEQ_CST);
            found++;
        }
        at++;
    }
    printf("%zu CPUs\n", found);
    return found > 0 ? 0 : 1;
}
