/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: what a pass does to pages that the guest, the host, or both
 * have changed, to shared ones, and to those that the guest shares or takes back meanwhile.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/linux/controller.h"
#include "host/linux/look.h"

#define BYTES (2 * MAP_MIB)
#define ASID 7u
#define PAGE_A (UINT64_C(0x123) * MAP_PAGE)

static uint8_t *fabric;
static uint8_t *memory;
static int dram_file;
static struct dram dram;
static struct controller controller;
static struct memory_controller plain;

/* DRAM is a file with holes, or memory of which nothing is known. */
static void set_up_with(int file)
{
    dram_file = file;
    fabric = calloc(1, FABRIC_FILE_BYTES);
    memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
                  file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
    assert_non_null(fabric);
    assert_ptr_not_equal(memory, MAP_FAILED);
    dram = (struct dram){.bytes = memory,
                         .length = BYTES,
                         .range_count = 1,
                         .ranges = {{.base = 0, .length = BYTES, .dram_offset = 0}}};
    plain = (struct memory_controller){.fabric = fabric, .dram = &dram};
    struct fabric_memctl *memctl = (void *)(fabric + FABRIC_MEMCTL_OFFSET);
    memctl->magic = FABRIC_MEMCTL_MAGIC;
    memctl->generation = 2;
    memset(memctl->tweak_key, 0x5a, sizeof memctl->tweak_key);
    memset(memctl->slots[ASID].key, 0xa5, sizeof memctl->slots[ASID].key);
    memctl->slots[ASID].flags = FABRIC_SLOT_VALID;
    assert_true(controller_open(&controller, &plain, file, BYTES));
    assert_true(controller_enter(&controller, ASID));
}

static int set_up(void **state)
{
    (void)state;
    set_up_with(-1);
    return 0;
}

static int set_up_file(void **state)
{
    (void)state;
    const int file = memfd_create("DRAM", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, BYTES), 0);
    set_up_with(file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    controller_close(&controller);
    free(fabric);
    (void)munmap(memory, BYTES);
    return dram_file < 0 ? 0 : close(dram_file);
}

static uint8_t *view(uint64_t paddr)
{
    return controller.ranges[0].view + paddr;
}

/* As a CPU does (host/qemu-plugin), which waits for nobody here. */
static void share(uint64_t paddr, bool shared)
{
    const uint64_t bit = UINT64_C(1) << (paddr / MAP_PAGE % 64);
    uint64_t *word = &controller.control->shared[paddr / MAP_PAGE / 64];
    if (!shared) {
        control_page_taken_back(controller.control)[paddr / MAP_PAGE / 64] |= bit;
    }
    *word = shared ? *word | bit : *word & ~bit;
}

/* What DRAM holds at an address, through the guest's key. */
static void assert_decrypts_to(uint64_t paddr, const char *text)
{
    uint8_t found[64];
    assert_int_equal(memory_controller_read(&plain, ASID, paddr, found, sizeof found),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(found, text, strlen(text));
}

static void what_the_guest_writes_is_encrypted(void **state)
{
    (void)state;
    static const char text[] = "only the guest knows";
    struct look look;
    memcpy(view(PAGE_A), text, sizeof text);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written, 1);
    assert_int_equal(controller.last.taken_over, 0);
    assert_decrypts_to(PAGE_A, text);
    look_for(&controller, text, &look);
    assert_int_equal(look.in_view, 1);
    assert_int_equal(look.in_dram, 0);
    assert_int_equal(look.first, PAGE_A);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written, 0);
}

static void what_the_host_changes_is_taken_over(void **state)
{
    (void)state;
    uint8_t before[MAP_PAGE];
    memcpy(before, view(PAGE_A), sizeof before);
    memory[PAGE_A + 32] ^= 1;
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.taken_over, 1);
    assert_int_equal(controller.last.written, 0);
    assert_memory_equal(view(PAGE_A), before, 32);
    assert_memory_not_equal(view(PAGE_A) + 32, before + 32, 16);
    assert_memory_equal(view(PAGE_A) + 48, before + 48, MAP_PAGE - 48);
}

/* Whoever is started by a board or a guest of the same process must not get to them. */
static void no_program_inherits_its_files(void **state)
{
    (void)state;
    assert_int_equal(fcntl(controller.ranges[0].view_file, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(controller.control_file, F_GETFD), FD_CLOEXEC);
}

/* Pages that came from another platform, of which no pass is to say anything afterwards. */
static void what_is_received_is_taken_over_at_once(void **state)
{
    (void)state;
    static const uint8_t text[MAP_BLOCK] = "from elsewhere";
    assert_int_equal(memory_controller_write(&plain, ASID, PAGE_A, text, sizeof text),
                     MEMORY_CONTROLLER_OK);
    assert_true(controller_take_over(&controller, PAGE_A, 2 * MAP_PAGE));
    assert_memory_equal(view(PAGE_A), text, sizeof text);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written + controller.last.taken_over, 0);
    assert_true(controller_take_over(&controller, BYTES - MAP_PAGE, MAP_PAGE));
    assert_false(controller_take_over(&controller, BYTES - MAP_PAGE, 2 * MAP_PAGE));
    assert_false(controller_take_over(&controller, BYTES, MAP_PAGE));
}

/* Behind it the host's own buffers lie. */
static void what_reaches_beyond_the_guest_is_not_its_memory(void **state)
{
    (void)state;
    assert_true(controller_holds(&controller, 0, BYTES));
    assert_true(controller_holds(&controller, BYTES - MAP_PAGE, MAP_PAGE));
    assert_false(controller_holds(&controller, BYTES - MAP_PAGE, MAP_PAGE + 1));
    assert_false(controller_holds(&controller, BYTES - MAP_PAGE, UINT64_MAX));
    assert_false(controller_holds(&controller, BYTES, 0));
    assert_false(controller_holds(&controller, MAP_HIGH_BASE, MAP_PAGE));
}

