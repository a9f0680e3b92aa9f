/*
 * The mailbox (docs/mailbox.md): takes a command from the registers, has it executed, answers.
 */
#ifndef FIRMWARE_MAILBOX_H
#define FIRMWARE_MAILBOX_H

#include <stdbool.h>

/** Says that the firmware serves commands: idle CmdResp, feature register. */
void mailbox_open(void);

/**
 * Serves one command if x86 has written one.
 *
 * @return whether there was one
 */
bool mailbox_serve(void);

#endif
