/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 side of the fabric file (abi/fabric.h): what the BIOS configures, and what cores report.
 */
#ifndef HOST_LIB_FABRIC_H
#define HOST_LIB_FABRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fabric.h"

/** Whose layout of memory a machine has. */
enum fabric_machine {
    FABRIC_MACHINE_HALVES, /**< Half of it, at most 2 GiB, from address 0, the rest from 4 GiB. */
    FABRIC_MACHINE_PC, /**< QEMU's pc: 3 GiB below 4 GiB, if there are 3.5 GiB or more, else all. */
    FABRIC_MACHINE_Q35, /**< QEMU's q35: 2 GiB there, if there are 2.75 GiB or more, else all. */
};

/** What an x86 machine looks like to its security processor. */
struct fabric_options {
    uint32_t sockets;
    uint32_t cores; /**< In all sockets together; at most FABRIC_CORES_MAX. */
    uint32_t max_asid;
    uint32_t min_sev_asid;
    uint32_t c_bit;
    uint32_t flags; /**< FABRIC_FLAG_* */
    uint64_t tsc_khz;
    enum fabric_machine machine;
};

#define FABRIC_DEFAULT_MIN_SEV_ASID 100u
#define FABRIC_CORES_PER_COMPLEX 2u /**< As it is configured. */

/** One socket with four cores in two complexes, and 509 ASIDs, of which 1..99 are for SEV-ES. */
#define FABRIC_DEFAULT_OPTIONS                                                                     \
    {                                                                                              \
        .sockets = 1, .cores = 4, .max_asid = 509, .min_sev_asid = FABRIC_DEFAULT_MIN_SEV_ASID,    \
        .c_bit = 51, .flags = FABRIC_FLAG_WBINVD_REPORTED, .tsc_khz = 2000000,                     \
    }

/**
 * Makes a machine one that a stock QEMU emulates: its memory, and no core that reports WBINVD.
 *
 * @param name  "pc" or "q35"
 * @return false when it is another
 */
bool fabric_options_set_machine(struct fabric_options *options, const char *name)
    __attribute__((warn_unused_result));

/**
 * Writes configuration and cores; the magic number last. Memory lies from address 0, and what has no
 * place below 4 GiB from there on, as MACHINE says.
 *
 * @param fabric        the mapped file, FABRIC_FILE_BYTES
 * @param options       the machine
 * @param dram_bytes    size of the DRAM file, a multiple of 2 MiB
 */
void fabric_configure(uint8_t *fabric, const struct fabric_options *options, uint64_t dram_bytes);

/**
 * Sets all cores up for SEV-SNP, as BIOS and operating system do before SNP_INIT: the bits of SYSCFG, no
 * VM_HSAVE_PA, and where the reverse map table is to be. Configured cores are not.
 *
 * @param rmp_base  1 MiB aligned; what is there is lost
 * @param rmp_end   address of the last byte, 1 MiB aligned but for that
 */
void fabric_set_up_snp(uint8_t *fabric, uint64_t rmp_base, uint64_t rmp_end);

/**
 * @param top  address behind the last page that a reverse map table is to cover
 * @return bytes of that table, a multiple of 1 MiB
 */
uint64_t fabric_rmp_bytes(uint64_t top);

/** @return what a core says of itself, to be read or changed; NULL when there is no such core */
struct fabric_core *fabric_core_at(uint8_t *fabric, uint32_t core);

/** @return the configuration in the mapped file, or NULL when none has been written */
const struct fabric_config *fabric_configuration(const uint8_t *fabric);

/** Says that no firmware serves commands, before one is started: what the last one said is over. */
void fabric_forget_firmware(uint8_t *fabric);

/**
 * Counts one WBINVD of one core.
 *
 * @return false when there is no such core
 */
bool fabric_report_wbinvd(uint8_t *fabric, uint32_t core);

/** Counts one WBINVD of every core, as the operating system does before DF_FLUSH. */
void fabric_report_wbinvd_all(uint8_t *fabric);

#endif
