/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few requests of GDB's remote protocol that tests make to the emulator.
 */
#include "tests/boot/gdb_remote.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MS 60000
#define CONNECT_TRIES 1200
#define RESET_TRIES 100
#define PC 15
#define LOOK_MS 50
#define SLEEPING_LOOKS 10

static int connection = -1;
static pid_t emulator;

static void fail(const char *what)
{
    fprintf(stderr, "gdb: %s\n", what);
    exit(2);
}

static void send_packet(const char *data)
{
    char packet[128];
    uint8_t sum = 0;

    for (const char *c = data; *c != '\0'; c++) {
        sum = (uint8_t)(sum + (uint8_t)*c);
    }
    int length = snprintf(packet, sizeof(packet), "$%s#%02x", data, sum);
    if (write(connection, packet, (size_t)length) != length) {
        fail("cannot write");
    }
}

/** Reads one character. @return false when none comes in time */
static bool read_char(char *c, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = connection, .events = POLLIN};

    if (poll(&poll_fd, 1, timeout_ms) != 1) {
        return false;
    }
    if (read(connection, c, 1) != 1) {
        fail("connection lost");
    }
    return true;
}

/** Reads what is between '$' and '#', and acknowledges it. @return false when none comes in time */
static bool read_packet(char *data, size_t size, int timeout_ms)
{
    size_t length = 0;
    char c = 0;

    while (c != '$') {
        if (!read_char(&c, timeout_ms)) {
            return false;
        }
    }
    while (read_char(&c, ANSWER_MS) && c != '#') {
        if (length + 1 < size) {
            data[length++] = c;
        }
    }
    data[length] = '\0';
    if (!read_char(&c, ANSWER_MS) || !read_char(&c, ANSWER_MS) || write(connection, "+", 1) != 1) {
        fail("broken packet");
    }
    return true;
}

/** Sends a request and reads its answer, past what the monitor prints. */
static void request(const char *data, char *answer, size_t size)
{
    send_packet(data);
    do {
        if (!read_packet(answer, size, ANSWER_MS)) {
            fail("no answer");
        }
    } while (answer[0] == 'O' && strcmp(answer, "OK") != 0);
}

static void expect_ok(const char *data)
{
    char answer[64];

    request(data, answer, sizeof(answer));
    if (strcmp(answer, "OK") != 0) {
        fail(data);
    }
}

/** Notes which process is at the other end. */
static void find_emulator(void)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);

    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        fail("whose socket is it?");
    }
    emulator = peer.pid;
}

/** @return what the emulator has used of the processor's time, in milliseconds */
static int64_t used_ms(void)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(emulator, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        fail("no CPU time");
    }
    return used.tv_sec * (int64_t)1000 + used.tv_nsec / 1000000;
}

/** Whether a thread sleeps; one that only waits for the processor does not. */
static bool thread_sleeps(const char *thread)
{
    char path[300];
    char line[512];

    snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", (int)emulator, thread);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return true; /* It has ended. */
    }
    const size_t length = fread(line, 1, sizeof(line) - 1, file);

    fclose(file);
    line[length] = '\0';
    const char *name_end = strrchr(line, ')');

    return name_end != NULL && strncmp(name_end, ") S", 3) == 0;
}

/** Whether every thread of the emulator sleeps. */
static bool emulator_sleeps(void)
{
    bool sleeps = true;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task", (int)emulator);
    DIR *threads = opendir(path);
    if (threads == NULL) {
        fail("no threads");
    }
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        sleeps = sleeps && (thread->d_name[0] == '.' || thread_sleeps(thread->d_name));
    }
    closedir(threads);
    return sleeps;
}

void gdb_connect(const char *path)
{
    const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char answer[256];

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    for (int i = 0; i < CONNECT_TRIES; i++) {
        connection = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0) {
            find_emulator();
            request("?", answer, sizeof(answer));
            /* The emulator lets only those access single registers who have read this. */
            request("qXfer:features:read:target.xml:0,80", answer, sizeof(answer));
            return;
        }
        close(connection);
        nanosleep(&pause, NULL);
    }
    fail("cannot connect");
}

void gdb_reset(void)
{
    expect_ok("qRcmd,73797374656d5f7265736574"); /* system_reset */
    for (int i = 0; gdb_read_pc() != 0; i++) {
        if (i == RESET_TRIES) {
            fail("no reset");
        }
    }
}

void gdb_break(uint32_t address, unsigned int length, bool set)
{
    char data[32];

    snprintf(data, sizeof(data), "%c0,%x,%u", set ? 'Z' : 'z', address, length);
    expect_ok(data);
}

uint32_t gdb_read_pc(void)
{
    char answer[64];
    char data[8];

    snprintf(data, sizeof(data), "p%x", PC);
    request(data, answer, sizeof(answer));
    if (strlen(answer) != 8) {
        fail("no program counter");
    }
    return __builtin_bswap32((uint32_t)strtoul(answer, NULL, 16));
}

void gdb_write_pc(uint32_t address)
{
    char data[32];

    snprintf(data, sizeof(data), "P%x=%08x", PC, __builtin_bswap32(address));
    expect_ok(data);
}

void gdb_step(void)
{
    char answer[256];

    request("s", answer, sizeof(answer));
}

bool gdb_continue(int64_t cpu_ms)
{
    const int64_t end = used_ms() + cpu_ms;
    int64_t before = -1;
    int sleeping = 0;
    char answer[256];

    send_packet("c");
    while (used_ms() < end && sleeping < SLEEPING_LOOKS) {
        if (read_packet(answer, sizeof(answer), LOOK_MS)) {
            return true;
        }
        const int64_t now = used_ms();

        sleeping = now == before && emulator_sleeps() ? sleeping + 1 : 0;
        before = now;
    }
    if (write(connection, "\x03", 1) != 1 || !read_packet(answer, sizeof(answer), ANSWER_MS)) {
        fail("cannot stop the CPU");
    }
    return false;
}

void gdb_kill(void)
{
    send_packet("k");
    close(connection);
}
