/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PCI function (device.h).
 */
#include "host/bridge/device.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/mailbox.h"
#include "host/lib/fabric.h"

#define REGISTER_BYTES 4u

void device_begin(struct device *device, struct board_link *link)
{
    device->link = link;
    device->memory.count = 0;
    device->is_foreign = false;
    interrupts_begin(&device->interrupts);
    mailbox_port_begin(&device->mailbox, link, &device->interrupts);
    pci_function_reset(&device->function);
}

void device_disconnect(struct device *device)
{
    interrupts_end(&device->interrupts);
    device->memory.count = 0;
    device->is_foreign = false;
    device_reset_function(
        device); /* With ring-buffer mode on, nobody else would get the mailbox. */
}

uint32_t device_region_bytes(uint32_t region)
{
    switch (region) {
    case PCI_MAILBOX_BAR:
        return MAILBOX_BAR_BYTES;
    case PCI_MSIX_BAR:
        return PCI_MSIX_BAR_BYTES;
    case VFIO_PCI_CONFIG_REGION_INDEX:
        return PCI_CONFIG_BYTES;
    default:
        return 0;
    }
}

/* Each register is read once, whatever part of it is wanted. */
static void read_mailbox(const struct device *device, uint32_t offset, uint8_t *bytes,
                         uint32_t count)
{
    while (count > 0) {
        const uint32_t skip = offset % REGISTER_BYTES;
        const uint32_t part = count < REGISTER_BYTES - skip ? count : REGISTER_BYTES - skip;
        const uint32_t value = mailbox_port_read(&device->mailbox, offset - skip);
        memcpy(bytes, (const uint8_t *)&value + skip, part);
        offset += part;
        bytes += part;
        count -= part;
    }
}

static void write_mailbox(struct device *device, uint32_t offset, const uint8_t *bytes,
                          uint32_t count)
{
    if (offset % REGISTER_BYTES != 0) {
        return;
    }
    for (uint32_t i = 0; i + REGISTER_BYTES <= count; i += REGISTER_BYTES) {
        uint32_t value;
        memcpy(&value, bytes + i, sizeof value);
        mailbox_port_write(&device->mailbox, offset + i, value);
    }
}

void device_read(const struct device *device, uint32_t region, uint32_t offset, uint8_t *bytes,
                 uint32_t count)
{
    switch (region) {
    case PCI_MAILBOX_BAR:
        read_mailbox(device, offset, bytes, count);
        break;
    case PCI_MSIX_BAR:
        pci_msix_read(&device->function, offset, bytes, count);
        break;
    default:
        pci_function_read(&device->function, offset, bytes, count);
        break;
    }
}

void device_write(struct device *device, uint32_t region, uint32_t offset, const uint8_t *bytes,
                  uint32_t count)
{
    switch (region) {
    case PCI_MAILBOX_BAR:
        write_mailbox(device, offset, bytes, count);
        break;
    case PCI_MSIX_BAR:
        pci_msix_write(&device->function, offset, bytes, count);
        break;
    default:
        if (pci_function_write(&device->function, offset, bytes, count)) {
            device_reset_function(device);
        }
        break;
    }
}

/* Says once that commands will work on other memory than the machine's. */
static void check_memory(struct device *device, const struct vfio_user_dma_map *map, int file)
{
    char path[PATH_MAX];
    struct stat dram;
    const struct fabric_config *configuration =
        device->link->fabric.bytes != NULL ? fabric_configuration(device->link->fabric.bytes)
                                           : NULL;
    if (device->is_foreign || configuration == NULL ||
        !board_path(path, device->link->directory, "run/dram") || stat(path, &dram) != 0 ||
        dma_windows_is_dram(map, file, configuration, dram.st_dev, dram.st_ino)) {
        return;
    }
    device->is_foreign = true;
    (void)fprintf(stderr,
                  "virtasp bridge: warning: the machine's memory at %llx is not what the board has "
                  "there in %s\n",
                  (unsigned long long)map->address, path);
}

int device_map(struct device *device, const struct vfio_user_dma_map *map, int file,
               size_t fd_count)
{
    const int error = dma_windows_map(&device->memory, map, fd_count);
    if (error == 0) {
        check_memory(device, map, file);
    }
    return error;
}

void device_reset_function(struct device *device)
{
    pci_function_reset(&device->function);
    mailbox_port_reset(&device->mailbox);
}
