/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the figures mean (figures_meaning.h).
 */
#include "tests/bench/figures_meaning.h"

/*
 * The chip's figures were measured on EPYC parts: SNP_LAUNCH_UPDATE 3.90 MiB/s and 1.64 ms for a
 * single page, PDH_GEN with three GUEST_STATUS 11 ms.
 */
const struct figures_meaning figures_meanings[FIGURES] = {
    [FIGURE_BOOT_MS] = {"boot_ms", "board start to mailbox ready", "ms", 0, false, 0, 270},
    [FIGURE_FIRMWARE_READY_MS] = {"firmware_ready_ms", "of it the firmware, on the board's clock",
                                  "ms", 0, false, 0, 0},
    [FIGURE_NOP_P50_US] = {"nop_p50_us", "NOP round trip, p50", "us", 1, false, 0, 60},
    [FIGURE_NOP_P99_US] = {"nop_p99_us", "NOP round trip, p99", "us", 1, false, 0, 0},
    [FIGURE_RING_COMMANDS_S] = {"ring_commands_s", "NOPs through a ring", "/s", 0, true, 0, 0},
    [FIGURE_INIT_FIRST_MS] = {"init_first_ms", "INIT, creates the identity", "ms", 1, false, 0, 0},
    [FIGURE_INIT_MS] = {"init_ms", "INIT, loads the identity", "ms", 1, false, 0, 0},
    [FIGURE_PEK_GEN_MS] = {"pek_gen_ms", "PEK_GEN", "ms", 1, false, 0, 0},
    [FIGURE_PDH_GEN_MS] = {"pdh_gen_ms", "PDH_GEN", "ms", 1, false, 0, 0},
    [FIGURE_PDH_GEN_STATUS_MS] = {"pdh_gen_guest_status_ms", "PDH_GEN, 3 GUEST_STATUS", "ms", 1,
                                  false, 11, 9},
    [FIGURE_LAUNCH_START_MS] = {"launch_start_ms", "LAUNCH_START, no owner", "ms", 2, false, 0, 0},
    [FIGURE_LAUNCH_START_OWNER_MS] = {"launch_start_owner_ms", "LAUNCH_START, owner session", "ms",
                                      1, false, 0, 5},
    [FIGURE_LAUNCH_MS] = {"launch_ms", "LAUNCH_START (owner), MEASURE", "ms", 1, false, 0, 0},
    [FIGURE_LAUNCH_4MIB_MS] = {"launch_4mib_ms", "whole launch, owner, 4 MiB", "ms", 0, false, 1026,
                               45},
    [FIGURE_LAUNCH_PAGE_MS] = {"launch_page_ms", "LAUNCH_UPDATE_DATA, one page", "ms", 2, false,
                               1.64, 0},
    [FIGURE_LAUNCH_UPDATE_DATA_MIB_S] = {"launch_update_data_mib_s", "LAUNCH_UPDATE_DATA", "MiB/s",
                                         1, true, 3.90, 90},
    [FIGURE_LAUNCH_UPDATE_DATA_MIB_CPU_S] = {"launch_update_data_mib_cpu_s",
                                             "the same, per second of CPU time", "MiB/s", 1, true,
                                             0, 0},
    [FIGURE_ATTESTATION_MS] = {"attestation_ms", "ATTESTATION", "ms", 1, false, 0, 2.5},
    [FIGURE_SEND_UPDATE_MIB_S] = {"send_update_mib_s", "SEND_UPDATE_DATA, 16 KiB", "MiB/s", 1, true,
                                  0, 35},
    [FIGURE_SEND_UPDATE_MIB_CPU_S] = {"send_update_mib_cpu_s", "the same, per second of CPU time",
                                      "MiB/s", 1, true, 0, 0},
    [FIGURE_RECEIVE_UPDATE_MIB_S] = {"receive_update_mib_s", "RECEIVE_UPDATE_DATA, 16 KiB", "MiB/s",
                                     1, true, 0, 38},
    [FIGURE_RECEIVE_UPDATE_MIB_CPU_S] = {"receive_update_mib_cpu_s",
                                         "the same, per second of CPU time", "MiB/s", 1, true, 0,
                                         0},
    [FIGURE_SHA384_MIB_S] = {"sha384_mib_s", "SHA-384 on the board", "MiB/s", 1, true, 0, 90},
    [FIGURE_P384_KEYGEN_MS] = {"p384_keygen_ms", "P-384 key generation", "ms", 2, false, 0, 0},
    [FIGURE_P384_SIGN_MS] = {"p384_sign_ms", "P-384 signature", "ms", 2, false, 0, 0},
    [FIGURE_P384_ECDH_MS] = {"p384_ecdh_ms", "P-384 key agreement", "ms", 2, false, 0, 0},
    [FIGURE_P384_VERIFY_MS] = {"p384_verify_ms", "P-384 verification", "ms", 2, false, 0, 0},
    [FIGURE_MEMORY_CONTROLLER_MIB_S] = {"memory_controller_mib_s", "memory controller's model",
                                        "MiB/s", 0, true, 0, 0},
    [FIGURE_IDLE_PERCENT] = {"idle_percent", "idle, client with a doorbell", "%", 2, false, 0, 0.3},
    [FIGURE_IDLE_WITHOUT_DOORBELL_PERCENT] = {"idle_without_doorbell_percent",
                                              "idle, client without", "%", 2, false, 0, 1},
    [FIGURE_FIRMWARE_TEXT_BYTES] = {"firmware_text_bytes", "firmware, code and constants", "bytes",
                                    0, false, 0, 176 * 1024},
    [FIGURE_ROM_TEXT_BYTES] = {"rom_text_bytes", "boot ROM, code and constants", "bytes", 0, false,
                               0, 0},
    [FIGURE_FLASH_IMAGE_BYTES] = {"flash_image_bytes", "flash, up to the image's end", "bytes", 0,
                                  false, 0, 0},
};
