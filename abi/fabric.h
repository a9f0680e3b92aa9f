/*
 * The fabric file: the on-die wires between x86 cores, memory controller and security processor.
 * x86 software cannot see it; the emulator and its memory-controller model map it. docs/fabric.md.
 *
 *   0x00000  configuration, written by the x86 side while the platform is UNINIT
 *   0x01000  one entry per core, written by the x86 side at any time
 *   0x10000  memory-controller state, written by the firmware only
 *   0x20000  which cores may run which ASID, written by the firmware only
 */
#ifndef ABI_FABRIC_H
#define ABI_FABRIC_H

#include "abi/abi.h"

#define FABRIC_FILE_BYTES 0x200000u
#define FABRIC_MAGIC 0x4349524241464156ull /**< "VAFABRIC" as stored, little-endian. */
#define FABRIC_VERSION 1u

#define FABRIC_RANGES_MAX 16u
#define FABRIC_CORES_MAX 512u
#define FABRIC_SLOTS_MAX 1024u /**< ASIDs 0..1023; 0 is the host (SME) key. */
#define FABRIC_TMR_MAX 4u

/** x86 physical addresses [base, base + length) lie at [dram_offset, ...) of the DRAM file. */
struct fabric_range {
    uint64_t base;
    uint64_t length;
    uint64_t dram_offset;
    uint64_t reserved;
} ABI_PACKED;
ABI_SIZE(struct fabric_range, 0x20);
ABI_OFFSET(struct fabric_range, base, 0x00);
ABI_OFFSET(struct fabric_range, length, 0x08);
ABI_OFFSET(struct fabric_range, dram_offset, 0x10);
ABI_OFFSET(struct fabric_range, reserved, 0x18);

#define FABRIC_FLAG_WBINVD_REPORTED (1u << 0) /**< Cores count WBINVD; else it is taken as done. */
#define FABRIC_FLAG_TSME (1u << 1)            /**< All of memory uses the host key. */

/** Configuration, at offset 0 of the file. MAGIC is written last; absent, defaults apply. */
struct fabric_config {
    uint64_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t sockets;
    uint32_t cores;
    uint32_t max_asid;     /**< CPUID 8000_001F ECX. */
    uint32_t min_sev_asid; /**< CPUID 8000_001F EDX; 1 = no ES ASIDs. */
    uint32_t c_bit;        /**< Position of the C-bit, 32..62. */
    uint32_t range_count;
    uint64_t tsc_khz;
    uint8_t reserved[0x10];
    struct fabric_range ranges[FABRIC_RANGES_MAX];
} ABI_PACKED;
ABI_SIZE(struct fabric_config, 0x240);
ABI_OFFSET(struct fabric_config, magic, 0x00);
ABI_OFFSET(struct fabric_config, version, 0x08);
ABI_OFFSET(struct fabric_config, flags, 0x0C);
ABI_OFFSET(struct fabric_config, sockets, 0x10);
ABI_OFFSET(struct fabric_config, cores, 0x14);
ABI_OFFSET(struct fabric_config, max_asid, 0x18);
ABI_OFFSET(struct fabric_config, min_sev_asid, 0x1C);
ABI_OFFSET(struct fabric_config, c_bit, 0x20);
ABI_OFFSET(struct fabric_config, range_count, 0x24);
ABI_OFFSET(struct fabric_config, tsc_khz, 0x28);
ABI_OFFSET(struct fabric_config, reserved, 0x30);
ABI_OFFSET(struct fabric_config, ranges, 0x40);

#define FABRIC_CORES_OFFSET 0x1000u

/** One x86 core. A core adds 1 to WBINVD_COUNT each time it has executed WBINVD. */
struct fabric_core {
    uint64_t wbinvd_count;
    uint32_t apic_id;
    uint32_t socket;
    uint64_t syscfg;   /**< MSR C001_0010. */
    uint64_t rmp_base; /**< MSR C001_0132. */
    uint64_t rmp_end;  /**< MSR C001_0133. */
    uint64_t hwcr;     /**< MSR C001_0015. */
    uint8_t reserved[0x10];
} ABI_PACKED;
ABI_SIZE(struct fabric_core, 0x40);
ABI_OFFSET(struct fabric_core, wbinvd_count, 0x00);
ABI_OFFSET(struct fabric_core, apic_id, 0x08);
ABI_OFFSET(struct fabric_core, socket, 0x0C);
ABI_OFFSET(struct fabric_core, syscfg, 0x10);
ABI_OFFSET(struct fabric_core, rmp_base, 0x18);
ABI_OFFSET(struct fabric_core, rmp_end, 0x20);
ABI_OFFSET(struct fabric_core, hwcr, 0x28);
ABI_OFFSET(struct fabric_core, reserved, 0x30);

#define FABRIC_MEMCTL_OFFSET 0x10000u
#define FABRIC_MEMCTL_MAGIC 0x4C54434D454D4156ull /**< "VAMEMCTL" as stored, little-endian. */

/** A range that only the firmware may write, and only it and the CPU's own hardware may read. */
struct fabric_tmr {
    uint64_t base;
    uint64_t length; /**< 0 = unused. */
} ABI_PACKED;
ABI_SIZE(struct fabric_tmr, 0x10);
ABI_OFFSET(struct fabric_tmr, base, 0x00);
ABI_OFFSET(struct fabric_tmr, length, 0x08);

#define FABRIC_SLOT_VALID (1u << 0)

/** The key that encrypts memory for one ASID. */
struct fabric_key_slot {
    uint8_t key[16];
    uint32_t flags;
    uint8_t reserved[0xC];
} ABI_PACKED;
ABI_SIZE(struct fabric_key_slot, 0x20);
ABI_OFFSET(struct fabric_key_slot, key, 0x00);
ABI_OFFSET(struct fabric_key_slot, flags, 0x10);
ABI_OFFSET(struct fabric_key_slot, reserved, 0x14);

#define FABRIC_SLOT_CORES_OFFSET 0x20000u

/**
 * Cores that may enter a guest of one ASID, an array of FABRIC_SLOTS_MAX at FABRIC_SLOT_CORES_OFFSET,
 * written by the firmware. Bit N of word W is core 32 * W + N. VMRUN fails on the others.
 */
struct fabric_slot_cores {
    uint32_t bits[FABRIC_CORES_MAX / 32u];
} ABI_PACKED;
ABI_SIZE(struct fabric_slot_cores, 0x40);
ABI_OFFSET(struct fabric_slot_cores, bits, 0x00);

/**
 * Memory-controller state. GENERATION is odd while the firmware changes anything here; a reader
 * copies what it wants between two equal, even readings.
 */
struct fabric_memctl {
    uint64_t magic;
    uint64_t generation;
    uint8_t tweak_key[16]; /**< One random key per reset. */
    struct fabric_tmr tmr[FABRIC_TMR_MAX];
    uint8_t reserved[0xFA0];
    struct fabric_key_slot slots[FABRIC_SLOTS_MAX];
} ABI_PACKED;
ABI_SIZE(struct fabric_memctl, 0x9000);
ABI_OFFSET(struct fabric_memctl, magic, 0x00);
ABI_OFFSET(struct fabric_memctl, generation, 0x08);
ABI_OFFSET(struct fabric_memctl, tweak_key, 0x10);
ABI_OFFSET(struct fabric_memctl, tmr, 0x20);
ABI_OFFSET(struct fabric_memctl, reserved, 0x60);
ABI_OFFSET(struct fabric_memctl, slots, 0x1000);

#endif
