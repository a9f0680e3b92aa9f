/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command: of two things that are wrong at once, the one that docs/mailbox.md lists first
 * decides the status, whichever of the command's checks are its own.
 */
#include "tests/conformance/every.h"

#define FAULTS_MAX 24u
#define NOT_DRAM 0xFFFFFFFFFFFFF000ull

/** Rows of the table "Order of the checks" in docs/mailbox.md. */
enum rank {
    RANK_GUEST = 4,
    RANK_GUEST_STATE = 5,
    RANK_OWN = 6,
    RANK_QUERY = 7,
    RANK_INACTIVE = 8,
    RANK_LENGTH = 9,
    RANK_ADDRESS = 10,
};

struct fault {
    enum rank rank;
    enum sev_status status;
    const struct row_buffer *buffer; /**< RANK_QUERY, RANK_LENGTH and RANK_ADDRESS. */
    uint32_t offset;                 /**< RANK_OWN: of the field that gets VALUE. */
    uint32_t value;
};

/** What commands look at before lengths and addresses, beyond what every command does. */
static const struct own_fault {
    uint32_t id;
    uint32_t offset;
    uint32_t value;
    enum sev_status status;
} own_faults[] = {
    {SEV_COMMAND_INIT, offsetof(struct sev_init, options), 3, SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_INIT_EX, offsetof(struct sev_init_ex, length), 0x23, SEV_STATUS_INVALID_LENGTH},
    {SEV_COMMAND_INIT_EX, offsetof(struct sev_init_ex, options), 3, SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_RING_BUFFER, offsetof(struct sev_ring_buffer, qlo_size), 2,
     SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_ACTIVATE_EX, offsetof(struct sev_activate_ex, ex_len), 0x17,
     SEV_STATUS_INVALID_LENGTH},
    {SEV_COMMAND_ACTIVATE_EX, offsetof(struct sev_activate_ex, num_ids), 0,
     SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_LAUNCH_START, offsetof(struct sev_launch_start, policy), 0xFFFF0000u,
     SEV_STATUS_POLICY_FAILURE},
    {SEV_COMMAND_RECEIVE_START, offsetof(struct sev_receive_start, policy), 0xFFFF0000u,
     SEV_STATUS_POLICY_FAILURE},
    {SEV_COMMAND_SWAP_OUT, offsetof(struct sev_swap_out, flags), 0x80000000u,
     SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_SWAP_IN, offsetof(struct sev_swap_in, flags), 0x80000000u,
     SEV_STATUS_INVALID_PARAM},
};

/** A length that breaks the buffer's rule. @return false when none does */
static bool wrong_length(const struct row_buffer *buffer, uint32_t *length)
{
    *length = buffer->rule == ROW_IMAGE ? 0 : 1;
    return buffer->rule != ROW_FIXED && buffer->rule != ROW_PAGE && buffer->rule != ROW_WORDS;
}

/** Lists what can be wrong with a request. @return how many */
static size_t list_faults(const struct request *request, struct fault faults[FAULTS_MAX])
{
    const struct row *row = request->row;
    size_t count = 0;

    if (row->guest_states != 0) {
        faults[count++] = (struct fault){RANK_GUEST, SEV_STATUS_INVALID_GUEST, NULL, 0, 0};
    }
    if (refuses_guest_state(row)) {
        faults[count++] =
            (struct fault){RANK_GUEST_STATE, SEV_STATUS_INVALID_GUEST_STATE, NULL, 0, 0};
    }
    for (size_t i = 0; i < sizeof own_faults / sizeof own_faults[0]; i++) {
        const struct own_fault *own = &own_faults[i];

        if (own->id == row->id) {
            faults[count++] = (struct fault){RANK_OWN, own->status, NULL, own->offset, own->value};
        }
    }
    if (row->needs_active) {
        faults[count++] = (struct fault){RANK_INACTIVE, SEV_STATUS_INACTIVE, NULL, 0, 0};
    }
    for (size_t i = 0; i < row->buffer_count; i++) {
        const struct row_buffer *buffer = &row->buffers[i];
        uint32_t length;

        if (request_buffer_bytes(request, buffer) == 0) {
            continue;
        }
        if (wrong_length(buffer, &length)) {
            faults[count++] = (struct fault){row_is_query(buffer) ? RANK_QUERY : RANK_LENGTH,
                                             SEV_STATUS_INVALID_LENGTH, buffer, 0, length};
        }
        faults[count++] = (struct fault){RANK_ADDRESS, SEV_STATUS_INVALID_ADDRESS, buffer, 0, 0};
    }
    assert_true(count <= FAULTS_MAX);
    return count;
}

