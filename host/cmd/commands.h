/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of `virtasp`. Each gets the arguments after its own name as argv[1] and on, with
 * its name as argv[0], and returns the exit status: 0 done, 1 failed, 2 wrong usage, and those of
 * enum board_result (host/lib/board.h) for what became of a board.
 */
#ifndef HOST_CMD_COMMANDS_H
#define HOST_CMD_COMMANDS_H

#include "host/version.h"

/** The chip factory. */
int command_provision(int argc, char **argv);

/** Signs a firmware image. */
int command_sign(int argc, char **argv);

/** Starts the board of a chip. */
int command_start(int argc, char **argv);

/** Stops a running board. */
int command_stop(int argc, char **argv);

/** Resets a running board. */
int command_reset(int argc, char **argv);

/** Replaces the firmware of a running board. */
int command_load_firmware(int argc, char **argv);

/** Says in words whether a board is running, and its platform's state. */
int command_status(int argc, char **argv);

/** Prints versions, commands and limits as JSON. */
int command_info(int argc, char **argv);

/** Serves a board to a virtual machine as a PCI function. */
int command_bridge(int argc, char **argv);

/** Serves a chip's certificates by HTTP. */
int command_kds(int argc, char **argv);

/** Holds an implementation of the mailbox against the specification. */
int command_conformance(int argc, char **argv);

/** Runs a program that sees the board as Linux's devices. */
int command_exec(int argc, char **argv);

/** Writes the certificates behind a report into a folder. */
int command_fetch_certs(int argc, char **argv);

/** Makes test vectors for verifiers of attestation reports. */
int command_vectors(int argc, char **argv);

/** Launches a guest before the user's eyes. */
int command_demo(int argc, char **argv);

/** Runs a guest, on the reference emulator or as a Linux in QEMU. */
int command_run(int argc, char **argv);

#endif
