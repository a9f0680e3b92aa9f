/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The products that a chip can be (enum snp_product), as the outside knows them: names, what stands in
 * their certificates, and what the bytes of their TCB versions are called.
 */
#ifndef HOST_PROVISION_PRODUCT_H
#define HOST_PROVISION_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

#include "abi/snp_state.h"
#include "host/provision/error.h"

#define PROVISION_PRODUCT_DEFAULT "milan"
#define PROVISION_PRODUCT_NAMES "rome, milan, genoa, turin, venice"

/** One byte of a TCB version. */
struct provision_tcb_part {
    const char *name; /**< As in "blSPL"; NULL for a reserved one. */
    uint8_t arc;      /**< Last number of its extension, 1.3.6.1.4.1.3704.1.3.ARC. */
};

struct provision_product {
    const char *name;             /**< For users: "milan". */
    const char *line;             /**< For key servers: "Milan"; NULL without SEV-SNP. */
    const char *certificate_name; /**< In a VCEK: "Milan-B0". */
    enum snp_product id;
    uint32_t cpuid;                         /**< Function 1's EAX: family, model, stepping. */
    uint32_t structure_version;             /**< In VCEK and VLEK. */
    uint32_t serial;                        /**< Of the ARK. */
    unsigned tcb_snp;                       /**< Which byte of a TCB version is the firmware's. */
    uint64_t tcb;                           /**< All others: the same with every firmware. */
    size_t id_bytes;                        /**< Of a hardware ID in certificates and addresses. */
    const struct provision_tcb_part *parts; /**< SNP_TCB_PARTS of them. */
};

/** @return the product of that name, NULL when there is none */
const struct provision_product *provision_product_find(const char *name);

/** @return the product of the key server's name, NULL when there is none */
const struct provision_product *provision_product_of_line(const char *line);

/** @return the product that fuses name, NULL when there is none */
const struct provision_product *provision_product_of(uint32_t id);

/** @return family and model as CPUID makes them of their base and extended parts */
uint8_t provision_cpuid_family(const struct provision_product *product);
uint8_t provision_cpuid_model(const struct provision_product *product);

/** @return the TCB version of a chip that runs an image of that security version */
uint64_t provision_tcb(const struct provision_product *product, uint32_t security_version);

#define PROVISION_TCB_NAME_BYTES 40u

/** Writes a TCB version as a file name: "bl04_tee00_snp24_ucode211". */
void provision_tcb_name(const struct provision_product *product, uint64_t tcb,
                        char name[PROVISION_TCB_NAME_BYTES]);

#endif
