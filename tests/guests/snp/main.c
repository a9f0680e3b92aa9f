/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snp: the guest validates its pages, looks at what the firmware gave it, asks the firmware for a report,
 * which its owner verifies, and for keys; gives a page away and takes it back.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"
#include "tests/guests/snp/messages.h"

#define VECTOR_VC 29u
#define NOT_VALIDATED 0x404u
#define LEAF_ENCRYPTION 0x8000001Fu
#define EXIT_PAGE_STATE 0x80000010u
#define STATE_PRIVATE 1ull
#define STATE_SHARED 2ull
#define STATE_SHIFT 52u
#define REPORT_GPA (GUEST_BOUNCE_GPA + 2 * GUEST_PAGE_BYTES)
#define VMPL1_ALL 0x0F01u
#define MSR_REGISTER 0x012u
#define MSR_REGISTER_REFUSED 0xFFFFFFFFFFFFF013ull

static const char question[] = "this very guest asks";

static void validation(uint64_t page)
{
    const struct guest_fault fault = guest_try_read(page, NULL);
    guest_check(fault.raised && fault.vector == VECTOR_VC && fault.error == NOT_VALIDATED,
                "a page that the guest has not validated: #VC");
    struct guest_rmp_result result = guest_pvalidate(page, true);
    guest_check(result.result == 0 && !result.carry, "PVALIDATE takes it");
    result = guest_pvalidate(page, true);
    guest_check(result.result == 0 && result.carry, "and tells that it was taken already");
    guest_check(!guest_try_write(page, 1).raised, "now it is memory");
    guest_check(guest_rmpadjust(page, VMPL1_ALL) == 0 && guest_rmpadjust(page, 0) != 0,
                "RMPADJUST gives to a lesser VMPL, and not to itself");
}

static void special_pages(void)
{
    const struct snp_secrets_page *secrets =
        (const struct snp_secrets_page *)(uint64_t)GUEST_SECRETS_GPA;
    const struct snp_cpuid_table *table = (const struct snp_cpuid_table *)(uint64_t)GUEST_CPUID_GPA;
    uint32_t c_bit = 0;
    for (uint32_t i = 0; i < table->count && i < SNP_CPUID_MAX; i++) {
        if (table->functions[i].eax_in == LEAF_ENCRYPTION) {
            c_bit = table->functions[i].ebx & 63;
        }
    }
    guest_check(secrets->version == 3 &&
                    memcmp(secrets->vmpck[0], secrets->vmpck[1], sizeof secrets->vmpck[0]) != 0,
                "the SECRETS page has keys for messages");
    guest_check(c_bit == guest_boot->c_bit, "the CPUID page says where the C-bit is");
}

static void report(void)
{
    static struct snp_report_request request;
    static struct snp_report_response response;
    memcpy(request.report_data, question, sizeof question);
    const bool asked =
        messages_ask(SNP_MESSAGE_REPORT, &request, sizeof request, &response, sizeof response);
    guest_check(asked && response.status == 0 &&
                    memcmp(response.report.report_data, question, sizeof question) == 0,
                "the firmware reports on this guest");
    memcpy((void *)(uint64_t)REPORT_GPA, &response.report, sizeof response.report);
    guest_check(guest_call(GUEST_CALL_REPORT, 0, REPORT_GPA, 0) == 0,
                "the owner verifies the report up to the root, and the measurement in it");
}

static void keys(void)
{
    static struct snp_key_response responses[3];
    struct snp_key_request request = {0};
    bool good = true;
    for (uint32_t i = 0; i < 3; i++) {
        request.field_select = i < 2 ? SNP_FIELD_MEASUREMENT : SNP_FIELD_POLICY;
        good = good &&
               messages_ask(SNP_MESSAGE_KEY, &request, SNP_KEY_REQUEST_V1_BYTES, &responses[i],
                            sizeof responses[i]) &&
               responses[i].status == 0;
    }
    guest_check(good && memcmp(responses[0].key, responses[1].key, SNP_KEY_BYTES) == 0 &&
                    memcmp(responses[0].key, responses[2].key, SNP_KEY_BYTES) != 0,
                "it derives a key for this image, the same each time");
}

/* The one that has been registered stays. */
static void no_ghcb(void)
{
    guest_check(guest_ghcb_msr(guest_boot->memory_bytes | MSR_REGISTER) == MSR_REGISTER_REFUSED,
                "no GHCB is registered where there is no memory");
}

static bool change_state(uint64_t page, uint64_t state)
{
    uint64_t *list = guest_ghcb_buffer();
    struct guest_ghcb_registers registers = {0};
    list[0] = 0; /* From entry 0 to entry 0. */
    list[1] = page | state << STATE_SHIFT;
    return guest_ghcb(EXIT_PAGE_STATE, 0, 0, &registers) && registers.info2 == 0;
}

/* Lists that make no sense change nothing, and are answered so. */
static void lists(uint64_t page)
{
    static const struct {
        uint32_t last;
        uint64_t flags, answer;
    } wrong[] = {{253, STATE_SHARED << STATE_SHIFT, 0x100000001},
                 {UINT16_MAX, STATE_SHARED << STATE_SHIFT, 0x100000001},
                 {0, 0, 0x100000002},
                 {0, 3ull << STATE_SHIFT, 0x100000002},
                 {0, 1ull << 56 | STATE_SHARED << STATE_SHIFT, 0x100000002}};
    uint64_t *list = guest_ghcb_buffer();
    bool refused = true;
    for (uint32_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct guest_ghcb_registers registers = {0};
        list[0] = (uint64_t)wrong[i].last << 16;
        list[1] = page | wrong[i].flags;
        refused = refused && guest_ghcb(EXIT_PAGE_STATE, 0, 0, &registers) &&
                  registers.info2 == wrong[i].answer && (uint16_t)list[0] == 0;
    }
    guest_check(refused && !guest_try_read(page, NULL).raised, "lists that make no sense");
}

static void sharing(volatile uint64_t *page)
{
    page[0] = 1;
    (void)guest_pvalidate((uint64_t)page, false);
    guest_check(change_state((uint64_t)page, STATE_SHARED), "the guest shares a page");
    guest_set_private((uint64_t)page, false);
    page[0] = 0x77;
    guest_check(guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_READ, (uint64_t)page, 0) == 0x77,
                "the host reads it");
    guest_check(change_state((uint64_t)page, STATE_PRIVATE), "and takes it back");
    guest_set_private((uint64_t)page, true);
    guest_check(guest_try_read((uint64_t)page, NULL).raised &&
                    guest_pvalidate((uint64_t)page, true).result == 0 && page[0] != 0x77,
                "validated anew, it is not what the host knows");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    if ((guest_boot->flags & GUEST_SNP) == 0) {
        guest_die("this guest is for SEV-SNP");
    }
    validation(guest_boot->memory_bytes - GUEST_PAGE_BYTES);
    special_pages();
    no_ghcb();
    report();
    keys();
    lists((uint64_t)guest_page());
    sharing(guest_page());
    guest_end();
}
