/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest's memory and its controller, without a board and without a machine (linux_stage.h).
 */
#include "tests/host/linux_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct linux_stage linux_stage;

static uint8_t *fabric;
static struct dram dram;

/* DRAM is a file with holes, or memory of which nothing is known. */
static void set_up_with(int file)
{
    uint8_t *memory = mmap(NULL, LINUX_STAGE_BYTES, PROT_READ | PROT_WRITE,
                           file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
    fabric = calloc(1, FABRIC_FILE_BYTES);
    assert_non_null(fabric);
    assert_ptr_not_equal(memory, MAP_FAILED);
    dram = (struct dram){.bytes = memory,
                         .length = LINUX_STAGE_BYTES,
                         .range_count = 1,
                         .ranges = {{.base = 0, .length = LINUX_STAGE_BYTES, .dram_offset = 0}}};
    linux_stage.dram_file = file;
    linux_stage.memory = memory;
    linux_stage.plain = (struct memory_controller){.fabric = fabric, .dram = &dram};
    struct fabric_memctl *memctl = (void *)(fabric + FABRIC_MEMCTL_OFFSET);
    memctl->magic = FABRIC_MEMCTL_MAGIC;
    memctl->generation = 2;
    memset(memctl->tweak_key, 0x5a, sizeof memctl->tweak_key);
    memset(memctl->slots[LINUX_STAGE_ASID].key, 0xa5, sizeof memctl->slots[LINUX_STAGE_ASID].key);
    memctl->slots[LINUX_STAGE_ASID].flags = FABRIC_SLOT_VALID;
    assert_true(
        controller_open(&linux_stage.controller, &linux_stage.plain, file, LINUX_STAGE_BYTES));
    assert_true(controller_enter(&linux_stage.controller, LINUX_STAGE_ASID));
}

int linux_stage_set_up(void **state)
{
    (void)state;
    set_up_with(-1);
    return 0;
}

int linux_stage_set_up_file(void **state)
{
    (void)state;
    const int file = memfd_create("DRAM", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, LINUX_STAGE_BYTES), 0);
    set_up_with(file);
    return 0;
}

int linux_stage_tear_down(void **state)
{
    (void)state;
    controller_close(&linux_stage.controller);
    free(fabric);
    (void)munmap(linux_stage.memory, LINUX_STAGE_BYTES);
    return linux_stage.dram_file < 0 ? 0 : close(linux_stage.dram_file);
}

uint8_t *linux_stage_view(uint64_t paddr)
{
    return linux_stage.controller.ranges[0].view + paddr;
}

void linux_stage_share(uint64_t paddr, bool shared)
{
    struct control_page *control = linux_stage.controller.control;
    const uint64_t bit = UINT64_C(1) << (paddr / MAP_PAGE % 64);
    uint64_t *word = &control->shared[paddr / MAP_PAGE / 64];
    if (!shared) {
        control_page_taken_back(control, linux_stage.controller.pages)[paddr / MAP_PAGE / 64] |=
            bit;
    }
    *word = shared ? *word | bit : *word & ~bit;
}

void linux_stage_assert_decrypts_to(uint64_t paddr, const char *text)
{
    uint8_t found[64];
    assert_int_equal(
        memory_controller_read(&linux_stage.plain, LINUX_STAGE_ASID, paddr, found, sizeof found),
        MEMORY_CONTROLLER_OK);
    assert_memory_equal(found, text, strlen(text));
}
