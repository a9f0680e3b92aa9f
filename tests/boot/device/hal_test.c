/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of hal/: fuses, entropy, time, mailbox, fabric and DRAM.
 */
#include <string.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "hal/doorbell.h"
#include "hal/dram.h"
#include "hal/entropy.h"
#include "hal/fabric.h"
#include "hal/fuses.h"
#include "hal/mailbox.h"
#include "hal/system.h"
#include "hal/timer.h"
#include "tests/boot/device/test.h"

#define BLOCK 0x200000u
#define GIB 0x40000000u

static uint8_t first[4096 + 8];
static uint8_t second[4096];

void test_fuses(void)
{
    struct fuses fuses;

    test_report("fuses are read", hal_fuses_read(&fuses) && fuses.magic == FUSES_MAGIC &&
                                      fuses.life_cycle == FUSES_LIFE_CYCLE_PRODUCTION);
}

void test_entropy(void)
{
    bool done = hal_entropy_read(first, 4096) && hal_entropy_read(second, 4096);
    uint8_t tail[4] = {0, 0, 0xA5, 0};

    test_report("entropy is read", done);
    test_report("entropy differs each time", memcmp(first, second, 4096) != 0);
    test_report("entropy fills the buffer's end", memcmp(&first[4080], &second[4080], 16) != 0 &&
                                                      memcmp(first, &first[2048], 16) != 0);
    done = hal_entropy_read(tail, 2);
    test_report("entropy of two bytes leaves the third", done && tail[2] == 0xA5);
    memset(first, 0xA5, sizeof(first));
    test_report("entropy of more than 4096 bytes is refused",
                !hal_entropy_read(first, 4097) && first[0] == 0 && first[4095] == 0);
}

void test_timer(void)
{
    uint64_t start;
    uint64_t took;

    /* An alarm that was set earlier may end a wait, and there are two of them. */
    (void)hal_doorbell_drain();
    hal_doorbell_wait(50);
    hal_doorbell_wait(50);
    start = hal_timer_microseconds();
    for (uint32_t i = 0; i < 4; i++) {
        hal_doorbell_wait(50);
    }
    took = hal_timer_microseconds() - start;
    test_report("waits of 50 ms are that long", took >= 3 * 50000);
    test_report("waits of 50 ms end", took < 10000000);
}

void test_shared(void)
{
    uint64_t magic = 0;
    uint64_t odd = 0x1122334455667788u;

    hal_mailbox_write(MAILBOX_CMDBUF_HI, 0x12345678);
    test_report("a mailbox register keeps its value",
                hal_mailbox_read(MAILBOX_CMDBUF_HI) == 0x12345678);
    hal_fabric_write(FABRIC_FILE_BYTES - 11, &odd, sizeof(odd));
    hal_fabric_read(FABRIC_FILE_BYTES - 11, &magic, sizeof(magic));
    test_report("the fabric keeps what is written", magic == odd);
    test_report("the CPU tells its features", hal_cpu_has_aes() == hal_cpu_has_sha256());
}

/** Writes @p length bytes at @p offset, reads them back, and looks at the bytes around. */
static bool copies(uint64_t offset, size_t length)
{
    static const uint8_t fence[2] = {0xEE, 0xEE};
    uint8_t around[2];

    memset(second, 0xEE, sizeof(second));
    for (size_t i = 0; i < length; i++) {
        first[i] = (uint8_t)(i * 7 + length);
    }
    hal_dram_write(offset - 1, fence, 1);
    hal_dram_write(offset + length, fence, 1);
    hal_dram_write(offset, first, length);
    hal_dram_read(offset, &second[1], length);
    hal_dram_read(offset - 1, &around[0], 1);
    hal_dram_read(offset + length, &around[1], 1);
    return memcmp(first, &second[1], length) == 0 && second[0] == 0xEE &&
           second[length + 1] == 0xEE && memcmp(around, fence, sizeof(fence)) == 0;
}

/** Whether offsets whose windows are the same one stay apart. */
static bool windows_move(uint64_t end)
{
    bool apart = true;

    for (uint64_t at = 4096; at + sizeof(at) <= end; at += GIB) {
        hal_dram_write(at, &at, sizeof(at));
    }
    for (uint64_t at = 4096; at + sizeof(at) <= end; at += GIB) {
        uint64_t value;

        hal_dram_read(at, &value, sizeof(value));
        apart = apart && value == at;
    }
    return apart;
}

/** Words at @p offset are read, written, replaced and exchanged as a whole. */
static bool word_is_whole(uint64_t offset)
{
    const uint64_t value = 0x1122334455667788u;
    uint64_t copy = 0;
    uint64_t expected = value ^ (1ull << 63);
    bool whole;

    hal_dram_store(offset, value);
    hal_dram_read(offset, &copy, sizeof(copy));
    whole = copy == value && !hal_dram_replace(offset, &expected, 1) && expected == value;
    expected ^= 1;
    whole = whole && !hal_dram_replace(offset, &expected, 1) && expected == value;
    whole = whole && hal_dram_load(offset) == value;
    whole = whole && hal_dram_replace(offset, &expected, ~value) && expected == value;
    hal_dram_read(offset, &copy, sizeof(copy));
    whole = whole && copy == ~value && hal_dram_load(offset) == ~value;
    whole = whole && hal_dram_exchange(offset, value) == ~value;
    hal_dram_read(offset, &copy, sizeof(copy));
    return whole && copy == value;
}

void test_dram(void)
{
    uint64_t end = hal_dram_bytes();
    bool all = true;

    test_report("DRAM has a size", end >= 4 * BLOCK && end % 4096 == 0);
    for (size_t length = 1; length < 200; length++) {
        all = all && copies(length * 1021, length);
    }
    test_report("DRAM keeps any length at any offset", all);
    test_report("DRAM crosses a block's end", copies(2 * BLOCK - 1001, 2003));
    test_report("DRAM can be used to its end", copies(end - 101, 100));
    test_report("DRAM words are replaced only if unchanged",
                word_is_whole(0) && word_is_whole(BLOCK - 8) && word_is_whole(BLOCK) &&
                    word_is_whole(end - 8));
    if (end > GIB + BLOCK) {
        test_report("DRAM that shares a window stays apart", windows_move(end));
    }
}
