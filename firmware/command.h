/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command is: one row of constant data that says what may be asked, in which states and with
 * which buffers, and the handler that does it. Dispatcher, documentation, coverage checks and
 * fuzzers all read the same rows.
 */
#ifndef FIRMWARE_COMMAND_H
#define FIRMWARE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "firmware/hostmem.h"

struct guest;
struct snp_guest;
struct command;

/** A handler or check: looks at @p command, returns the status that ends it or SUCCESS. */
typedef enum sev_status command_function(struct command *command);

#define COMMAND_BUFFERS_MAX 4u
#define COMMAND_OUT_FIELDS_MAX 2u
#define COMMAND_PARAMETERS_MAX 0x44u
#define COMMAND_STEPS_MAX 8u

/* Sets of states and statuses, for the masks of a row. */
#define COMMAND_STATE(state) (1u << (state))
#define COMMAND_PLATFORM_ANY 0x7u
#define COMMAND_PLATFORM_ONLY(state) COMMAND_STATE(SEV_PLATFORM_##state)
#define COMMAND_PLATFORM_READY (COMMAND_PLATFORM_ONLY(INIT) | COMMAND_PLATFORM_ONLY(WORKING))
#define COMMAND_SNP_ANY 0x3u
#define COMMAND_GUEST_ANY 0x7Eu
#define COMMAND_GUEST_NOT_SENT (COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT))
#define COMMAND_STATUS(name) (1ull << SEV_STATUS_##name)

/**
 * What happens to the memory a buffer names. What may be read and written follows from this alone:
 * hostmem refuses the rest.
 */
enum command_direction {
    COMMAND_UNUSED = 0,
    COMMAND_IN,  /**< Copied into secure RAM, once, before the handler runs. */
    COMMAND_OUT, /**< The handler fills a copy; written to memory when it succeeds. */
    /* Checked, and left to the handler: memory of the host. */
    COMMAND_REGION_READ,
    COMMAND_REGION_WRITE,
    COMMAND_REGION_READ_WRITE,
    /* Checked, and left to the handler: memory under a guest's key. */
    COMMAND_GUEST_READ,
    COMMAND_GUEST_WRITE,
    COMMAND_GUEST_READ_WRITE,
    COMMAND_DIRECTIONS,
};

/** Which lengths a buffer may have. Anything else is INVALID_LENGTH. */
enum command_length {
    COMMAND_LENGTH_EXACT,         /**< Exactly LENGTH bytes. */
    COMMAND_LENGTH_EXACT_OR_NONE, /**< LENGTH bytes, or all buffers with this rule absent (0). */
    COMMAND_LENGTH_PAGES,         /**< LENGTH or more, a multiple of 4 KiB. */
    COMMAND_LENGTH_AT_LEAST,      /**< LENGTH or more; else LENGTH is written back. */
    COMMAND_LENGTH_PER_SOCKET, /**< As AT_LEAST; used: as many times LENGTH as fit, one a socket. */
    COMMAND_LENGTH_AT_LEAST_GUEST, /**< As AT_LEAST, with the length of the guest's buffer. */
    COMMAND_LENGTH_SAME_AS_GUEST,  /**< Exactly the length of the guest's buffer. */
    COMMAND_LENGTH_BLOCKS,         /**< Multiple of 16, not 0, at most LENGTH. */
    COMMAND_LENGTH_IMAGE,          /**< At most LENGTH, not 0. */
    COMMAND_LENGTH_AMD_CHAIN,      /**< An ASK and an ARK: 2 x 832 or 2 x 1600. */
    COMMAND_LENGTH_WORDS,          /**< A count of u32; at most LENGTH bytes. */
    COMMAND_LENGTH_FIXED,          /**< Always LENGTH; the parameters have no such field. */
    COMMAND_LENGTH_PAGE, /**< 4 KiB or 2 MiB, as bit 0 of the field says; aligned to it. */
};

/** In place of an alignment: a multiple of the buffer's length, which is a power of two. */
#define COMMAND_ALIGNED_TO_LENGTH 0u

/** When a buffer is there: the u32 at OFFSET has VALUE in the bits of MASK. MASK 0 = always. */
struct command_condition {
    uint32_t mask;
    uint32_t value;
    uint8_t offset; /**< In the parameters. */
};

/** One buffer that the parameters point to. */
struct command_buffer {
    const char *name; /**< As in the specification, without _PADDR. */
    enum command_direction direction;
    enum command_length rule;
    uint8_t paddr_offset;  /**< Of its u64 address in the parameters. */
    uint8_t length_offset; /**< Of its u32 length in the parameters. */
    uint32_t length;       /**< In bytes; meaning as the rule says. */
    uint32_t alignment;    /**< In bytes, a power of two. */
    bool ignores_c_bit;    /**< The address's C-bit has no meaning. */
    uint16_t page_states;  /**< RMP_STATE bits of an SNP guest's page; 0: the direction says. */
    bool owned;            /**< With PAGE_STATES: the page is the guest's own. */
    struct command_condition present;
};

/** Bytes of the parameters that a successful command writes back. */
struct command_out_field {
    uint8_t offset;
    uint8_t length; /**< 0 = unused. */
};

