/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine that is interrupted (bridge_machine.h).
 */
#include "tests/host/bridge_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/host/bridge_board.h"

static int event = -1;

uint32_t bridge_machine_get(uint32_t offset)
{
    return mailbox_port_read(&fake.device.mailbox, offset);
}

void bridge_machine_set(uint32_t offset, uint32_t value)
{
    mailbox_port_write(&fake.device.mailbox, offset, value);
}

uint64_t bridge_machine_interrupts(void)
{
    uint64_t count = 0;
    return read(event, &count, sizeof count) == (ssize_t)sizeof count ? count : 0;
}

int bridge_machine_set_up(void **state)
{
    const int result = bridge_board_set_up(state);
    struct vfio_user_irq_set request = {
        .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
        .index = VFIO_PCI_MSIX_IRQ_INDEX,
        .count = 1,
    };
    event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int given = dup(event);
    assert_int_equal(interrupts_set(&fake.device.interrupts, &request, NULL, 0, &given, 1), 0);
    return result;
}

int bridge_machine_tear_down(void **state)
{
    (void)close(event);
    return bridge_board_tear_down(state);
}
