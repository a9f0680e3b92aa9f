/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The launch digest that the owner of a Linux guest expects. It is computed from the files by what
 * docs/linux-launch.md says, and by nothing of the loader (host/linux/image.c and what that uses): a loader
 * that puts something else into memory is found.
 */
#ifndef HOST_LINUX_OWNER_DIGEST_H
#define HOST_LINUX_OWNER_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "host/linux/image.h"
#include "host/provision/error.h"

/** What the owner wants to run. */
struct owner_wish {
    const char *kernel;
    const char *initrd; /**< May be NULL. */
    const char *command_line;
    uint64_t memory; /**< Bytes. */
    uint32_t cpus;
    uint32_t c_bit; /**< Its number. */
};

/** @return the same as the loader's options, of which nothing else is the owner's concern */
static inline struct owner_wish owner_wish_of(const struct image_options *options)
{
    return (struct owner_wish){.kernel = options->kernel,
                               .initrd = options->initrd,
                               .command_line = options->append,
                               .memory = options->memory,
                               .cpus = options->cpus,
                               .c_bit = options->c_bit};
}

/**
 * @param[out] digest  SHA-256 over all that must have been launched
 * @param[out] error   why there is none: a file cannot be read, is no such kernel, or memory is too small
 */
bool owner_digest(const struct owner_wish *wish, uint8_t digest[SEV_LAUNCH_DIGEST_BYTES],
                  struct provision_error *error) __attribute__((warn_unused_result));

#endif
