/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bottom of the Linux board: the control state of all its parts, and the guards. Tests include
 * hosted.h instead.
 */
#ifndef HAL_HOSTED_STATE_H
#define HAL_HOSTED_STATE_H

#include "hal/cipher.h"
#include "hal/hosted/hosted.h"
#include "hal/system.h"

#define HOSTED_LOG_BYTES 0x10000u
#define HOSTED_TRACE_MAX 0x8000u
#define HOSTED_MESSAGE_BYTES 256u

enum hosted_entropy_source { HOSTED_ENTROPY_SYSTEM, HOSTED_ENTROPY_SEEDED, HOSTED_ENTROPY_STUCK };

/** A key of the cipher engine. */
struct hosted_cipher_session {
    bool is_open;
    struct hal_cipher_key key;
};

/** Control state, in memory that hosted_boot()'s child shares. */
struct hosted_state {
    struct {
        hosted_stop_handler *stop_handler;
        void *stop_context;
        const char *start_failure;
        enum hosted_ending ending;
        int result;
        char message[HOSTED_MESSAGE_BYTES];
        struct fuses fuses;
    } system;
    struct {
        hosted_access_hook *hook;
        void *context;
    } access;
    struct {
        bool tracing;
        size_t trace_count; /**< May exceed HOSTED_TRACE_MAX: then accesses were lost. */
    } dram;
    struct {
        uint64_t operations;
        uint64_t violations;
        uint64_t cut_at;  /**< Number of the operation, 0 = none. */
        uint64_t fail_at; /**< Number of the operation, 0 = none. */
        uint64_t tear_seed;
        uint32_t unit;
        bool strict;
    } flash;
    struct {
        enum hosted_entropy_source source;
        uint64_t random;
        uint64_t reads_left;
        uint8_t stuck;
    } entropy;
    struct {
        struct hosted_cipher_session sessions[HOSTED_CIPHER_SESSIONS];
        uint64_t operations;
        uint64_t fault_at; /**< Number of the operation, 0 = none. */
        enum hosted_cipher_fault fault;
        bool is_absent;
        bool is_given_up;
    } cipher;
    struct {
        uint64_t start;
        uint64_t advanced;
        bool stopped;
    } timer;
    struct {
        hosted_wait_hook *wait_hook;
        void *wait_context;
        uint32_t arrived;
        uint64_t rings;
        uint8_t last;
    } doorbell;
    struct {
        bool replaceable;
        struct hal_handover left;
        _Alignas(8) uint8_t records[HAL_HANDOVER_RECORD_BYTES];
    } handover;
    size_t log_length;
    char log[HOSTED_LOG_BYTES + 1];
    struct hosted_access trace[HOSTED_TRACE_MAX];
};

/** Makes the control state anew, all zero. */
void hosted_state_reset(void);

/** @return the control state; aborts if hosted_reset() was never called */
struct hosted_state *hosted_state(void);

/** Ends the process because the firmware, or a test, broke a rule. */
_Noreturn void hosted_guard(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
