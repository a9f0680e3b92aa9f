/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the report's page is made of, each with a zero behind it. */
#define ASSET(name, file)                                                                          \
    .global report_##name;                                                                         \
    .global report_##name##_end;                                                                   \
    report_##name: .incbin file;                                           \
    report_##name##_end: .byte 0

    .section .rodata
    ASSET(page_html, "host/emulator/report/page.html")
    ASSET(style_css, "host/emulator/report/style.css")
    ASSET(script_js, "host/emulator/report/script.js")

    .section .note.GNU-stack, "", %progbits
