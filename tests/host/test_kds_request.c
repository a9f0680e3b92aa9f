/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the key server, and heads of HTTP requests (host/kds/request.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/kds/request.h"

#define ID                                                                                         \
    "00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0"                             \
    "FFEEDDCCBBAA99887766554433221100F0E1D2C3B4A5968778695A4B3C2D1E0F"
#define SHORT_ID "0123456789abCDEF"
#define QUERY "blSPL=4&teeSPL=00&snpSPL=024&ucodeSPL=211"
#define TURIN_QUERY "fmcSPL=1&blSPL=4&teeSPL=0&snpSPL=24&ucodeSPL=72"

static void addresses_of_amds_server(void **state)
{
    static const struct {
        const char *target;
        enum kds_object object;
        enum provision_key_kind kind;
        const char *line;
        uint64_t tcb;
    } cases[] = {
        {"/vcek/v1/Milan/cert_chain", KDS_CHAIN, PROVISION_VCEK, "Milan", 0},
        {"/vlek/v1/Genoa/cert_chain", KDS_CHAIN, PROVISION_VLEK, "Genoa", 0},
        {"/vcek/v1/Turin/crl", KDS_CRL, PROVISION_VCEK, "Turin", 0},
        {"/vlek/v1/Venice/crl", KDS_CRL, PROVISION_VLEK, "Venice", 0},
        {"/vcek/v1/Milan/" ID "?" QUERY, KDS_CERTIFICATE, PROVISION_VCEK, "Milan",
         0xD318000000000004},
        {"/vcek/v1/Genoa/" ID "?ucodeSPL=255&snpSPL=0&teeSPL=1&blSPL=2", KDS_CERTIFICATE,
         PROVISION_VCEK, "Genoa", 0xFF00000000000102},
        {"/vlek/v1/Milan/cert?" QUERY, KDS_CERTIFICATE, PROVISION_VLEK, "Milan",
         0xD318000000000004},
        {"/vcek/v1/Turin/" SHORT_ID "?" TURIN_QUERY, KDS_CERTIFICATE, PROVISION_VCEK, "Turin",
         0x4800000018000401},
        {"/vlek/v1/Venice/cert?" TURIN_QUERY, KDS_CERTIFICATE, PROVISION_VLEK, "Venice",
         0x4800000018000401},
    };
    struct kds_request request;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(kds_read_target(cases[i].target, &request), KDS_OK);
        assert_int_equal(request.object, cases[i].object);
        assert_int_equal(request.kind, cases[i].kind);
        assert_string_equal(request.product->line, cases[i].line);
        assert_int_equal(request.tcb, cases[i].tcb);
    }
    assert_int_equal(kds_read_target("/cek/id/" ID, &request), KDS_OK);
    assert_int_equal(request.object, KDS_CEK);
    assert_int_equal(request.id[1], 0x11);
    assert_int_equal(request.id[63], 0x0F);
    assert_int_equal(kds_read_target("/vcek/v1/Turin/" SHORT_ID "?" TURIN_QUERY, &request), KDS_OK);
    assert_memory_equal(request.id, "\x01\x23\x45\x67\x89\xab\xcd\xef\0\0", 10);
}

static void paths_that_are_not_there(void **state)
{
    static const char *const targets[] = {
        "",
        "/",
        "vcek/v1/Milan/crl",
        "//vcek/v1/Milan/crl",
        "/vcek/v2/Milan/crl",
        "/vcek/v1/milan/crl",
        "/vcek/v1/Rome/crl",
        "/vcek/v1//crl",
        "/vcek/v1/Milan",
        "/vcek/v1/Milan/",
        "/vcek/v1/Milan/crl/",
        "/vcek/v1/Milan/crl?",
        "/vcek/v1/Milan/cert_chain.pem",
        "/vcek/v1/Milan/../Milan/crl",
        "/vcek/v1/Milan/..%2f..%2ffuses.bin",
        "/vcek/v1/../../fuses.bin",
        "/fuses.bin",
        "/vcek/v1/Milan/cert?" QUERY,
        "/vlek/v1/Milan/" ID "?" QUERY,
        "/vcek/v1/Milan/" SHORT_ID "?" QUERY,
        "/vcek/v1/Milan/" ID "00?" QUERY,
        "/vcek/v1/Milan/" ID "/?" QUERY,
        "/vcek/v1/Turin/" ID "?" TURIN_QUERY,
        "/vcek/v1/Turin/0123456789abcdeg?" TURIN_QUERY,
        "/vcek/v1/MilanMilanMilanMilan/crl",
        "/cek/id/",
        "/cek/id/" SHORT_ID,
        "/cek/id/" ID "0",
        "/cek/id/../../fuses.bin",
    };
    struct kds_request request;
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        assert_int_equal(kds_read_target(targets[i], &request), KDS_NOT_FOUND);
    }
}

