/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the emulator's hypervisor and guests agree on: the flat image, where things are in guest memory,
 * devices and hypercalls. Guests include this file, too. docs/running-guests.md.
 */
#ifndef HOST_EMULATOR_GUEST_ABI_H
#define HOST_EMULATOR_GUEST_ABI_H

#include <stdint.h>

/* Guest physical memory. Page tables map it one to one, up to 4 GiB or the end of memory; pages are private but for the
 * shared window. */
#define GUEST_BOOT_GPA 0x1000u    /**< struct guest_boot */
#define GUEST_SECRETS_GPA 0x2000u /**< SNP: the SECRETS page. */
#define GUEST_CPUID_GPA 0x3000u   /**< SNP: the CPUID page. */
#define GUEST_SECRET_GPA 0x4000u  /**< SEV: where LAUNCH_UPDATE_SECRET puts the owner's secret. */
#define GUEST_TABLES_GPA 0x10000u /**< Page tables, the root first; up to GUEST_SHARED_GPA. */
#define GUEST_SHARED_GPA 0x60000u /**< Shared window. */
#define GUEST_SHARED_BYTES 0x20000u
#define GUEST_GHCB_GPA 0x60000u   /**< A page for each virtual CPU. */
#define GUEST_BOUNCE_GPA 0x70000u /**< The rest of the window. */
#define GUEST_IMAGE_GPA 0x100000u
#define GUEST_MMIO_GPA 0xFED00000u /**< A page of device registers. */
#define GUEST_CPUS_MAX 8u
#define GUEST_SMALL_BYTES                                                                          \
    0x4000000u /**< Below it page tables have pages of 4 KiB, above of 2 MiB. */

/* An image begins with this; one that does not is entered at its first byte. */
#define GUEST_HEADER_MAGIC 0x3154534555474156ull /**< "VAGUEST1" */
#define GUEST_NEEDS_ES (1u << 0)
#define GUEST_NEEDS_SNP (1u << 1)
#define GUEST_NEEDS_SECRET (1u << 2) /**< Its owner sends a secret. */
#define GUEST_IS_HOST (1u << 3)      /**< No guest: a program of the host, with SME. */

struct guest_header {
    uint64_t magic;
    uint32_t entry; /**< Offset of the first instruction. */
    uint32_t flags; /**< GUEST_NEEDS_* */
    uint32_t vcpus; /**< As many as it wants. */
    uint32_t memory_mib;
    uint64_t reserved;
};

#define GUEST_SEV (1u << 0)
#define GUEST_ES (1u << 1)
#define GUEST_SNP (1u << 2)
#define GUEST_HOST (1u << 3)      /**< No guest, but a program of the host. */
#define GUEST_HOST_FULL (1u << 4) /**< With the C-bit everywhere; else where it sets it. */
#define GUEST_HOST_TSME (1u << 5) /**< On a machine with TSME. */

/** What the guest starts with: RSI points to it, RDI is the number of the virtual CPU. */
struct guest_boot {
    uint32_t flags; /**< GUEST_SEV and others */
    uint32_t vcpus;
    uint32_t c_bit; /**< Position; 64: none. */
    uint32_t reserved;
    uint64_t memory_bytes;
    uint64_t launched_end; /**< SNP: pages from here on must be validated by the guest. */
    uint64_t base; /**< Of a host's program: system physical address of its address 0; else 0. */
};

/* Ports. */
#define GUEST_PORT_SERIAL 0x3F8u        /**< Out: a character. */
#define GUEST_PORT_SERIAL_STATUS 0x3FDu /**< In: 20h, ready. */
#define GUEST_PORT_RESULT 0xF4u         /**< Out: the guest's verdict on itself; 0: all is well. */
#define GUEST_PORT_DMA_ADDRESS 0x600u   /**< Out: 32 bits of a guest physical address. */
#define GUEST_PORT_DMA_SECTOR 0x604u    /**< Out: which 512 bytes of the disk. */
#define GUEST_PORT_DMA_COMMAND 0x608u   /**< Out: see below. In: 0 done, else refused. */
#define GUEST_DMA_READ 1u               /**< From disk to memory. */
#define GUEST_DMA_WRITE 2u
#define GUEST_SECTOR_BYTES 512u
#define GUEST_DISK_SECTORS 64u

/* Registers of the device at GUEST_MMIO_GPA, 32 bits each. */
#define GUEST_MMIO_ID 0x0u      /**< Reads GUEST_MMIO_ID_VALUE. */
#define GUEST_MMIO_SCRATCH 0x4u /**< Keeps what is written. */
#define GUEST_MMIO_ID_VALUE 0x56415350u

#define GUEST_MSR_SCRATCH 0xC0011FF0u /**< A model-specific register that keeps what is written. */

/* Hypercalls: RAX is the number, RBX, RCX and RDX arguments; RAX is the answer. */
#define GUEST_CALL_NOTHING 0x5600u
#define GUEST_CALL_PAUSE 0x5601u /**< Whoever wants to do something with the guest does it now. */
#define GUEST_CALL_ATTACK                                                                          \
    0x5602u /**< The host attacks: RBX enum guest_attack, RCX a GPA, RDX another. */
#define GUEST_CALL_WALL 0x5603u /**< Answers a clock in microseconds. */
#define GUEST_CALL_REPORT                                                                          \
    0x5604u /**< The owner verifies the attestation report at GPA RCX, which is shared. */

/** What a hostile host tries. Answers 0 if it was done, else the processor refused. */
enum guest_attack {
    GUEST_ATTACK_WRITE = 1, /**< Writes a byte of the page. */
    GUEST_ATTACK_SAVE,      /**< Remembers the ciphertext of a page. */
    GUEST_ATTACK_REPLAY,    /**< Puts it back. */
    GUEST_ATTACK_REMAP,     /**< Maps the page where the other page is. */
    GUEST_ATTACK_UNMAP,     /**< Undoes the remapping. */
    GUEST_ATTACK_TAKE,      /**< SNP: RMPUPDATE: takes the page, and gives it again. */
    GUEST_ATTACK_READ,      /**< Answers 8 bytes, all in one page, as the host sees them. */
    GUEST_ATTACK_LOOK,      /**< Answers where the 8 bytes are whose complement is in RCX, or 0. */
};

#endif