/* In the memory of this file system a page that somebody reads is no hole any more. */
static void memory_that_nobody_has_written_is_not_read(void **state)
{
    (void)state;
    uint8_t found[MAP_PAGE];
    assert_true(controller_pass(&controller));
    assert_int_equal(lseek(dram_file, 0, SEEK_DATA), -1);
    assert_int_equal(controller.last.written + controller.last.taken_over, 0);
    /* And is, through the guest's key, what it would be if it were. */
    assert_int_equal(memory_controller_read(&plain, ASID, PAGE_A, found, sizeof found),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(view(PAGE_A), found, sizeof found);
    assert_memory_not_equal(view(PAGE_A), view(PAGE_A + MAP_PAGE), MAP_PAGE);
}

/* Linux writes a page that it is about to share before it says so: that must not be lost. */
static void of_two_changes_that_of_dram_counts(void **state)
{
    (void)state;
    static const char text[] = "shared in a moment";
    memcpy(view(PAGE_A), "left over", 9);
    memcpy(memory + PAGE_A, text, sizeof text);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written, 0);
    assert_memory_equal(memory + PAGE_A, text, sizeof text);
}

static void shared_pages_are_left_alone(void **state)
{
    (void)state;
    static const char text[] = "for everybody";
    share(PAGE_A, true);
    memcpy(memory + PAGE_A, text, sizeof text);
    memcpy(view(PAGE_A), "not seen", 8);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.shared_pages, 1);
    assert_int_equal(controller.last.written + controller.last.taken_over, 0);
    assert_memory_equal(memory + PAGE_A, text, sizeof text);
}

static void a_page_that_is_private_again_is_the_guests(void **state)
{
    (void)state;
    static const char text[] = "private again";
    share(PAGE_A, true);
    memcpy(memory + PAGE_A, "from the device", 15);
    assert_true(controller_pass(&controller));
    share(PAGE_A, false);
    memcpy(view(PAGE_A), text, sizeof text);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written, 1);
    assert_decrypts_to(PAGE_A, text);
    assert_memory_equal(view(PAGE_A), text, sizeof text);
}

/* It was shared for so short a time that no pass has seen it. */
static void a_page_that_was_shared_between_two_passes_is_the_guests(void **state)
{
    (void)state;
    static const char text[] = "private again";
    share(PAGE_A, true);
    memcpy(memory + PAGE_A, "from the device", 15);
    share(PAGE_A, false);
    memcpy(view(PAGE_A), text, sizeof text);
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.written, 1);
    assert_decrypts_to(PAGE_A, text);
    memory[PAGE_A + 32] ^= 1;
    assert_true(controller_pass(&controller));
    assert_int_equal(controller.last.taken_over, 1);
}

/* What the guest does when the pass gets to a page that the test has closed. */
static struct moment {
    uint8_t *page;
    void (*happens)(void);
    uint64_t busy; /* seen then */
} moment;

static void on_fault(int number)
{
    (void)number;
    (void)mprotect(moment.page, MAP_PAGE, PROT_READ | PROT_WRITE);
    moment.busy = controller.control->busy;
    moment.happens();
}

/* A pass, and what happens when it first touches the page, or first writes it. */
static void pass_meets(uint8_t *page, int protection, void (*happens)(void))
{
    struct sigaction before;
    struct sigaction action = {.sa_handler = on_fault};
    moment = (struct moment){.page = page, .happens = happens, .busy = 0};
    assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
    assert_int_equal(mprotect(page, MAP_PAGE, protection), 0);
    const bool done = controller_pass(&controller);
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
    assert_true(done);
}

static void share_and_write(void)
{
    static const char text[] = "shared in a moment";
    share(PAGE_A, true);
    memcpy(memory + PAGE_A, text, sizeof text);
}

static void do_nothing(void)
{
}

static void a_page_that_is_shared_during_a_pass_is_left_alone(void **state)
{
    (void)state;
    memcpy(view(PAGE_A), "left over", 9);
    pass_meets(view(PAGE_A), PROT_NONE, share_and_write);
    assert_int_equal(controller.last.written + controller.last.taken_over, 0);
    assert_memory_equal(memory + PAGE_A, "shared in a moment", 19);
    assert_memory_equal(view(PAGE_A), "left over", 9);
}

static void a_cpu_sees_which_page_the_pass_is_at(void **state)
{
    (void)state;
    memcpy(view(PAGE_A), "left over", 9);
    pass_meets(memory + PAGE_A, PROT_READ, do_nothing);
    assert_int_equal(moment.busy, PAGE_A / MAP_PAGE);
    assert_int_equal(controller.last.written, 1);
    assert_int_equal(controller.control->busy, CONTROL_PAGE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_guest_writes_is_encrypted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_host_changes_is_taken_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_reaches_beyond_the_guest_is_not_its_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_program_inherits_its_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_received_is_taken_over_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_guest_writes_is_encrypted, set_up_file, tear_down),
        cmocka_unit_test_setup_teardown(what_the_host_changes_is_taken_over, set_up_file,
                                        tear_down),
        cmocka_unit_test_setup_teardown(memory_that_nobody_has_written_is_not_read, set_up_file,
                                        tear_down),
        cmocka_unit_test_setup_teardown(of_two_changes_that_of_dram_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shared_pages_are_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_is_private_again_is_the_guests, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_was_shared_between_two_passes_is_the_guests,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_is_shared_during_a_pass_is_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_cpu_sees_which_page_the_pass_is_at, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
