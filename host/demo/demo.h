/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration: a guest is launched on a board, as a hypervisor and a distant guest owner do it
 * together, and what the firmware did is checked with independent code.
 */
#ifndef HOST_DEMO_DEMO_H
#define HOST_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/demo/guest_image.h"
#include "host/lib/owner.h"
#include "host/lib/runner.h"
#include "host/lib/sev.h"

struct demo_options {
    struct board_options board; /**< DIRECTORY is the chip's. */
    const char *guest;          /**< File to launch. */
    const char *snp_guest;      /**< File to launch with SEV-SNP. */
    bool keep;                  /**< Leave board and guest running. */
    const char *second_chip;    /**< Directory of the machine that a guest moves to. */
    uint32_t packet_bytes;      /**< Most that a packet of a guest on its way carries. */
    const char *snapshot;       /**< File for a guest that sleeps. */
};

/** All that the steps know. */
struct demo {
    const struct demo_options *options;
    struct board board;
    struct guest_image image;
    struct owner owner;
    uint32_t handle; /**< Of the guest. */
    uint32_t asid;   /**< Of the guest. */
    struct sev_platform_status status;
    uint8_t chip_id[SEV_CHIP_ID_BYTES];
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
    struct sev_certificate owner_certificate;
    struct sev_session session;
    struct sev_measurement measurement;
    uint8_t mnonce[SEV_NONCE_BYTES]; /**< The owner's, for the attestation report. */
    struct sev_attestation_report report;
    struct sev_packet_header secret_header;
    uint8_t secret[64];        /**< A disk's passphrase, padded. */
    uint8_t sealed_secret[64]; /**< The same, for the guest's eyes only. */
    uint64_t secret_paddr;
};

/** One step; it prints its own lines. @return false when something is not as it must be */
typedef bool demo_step(struct demo *demo);

/** Says that a step failed. @return false */
bool demo_fail(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * Prints the outcome of a command.
 *
 * @param started  deadline_now_us() before it
 * @param result   of the command
 * @param format   as of printf: what it brought
 * @return whether the status is SUCCESS
 */
bool demo_command(const char *name, int64_t started, int result, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Launches a guest, shows what memory holds, and ends it. @return exit status */
int demo_launch(const struct demo_options *options);

/** Moves guests from one machine to another, and attacks the wire. @return exit status */
int demo_migrate(const struct demo_options *options);

/** Puts a guest to sleep in a file, and wakes it up after a restart. @return exit status */
int demo_snapshot(const struct demo_options *options);

/** Launches a guest with SEV-SNP, attacks it, and ends it. @return exit status */
int demo_snp(const struct demo_options *options);

/** Moves a guest with SEV-SNP from one machine to another, by migration agents. @return exit status */
int demo_snp_migrate(const struct demo_options *options);

/**
 * demo_snp() on a board that runs, and on which no SEV guest is. A chip without SEV-SNP is told so, and is
 * fine.
 *
 * @return false after a message
 */
bool demo_snp_on(struct board *board, const struct demo_options *options)
    __attribute__((warn_unused_result));

/** Says so when a signal asked the demonstration to end. @return whether one did */
bool demo_is_interrupted(const struct demo_options *options) __attribute__((warn_unused_result));

/**
 * Runs the steps of a demonstration about machines.
 *
 * @param options  its board's CANCEL is looked at before each step
 * @param steps    @p count functions, which get CONTEXT; run until one fails
 * @return exit status
 */
typedef bool demo_act(void *context);
int demo_play(const struct demo_options *options, demo_act *const *steps, size_t count,
              void *context);

/**
 * Prints the outcome, when all else has been printed: how many steps, and how long they took.
 *
 * @param started  of deadline_now_us()
 * @param result   exit status
 * @return the same
 */
int demo_sum_up(int64_t started, int result);

/* hypervisor.c: what the host's software does. */
demo_step hypervisor_platform_status;
demo_step hypervisor_init;
demo_step hypervisor_flush;
demo_step hypervisor_get_id;
demo_step hypervisor_export_certificates;
demo_step hypervisor_launch_start;
demo_step hypervisor_activate;
demo_step hypervisor_launch_update;
demo_step hypervisor_measure;
demo_step hypervisor_inject_secret;
demo_step hypervisor_launch_finish;
demo_step hypervisor_attestation;
demo_step hypervisor_debug;
demo_step hypervisor_guest_status;
demo_step hypervisor_deactivate;
demo_step hypervisor_decommission;
demo_step hypervisor_shutdown;

/* guest_owner.c: what the guest's owner does, far from the machine. */
demo_step guest_owner_verify_chain;
demo_step guest_owner_make_session;
demo_step guest_owner_check_measurement;
demo_step guest_owner_seal_secret;
demo_step guest_owner_make_nonce;
demo_step guest_owner_check_report;

/* memory.c: what a look at the memory tells. */
demo_step memory_show_ciphertext;
demo_step memory_read_as_guest;
demo_step memory_read_as_others;
demo_step memory_read_after_end;

#endif
