/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boot ROMs and firmware, looked at before they are signed: a board that runs something else stays
 * silent.
 */
#include "host/provision/plausible.h"

#include <string.h>

#include "host/provision/image.h"

static bool is_elf(const struct provision_bytes *file)
{
    static const uint8_t magic[] = {0x7F, 'E', 'L', 'F'};
    return file->length >= sizeof magic && memcmp(file->data, magic, sizeof magic) == 0;
}

static bool check(const char *name, const struct provision_bytes *file, size_t offset,
                  struct provision_error *error)
{
    if (is_elf(file)) {
        return provision_fail(
            error, "%s is an ELF file; `objcopy -O binary` makes of it what is flashed", name);
    }
    return (file->length - offset >= PLAUSIBLE_BYTES &&
            plausible_first_instruction(file->data + offset)) ||
           provision_fail(error, "%s is no Arm program: there is no instruction at byte %zu", name,
                          offset);
}

bool provision_rom_check(const char *name, const struct provision_bytes *rom,
                         struct provision_error *error)
{
    return rom->length == 0 || check(name, rom, 0, error);
}

bool provision_code_check(const char *name, const struct provision_bytes *firmware, uint32_t entry,
                          struct provision_error *error)
{
    const uint32_t offset = (entry & ~UINT32_C(1)) - IMAGE_LOAD_ADDRESS;
    const bool thumb = (entry & 1) != 0;
    if (thumb || entry % 4 != 0 || entry < IMAGE_LOAD_ADDRESS || offset >= firmware->length) {
        return !is_elf(firmware) || check(name, firmware, 0, error);
    }
    return check(name, firmware, offset, error);
}
