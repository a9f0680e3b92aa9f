/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a corpus of test vectors (virtasp vectors) with the independent verifier.
 *
 * usage: vectors TIME <LIST      TIME in seconds since 1970; LIST has a line for each vector, fields
 *                                parted by tabs: name, reason, product, report, ARK, ASK, leaf, CRL, root
 *
 * Says what is not as the manifest has it. Exit status: 0 all is, 1 something is not, 2 wrong usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/vectors/verdict.h"

#define FIELDS 9
#define LINE_BYTES 4096

/* Parts a line at its tabs. @return whether it has just so many fields */
static bool part(char *line, const char *fields[FIELDS])
{
    size_t count = 0;
    char *rest = line;

    line[strcspn(line, "\n")] = '\0';
    for (char *field; (field = strsep(&rest, "\t")) != NULL; count++) {
        if (count < FIELDS) {
            fields[count] = field;
        }
    }
    return count == FIELDS;
}

/* @return whether a vector is judged as the manifest has it */
static bool judge(const char *const fields[FIELDS], time_t now)
{
    const struct vector vector = {.name = fields[0],
                                  .product = fields[2],
                                  .report = fields[3],
                                  .ark = fields[4],
                                  .ask = fields[5],
                                  .leaf = fields[6],
                                  .crl = fields[7],
                                  .root = fields[8]};
    const char *fault = verdict(&vector, now);

    if (!verdict_knows(fields[1])) {
        (void)printf("%s: the reason %s is not known\n", vector.name, fields[1]);
        return false;
    }
    if (!verdict_fits(fault, fields[1])) {
        (void)printf("%s: %s, where %s was expected\n", vector.name,
                     fault != NULL ? fault : "accepted", fields[1]);
        return false;
    }
    fault = verdict_wants_signatures(fields[1]) ? verdict_signatures(&vector) : NULL;
    if (fault != NULL) {
        (void)printf("%s: besides %s, %s\n", vector.name, fields[1], fault);
    }
    return fault == NULL;
}

int main(int argc, char **argv)
{
    char line[LINE_BYTES];
    const char *fields[FIELDS];
    char *end = NULL;
    const long long now = argc == 2 ? strtoll(argv[1], &end, 10) : 0;
    unsigned judged = 0;
    unsigned wrong = 0;

    if (argc != 2 || now <= 0 || *end != '\0') {
        (void)fprintf(stderr, "usage: vectors TIME <LIST\n");
        return 2;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (!part(line, fields)) {
            (void)fprintf(stderr, "line %u has not %d fields\n", judged + 1, FIELDS);
            return 2;
        }
        judged++;
        wrong += judge(fields, (time_t)now) ? 0 : 1;
    }
    (void)printf("%u vectors judged, %u of them not as they should be\n", judged, wrong);
    return judged > 0 && wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