/** The checks between parameters and handler; each answers SUCCESS or the status that ends it. */
enum command_step {
    COMMAND_STEP_END = 0,
    COMMAND_STEP_GUEST,     /**< The guest exists: INVALID_GUEST; its state: INVALID_GUEST_STATE. */
    COMMAND_STEP_OWN,       /**< The row's own check. */
    COMMAND_STEP_QUERIES,   /**< Length queries: INVALID_LENGTH, lengths written back. */
    COMMAND_STEP_ACTIVE,    /**< The guest has an ASID: INACTIVE. */
    COMMAND_STEP_LENGTHS,   /**< INVALID_LENGTH. */
    COMMAND_STEP_ADDRESSES, /**< Alignment, DRAM, holders, overlaps: INVALID_ADDRESS. */
    COMMAND_STEP_POLICY,    /**< The row's check of what depends on the guest: POLICY_FAILURE. */
    COMMAND_STEP_PAGES,     /**< Size, state and owner in the RMP: INVALID_PAGE_*. */
    COMMAND_STEPS,
};

/** What the commands of one API have in common. */
struct command_family {
    const char *directory;            /**< Of the commands' files, below firmware/. */
    const char *prefix;               /**< Of the commands' names, which their files' lack. */
    uint8_t steps[COMMAND_STEPS_MAX]; /**< enum command_step, in order, the last END. */
    command_function *check_address;  /**< Of the guest, with ADDRESSES; or NULL. */
    command_function *find_guest;     /**< Sets the guest that the row's field names. */
    bool (*is_active)(const struct command *command); /**< Whether that guest has an ASID. */
    uint32_t (*asid)(
        const struct command *command); /**< Of that guest, for owned pages; or NULL. */
};

/** One row of the table. */
struct command_row {
    const struct command_family *family;
    const char *name;      /**< As in the specification. */
    const char *section;   /**< Of the specification. */
    const char *structure; /**< Of the parameters in abi/, or NULL. */
    uint64_t statuses;     /**< Every status the command can return, as COMMAND_STATUS bits. */
    struct command_buffer buffers[COMMAND_BUFFERS_MAX];
    command_function *check;  /**< Parameters, and in SEV's family policy; or NULL. */
    command_function *policy; /**< In SEV-SNP's family: what depends on the guest; or NULL. */
    command_function *handle; /**< Runs when all checks of the row have passed. */
    uint16_t id;
    uint8_t size;            /**< Of the parameters in bytes; 0 = none. */
    uint8_t platform_states; /**< Of SEV, a bit for each state. */
    uint8_t snp_states;      /**< Of SEV-SNP, likewise. */
    uint8_t guest_states;    /**< 0 = the command names no guest. */
    uint8_t guest_offset;    /**< Of the field that names the guest: a handle, or an address. */
    uint8_t new_guest_state; /**< Of the guest that the command makes; 0 = it makes none. */
    bool needs_active;       /**< The guest must have an ASID, else INACTIVE. */
    bool needs_snp;          /**< The product must have SEV-SNP, else INVALID_COMMAND. */
    bool has_length;         /**< The parameters begin with their length: at least SIZE. */
    struct command_out_field out[COMMAND_OUT_FIELDS_MAX];
};

/** A buffer of the command that is being executed. */
struct command_data {
    struct hostmem_range range; /**< Where it lies; length 0 = absent. */
    uint8_t *bytes;             /**< IN and OUT: the private copy, range.length bytes. */
};

/** The command that is being executed. Everything in it is a private copy. */
struct command {
    const struct command_row *row;
    struct guest *guest;         /**< NULL when the row names none of SEV or SEV-ES. */
    struct snp_guest *snp_guest; /**< NULL when the row names none of SEV-SNP. */
    struct hostmem_range parameters_range;
    struct command_data data[COMMAND_BUFFERS_MAX];
    _Alignas(8) uint8_t parameters[COMMAND_PARAMETERS_MAX + 4u];
};

/** Whether a buffer is copied to or from secure RAM: IN and OUT. */
bool command_is_copied(enum command_direction direction);

/** Whether a buffer is memory under a guest's key. */
bool command_is_guests(enum command_direction direction);

/** @return HOSTMEM_READ, HOSTMEM_WRITE or both: what may be done to a buffer's memory */
uint8_t command_access(enum command_direction direction);

/**
 * @param length  of the buffer in bytes
 * @param asid    of the guest that the command names; 0 = none
 * @return what a buffer's pages must be while SEV-SNP is on; it follows from the direction, but for
 *         pages of SEV-SNP guests
 */
struct rmp_expectation command_pages(const struct command_buffer *buffer, uint32_t length,
                                     uint32_t asid);

/** @return what the pages of parameters must be, which are written back or not */
struct rmp_expectation command_parameter_pages(bool written);

/**
 * Whether parameters have a buffer of their row.
 *
 * @param parameters  row->size bytes
 */
bool command_has_buffer(const struct command_buffer *buffer, const uint8_t *parameters);

/** Reads a little-endian u32 of the parameters. */
uint32_t command_get_u32(const struct command *command, uint32_t offset);

/** Reads a little-endian u64 of the parameters. */
uint64_t command_get_u64(const struct command *command, uint32_t offset);

/** Writes a little-endian u32 of the parameters' private copy. */
void command_set_u32(struct command *command, uint32_t offset, uint32_t value);

#endif
