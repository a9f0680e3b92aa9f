/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: a resident part between DRAM, which holds ciphertext, and what
 * the guest's CPUs see through its key, which QEMU has as memory at the C-bit. It makes the two agree:
 * pages that the guest has changed are encrypted into DRAM, those that somebody changed in DRAM are
 * decrypted. Pages that the guest shares are DRAM itself, and of no concern here.
 */
#ifndef HOST_LINUX_CONTROLLER_H
#define HOST_LINUX_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/memory_controller.h"
#include "host/linux/control_page.h"
#include "host/linux/fingerprint.h"
#include "host/linux/memory_map.h"

#define CONTROLLER_RANGES 2u

/** Memory of the guest in one piece. */
struct controller_range {
    struct map_range place;
    uint8_t *dram;                  /**< Ciphertext; plaintext in shared pages. */
    uint8_t *view;                  /**< Through the guest's key: what the CPUs read and write. */
    struct fingerprint *plaintext;  /**< A page each, as VIEW was when the two agreed last. */
    struct fingerprint *ciphertext; /**< As DRAM was then. */
    uint64_t *written;              /**< A bit per page of DRAM that somebody has ever written. */
    int view_file;                  /**< A file without a name, for QEMU to map. */
};

/** What one pass did. */
struct controller_pass {
    uint64_t private_pages;
    uint64_t shared_pages;
    uint64_t written;    /**< Pages encrypted into DRAM. */
    uint64_t taken_over; /**< Pages decrypted from it, since somebody had changed it. */
    int64_t microseconds;
};

struct controller {
    struct memory_controller memory;
    int dram_file;
    struct fingerprint_key key;
    struct fingerprint zeros; /**< Of memory that nobody has written. */
    uint32_t asid;
    struct controller_range ranges[CONTROLLER_RANGES];
    size_t range_count;
    struct control_page *control;
    uint64_t pages; /**< Of its maps. What CONTROL has of it is for QEMU, which could change it. */
    size_t control_bytes;
    int control_file;
    uint64_t *changed; /**< A bit per page that DRAM holds anew, for whoever sends them. */
    struct controller_pass last;
    struct controller_pass total;
    uint64_t passes;
    char message[256];
};

/** A controller that is not open: closing it does nothing. */
#define CONTROLLER_CLOSED                                                                          \
    {                                                                                              \
        .control_file = -1, .ranges = {{.view_file = -1}, {.view_file = -1}},                      \
    }

/**
 * Makes the memory that QEMU maps. All of the guest's memory is private to begin with.
 *
 * @param memory     of the board; it has the guest's memory
 * @param dram_file  descriptor of its DRAM: where the file has holes, passes read nothing; -1: unknown
 * @param bytes      of the guest's memory
 */
bool controller_open(struct controller *controller, const struct memory_controller *memory,
                     int dram_file, uint64_t bytes) __attribute__((warn_unused_result));

/** What VMRUN does first: all private memory is decrypted through the ASID's key. */
bool controller_enter(struct controller *controller, uint32_t asid)
    __attribute__((warn_unused_result));

/**
 * Makes both sides agree. A page that both have changed is the guest's, if it has been shared since the
 * last pass, else DRAM's.
 */
bool controller_pass(struct controller *controller) __attribute__((warn_unused_result));

/**
 * Decrypts private pages that DRAM holds anew, of a guest that stands still.
 *
 * @param length  a multiple of a page
 * @return false when it has no such pages, or there is no key
 */
bool controller_take_over(struct controller *controller, uint64_t paddr, uint64_t length)
    __attribute__((warn_unused_result));

/**
 * Finds out anew which pages somebody has ever written, to be asked for by controller_was_written(): to read
 * another one tells nothing, and in most file systems would give it memory. A pass does so, too.
 */
void controller_find_all_written(const struct controller *controller);

/** @return whether somebody has written a page, as far as is known; AT is in the range */
static inline bool controller_was_written(const struct controller_range *range, uint64_t at)
{
    return (range->written[at / MAP_PAGE / 64] >> (at / MAP_PAGE % 64) & 1) != 0;
}

/** @return whether DRAM has the zeros there that nobody has overwritten yet, as of the last pass */
static inline bool controller_is_untouched(const struct controller *controller,
                                           const struct controller_range *range, uint64_t at)
{
    return !controller_was_written(range, at) &&
           fingerprint_equal(range->ciphertext[at / MAP_PAGE], controller->zeros);
}

/** @return the range that holds an address, or NULL */
const struct controller_range *controller_find(const struct controller *controller, uint64_t paddr);

/** @return whether all of a piece of memory is the guest's, in one range; an empty one must begin there */
bool controller_holds(const struct controller *controller, uint64_t paddr, uint64_t length);

/** @return whether the guest shares a page */
bool controller_is_shared(const struct controller *controller, uint64_t paddr);

/** Frees all of it: nothing of it outlives this process and QEMU. */
void controller_close(struct controller *controller);

#endif
