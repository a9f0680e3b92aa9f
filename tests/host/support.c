/*
 * Directories and hexadecimal text for the tests of the x86 side.
 */
#include "tests/host/support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void support_hex(const char *text, void *bytes, size_t length)
{
    assert_int_equal(strlen(text), 2 * length);
    for (size_t i = 0; i < length; i++) {
        unsigned value = 0;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &value), 1);
        ((uint8_t *)bytes)[i] = (uint8_t)value;
    }
}

void support_make_directory(char path[PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, "/tmp/virtasp-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

void support_remove_directory(const char *path)
{
    static const char *const names[] = {
        "run/mailbox",  "run/fabric",       "run/dram", "run/doorbell", "run/qmp.sock",
        "run/uart.log", "run/emulator.log", "run/pid",  "run",          "fuses.bin",
        "flash.img",    "nv.img",           "board",    "mailbox",      "doorbell",
        "dram",         "fabric",
    };
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", path, names[i]);
        (void)remove(name);
    }
    assert_int_equal(rmdir(path), 0);
}
