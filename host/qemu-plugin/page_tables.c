/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MOV to CR3.
 */
#include "host/qemu-plugin/page_tables.h"

#include <stdbool.h>
#include <stdlib.h>

#include "host/qemu-plugin/qemu_api.h"
#include "host/qemu-plugin/registers.h"

#define ROM_FIRST UINT64_C(0xffff0000)
#define ROM_LAST UINT64_C(0xffffffff)
#define CR0_PG (UINT64_C(1) << 31)
#define REX_R 4u
#define REX_B 1u

/* A MOV to CR3: what it moves, and what follows, as of registers_address(). Made once for each, and kept. */
struct move {
    struct move *other;
    uint64_t next;
    unsigned source;
};

static struct move *moves;

/* The move of the CPU whose thread runs, behind which, at an address, its register is to be what it was. */
static __thread const struct move *last;
static __thread uint64_t behind;
static __thread uint64_t moved;

/* @param place  in a page: of any page, since the move may run wherever its page is mapped */
static struct move *find_move(uint64_t place)
{
    struct move *move = __atomic_load_n(&moves, __ATOMIC_ACQUIRE);
    while (move != NULL && move->next % INSTRUCTION_PAGE_BYTES != place) {
        move = move->other;
    }
    return move;
}

static struct move *make_move(uint64_t next, unsigned source)
{
    struct move *move = __atomic_load_n(&moves, __ATOMIC_ACQUIRE);
    while (move != NULL && (move->next != next || move->source != source)) {
        move = move->other;
    }
    if (move != NULL) {
        return move;
    }
    move = malloc(sizeof *move);
    if (move == NULL) {
        abort(); /* without it the guest would read other page tables than it means */
    }
    *move = (struct move){__atomic_load_n(&moves, __ATOMIC_ACQUIRE), next, source};
    while (!__atomic_compare_exchange_n(&moves, &move->other, move, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
    }
    return move;
}

/*
 * Without paging CR3 is read anew when paging begins, and has no such bit: low memory is private anyway. A
 * program gets an exception, with its registers as they were.
 */
static void on_move(unsigned cpu, void *data)
{
    const struct move *move = data;
    const uint64_t bit = UINT64_C(1) << guest_c_bit;
    (void)cpu;
    last = NULL;
    if ((register_read(REGISTER_CR0) & CR0_PG) != 0 && registers_in_kernel()) {
        const uint64_t value = register_read(move->source);
        if ((value & bit) == 0) {
            moved = value;
            behind = registers_address(move->next);
            last = move;
            register_write(move->source, value | bit);
        }
    }
}

static void behind_move(unsigned cpu, void *data)
{
    (void)cpu;
    if (last != NULL && registers_address((uintptr_t)data) == behind) {
        register_write(last->source, moved);
        last = NULL;
    }
}

/*
 * A move ends its block; what follows is another one. Where that was translated before the move was, the
 * register keeps the bit.
 */
void page_tables_look_at_first(const struct instruction *instruction)
{
    const uint64_t place = instruction->address % INSTRUCTION_PAGE_BYTES;
    if (find_move(place) != NULL) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction->handle, behind_move,
                                               QEMU_REGISTERS_WRITE, (void *)(uintptr_t)place);
    }
}

/* MOV CR3, register; not in the entry ROM, whose first tables are its own. */
void page_tables_look_at(const struct instruction *instruction)
{
    const uint8_t *code = instruction->code;
    const uint64_t address = instruction->address;
    const unsigned rex = (code[0] & 0xf0) == 0x40 ? code[0] : 0;
    const size_t opcode = rex != 0 ? 1 : 0;
    const bool is_it = instruction->size == opcode + 3 && code[opcode] == 0x0f &&
                       code[opcode + 1] == 0x22 && (code[opcode + 2] & 0x38) == 0x18 &&
                       (rex & REX_R) == 0; /* CR11: no such register */
    if (is_it && (address < ROM_FIRST || address > ROM_LAST)) {
        const unsigned source = (code[opcode + 2] & 7u) | ((rex & REX_B) != 0 ? 8u : 0);
        qemu_plugin_register_vcpu_insn_exec_cb(instruction->handle, on_move, QEMU_REGISTERS_WRITE,
                                               make_move(instruction->next, source));
    }
}
