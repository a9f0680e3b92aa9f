/*
 * What the files of the Linux board share: its memories, its control state and its guards. Tests
 * include hosted.h instead.
 */
#ifndef HAL_HOSTED_STATE_H
#define HAL_HOSTED_STATE_H

#include "hal/hosted/hosted.h"

#define HOSTED_LOG_BYTES 0x10000u
#define HOSTED_TRACE_MAX 0x8000u
#define HOSTED_MESSAGE_BYTES 256u

enum hosted_entropy_source { HOSTED_ENTROPY_SYSTEM, HOSTED_ENTROPY_SEEDED, HOSTED_ENTROPY_STUCK };

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
        uint64_t start;
        uint64_t advanced;
        bool stopped;
    } timer;
    struct {
        hosted_wait_hook *wait_hook;
        void *wait_context;
        uint64_t rings;
        uint8_t last;
    } doorbell;
    size_t log_length;
    char log[HOSTED_LOG_BYTES + 1];
    struct hosted_access trace[HOSTED_TRACE_MAX];
};

/** @return the control state; aborts if hosted_reset() was never called */
struct hosted_state *hosted_state(void);

/** Replaces all memories by zeroed ones that no file backs. */
void hosted_memory_reset(void);

/** Replaces one memory by a zeroed one of @p bytes. */
void hosted_memory_blank(enum hosted_memory which, uint64_t bytes);

/** Replaces one memory by @p bytes of the file @p descriptor; false, with errno, if mmap fails. */
bool hosted_memory_map(enum hosted_memory which, uint64_t bytes, int descriptor);

uint64_t hosted_memory_bytes(enum hosted_memory which);

/**
 * @return where [offset, offset + length) of the memory lies; aborts, naming @p caller, if part of
 *         it is outside
 */
uint8_t *hosted_memory_at(enum hosted_memory which, uint64_t offset, uint64_t length,
                          const char *caller);

/** Tells the test of an access to come. */
void hosted_access(enum hosted_memory memory, enum hosted_access_kind kind, uint64_t offset,
                   size_t length);

/** Unlocks the image of the flash bank, if one is attached. */
void hosted_nv_release(void);

/** Listens on a unix stream socket; false, with errno, if that fails. */
bool hosted_socket_listen(const char *path);
void hosted_socket_close(void);
bool hosted_socket_attached(void);
void hosted_socket_drain(void);
void hosted_socket_wait(uint32_t timeout_ms);
void hosted_socket_ring(uint8_t value);

/** Sends the log to a file from now on; -1 = to standard error if VIRTASP_LOG is set. */
void hosted_log_to(int descriptor);

/** @return whether the process was asked to power off */
bool hosted_power_off_requested(void);

/** Forgets the request to power off. */
void hosted_power_off_clear(void);

/** @return a descriptor that becomes readable with the request to power off; -1 if there is none */
int hosted_power_off_descriptor(void);

/** Stops the board. */
_Noreturn void hosted_stop(enum hosted_ending ending);

/** Ends the process because the firmware, or a test, broke a rule. */
_Noreturn void hosted_guard(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** @return the next of a sequence of pseudo-random numbers (splitmix64); good for tests only */
uint64_t hosted_random(uint64_t *state);

/** What becomes of a flash operation. */
enum hosted_flash_fate { HOSTED_FLASH_DONE, HOSTED_FLASH_FAILED, HOSTED_FLASH_TORN };

/** Counts an operation. */
enum hosted_flash_fate hosted_flash_operation(void);

/** Leaves a sector as an erase does that the power failed in. */
void hosted_flash_tear_erase(uint8_t *sector);

/** Leaves @p length bytes (multiple of 8) as programming @p data does that the power failed in. */
void hosted_flash_tear_program(uint8_t *flash, const uint8_t *data, size_t length);

#endif
