/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of firmware updates on a running security processor share.
 */
#ifndef TESTS_UPDATE_BOARD_H
#define TESTS_UPDATE_BOARD_H

#include "tests/update/cases.h"
#include "tests/update/observe.h"

/** Versions: the chip's fuses ask for the first at least, the flash holds the second. */
#define FUSED_SECURITY_VERSION 2u
#define FLASH_SECURITY_VERSION 3u

/** Room for the largest file and more, in DRAM; aligned to a page. */
#define ROOM_BYTES 0x280000u

struct setting {
    bool replaces;       /**< The firmware can be replaced: not on Linux. */
    uint64_t paddr;      /**< Of the room. */
    const char *chip;    /**< Directory. */
    const char *variant; /**< File: firmware with another build number; NULL: there is none. */
};

extern struct setting setting;

/** DOWNLOAD_FIRMWARE of whatever is in DRAM. @return the status */
int download_from(uint64_t paddr, uint32_t length, int quiet_ms);

/** Puts a file into DRAM and downloads it. @return the status */
int download(const struct provision_bytes *file, int quiet_ms);

/** Downloads a good file that is made for it. @return the status */
int download_made(const char *firmware, uint32_t security_version, bool wrapped);

/* The tests: of what comes before the file is looked at, and of a firmware's whole life. */
void lengths_are_checked(void **state);
void addresses_are_checked(void **state);
void parameters_may_not_lie_in_the_file(void **state);
void only_an_uninitialised_platform_is_updated(void **state);
void identity_and_host_memory_survive(void **state);
void the_nv_block_is_known_after_an_update(void **state);
void the_largest_image_can_be_loaded(void **state);
void the_same_file_can_be_loaded_again(void **state);
void the_way_back_is_barred(void **state);
void encrypted_memory_may_hold_the_file(void **state);
void a_reset_returns_to_the_flash(void **state);

#endif
