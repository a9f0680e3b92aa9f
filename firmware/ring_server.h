/*
 * Ring-buffer mode (section 1.7): commands come from two queues in host memory instead of one at a
 * time through the mailbox. The three mailbox registers change their meaning: docs/mailbox.md.
 */
#ifndef FIRMWARE_RING_SERVER_H
#define FIRMWARE_RING_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Serves the queues after the x86 side has written RBCtl: until they are empty, a command fails, the
 * mode ends, or an ordinary mailbox command arrives.
 *
 * @param control  RBCtl as read
 * @return whether the doorbell bit was set
 */
bool ring_serve(uint32_t control);

#endif
