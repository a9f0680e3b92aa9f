/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup: says things that are HTML, for tests of the report: there they must stay text.
 */
#include "tests/guests/lib/guest.h"

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    guest_print("<script>document.title = 'hijacked'</script>\n"
                "</pre><img src=x onerror=\"document.title = 'hijacked'\">\n"
                "<!-- {{facts}} -->&lt;\x01\x1b[31m\xff\n");
    guest_end();
}
