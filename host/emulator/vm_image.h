/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtual machine starts from: a flat image, and what the hypervisor puts beside it.
 */
#ifndef HOST_EMULATOR_VM_IMAGE_H
#define HOST_EMULATOR_VM_IMAGE_H

#include "host/emulator/backend.h"
#include "host/emulator/guest_abi.h"
#include "host/provision/error.h"

#define VM_PAGE_BYTES 0x1000u

/** A guest's first memory: all of it below BYTES is what the guest finds at address 0 and on. */
struct vm_image {
    uint8_t *bytes;
    uint64_t length; /**< Up to the end of the image, whole pages. */
    struct guest_header header;
    uint64_t tables_end; /**< Of the page tables. */
};

/** What it is made for. */
struct vm_machine {
    uint32_t vcpus;
    uint64_t memory_bytes;
    uint32_t flags; /**< GUEST_SEV and others */
    uint32_t c_bit; /**< Its position. */
};

/**
 * Reads the header of a flat image.
 *
 * @param[out] header  defaults when the image has none
 */
bool vm_image_header(const char *path, struct guest_header *header, struct provision_error *error)
    __attribute__((warn_unused_result));

/**
 * Lays a flat image out.
 *
 * @param[out] image  free it with vm_image_free()
 * @return false when it cannot be read, or does not fit
 */
bool vm_image_make(struct vm_image *image, const char *path, const struct vm_machine *machine,
                   struct provision_error *error) __attribute__((warn_unused_result));

void vm_image_free(struct vm_image *image);

/** The registers that a virtual CPU starts with. */
void vm_image_registers(const struct vm_image *image, const struct vm_machine *machine,
                        uint32_t vcpu, struct backend_registers *registers);

/** @return whether a page of the first memory has something in it */
bool vm_image_has(const struct vm_image *image, uint64_t gpa);

#endif
