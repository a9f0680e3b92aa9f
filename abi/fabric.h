/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric file: the on-die wires between x86 cores, memory controller and security processor.
 * x86 software cannot see it; the emulator and its memory-controller model map it. docs/fabric.md.
 *
 *   0x00000  configuration, written by the x86 side while the platform is UNINIT
 *   0x01000  status block, written by the firmware only
 *   0x10000  one entry per core, written by the x86 side at any time
 *   0x20000  memory-controller state, written by the firmware only
 *   0x40000  which cores may run which ASID, written by the firmware only
 */
#ifndef ABI_FABRIC_H
#define ABI_FABRIC_H

#include "abi/abi.h"

#define FABRIC_FILE_BYTES 0x200000u
#define FABRIC_MAGIC 0x4349524241464156ull /**< "VAFABRIC" as stored, little-endian. */
#define FABRIC_VERSION 2u

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
#define FABRIC_FLAG_SMT (1u << 2)             /**< Cores have two threads each. */
#define FABRIC_FLAG_CXL (1u << 3)             /**< CXL devices are memory or cache. */
#define FABRIC_FLAG_ECC (1u << 4)             /**< Memory has ECC. */

/** All flags that have a meaning. */
#define FABRIC_FLAGS_KNOWN                                                                         \
    (FABRIC_FLAG_WBINVD_REPORTED | FABRIC_FLAG_TSME | FABRIC_FLAG_SMT | FABRIC_FLAG_CXL |          \
     FABRIC_FLAG_ECC)

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

#define FABRIC_STATUS_OFFSET 0x1000u
#define FABRIC_STATUS_MAGIC 0x5355544154534156ull /**< "VASTATUS" as stored, little-endian. */

#define FABRIC_STATUS_ES (1u << 0)             /**< SEV-ES is on. */
#define FABRIC_STATUS_EXTERNAL_OWNER (1u << 1) /**< The platform is externally owned. */
#define FABRIC_STATUS_RING (1u << 2)           /**< Ring-buffer mode is on. */
#define FABRIC_STATUS_ID_WORDS 64u             /**< Command ids 0..7FFh, a bit each. */

/**
 * What the firmware tells about itself without being asked, so that a tool need not issue a command.
 * Not secret. GENERATION is odd while it changes; a reader copies between two equal, even readings.
 */
struct fabric_status {
    uint64_t magic; /**< 0 while no firmware serves commands. */
    uint64_t generation;
    uint32_t api_major;
    uint32_t api_minor;
    uint32_t build;
    uint32_t boot_count;       /**< Starts of a firmware since the fabric was made. */
    uint32_t sev_state;        /**< enum sev_platform_state */
    uint32_t snp_state;        /**< enum snp_platform_state */
    uint32_t flags;            /**< FABRIC_STATUS_* */
    uint32_t sev_guests;       /**< SEV and SEV-ES guests. */
    uint32_t snp_guests;       /**< SEV-SNP guests. */
    uint32_t security_version; /**< Of the running image. */
    uint64_t tcb_current;      /**< SNP TCB versions; 0 on a chip without SNP. */
    uint64_t tcb_committed;
    uint64_t tcb_reported;
    uint64_t commands;     /**< Served since the firmware started. */
    uint32_t last_command; /**< Id of the last one that was served. */
    uint32_t last_status;
    char engine[0x20];                    /**< What encrypts memory, in words, zero-padded. */
    uint8_t chip_id[0x40];                /**< Of socket 0, as GET_ID gives it. */
    uint32_t ids[FABRIC_STATUS_ID_WORDS]; /**< Served command ids: bit N of word W is 32 * W + N. */
} ABI_PACKED;
ABI_SIZE(struct fabric_status, 0x1C0);
ABI_OFFSET(struct fabric_status, magic, 0x00);
ABI_OFFSET(struct fabric_status, generation, 0x08);
ABI_OFFSET(struct fabric_status, api_major, 0x10);
ABI_OFFSET(struct fabric_status, api_minor, 0x14);
ABI_OFFSET(struct fabric_status, build, 0x18);
ABI_OFFSET(struct fabric_status, boot_count, 0x1C);
ABI_OFFSET(struct fabric_status, sev_state, 0x20);
ABI_OFFSET(struct fabric_status, snp_state, 0x24);
ABI_OFFSET(struct fabric_status, flags, 0x28);
ABI_OFFSET(struct fabric_status, sev_guests, 0x2C);
ABI_OFFSET(struct fabric_status, snp_guests, 0x30);
ABI_OFFSET(struct fabric_status, security_version, 0x34);
ABI_OFFSET(struct fabric_status, tcb_current, 0x38);
ABI_OFFSET(struct fabric_status, tcb_committed, 0x40);
ABI_OFFSET(struct fabric_status, tcb_reported, 0x48);
ABI_OFFSET(struct fabric_status, commands, 0x50);
ABI_OFFSET(struct fabric_status, last_command, 0x58);
ABI_OFFSET(struct fabric_status, last_status, 0x5C);
ABI_OFFSET(struct fabric_status, engine, 0x60);
ABI_OFFSET(struct fabric_status, chip_id, 0x80);
ABI_OFFSET(struct fabric_status, ids, 0xC0);

#define FABRIC_CORES_OFFSET 0x10000u

