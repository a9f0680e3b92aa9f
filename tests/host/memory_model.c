/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of encrypted memory and caches (memory_model.h).
 */
#include "tests/host/memory_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

/* A whole page. */
static void transform(const struct memory_model *model, size_t page, enum model_tag tag,
                      bool encrypt, const uint8_t *input, uint8_t *output)
{
    const uint64_t frame = model->base / MODEL_PAGE + page;
    uint8_t unit[16] = {0};
    int written = 0;
    if (tag == MODEL_RAW) {
        memcpy(output, input, MODEL_PAGE);
        return;
    }
    memcpy(unit, &frame, sizeof frame);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_non_null(context);
    assert_int_equal(EVP_CipherInit_ex(context, EVP_aes_128_xts(), NULL, model->keys[tag], unit,
                                       encrypt ? 1 : 0),
                     1);
    assert_int_equal(EVP_CipherUpdate(context, output, &written, input, MODEL_PAGE), 1);
    EVP_CIPHER_CTX_free(context);
}

void model_peek(const struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                uint8_t *bytes, size_t length)
{
    uint8_t plain[MODEL_PAGE];
    transform(model, page, tag, false, model->dram[page], plain);
    memcpy(bytes, plain + offset, length);
}

void model_poke(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                const uint8_t *bytes, size_t length)
{
    uint8_t plain[MODEL_PAGE];
    transform(model, page, tag, false, model->dram[page], plain);
    memcpy(plain + offset, bytes, length);
    transform(model, page, tag, true, plain, model->dram[page]);
}

/* Lines FIRST to LAST are in the caches. */
static void load(struct memory_model *model, size_t page, enum model_tag tag, size_t first,
                 size_t last)
{
    struct model_line *lines = model->lines[page][tag];
    uint8_t plain[MODEL_PAGE];
    bool read = false;
    for (size_t line = first; line <= last; line++) {
        if (!lines[line].valid) {
            if (!read) {
                transform(model, page, tag, false, model->dram[page], plain);
                read = true;
            }
            lines[line].valid = true;
            memcpy(lines[line].bytes, plain + line * MODEL_LINE, MODEL_LINE);
        }
    }
}

static bool is_cached(const struct memory_model *model, enum model_tag tag)
{
    return tag != MODEL_RAW || model->raw_is_cached;
}

void model_fill(struct memory_model *model, size_t page, enum model_tag tag, bool write)
{
    if (!is_cached(model, tag)) {
        return;
    }
    load(model, page, tag, 0, MODEL_LINES - 1);
    for (size_t i = 0; i < MODEL_LINES && write; i++) {
        struct model_line *line = &model->lines[page][tag][i];
        if (!line->watched) {
            line->watched = true;
            memcpy(line->before, line->bytes, MODEL_LINE);
        }
    }
}

void model_write_filled(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                        const uint8_t *bytes, size_t length)
{
    if (!is_cached(model, tag)) {
        model_poke(model, page, tag, offset, bytes, length);
        return;
    }
    for (size_t i = offset; i < offset + length; i++) {
        struct model_line *line = &model->lines[page][tag][i / MODEL_LINE];
        assert_true(line->valid && line->watched);
        line->bytes[i % MODEL_LINE] = bytes[i - offset];
    }
}

static bool is_dirty(const struct model_line *line)
{
    return line->dirty || (line->watched && memcmp(line->bytes, line->before, MODEL_LINE) != 0);
}

/* The pointer is void: what was written through it is known now. */
static void end_watch(struct memory_model *model, size_t page, enum model_tag tag)
{
    for (size_t i = 0; i < MODEL_LINES; i++) {
        struct model_line *line = &model->lines[page][tag][i];
        line->dirty = is_dirty(line);
        line->watched = false;
    }
}

void model_read(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                uint8_t *bytes, size_t length)
{
    if (!is_cached(model, tag)) {
        model_peek(model, page, tag, offset, bytes, length);
        return;
    }
    load(model, page, tag, offset / MODEL_LINE, (offset + length - 1) / MODEL_LINE);
    for (size_t i = offset; i < offset + length; i++) {
        bytes[i - offset] = model->lines[page][tag][i / MODEL_LINE].bytes[i % MODEL_LINE];
    }
}

void model_write(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                 const uint8_t *bytes, size_t length)
{
    if (!is_cached(model, tag)) {
        model_poke(model, page, tag, offset, bytes, length);
        return;
    }
    load(model, page, tag, offset / MODEL_LINE, (offset + length - 1) / MODEL_LINE);
    for (size_t i = offset; i < offset + length; i++) {
        struct model_line *line = &model->lines[page][tag][i / MODEL_LINE];
        line->bytes[i % MODEL_LINE] = bytes[i - offset];
        line->dirty = true;
    }
}

void model_flush_line(struct memory_model *model, size_t page, enum model_tag tag, size_t line,
                      bool keep)
{
    struct model_line *flushed = &model->lines[page][tag][line];
    if (!flushed->valid) {
        return;
    }
    end_watch(model, page, tag);
    if (flushed->dirty) {
        model_poke(model, page, tag, line * MODEL_LINE, flushed->bytes, MODEL_LINE);
    }
    flushed->dirty = false;
    flushed->valid = flushed->valid && keep;
}

void model_flush_page(struct memory_model *model, size_t page, enum model_tag tag, bool keep)
{
    for (size_t line = 0; line < MODEL_LINES; line++) {
        model_flush_line(model, page, tag, line, keep);
    }
}

void model_discard(struct memory_model *model)
{
    memset(model->lines, 0, sizeof model->lines);
}

bool model_is_contested(const struct memory_model *model, size_t page)
{
    for (size_t line = 0; line < MODEL_LINES; line++) {
        unsigned dirty = 0;
        for (size_t tag = 0; tag < MODEL_TAGS; tag++) {
            dirty += is_dirty(&model->lines[page][tag][line]) ? 1 : 0;
        }
        if (dirty > 1) {
            return true;
        }
    }
    return false;
}
