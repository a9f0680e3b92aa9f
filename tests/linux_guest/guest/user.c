/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the guest: what a program, which is not the kernel, gets of instructions that the plugin looks at.
 *
 * Prints "fact: vmmcall NUMBER", what the hypervisor says to a page that is to be shared, and "fact: rdmsr
 * refused, cr3 refused and nothing changed", when it can neither read SEV_STATUS nor write CR3, and its
 * register is as it was.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <ucontext.h>

#define MAP_GPA_RANGE 12
#define LOW_PAGE 0x1000 /* which is never shared: nothing comes of it in any case */
#define SEV_STATUS 0xc0010131u
#define ROOT UINT64_C(0x123000)

static sigjmp_buf behind;
static volatile uint64_t rax;

static void on_fault(int number, siginfo_t *info, void *context)
{
    const ucontext_t *found = context;
    (void)number;
    (void)info;
    rax = (uint64_t)found->uc_mcontext.gregs[REG_RAX];
    siglongjmp(behind, 1);
}

static long share(uint64_t paddr)
{
    long result = MAP_GPA_RANGE;
    __asm__ volatile("vmmcall" : "+a"(result) : "b"(paddr), "c"(1L), "d"(0L) : "memory", "cc");
    return result;
}

static void read_status(void)
{
    __asm__ volatile("rdmsr" : : "c"(SEV_STATUS) : "rax", "rdx");
}

static void write_root(void)
{
    __asm__ volatile("mov %0, %%cr3" : : "a"(ROOT) : "memory");
}

static bool is_refused(void (*what)(void))
{
    if (sigsetjmp(behind, 1) != 0) {
        return true;
    }
    what();
    return false;
}

int main(void)
{
    const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    if (sigaction(SIGSEGV, &action, NULL) != 0) {
        return 1;
    }
    (void)printf("fact: vmmcall %ld\n", share(LOW_PAGE));
    const bool msr = is_refused(read_status);
    const bool root = is_refused(write_root);
    (void)printf("fact: rdmsr %s, cr3 %s and %s changed\n", msr ? "refused" : "done",
                 root ? "refused" : "done", rax == ROOT ? "nothing" : "RAX");
    return 0;
}