/** One x86 core. A core adds 1 to WBINVD_COUNT each time it has executed WBINVD. */
struct fabric_core {
    uint64_t wbinvd_count;
    uint32_t apic_id;
    uint32_t socket;
    uint32_t complex; /**< Core complex (CCX): cores that share it carry the same number. */
    uint32_t reserved_14;
    uint64_t syscfg;      /**< MSR C001_0010. */
    uint64_t hwcr;        /**< MSR C001_0015. */
    uint64_t vm_hsave_pa; /**< MSR C001_0117. */
    uint64_t rmp_base;    /**< MSR C001_0132. */
    uint64_t rmp_end;     /**< MSR C001_0133. */
    uint64_t rmp_cfg;     /**< MSR C001_0136: segmented RMP. */
    uint8_t reserved[0x38];
} ABI_PACKED;
ABI_SIZE(struct fabric_core, 0x80);
ABI_OFFSET(struct fabric_core, wbinvd_count, 0x00);
ABI_OFFSET(struct fabric_core, apic_id, 0x08);
ABI_OFFSET(struct fabric_core, socket, 0x0C);
ABI_OFFSET(struct fabric_core, complex, 0x10);
ABI_OFFSET(struct fabric_core, reserved_14, 0x14);
ABI_OFFSET(struct fabric_core, syscfg, 0x18);
ABI_OFFSET(struct fabric_core, hwcr, 0x20);
ABI_OFFSET(struct fabric_core, vm_hsave_pa, 0x28);
ABI_OFFSET(struct fabric_core, rmp_base, 0x30);
ABI_OFFSET(struct fabric_core, rmp_end, 0x38);
ABI_OFFSET(struct fabric_core, rmp_cfg, 0x40);
ABI_OFFSET(struct fabric_core, reserved, 0x48);

#define FABRIC_MEMCTL_OFFSET 0x20000u
#define FABRIC_MEMCTL_MAGIC 0x4C54434D454D4156ull /**< "VAMEMCTL" as stored, little-endian. */

/** A range that only the firmware may write, and only it and the CPU's own hardware may read. */
struct fabric_tmr {
    uint64_t base;
    uint64_t length; /**< 0 = unused. */
} ABI_PACKED;
ABI_SIZE(struct fabric_tmr, 0x10);
ABI_OFFSET(struct fabric_tmr, base, 0x00);
ABI_OFFSET(struct fabric_tmr, length, 0x08);

#define FABRIC_RMP_PROTECTED (1u << 0) /**< Nobody but the firmware writes the table. */
#define FABRIC_RMP_ENFORCED (1u << 1)  /**< Cores and devices obey it; instructions change it. */

/** The reverse map table in force (docs/rmp.md). */
struct fabric_rmp {
    uint64_t base;
    uint64_t end;   /**< Address of its last byte. */
    uint32_t flags; /**< FABRIC_RMP_*; 0 = there is no table. */
    uint32_t reserved;
} ABI_PACKED;
ABI_SIZE(struct fabric_rmp, 0x18);
ABI_OFFSET(struct fabric_rmp, base, 0x00);
ABI_OFFSET(struct fabric_rmp, end, 0x08);
ABI_OFFSET(struct fabric_rmp, flags, 0x10);
ABI_OFFSET(struct fabric_rmp, reserved, 0x14);

#define FABRIC_SLOT_VALID (1u << 0)
#define FABRIC_SLOT_AES_256 (1u << 1) /**< KEY and the tweak key are 32 bytes, else 16. */

/** The key that encrypts memory for one ASID. */
struct fabric_key_slot {
    uint8_t key[32]; /**< What the key's size leaves over is 0. */
    uint32_t flags;
    uint8_t reserved[0x1C];
} ABI_PACKED;
ABI_SIZE(struct fabric_key_slot, 0x40);
ABI_OFFSET(struct fabric_key_slot, key, 0x00);
ABI_OFFSET(struct fabric_key_slot, flags, 0x20);
ABI_OFFSET(struct fabric_key_slot, reserved, 0x24);

#define FABRIC_SLOT_CORES_OFFSET 0x40000u

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
    uint8_t tweak_key[32]; /**< Random at each reset; AES-128 uses the first 16 bytes. */
    uint8_t vmsa_key[32];  /**< Random at each reset; of the MACs in the VMSA table. */
    struct fabric_tmr tmr[FABRIC_TMR_MAX];
    struct fabric_rmp rmp;
    uint8_t reserved[0xF58];
    struct fabric_key_slot slots[FABRIC_SLOTS_MAX];
} ABI_PACKED;
ABI_SIZE(struct fabric_memctl, 0x11000);
ABI_OFFSET(struct fabric_memctl, magic, 0x00);
ABI_OFFSET(struct fabric_memctl, generation, 0x08);
ABI_OFFSET(struct fabric_memctl, tweak_key, 0x10);
ABI_OFFSET(struct fabric_memctl, vmsa_key, 0x30);
ABI_OFFSET(struct fabric_memctl, tmr, 0x50);
ABI_OFFSET(struct fabric_memctl, rmp, 0x90);
ABI_OFFSET(struct fabric_memctl, reserved, 0xA8);
ABI_OFFSET(struct fabric_memctl, slots, 0x1000);

#endif
