/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sizes: code and constants of the two programs from their ELF section headers (System V ABI,
 * chapter 4), and how far the flash image reaches (abi/image.h).
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/image.h"
#include "tests/bench/bench.h"

/* Reads LENGTH bytes at OFFSET. */
static bool read_at(FILE *file, long offset, void *buffer, size_t length)
{
    return fseek(file, offset, SEEK_SET) == 0 && fread(buffer, 1, length, file) == length;
}

/* Sums the sections that are loaded and never written. */
static bool read_elf(FILE *file, double *bytes)
{
    Elf32_Ehdr header;
    Elf32_Shdr section;
    *bytes = 0;
    if (!read_at(file, 0, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_shentsize != sizeof section) {
        return false;
    }
    for (unsigned i = 0; i < header.e_shnum; i++) {
        if (!read_at(file, (long)(header.e_shoff + i * sizeof section), &section, sizeof section)) {
            return false;
        }
        if ((section.sh_flags & (SHF_ALLOC | SHF_WRITE)) == SHF_ALLOC &&
            section.sh_type != SHT_NOBITS) {
            *bytes += section.sh_size;
        }
    }
    return *bytes > 0;
}

static bool read_flash(FILE *file, double *bytes)
{
    struct image_header header;
    bool valid =
        read_at(file, IMAGE_FLASH_OFFSET, &header, sizeof header) && header.magic == IMAGE_MAGIC;
    *bytes = valid ? IMAGE_FLASH_OFFSET + IMAGE_HEADER_BYTES + header.body_bytes : 0;
    return valid;
}

bool bench_sizes(struct bench *bench)
{
    const struct {
        enum figure figure;
        const char *directory;
        const char *name;
        bool (*read)(FILE *file, double *bytes);
    } files[] = {
        {FIGURE_FIRMWARE_TEXT_BYTES, bench->build, "board/firmware.elf", read_elf},
        {FIGURE_ROM_TEXT_BYTES, bench->build, "board/rom.elf", read_elf},
        {FIGURE_FLASH_IMAGE_BYTES, bench->options.directory, "flash.img", read_flash},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].directory == NULL) {
            continue; /* Nobody says where that was built. */
        }
        char path[PATH_MAX];
        double bytes;
        FILE *file = board_path(path, files[i].directory, files[i].name) ? fopen(path, "rb") : NULL;
        if (file == NULL) {
            return bench_fail("%s/%s: %s", files[i].directory, files[i].name, strerror(errno));
        }
        bool valid = files[i].read(file, &bytes);
        (void)fclose(file);
        if (!valid) {
            return bench_fail("%s: not what was expected", path);
        }
        figures_add(&bench->figures, files[i].figure, bytes);
    }
    return true;
}
