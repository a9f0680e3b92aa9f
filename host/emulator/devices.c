/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices (devices.h).
 */
#include "host/emulator/devices.h"

#include <stdio.h>
#include <string.h>

#include "host/x86/dma.h"

#define SERIAL_READY 0x20u
#define DMA_BITS 32u

static void serial(struct devices *devices, char character)
{
    if (devices->text_length < sizeof devices->text - 1) {
        devices->text[devices->text_length++] = character;
    }
    if (devices->prefix == NULL || character == '\r') {
        return;
    }
    if (!devices->in_line) {
        (void)fputs(devices->prefix, stdout);
    }
    const bool printable = (character >= ' ' && character <= '~') || character == '\n';
    (void)putchar(printable ? character : '?');
    devices->in_line = character != '\n';
    if (character == '\n') {
        (void)fflush(stdout);
    }
}

/* The IOMMU lets the device have what the guest has, at the same addresses. */
static bool remap(void *context, uint64_t address, bool write, uint64_t *result)
{
    const struct nested *nested = context;
    (void)write;
    *result = nested_find(nested, address);
    return *result != 0;
}

static void dma(struct devices *devices, uint32_t command)
{
    struct x86_machine *machine = &devices->nested->emulator->x86;
    const struct x86_device device = {
        .address_bits = DMA_BITS, .remap = remap, .context = devices->nested};
    enum x86_dma_result result = X86_DMA_NOT_MAPPED;
    if (devices->dma_sector < GUEST_DISK_SECTORS) {
        uint8_t *sector = devices->disk + (size_t)devices->dma_sector * GUEST_SECTOR_BYTES;
        if (command == GUEST_DMA_READ) {
            cpu_forget_code(&devices->nested->emulator->cores);
            result =
                x86_dma_write(machine, &device, devices->dma_address, sector, GUEST_SECTOR_BYTES);
        } else if (command == GUEST_DMA_WRITE) {
            result =
                x86_dma_read(machine, &device, devices->dma_address, sector, GUEST_SECTOR_BYTES);
        }
    }
    devices->dma_status = result;
}

void devices_out(struct devices *devices, uint16_t port, uint32_t value)
{
    switch (port) {
    case GUEST_PORT_SERIAL:
        serial(devices, (char)value);
        break;
    case GUEST_PORT_RESULT:
        devices->has_verdict = true;
        devices->verdict = value;
        break;
    case GUEST_PORT_DMA_ADDRESS:
        devices->dma_address = value;
        break;
    case GUEST_PORT_DMA_SECTOR:
        devices->dma_sector = value;
        break;
    case GUEST_PORT_DMA_COMMAND:
        dma(devices, value);
        break;
    default:
        break;
    }
}

uint32_t devices_in(struct devices *devices, uint16_t port)
{
    return port == GUEST_PORT_SERIAL_STATUS ? SERIAL_READY
           : port == GUEST_PORT_DMA_COMMAND ? devices->dma_status
                                            : UINT32_MAX;
}

bool devices_have(uint64_t gpa)
{
    return gpa - gpa % X86_PAGE_BYTES == GUEST_MMIO_GPA;
}

uint32_t devices_read(const struct devices *devices, uint64_t gpa)
{
    return gpa % X86_PAGE_BYTES == GUEST_MMIO_ID        ? GUEST_MMIO_ID_VALUE
           : gpa % X86_PAGE_BYTES == GUEST_MMIO_SCRATCH ? devices->scratch
                                                        : UINT32_MAX;
}

void devices_write(struct devices *devices, uint64_t gpa, uint32_t value)
{
    if (gpa % X86_PAGE_BYTES == GUEST_MMIO_SCRATCH) {
        devices->scratch = value;
    }
}
