/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system call of the program that waits for an answer (seccomp user notification). The kernel keeps
 * its thread asleep until the call is answered, or the thread is killed: then an answer is lost, and
 * nobody minds.
 */
#ifndef HOST_EXEC_CALL_H
#define HOST_EXEC_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define EXEC_CALL_ARGUMENTS 6

struct exec_call {
    int listener; /**< Where it came from. */
    uint64_t id;
    pid_t thread; /**< Of the program; its number here. */
    int number;   /**< Of the system call. */
    uint64_t arguments[EXEC_CALL_ARGUMENTS];
};

/** What came of waiting for a call. */
enum exec_received {
    EXEC_RECEIVED,
    EXEC_NOTHING, /**< Whoever called is gone: wait again. */
    EXEC_ENDED,   /**< No process is left that could call. */
};

/**
 * Waits for the next call.
 *
 * @param listener   of the filter
 * @param[out] call  with EXEC_RECEIVED
 */
enum exec_received exec_call_receive(int listener, struct exec_call *call)
    __attribute__((warn_unused_result));

/** Lets the call return. @param result  0 or more, or a negative error number */
void exec_call_answer(const struct exec_call *call, int64_t result);

/** Lets the kernel do what was called for. */
void exec_call_continue(const struct exec_call *call);

/**
 * Gives the program a descriptor, which the call returns; an error of that is what the call returns.
 *
 * @param file   stays the caller's
 * @param flags  O_CLOEXEC or 0
 */
void exec_call_give(const struct exec_call *call, int file, uint32_t flags);

/** @return whether the thread still waits: what was read of it was its own */
bool exec_call_waits(const struct exec_call *call);

#endif
