/*
 * The Linux board as a whole: its control state, start, stop and guards.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hal/fuses.h"
#include "hal/hosted/state.h"
#include "hal/system.h"

static struct hosted_state *the_state;

/** Not AMD's: both texts say so to whoever finds them. Every test has the same chip. */
static const struct fuses test_fuses = {
    .magic = FUSES_MAGIC,
    .chip_secret = "virtasp TEST chip, not from AMD",
    .firmware_root_hash = "virtasp TEST: no firmware root, not AMD's",
    .ark_hash = "virtasp TEST: no ARK, not AMD's",
    .life_cycle = FUSES_LIFE_CYCLE_PRODUCTION,
    .minimum_security_version = 0,
};

struct hosted_state *hosted_state(void)
{
    if (the_state == NULL) {
        hosted_guard("hosted_reset() was not called");
    }
    return the_state;
}

void hosted_reset(void)
{
    if (the_state == NULL) {
        void *memory = mmap(NULL, sizeof(*the_state), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            hosted_guard("mapping the board's state: %s", strerror(errno));
        }
        the_state = memory;
    }
    /* The trace comes last and is large: a count of zero empties it. */
    memset(the_state, 0, offsetof(struct hosted_state, trace));
    the_state->system.fuses = test_fuses;
    hosted_flash_set_unit(8);
    hosted_power_cut_seed(1);
    hosted_entropy_system();
    hosted_entropy_fail_after(UINT64_MAX);
    hosted_log_to(-1);
    hosted_socket_close();
    hosted_nv_release();
    hosted_power_off_clear();
    hosted_memory_reset();
}

void hosted_guard(const char *format, ...)
{
    char message[HOSTED_MESSAGE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (the_state != NULL) {
        memcpy(the_state->system.message, message, sizeof(message));
    }
    (void)fprintf(stderr, "hosted board: %s\n", message);
    abort();
}

const char *hosted_guard_message(void)
{
    return hosted_state()->system.message;
}

struct fuses *hosted_fuses(void)
{
    return &hosted_state()->system.fuses;
}

bool hal_fuses_read(struct fuses *fuses)
{
    *fuses = hosted_state()->system.fuses;
    if (fuses->magic != FUSES_MAGIC) {
        memset(fuses, 0, sizeof(*fuses));
        return false;
    }
    return true;
}

void hosted_set_start_failure(const char *device)
{
    hosted_state()->system.start_failure = device;
}

const char *hal_system_start(void)
{
    return hosted_state()->system.start_failure;
}

/* Instructions for Arm only: the portable code is what runs, and is tested, here. */
bool hal_cpu_has_aes(void)
{
    return false;
}

bool hal_cpu_has_sha256(void)
{
    return false;
}

void hal_power_off(void)
{
    hosted_stop(HOSTED_POWER_OFF);
}

uint64_t hosted_random(uint64_t *state)
{
    uint64_t value = (*state += 0x9E3779B97F4A7C15u);

    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}
