/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: copies of secrets end with what they were made for: transport keys when a guest has been
 * sent or received, the platform's OCA key when it gets an owner, host plaintext in hostmem's buffer.
 *
 * The test's own copies are on the heap, which is not searched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/store.h"

#include "tests/cve/search.h"
#include "tests/unit/firmware_sample.h"

/** The command ends the transport: TEK and TIK are nowhere afterwards. */
static void assert_ends_transport(uint32_t id)
{
    struct sample *sample = test_malloc(sizeof(*sample));
    struct sev_transport_keys *keys = test_malloc(sizeof(*keys));
    const struct sev_transport_keys *left;

    sample_prepare(sample, command_table_find(id));
    *keys = guest_find(sample->handle)->keys;
    assert_int_equal(search_variables(keys->tek, sizeof(keys->tek)), 1);
    assert_int_equal(search_variables(keys->tik, sizeof(keys->tik)), 1);
    assert_int_equal(sample_run(sample), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(keys->tek, sizeof(keys->tek)), 0);
    assert_int_equal(search_variables(keys->tik, sizeof(keys->tik)), 0);
    left = &guest_find(sample->handle)->keys;
    memset(keys, 0, sizeof(*keys));
    assert_memory_equal(left, keys, sizeof(*keys));
    test_free(keys);
    test_free(sample);
}

static void sending_and_receiving_end_with_the_transport_keys(void **state)
{
    (void)state;
    assert_ends_transport(SEV_COMMAND_LAUNCH_FINISH);
    assert_ends_transport(SEV_COMMAND_SEND_FINISH);
    assert_ends_transport(SEV_COMMAND_SEND_CANCEL);
    assert_ends_transport(SEV_COMMAND_RECEIVE_FINISH);
}

/** Neither in memory nor in flash: the platform could still sign as its own owner. */
static void an_owner_takes_the_place_of_the_platform_s_oca_key(void **state)
{
    static const struct crypto_p384_key none;
    struct identity *persisted = test_malloc(sizeof(*persisted));
    struct sev_pek_cert_import parameters;
    uint8_t *oca = test_malloc(sizeof(none.d));
    struct oracle_key owner;

    (void)state;
    (void)board_boot_init(state);
    memcpy(oca, platform_identity()->oca_key.d, sizeof(none.d));
    assert_int_equal(search_variables(oca, sizeof(none.d)), 1);
    flow_prepare_import(&parameters, &owner);
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(oca, sizeof(none.d)), 0);
    assert_int_equal(store_flash_load(persisted), STORE_LOADED);
    assert_int_equal(persisted->owner, IDENTITY_EXTERNALLY_OWNED);
    assert_memory_equal(&persisted->oca_key, &none, sizeof(none));
    test_free(oca);
    test_free(persisted);
}

/** Host memory under the host's key goes through a buffer of the firmware's. */
static void host_plaintext_leaves_hostmem_s_buffer(void **state)
{
    static const struct hostmem_access access = {.alignment = 1,
                                                 .direction = HOSTMEM_READ | HOSTMEM_WRITE};
    uint8_t *plain = test_malloc(64);
    uint8_t *back = test_malloc(64);
    struct hostmem_range range;

    (void)state;
    (void)board_boot(state);
    for (size_t i = 0; i < 64; i++) {
        plain[i] = (uint8_t)(i * 29 + 3);
    }
    assert_int_equal(hostmem_resolve(BOARD_BUFFER(0) | BOARD_C_BIT, 64, &access, &range),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(hostmem_copy_out(&range, 0, plain, 64), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(plain, 16), 0);
    assert_int_equal(search_variables(plain + 48, 16), 0);
    assert_int_equal(hostmem_copy_in(&range, 0, back, 64), SEV_STATUS_SUCCESS);
    assert_memory_equal(back, plain, 64);
    assert_int_equal(search_variables(plain, 16), 0);
    assert_int_equal(search_variables(plain + 48, 16), 0);
    test_free(plain);
    test_free(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sending_and_receiving_end_with_the_transport_keys),
        cmocka_unit_test(an_owner_takes_the_place_of_the_platform_s_oca_key),
        cmocka_unit_test(host_plaintext_leaves_hostmem_s_buffer),
    };

    return cmocka_run_group_tests_name("T13 copies wiped", tests, NULL, NULL);
}
