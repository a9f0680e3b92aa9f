/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What QEMU runs at reset instead of a BIOS: 64 KiB below 4 GiB that do what VMRUN would. They go to
 * 64-bit mode with page tables of their own and take CR3, RIP, RSP and RSI from a table that the
 * loader has filled in (host/linux/entry.h). Nothing of the guest is read before CR3 has the C-bit.
 */
        .set    BASE, 0xffff0000
        .set    CODE32, 0x08
        .set    CODE64, 0x10            /* Linux: __BOOT_CS */
        .set    DATA, 0x18              /* Linux: __BOOT_DS */

        .section .text
start:
        .code16
real_mode:
        cli
        movw    %cs, %ax
        movw    %ax, %ds
        data32 lgdt descriptor - start
        movl    %cr0, %eax
        orb     $1, %al                 /* PE */
        movl    %eax, %cr0
        ljmpl   $CODE32, $(protected_mode - start + BASE)

        .code32
protected_mode:
        movl    $DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        movl    $0x2ff, %ecx            /* MTRRdefType: on, write-back, as a BIOS leaves it */
        xorl    %edx, %edx
        movl    $0x806, %eax
        wrmsr
        movl    %cr4, %eax
        orl     $0x20, %eax             /* PAE */
        movl    %eax, %cr4
        movl    $(pml4 - start + BASE), %eax
        movl    %eax, %cr3
        movl    $0xc0000080, %ecx       /* EFER */
        rdmsr
        orl     $0x100, %eax            /* LME */
        wrmsr
        movl    %cr0, %eax
        orl     $0x80000001, %eax       /* PG */
        movl    %eax, %cr0
        ljmpl   $CODE64, $(long_mode - start + BASE)

        .code64
long_mode:
        leaq    state(%rip), %rbx
        movq    0(%rbx), %rax
        movq    %rax, %cr3
        movq    16(%rbx), %rsp
        movq    24(%rbx), %rsi
        movq    8(%rbx), %rax
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        xorl    %edi, %edi
        jmpq    *%rax

        .balign 16
descriptors:
        .quad   0
        .quad   0x00cf9b000000ffff
        .quad   0x00af9b000000ffff
        .quad   0x00cf93000000ffff
descriptor:
        .word   4 * 8 - 1
        .long   descriptors - start + BASE

        .org    0x800                   /* ENTRY_STATE_OFFSET */
state:
        .quad   0, 0, 0, 0              /* CR3, RIP, RSP, RSI */

/*
 * The last 2 MiB below 4 GiB, where this lies. Accessed and dirty bits are set, since nobody can write
 * them here.
 */
        .balign 4096
pml4:
        .quad   page_directory_pointers - start + BASE + 0x23
        .fill   511, 8, 0
page_directory_pointers:
        .fill   3, 8, 0
        .quad   page_directory - start + BASE + 0x23
        .fill   508, 8, 0
page_directory:
        .fill   511, 8, 0
        .quad   0xffe00000 + 0xe3

        .org    0xfff0                  /* the reset vector */
        .code16
        .byte   0xe9
        .word   real_mode - (. + 2)
        .org    0x10000
