/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The comment at the head of a handler's file (source.h).
 */
#include "host/docs/source.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** The line above the comment. */
#define LICENCE_LINE "/* SPDX-License-Identifier: Apache-2.0 */\n"
#define LINE_PREFIX " *"
#define STATUS_INDENT 3u /**< Blanks between the prefix and a status. */

/** Appends a piece of a sentence that goes on over several lines. */
static void append_words(char *text, size_t bytes, const char *words, size_t length)
{
    if (text[0] != '\0') {
        source_append(text, bytes, " ", 1);
    }
    source_append(text, bytes, words, length);
}

/** The first lines: "COMMAND (section N): summary". @return the line after them */
static const char *parse_summary(const char *line, const char *command,
                                 struct source_comment *comment)
{
    char whole[SOURCE_TEXT_MAX] = "";
    const char *colon;
    const char *summary;
    const char *end;

    for (; line[2] == ' '; line = end + 1) {
        end = strchr(line, '\n');
        append_words(whole, sizeof whole, line + 3, (size_t)(end - line) - 3);
    }
    colon = strstr(whole, "): ");
    summary = colon == NULL ? "" : colon + strlen("): ");
    if (strncmp(whole, command, strlen(command)) != 0 || whole[strlen(command)] != ' ' ||
        summary[0] == '\0') {
        source_fail("%s: its comment does not begin with \"%s (section N): \"", command, command);
    }
    source_append(comment->summary, sizeof comment->summary, summary, strlen(summary));
    comment->summary[0] = (char)toupper((unsigned char)comment->summary[0]);
    return line;
}

/** Whether a line begins the entry of a status. */
static bool begins_status(const char *line)
{
    return strncmp(line, " *   ", 5) == 0 && isupper((unsigned char)line[2 + STATUS_INDENT]);
}

/** "STATUS  cause", the first line of an entry. */
static void parse_status(const char *line, const char *end, struct source_comment *comment)
{
    struct source_status *status = &comment->statuses[comment->count];
    const char *name = line + 2 + STATUS_INDENT;
    const char *cause = name;

    if (comment->count == SOURCE_STATUSES_MAX) {
        source_fail("too many statuses in one comment");
    }
    while (isupper((unsigned char)*cause) || *cause == '_') {
        cause++;
    }
    *status = (struct source_status){.name = ""};
    source_append(status->name, sizeof status->name, name, (size_t)(cause - name));
    cause += strspn(cause, " ");
    if (cause >= end) {
        source_fail("%s has no cause", status->name);
    }
    append_words(status->cause, sizeof status->cause, cause, (size_t)(end - cause));
    comment->count++;
}

void source_parse_comment(const char *path, const char *command, struct source_comment *comment)
{
    static char text[SOURCE_BYTES_MAX];
    const char *line = text;
    const char *end;

    *comment = (struct source_comment){.count = 0};
    source_read(path, text);
    if (strncmp(line, LICENCE_LINE, strlen(LICENCE_LINE)) == 0) {
        line += strlen(LICENCE_LINE);
    }
    if (strncmp(line, "/*\n", 3) != 0 || strstr(line, "\n */") == NULL) {
        source_fail("%s does not begin with a comment", path);
    }
    line = parse_summary(line + strlen("/*\n"), command, comment);
    for (; strncmp(line, " */", 3) != 0; line = end + 1) {
        end = strchr(line, '\n');
        if (begins_status(line)) {
            parse_status(line, end, comment);
        } else if (strncmp(line, " *    ", 6) == 0 && comment->count != 0) {
            struct source_status *last = &comment->statuses[comment->count - 1];
            const char *words = line + 2 + strspn(line + 2, " ");

            append_words(last->cause, sizeof last->cause, words, (size_t)(end - words));
        } else if (strncmp(line, " *\n", 3) != 0) {
            source_fail("%s: cannot read %.*s", path, (int)(end - line), line);
        }
    }
    if (comment->count == 0) {
        source_fail("%s lists no status", path);
    }
}
