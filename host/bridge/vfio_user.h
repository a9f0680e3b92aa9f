/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vfio-user protocol, version 0.0, as far as a PCI function with interrupts needs it: what goes
 * over the socket, in the byte order of the machine. The names are those of QEMU's "vfio-user Protocol
 * Specification" and of linux/vfio.h, from which the structures come.
 */
#ifndef HOST_BRIDGE_VFIO_USER_H
#define HOST_BRIDGE_VFIO_USER_H

#include <stddef.h>
#include <stdint.h>

#define VFIO_USER_MAJOR 0u
#define VFIO_USER_MINOR 0u

/** Commands of the client. */
enum vfio_user_command {
    VFIO_USER_VERSION = 1,
    VFIO_USER_DMA_MAP = 2,
    VFIO_USER_DMA_UNMAP = 3,
    VFIO_USER_DEVICE_GET_INFO = 4,
    VFIO_USER_DEVICE_GET_REGION_INFO = 5,
    VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
    VFIO_USER_DEVICE_SET_IRQS = 8,
    VFIO_USER_REGION_READ = 9,
    VFIO_USER_REGION_WRITE = 10,
    VFIO_USER_DEVICE_RESET = 13,
};

#define VFIO_USER_TYPE_MASK 0xFu
#define VFIO_USER_TYPE_COMMAND 0x0u
#define VFIO_USER_TYPE_REPLY 0x1u
#define VFIO_USER_NO_REPLY (1u << 4)
#define VFIO_USER_ERROR (1u << 5)

/** In front of every message. */
struct vfio_user_header {
    uint16_t id; /**< The client's; the reply has the same. */
    uint16_t command;
    uint32_t size; /**< Of the whole message, this header included. */
    uint32_t flags;
    uint32_t error; /**< errno of a reply with VFIO_USER_ERROR. */
};

/** VERSION, both ways; JSON text with its NUL may follow. */
struct vfio_user_version {
    uint16_t major;
    uint16_t minor;
};

struct vfio_user_dma_map {
    uint32_t argsz;
    uint32_t flags;
    uint64_t offset; /**< In the file that comes along. */
    uint64_t address;
    uint64_t size;
};

#define VFIO_USER_DMA_FLAGS 0xFu    /**< Readable, writeable, how to access. */
#define VFIO_USER_DMA_NEEDS_FD 0xCu /**< By mmap(), by file I/O. */

struct vfio_user_dma_unmap {
    uint32_t argsz;
    uint32_t flags;
    uint64_t address;
    uint64_t size;
};

struct vfio_user_device_info {
    uint32_t argsz;
    uint32_t flags;
    uint32_t regions;
    uint32_t irqs;
};

#define VFIO_DEVICE_FLAGS_RESET (1u << 0)
#define VFIO_DEVICE_FLAGS_PCI (1u << 1)

struct vfio_user_region_info {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t cap_offset;
    uint64_t size;
    uint64_t offset;
};

#define VFIO_REGION_INFO_FLAG_READ (1u << 0)
#define VFIO_REGION_INFO_FLAG_WRITE (1u << 1)

/** Regions of a PCI function: 0 to 5 are its BARs. */
#define VFIO_PCI_CONFIG_REGION_INDEX 7u
#define VFIO_PCI_NUM_REGIONS 9u

struct vfio_user_irq_info {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t count;
};

#define VFIO_IRQ_INFO_EVENTFD (1u << 0)

#define VFIO_PCI_MSIX_IRQ_INDEX 2u
#define VFIO_PCI_NUM_IRQS 3u /**< INTx, MSI and MSI-X; no errors and requests. */

/** SET_IRQS; a byte per interrupt follows with DATA_BOOL. */
struct vfio_user_irq_set {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t start;
    uint32_t count;
};

#define VFIO_IRQ_SET_DATA_NONE (1u << 0)
#define VFIO_IRQ_SET_DATA_BOOL (1u << 1)
#define VFIO_IRQ_SET_DATA_EVENTFD (1u << 2)
#define VFIO_IRQ_SET_ACTION_TRIGGER (1u << 5)

/** REGION_READ and REGION_WRITE, both ways; the data follow in a write and in the reply to a read. */
struct vfio_user_region_access {
    uint64_t offset;
    uint32_t region;
    uint32_t count;
};

#define VFIO_USER_DATA_MAX 4096u /**< Longest access: a whole configuration space. */
#define VFIO_USER_FDS_MAX 8u     /**< Descriptors in one message. */

/** Longest payload of a message that is read; the JSON text of VERSION has room in it, too. */
#define VFIO_USER_PAYLOAD_MAX (sizeof(struct vfio_user_region_access) + VFIO_USER_DATA_MAX)
#define VFIO_USER_MESSAGE_MAX (sizeof(struct vfio_user_header) + VFIO_USER_PAYLOAD_MAX)

_Static_assert(sizeof(struct vfio_user_header) == 16, "header");
_Static_assert(offsetof(struct vfio_user_header, command) == 2, "header");
_Static_assert(offsetof(struct vfio_user_header, size) == 4, "header");
_Static_assert(offsetof(struct vfio_user_header, flags) == 8, "header");
_Static_assert(offsetof(struct vfio_user_header, error) == 12, "header");
_Static_assert(sizeof(struct vfio_user_version) == 4, "version");
_Static_assert(sizeof(struct vfio_user_dma_map) == 32, "DMA_MAP");
_Static_assert(offsetof(struct vfio_user_dma_map, offset) == 8, "DMA_MAP");
_Static_assert(offsetof(struct vfio_user_dma_map, address) == 16, "DMA_MAP");
_Static_assert(offsetof(struct vfio_user_dma_map, size) == 24, "DMA_MAP");
_Static_assert(sizeof(struct vfio_user_dma_unmap) == 24, "DMA_UNMAP");
_Static_assert(offsetof(struct vfio_user_dma_unmap, address) == 8, "DMA_UNMAP");
_Static_assert(offsetof(struct vfio_user_dma_unmap, size) == 16, "DMA_UNMAP");
_Static_assert(sizeof(struct vfio_user_device_info) == 16, "DEVICE_GET_INFO");
_Static_assert(sizeof(struct vfio_user_region_info) == 32, "DEVICE_GET_REGION_INFO");
_Static_assert(offsetof(struct vfio_user_region_info, index) == 8, "DEVICE_GET_REGION_INFO");
_Static_assert(offsetof(struct vfio_user_region_info, size) == 16, "DEVICE_GET_REGION_INFO");
_Static_assert(sizeof(struct vfio_user_irq_info) == 16, "DEVICE_GET_IRQ_INFO");
_Static_assert(sizeof(struct vfio_user_irq_set) == 20, "DEVICE_SET_IRQS");
_Static_assert(sizeof(struct vfio_user_region_access) == 16, "REGION_READ, REGION_WRITE");

#endif
