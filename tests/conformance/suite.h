/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board that the suite drives, its memory, and the one way to issue a command. Everything goes
 * through the mailbox: the suite cannot tell the emulated board from the Linux process.
 */
#ifndef TESTS_CONFORMANCE_SUITE_H
#define TESTS_CONFORMANCE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "host/lib/runner.h"
#include "tests/conformance/bytes.h"
#include "tests/conformance/needs.h"

#define SUITE_MEMORY_MIB 64u
#define SUITE_SLOT_BYTES 0x10000u
#define SUITE_SLOTS 12u
#define SUITE_COMMAND_TIMEOUT_MS 30000
#define SUITE_PATTERN 0xA5

struct suite {
    struct board board;
    struct board_options options;
    struct fabric_config machine; /**< As it was configured at the start. */
    uint8_t api_major;            /**< What this chip's product serves, by its fuses. */
    uint8_t api_minor;
    uint8_t build;
    bool has_snp;       /**< Whether it serves SEV-SNP's commands, too. */
    uint64_t slots;     /**< SUITE_SLOTS places for what commands point to. */
    uint64_t question;  /**< A page for the suite's own questions. */
    uint64_t tmr;       /**< SEV_TMR_BYTES, aligned to them; free pages around it. */
    uint64_t nv;        /**< SEV_NV_BYTES; free pages around it. */
    uint64_t low_end;   /**< DRAM is [0, low_end) and */
    uint64_t high_base; /**< [high_base, high_end). */
    uint64_t high_end;
    unsigned has;             /**< What there is of what cases need (needs.h). */
    bool attached;            /**< Somebody else's board (attached.h), never started here. */
    bool is_owned;            /**< By somebody else, when it was attached. */
    bool has_hole;            /**< Whether low_end is not high_end. */
    struct board_files files; /**< Of a board that is attached, unless it is a chip's. */
    const char *images;       /**< Directory of images of the firmware; NULL = the chip's. */
    const char *certificates; /**< Directory with kds/ in it; NULL = the chip\'s. */
    char doorbell[PATH_MAX];  /**< Name of the socket. */
    bool gone;                /**< The board answers no more. */
    bool quick;
};

extern struct suite suite;

/** Starts the board; says on standard error what went wrong when it returns false. */
bool suite_start(void) __attribute__((warn_unused_result));

/**
 * Uses a board that runs already, as suite.options.directory or suite.files say, and suite.has.
 *
 * @return as board_open(), with the board's MESSAGE set; BOARD_NOT_ANSWERING also when it does not
 *         say how it stands
 */
enum board_result suite_attach(void) __attribute__((warn_unused_result));

/** Stops the board. @return false when it did not end, or a sanitizer has complained */
bool suite_stop(void) __attribute__((warn_unused_result));

/** Starts the board again when it has died; fails the test when that has happened too often. */
void suite_revive(void);

/** Makes CmdResp ready for a command when a test has left the firmware in ring-buffer mode. */
void suite_end_ring(void);

/** @return bits of a guest policy that ask for the API version of this chip's firmware */
uint32_t suite_api_policy(void);

/** Shuts both platforms down, whatever state they are in. */
void suite_shut_down(void);

/** Finds memory for the suite, the same after every start. @return false when there is not enough */
bool suite_lay_out(void) __attribute__((warn_unused_result));

/** @return an address at which a hole ends, that is, in front of which is no memory */
uint64_t suite_hole_end(void);

/** @return address of the place number @p index; pages, and a page between it and the next */
uint64_t suite_slot(unsigned index);

/** @return where @p length bytes at @p paddr are mapped; fails the test when they are not DRAM */
void *suite_at(uint64_t paddr, uint64_t length);

/** Issues a command. @return its status; fails the test when there is no response */
int suite_issue(uint32_t id, uint64_t paddr);

/**
 * Issues a command whose parameters are copied to the command page and back, and checks that
 * nothing behind them was written.
 *
 * @param size  0 = the command has no parameters
 */
int suite_run(uint32_t id, void *parameters, size_t size);

/** As suite_run(), with the parameters in the page for questions: the command page stays. */
int suite_ask(uint32_t id, void *parameters, size_t size);

/** suite_run() of a typed structure: RUN(ACTIVATE, &parameters). */
#define RUN(command, parameters)                                                                   \
    suite_run(SEV_COMMAND_##command, (parameters), sizeof *(parameters))

/** suite_run() of a command without parameters. */
#define RUN_PLAIN(command) suite_run(SEV_COMMAND_##command, NULL, 0)

/** Fails the test unless a command returned the status. */
void suite_assert_status(int status, enum sev_status expected, const char *what, const char *file,
                         int line);
#define assert_status(expression, expected)                                                        \
    suite_assert_status((expression), SEV_STATUS_##expected, #expression, __FILE__, __LINE__)

/** As assert_status(), with the expected status in a variable. */
#define assert_status_is(expression, expected)                                                     \
    suite_assert_status((expression), (expected), #expression, __FILE__, __LINE__)

#endif
