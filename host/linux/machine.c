/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine of a Linux guest: a stock QEMU. Low memory is DRAM; what lies at the C-bit is the view
 * through the guest's key, so that TCG, which keeps the C-bit in addresses, does what silicon does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/command_line.h"
#include "host/lib/deadline.h"
#include "host/lib/installed.h"
#include "host/linux/guest.h"

#define CONSOLE_BYTES 0x100000

/* What QEMU inherits besides the controller's files; all are closed here once it runs. */
struct files {
    int rom;
    int dram;
    int monitor;
    int output; /* Of the console, */
    int input;  /* and for it. */
};

/* The entry ROM with the guest's registers. */
static int make_rom(const struct entry_state *state)
{
    char path[PATH_MAX];
    uint8_t rom[ENTRY_ROM_BYTES];
    if (!installed_find(INSTALLED_LINUX_ENTRY, path)) {
        return -1;
    }
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    const bool whole = from >= 0 && read(from, rom, sizeof rom) == (ssize_t)sizeof rom;
    if (from >= 0) {
        (void)close(from);
    }
    if (!whole) {
        return -1;
    }
    memcpy(rom + ENTRY_STATE_OFFSET, state, sizeof *state);
    const int file = memfd_create("entry ROM", MFD_CLOEXEC);
    if (file >= 0 && write(file, rom, sizeof rom) != (ssize_t)sizeof rom) {
        (void)close(file);
        return -1;
    }
    return file;
}

/*
 * Memory is of two nodes, which only QEMU knows of: low memory, which is the view with and without the
 * C-bit, and DRAM from there on. Newer types of machine keep what AMD has below 1 TiB free of memory, and
 * would have that above 4 GiB at 1 TiB.
 */
static void add_memory(struct command_line *line, const struct guest *guest, int dram)
{
    const struct image_options *image = &guest->options->image;
    const uint64_t c_bit = UINT64_C(1) << image->c_bit;
    const unsigned long long mib = image->memory / MAP_MIB;
    const unsigned long long low = CONTROL_PAGE_LOW_BYTES / MAP_MIB;
    command_line_add(line, "-cpu");
    command_line_add(line, "EPYC-Milan,check=off,phys-bits=%u", image->c_bit + 1);
    command_line_add(line, "-machine");
    command_line_add(line, "%s,accel=tcg,max-ram-below-4g=2G,smm=off",
                     image->memory > MAP_LOW_MAX ? "pc-q35-7.0" : "q35");
    command_line_add(line, "-m");
    command_line_add(line, "%lluM,slots=2,maxmem=%lluM", mib,
                     (unsigned long long)((c_bit + 8 * MAP_GIB) / MAP_MIB));
    command_line_add(line, "-object");
    command_line_add(line,
                     "memory-backend-file,id=low,share=on,mem-path=/proc/self/fd/%d,size=%lluM",
                     guest->controller.ranges[0].view_file, low);
    command_line_add(line, "-object");
    command_line_add(line,
                     "memory-backend-file,id=dram,share=on,mem-path=/proc/self/fd/%d,offset=%lluM,"
                     "size=%lluM",
                     dram, low, mib - low);
    command_line_add(line, "-numa");
    command_line_add(line, "node,nodeid=0,memdev=low");
    command_line_add(line, "-numa");
    command_line_add(line, "node,nodeid=1,memdev=dram");
    for (size_t i = 0; i < guest->controller.range_count; i++) {
        const struct controller_range *range = &guest->controller.ranges[i];
        command_line_add(line, "-object");
        command_line_add(
            line, "memory-backend-file,id=view%zu,share=on,mem-path=/proc/self/fd/%d,size=%lluM", i,
            range->view_file, (unsigned long long)(range->place.length / MAP_MIB));
        command_line_add(line, "-device");
        command_line_add(line, "pc-dimm,id=dimm%zu,memdev=view%zu,addr=%llu", i, i,
                         (unsigned long long)(c_bit | range->place.paddr));
    }
}

/* Virtio devices that see memory as the guest shares it. */
static void add_devices(struct command_line *line, const struct guest_options *options)
{
#define PLAIN_DMA "disable-legacy=on,iommu_platform=on"
    command_line_add(line, "-object");
    command_line_add(line, "rng-random,id=rng,filename=/dev/urandom");
    command_line_add(line, "-device");
    /* Older types of machine would have it interrupt by a line, of which no table tells. */
    command_line_add(line, "virtio-rng-pci,rng=rng,vectors=2," PLAIN_DMA);
    if (options->disk != NULL) {
        command_line_add(line, "-drive");
        command_line_add_value(line, "file=", options->disk, ",format=raw,if=none,id=disk");
        command_line_add(line, "-device");
        command_line_add(line, "virtio-blk-pci,drive=disk," PLAIN_DMA);
    }
    if (options->network) {
        command_line_add(line, "-netdev");
        command_line_add(line, "user,id=net");
        command_line_add(line, "-device");
        command_line_add(line, "virtio-net-pci,netdev=net,romfile=," PLAIN_DMA);
    }
#undef PLAIN_DMA
}

