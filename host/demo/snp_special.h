/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of an SNP guest that are not memory: the registers of its virtual CPU, and what CPUID tells.
 */
#ifndef HOST_DEMO_SNP_SPECIAL_H
#define HOST_DEMO_SNP_SPECIAL_H

#include <stdint.h>

#include "abi/snp_data.h"

/**
 * Writes the registers of a CPU after reset, as QEMU does for an SNP guest.
 *
 * @param[out] page  all of it
 * @param family     CPUID function 1's EAX, which is in EDX then
 */
void snp_special_vmsa(uint8_t page[SNP_PAGE_BYTES], uint32_t family);

/**
 * Writes a CPUID page.
 *
 * @param[out] page  all of it
 * @param family     function 1's EAX
 * @param c_bit      number of the C-bit
 */
void snp_special_cpuid(uint8_t page[SNP_PAGE_BYTES], uint32_t family, uint32_t c_bit);

#endif