static void queries_that_are_wrong(void **state)
{
    static const char *const queries[] = {
        "",
        "?",
        "?blSPL=4",
        "?blSPL=4&teeSPL=0&snpSPL=24",
        "?" QUERY "&",
        "?&" QUERY,
        "?" QUERY "&blSPL=4",
        "?" QUERY "&fmcSPL=1",
        "?" QUERY "&x=1",
        "?" QUERY "#x",
        "?" QUERY "?" QUERY,
        "?blSPL=4&teeSPL=0&teeSPL=24&ucodeSPL=211",
        "?blSPL=&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=-1&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=+1&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=0x4&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=256&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=999&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=0004&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=4294967300&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?blSPL=4%20&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?BLSPL=4&teeSPL=0&snpSPL=24&ucodeSPL=211",
        "?bl=4&tee=0&snp=24&ucode=211",
        "?blSPL=4;teeSPL=0;snpSPL=24;ucodeSPL=211",
        "?" TURIN_QUERY,
    };
    struct kds_request request;
    char target[512];
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        (void)snprintf(target, sizeof target, "/vcek/v1/Milan/" ID "%s", queries[i]);
        assert_int_equal(kds_read_target(target, &request), KDS_BAD_REQUEST);
        (void)snprintf(target, sizeof target, "/vlek/v1/Milan/cert%s", queries[i]);
        assert_int_equal(kds_read_target(target, &request), KDS_BAD_REQUEST);
    }
    assert_int_equal(kds_read_target("/vcek/v1/Turin/" SHORT_ID "?" QUERY, &request),
                     KDS_BAD_REQUEST);
}

static enum kds_status head(const char *bytes, size_t length, char *target)
{
    enum kds_status status = KDS_FAILED;
    memset(target, 'x', KDS_HEAD_BYTES_MAX);
    assert_int_equal(kds_read_head(bytes, length, target, &status), KDS_COMPLETE);
    return status;
}

static void requests_are_read_up_to_the_empty_line(void **state)
{
    static const char request[] = "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nX: \xff\r\n\r\n";
    char target[KDS_HEAD_BYTES_MAX];
    enum kds_status status;
    (void)state;
    for (size_t length = 0; length < sizeof request - 1; length++) {
        assert_int_equal(kds_read_head(request, length, target, &status), KDS_INCOMPLETE);
    }
    assert_int_equal(head(request, sizeof request - 1, target), KDS_OK);
    assert_string_equal(target, "/a?b=c");
    static const char old[] = "GET / HTTP/1.0\r\n\r\nand more";
    assert_int_equal(head(old, sizeof old - 1, target), KDS_OK);
    assert_string_equal(target, "/");
}

static void what_is_no_request_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        enum kds_status status;
    } cases[] = {
        {"\r\n\r\n", KDS_BAD_REQUEST},
        {"GET\r\n\r\n", KDS_BAD_REQUEST},
        {"GET /\r\n\r\n", KDS_BAD_REQUEST},
        {"GET  HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET / a HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET /\ta HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET /\xc3\xa4 HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET /a\rb HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET /a\nb HTTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET / FTP/1.1\r\n\r\n", KDS_BAD_REQUEST},
        {"GET / HTTP/2.0\r\n\r\n", KDS_VERSION_NOT_SUPPORTED},
        {"GET / HTTP/1.10\r\n\r\n", KDS_VERSION_NOT_SUPPORTED},
        {"POST / HTTP/1.1\r\n\r\n", KDS_METHOD_NOT_ALLOWED},
        {"HEAD / HTTP/1.1\r\n\r\n", KDS_METHOD_NOT_ALLOWED},
        {"get / HTTP/1.1\r\n\r\n", KDS_METHOD_NOT_ALLOWED},
    };
    char target[KDS_HEAD_BYTES_MAX];
    char large[KDS_HEAD_BYTES_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(head(cases[i].bytes, strlen(cases[i].bytes), target), cases[i].status);
    }
    assert_int_equal(head("GET /\0a HTTP/1.1\r\n\r\n", 20, target), KDS_BAD_REQUEST);
    memset(large, 'a', sizeof large);
    assert_int_equal(head(large, sizeof large, target), KDS_TOO_LARGE);
    memcpy(large, "GET /", 5);
    memcpy(large + sizeof large - 13, " HTTP/1.1\r\n\r\n", 13);
    assert_int_equal(head(large, sizeof large, target), KDS_OK); /* The largest that fits. */
    assert_int_equal(strlen(target), sizeof large - 4 - 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_amds_server),
        cmocka_unit_test(paths_that_are_not_there),
        cmocka_unit_test(queries_that_are_wrong),
        cmocka_unit_test(requests_are_read_up_to_the_empty_line),
        cmocka_unit_test(what_is_no_request_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
