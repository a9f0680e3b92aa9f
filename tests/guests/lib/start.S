/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a guest begins: header of the image, first instructions of each virtual CPU, and entries of
 * exceptions. RDI is the number of the virtual CPU, RSI points to struct guest_boot.
 */
#define STACK_BYTES 0x4000
#define CODE_SELECTOR 8
#define DATA_SELECTOR 16

    .section .header, "ax"
    .quad 0x3154534555474156
    .long guest_entry - 0x100000
    .long GUEST_FLAGS
    .long GUEST_VCPUS
    .long GUEST_MEMORY_MIB
    .quad 0

    .section .entry, "ax"
    .global guest_entry
guest_entry:
    lea 1(%rdi), %rax
    imul $STACK_BYTES, %rax
    lea guest_stacks(%rip), %rsp
    add %rax, %rsp
    lgdt gdt_pointer(%rip)
    mov $DATA_SELECTOR, %eax
    mov %eax, %ss
    mov %eax, %ds
    mov %eax, %es
    pushq $CODE_SELECTOR
    lea 1f(%rip), %rax
    push %rax
    lretq
1:
    lidt idt_pointer(%rip)
    xor %ebp, %ebp
    call guest_start
2:
    hlt
    jmp 2b

/* Entries of exceptions: those without an error code push 0. The frame is struct guest_frame. */
    .text
    .macro entry vector, code
    .balign 16
    .if \code == 0
    pushq $0
    .endif
    pushq $\vector
    jmp common
    .endm

    .balign 16
    .global guest_exception_entries
guest_exception_entries:
    .irp vector, 0, 1, 2, 3, 4, 5, 6, 7
    entry \vector, 0
    .endr
    entry 8, 1
    entry 9, 0
    .irp vector, 10, 11, 12, 13, 14
    entry \vector, 1
    .endr
    entry 15, 0
    entry 16, 0
    entry 17, 1
    .irp vector, 18, 19, 20
    entry \vector, 0
    .endr
    entry 21, 1
    .irp vector, 22, 23, 24, 25, 26, 27, 28
    entry \vector, 0
    .endr
    entry 29, 1
    entry 30, 1
    entry 31, 0

common:
    push %r15
    push %r14
    push %r13
    push %r12
    push %r11
    push %r10
    push %r9
    push %r8
    push %rdi
    push %rsi
    push %rbp
    push %rbx
    push %rdx
    push %rcx
    push %rax
    mov %rsp, %rdi
    cld
    call guest_exception
    pop %rax
    pop %rcx
    pop %rdx
    pop %rbx
    pop %rbp
    pop %rsi
    pop %rdi
    pop %r8
    pop %r9
    pop %r10
    pop %r11
    pop %r12
    pop %r13
    pop %r14
    pop %r15
    add $16, %rsp
    iretq

/*
 * uint64_t guest_probe_read(const volatile void *address): reads 8 bytes; an exception ends it.
 * void guest_probe_write(volatile void *address, uint64_t value): the same for writing.
 * void guest_probe_call(const void *address): calls it.
 */
    .global guest_probe_read
guest_probe_read:
    mov (%rdi), %rax
    ret
    .global guest_probe_write
guest_probe_write:
    mov %rsi, (%rdi)
    ret
    .global guest_probe_call
guest_probe_call:
    jmp *%rdi
    .global guest_probe_return
guest_probe_return:
    ret

    .data
    .balign 16
gdt:
    .quad 0
    .quad 0x00AF9B000000FFFF
    .quad 0x00CF93000000FFFF
gdt_pointer:
    .word . - gdt - 1
    .quad gdt
    .balign 16
    .global guest_idt
guest_idt:
    .skip 32 * 16
idt_pointer:
    .word idt_pointer - guest_idt - 1
    .quad guest_idt
    .balign 4096
    .global guest_stacks
guest_stacks:
    .skip 8 * STACK_BYTES

    .section .note.GNU-stack, "", @progbits
