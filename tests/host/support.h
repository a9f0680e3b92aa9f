/*
 * What the tests of the x86 side share: hexadecimal text, a directory of their own, a second process
 * that plays the security processor.
 */
#ifndef TESTS_HOST_SUPPORT_H
#define TESTS_HOST_SUPPORT_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads hexadecimal text of exactly 2 * @p length digits; a test fails on anything else. */
void support_hex(const char *text, void *bytes, size_t length);

/** Makes an empty directory; remove it with support_remove_directory(). */
void support_make_directory(char path[PATH_MAX]);

/** Removes a directory and the files in it and in its run/. */
void support_remove_directory(const char *path);

/** How the fake security processor behaves. */
struct fake_behaviour {
    bool silent;       /**< Never answers. */
    bool late_intsts;  /**< Sets INTSTS a while after CmdResp. */
    bool forgets_bell; /**< Answers, but never rings. */
    bool chatters;     /**< Rings before and after, for nothing, many times. */
    bool nervous;      /**< Rings for nothing up to the response, then once: no byte is spare. */
    bool hangs_up;     /**< Closes the doorbell instead of answering. */
    uint16_t status;   /**< Of every response. */
};

/** A thread that serves a mailbox as the firmware does. */
struct fake_processor {
    struct fake_behaviour behaviour;
    uint8_t *bar;
    char path[PATH_MAX]; /**< Of the doorbell; empty = none. */
    int listener;
    unsigned served;
    uint64_t last_paddr;
    uint32_t last_id;
    bool stop;
    pthread_t thread;
};

/** Starts the thread. @param bar zeroed registers; @param path where the doorbell shall be, or NULL */
void fake_start(struct fake_processor *fake, uint8_t *bar, const char *path,
                struct fake_behaviour behaviour);

/** Ends the thread. */
void fake_stop(struct fake_processor *fake);

#endif