/** A guest in a state that the command refuses. */
static uint32_t guest_in_wrong_state(const struct row *row)
{
    unsigned wrong = SEV_GUEST_LUPDATE;

    while ((row->guest_states >> wrong & 1u) != 0) {
        wrong++;
    }
    return guest_in_state((enum sev_guest_state)wrong, row->needs_active);
}

static void apply(struct request *request, const struct fault *fault)
{
    switch (fault->rank) {
    case RANK_GUEST:
        request_set_u32(request, request->row->handle_offset, 0x7FFFFFFFu);
        break;
    case RANK_GUEST_STATE:
        request_set_u32(request, request->row->handle_offset, guest_in_wrong_state(request->row));
        break;
    case RANK_OWN:
        request_set_u32(request, fault->offset, fault->value);
        break;
    case RANK_INACTIVE:
        deactivate(request_get_u32(request, request->row->handle_offset));
        break;
    case RANK_QUERY:
    case RANK_LENGTH:
        request_set_u32(request, fault->buffer->length_offset, fault->value);
        break;
    case RANK_ADDRESS:
        request_set_u64(request, fault->buffer->paddr_offset, NOT_DRAM);
        break;
    }
}

/** What the parameters hold after the refusal: a length query writes the needed lengths. */
static struct request after_refusal(const struct request *request, enum rank decisive)
{
    struct request after = *request;

    for (size_t i = 0; decisive == RANK_QUERY && i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];

        if (row_is_query(buffer)) {
            request_set_u32(&after, buffer->length_offset, request_needed_bytes(request, buffer));
        }
    }
    return after;
}

/** Whether both can be wrong at once: a guest that does not exist has no state. */
static bool can_meet(const struct fault *a, const struct fault *b)
{
    const bool a_is_guest = a->rank == RANK_GUEST || a->rank == RANK_GUEST_STATE;
    const bool b_is_guest = b->rank == RANK_GUEST || b->rank == RANK_GUEST_STATE;

    return a->rank != b->rank && !(a_is_guest && b_is_guest);
}

/** Each fault alone is in the other generated tests; here any two of different rank. */
void every_pair(void **state)
{
    struct fault faults[FAULTS_MAX];
    struct request good;

    request_prepare(&good, *state);
    const size_t count = list_faults(&good, faults);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            const bool first = faults[j].rank < faults[i].rank;
            const struct fault *decisive = first ? &faults[j] : &faults[i];
            const struct fault *other = first ? &faults[i] : &faults[j];

            if (!can_meet(decisive, other)) {
                continue;
            }
            struct request wrong = good;

            /* Deactivating needs the handle, so it comes first. */
            apply(&wrong, other->rank == RANK_INACTIVE ? other : decisive);
            apply(&wrong, other->rank == RANK_INACTIVE ? decisive : other);
            const struct request after = after_refusal(&wrong, decisive->rank);

            request_refused(&wrong, after.parameters, decisive->status, __FILE__, __LINE__);
            if (decisive->rank == RANK_INACTIVE || other->rank == RANK_INACTIVE) {
                request_prepare(&good, *state);
                (void)list_faults(&good, faults);
            }
        }
    }
    assert_request_succeeds(&good);
}
