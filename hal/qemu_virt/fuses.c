/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses: an item of QEMU's fw_cfg device, read by MMIO, since DMA cannot reach secure RAM.
 */
#include "hal/fuses.h"

#include <string.h>

#include "crypto/secret.h"
#include "hal/qemu_virt/board.h"

#define FW_CFG_DATA 0x0u
#define FW_CFG_SELECTOR 0x8u
#define FW_CFG_ITEM_SIGNATURE 0x0000u
#define FW_CFG_ITEM_DIRECTORY 0x0019u
#define FW_CFG_FILES_MAX 256u

/** An entry of the directory; numbers are big-endian. */
struct fw_cfg_file {
    uint32_t bytes;
    uint16_t item;
    uint16_t reserved;
    char name[56];
};

/** Goes to the start of an item; the device takes its number big-endian. */
static void select_item(uint16_t item)
{
    mmio_write16(BOARD_FW_CFG + FW_CFG_SELECTOR, __builtin_bswap16(item));
}

/** Reads the next bytes of the item; past its end they are zero. */
static void read_bytes(void *buffer, size_t length)
{
    uint8_t *bytes = buffer;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = mmio_read8(BOARD_FW_CFG + FW_CFG_DATA);
    }
}

static bool is_fw_cfg(void)
{
    char signature[4];

    select_item(FW_CFG_ITEM_SIGNATURE);
    read_bytes(signature, sizeof(signature));
    return memcmp(signature, "QEMU", sizeof(signature)) == 0;
}

/** Selects the file of that name, if there is one of that size. */
static bool select_file(const char *name, uint32_t length)
{
    struct fw_cfg_file file;
    uint32_t count;

    select_item(FW_CFG_ITEM_DIRECTORY);
    read_bytes(&count, sizeof(count));
    count = __builtin_bswap32(count);
    for (uint32_t i = 0; i < count && i < FW_CFG_FILES_MAX; i++) {
        read_bytes(&file, sizeof(file));
        if (strncmp(file.name, name, sizeof(file.name)) == 0) {
            select_item(__builtin_bswap16(file.item));
            return __builtin_bswap32(file.bytes) == length;
        }
    }
    return false;
}

bool hal_fuses_read(struct fuses *fuses)
{
    if (is_fw_cfg() && select_file(FUSES_FW_CFG_NAME, sizeof(*fuses))) {
        read_bytes(fuses, sizeof(*fuses));
        if (fuses->magic == FUSES_MAGIC) {
            return true;
        }
    }
    crypto_wipe(fuses, sizeof(*fuses));
    return false;
}
