/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the report's page is made of, each as a string. */
#define ASSET(name, file)                                                                          \
    .global report_##name;                                                                         \
    report_##name: .incbin file;                                                                   \
    .byte 0

    .section .rodata
    ASSET(page_html, "host/report/page.html")
    ASSET(style_css, "host/report/style.css")
    ASSET(script_js, "host/report/script.js")

    .section .note.GNU-stack, "", %progbits