static bool make_line(struct command_line *line, const struct guest *guest,
                      const struct files *files, const char *plugin, bool incoming)
{
    static const char *const fixed[] = {
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-S", NULL};
    const struct image_options *image = &guest->options->image;
    command_line_add(line, "%s", guest->options->qemu_x86);
    command_line_add_all(line, fixed);
    add_memory(line, guest, files->dram);
    command_line_add(line, "-smp");
    command_line_add(line, "%u", image->cpus);
    command_line_add(line, "-bios");
    command_line_add(line, "/proc/self/fd/%d", files->rom);
    command_line_add(line, "-plugin");
    command_line_add_value(line, "file=", plugin, ",");
    if (!line->failed) { /* one argument of several values */
        char *path = line->arguments[--line->count];
        command_line_add(line, "%scbit=%u,control=/proc/self/fd/%d", path, image->c_bit,
                         guest->controller.control_file);
        free(path);
    }
    command_line_add(line, "-chardev");
    command_line_add(line, "socket,id=monitor,fd=%d", files->monitor);
    command_line_add(line, "-object");
    command_line_add(line, "monitor-qmp,id=control,chardev=monitor");
    command_line_add(line, "-chardev");
    command_line_add(line, "file,id=console,path=/proc/self/fd/%d,input-path=/proc/self/fd/%d",
                     files->output, files->input);
    command_line_add(line, "-serial");
    command_line_add(line, "chardev:console");
    add_devices(line, guest->options);
    if (incoming) {
        command_line_add(line, "-incoming");
        command_line_add(line, "defer");
    }
    return !line->failed;
}

static bool inherit(int descriptor)
{
    return fcntl(descriptor, F_SETFD, 0) == 0;
}

/*
 * In the child, whose descriptors are its own. Another guest's view must get to nobody: after a migration
 * QEMU would keep the memory of the guest that has left.
 */
static bool inherit_all(const struct guest *guest, const struct files *files)
{
    bool done = inherit(files->rom) && inherit(files->dram) && inherit(files->monitor) &&
                inherit(files->output) && inherit(files->input) &&
                inherit(guest->controller.control_file);
    for (size_t i = 0; i < guest->controller.range_count && done; i++) {
        done = inherit(guest->controller.ranges[i].view_file);
    }
    return done;
}

/* QEMU ends with the thread that has started it. */
static pid_t run(const struct guest *guest, const struct files *files, char *const *arguments)
{
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process != 0) {
        return process;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setpgid(0, 0); /* the terminal's signals are for virtasp */
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() == parent && input >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
        inherit_all(guest, files)) {
        (void)execvp(arguments[0], arguments);
    }
    _exit(127);
}

static void close_all(const struct files *files)
{
    const int each[] = {files->rom, files->dram, files->monitor, files->output, files->input};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        if (each[i] >= 0) {
            (void)close(each[i]);
        }
    }
}

static bool begin(struct guest *guest, const struct files *files, bool incoming)
{
    struct command_line line = {.count = 0};
    char plugin[PATH_MAX];
    bool done = installed_find(INSTALLED_QEMU_PLUGIN, plugin) &&
                make_line(&line, guest, files, plugin, incoming);
    if (done) {
        guest->machine = run(guest, files, line.arguments);
        done = guest->machine > 0;
    }
    command_line_free(&line);
    return done;
}

/*
 * Pipes, not a socket: a machine prints character by character, and of these a socket holds hundreds, so that
 * some would be lost while the memory controller is at work.
 */
static bool open_console(int output[2], int input[2])
{
    const bool done = pipe2(output, O_CLOEXEC) == 0 && pipe2(input, O_CLOEXEC) == 0 &&
                      fcntl(input[1], F_SETFL, O_NONBLOCK) == 0;
    if (done) {
        (void)fcntl(output[0], F_SETPIPE_SZ, CONSOLE_BYTES); /* else it is as it was */
    }
    return done;
}

bool machine_start(struct guest *guest, bool incoming)
{
    int monitor[2] = {-1, -1};
    int output[2] = {-1, -1};
    int input[2] = {-1, -1};
    const int64_t started = deadline_now_us();
    bool done = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) == 0 &&
                open_console(output, input);
    struct files files = {.rom = make_rom(&guest->image.entry),
                          .dram = fcntl(guest->board.dram_file.descriptor, F_DUPFD_CLOEXEC, 0),
                          .monitor = monitor[1],
                          .output = output[1],
                          .input = input[0]};
    done = done && files.rom >= 0 && files.dram >= 0 && begin(guest, &files, incoming);
    const int error = errno;
    close_all(&files);
    guest->console = output[0];
    guest->console_input = input[1];
    if (!done) {
        guest->monitor.socket = monitor[0];
        return demo_fail("start machine", "%s: %s", guest->options->qemu_x86, strerror(error));
    }
    if (!monitor_open(&guest->monitor, monitor[0])) {
        return demo_fail("start machine", "%s %s", guest->options->qemu_x86,
                         guest_is_cancelled(guest)
                             ? "was interrupted"
                             : "does not answer: it must be QEMU 11.1 with plugin interface 7");
    }
    show_step("start machine", "ok", deadline_now_us() - started,
              "process %d; %u %s, C-bit %u, %llu MiB", (int)guest->machine,
              guest->options->image.cpus, guest->options->image.cpus == 1 ? "CPU" : "CPUs",
              guest->options->image.c_bit,
              (unsigned long long)(guest->options->image.memory / MAP_MIB));
    return true;
}

void machine_kill(struct guest *guest)
{
    monitor_close(&guest->monitor);
    if (guest->console >= 0) {
        (void)close(guest->console);
        guest->console = -1;
    }
    if (guest->console_input >= 0) {
        (void)close(guest->console_input);
        guest->console_input = -1;
    }
    if (guest->machine > 0) {
        (void)kill(guest->machine, SIGKILL);
        (void)waitpid(guest->machine, NULL, 0);
        guest->machine = 0;
    }
}
