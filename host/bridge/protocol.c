/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's commands (protocol.h). Each has a payload of a fixed size, which may be followed by
 * more; a shorter one is refused before anybody looks at it.
 */
#include "host/bridge/protocol.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const char capabilities[] =
    "{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":4096}}";

_Static_assert(VFIO_USER_FDS_MAX == 8 && VFIO_USER_DATA_MAX == 4096, "capabilities");

void protocol_begin(struct protocol *protocol, struct device *device)
{
    *protocol = (struct protocol){.device = device};
}

/* Answers with a structure. */
static enum protocol_outcome answer(struct protocol *protocol, uint8_t *payload, const void *bytes,
                                    size_t length)
{
    memcpy(payload, bytes, length);
    protocol->error = 0;
    protocol->payload_bytes = length;
    return PROTOCOL_ANSWER;
}

/* Answers with an errno, or without anything. */
static enum protocol_outcome finish(struct protocol *protocol, int error)
{
    protocol->error = error;
    protocol->payload_bytes = 0;
    return PROTOCOL_ANSWER;
}

static enum protocol_outcome agree(struct protocol *protocol, struct vfio_user_message *message,
                                   uint8_t *payload)
{
    struct vfio_user_version version;
    const size_t text_bytes = message->payload_bytes - sizeof version;
    memcpy(&version, message->payload, sizeof version);
    if (protocol->is_agreed) {
        return finish(protocol, EINVAL);
    }
    if (version.major != VFIO_USER_MAJOR ||
        (text_bytes != 0 && message->payload[message->payload_bytes - 1] != '\0')) {
        return PROTOCOL_END;
    }
    version.minor = VFIO_USER_MINOR;
    protocol->is_agreed = true;
    memcpy(payload + sizeof version, capabilities, sizeof capabilities);
    (void)answer(protocol, payload, &version, sizeof version);
    protocol->payload_bytes += sizeof capabilities;
    return PROTOCOL_ANSWER;
}

static enum protocol_outcome map(struct protocol *protocol, struct vfio_user_message *message,
                                 uint8_t *payload)
{
    struct vfio_user_dma_map request;
    (void)payload;
    memcpy(&request, message->payload, sizeof request);
    return finish(protocol,
                  device_map(protocol->device, &request,
                             message->fd_count > 0 ? message->fds[0] : -1, message->fd_count));
}

static enum protocol_outcome unmap(struct protocol *protocol, struct vfio_user_message *message,
                                   uint8_t *payload)
{
    struct vfio_user_dma_unmap request;
    memcpy(&request, message->payload, sizeof request);
    const int error = dma_windows_unmap(&protocol->device->memory, &request);
    request.argsz = sizeof request;
    return error != 0 ? finish(protocol, error)
                      : answer(protocol, payload, &request, sizeof request);
}

static enum protocol_outcome get_info(struct protocol *protocol, struct vfio_user_message *message,
                                      uint8_t *payload)
{
    const struct vfio_user_device_info info = {
        .argsz = sizeof info,
        .flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
        .regions = VFIO_PCI_NUM_REGIONS,
        .irqs = VFIO_PCI_NUM_IRQS,
    };
    (void)message;
    return answer(protocol, payload, &info, sizeof info);
}

/* What a client asks about: the same word in both questions. */
static uint32_t index_of(const struct vfio_user_message *message)
{
    struct vfio_user_irq_info question;
    _Static_assert(offsetof(struct vfio_user_region_info, index) ==
                       offsetof(struct vfio_user_irq_info, index),
                   "one question");
    memcpy(&question, message->payload, sizeof question);
    return question.index;
}

static enum protocol_outcome get_region_info(struct protocol *protocol,
                                             struct vfio_user_message *message, uint8_t *payload)
{
    const uint32_t index = index_of(message);
    const uint32_t bytes = device_region_bytes(index);
    const struct vfio_user_region_info info = {
        .argsz = sizeof info,
        .flags = bytes != 0 ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0,
        .index = index,
        .size = bytes,
    };
    return answer(protocol, payload, &info, sizeof info);
}

static enum protocol_outcome get_irq_info(struct protocol *protocol,
                                          struct vfio_user_message *message, uint8_t *payload)
{
    const uint32_t index = index_of(message);
    const uint32_t count = interrupts_count(index);
    const struct vfio_user_irq_info info = {
        .argsz = sizeof info,
        .flags = count != 0 ? VFIO_IRQ_INFO_EVENTFD : 0,
        .index = index,
        .count = count,
    };
    return answer(protocol, payload, &info, sizeof info);
}

static enum protocol_outcome set_irqs(struct protocol *protocol, struct vfio_user_message *message,
                                      uint8_t *payload)
{
    struct vfio_user_irq_set set;
    (void)payload;
    memcpy(&set, message->payload, sizeof set);
    return finish(protocol,
                  interrupts_set(&protocol->device->interrupts, &set, message->payload + sizeof set,
                                 message->payload_bytes - sizeof set, message->fds,
                                 message->fd_count));
}

/* Whether there are such bytes, and not more than an answer has room for. */
static bool is_access(const struct vfio_user_region_access *access)
{
    const uint32_t bytes = device_region_bytes(access->region);
    return access->count <= VFIO_USER_DATA_MAX && access->count <= bytes &&
           access->offset <= bytes - access->count;
}

static enum protocol_outcome read_region(struct protocol *protocol,
                                         struct vfio_user_message *message, uint8_t *payload)
{
    struct vfio_user_region_access access;
    memcpy(&access, message->payload, sizeof access);
    if (!is_access(&access)) {
        return finish(protocol, EINVAL);
    }
    device_read(protocol->device, access.region, (uint32_t)access.offset, payload + sizeof access,
                access.count);
    (void)answer(protocol, payload, &access, sizeof access);
    protocol->payload_bytes += access.count;
    return PROTOCOL_ANSWER;
}

static enum protocol_outcome write_region(struct protocol *protocol,
                                          struct vfio_user_message *message, uint8_t *payload)
{
    struct vfio_user_region_access access;
    memcpy(&access, message->payload, sizeof access);
    if (!is_access(&access) || message->payload_bytes - sizeof access < access.count) {
        return finish(protocol, EINVAL);
    }
    device_write(protocol->device, access.region, (uint32_t)access.offset,
                 message->payload + sizeof access, access.count);
    return answer(protocol, payload, &access, sizeof access);
}

static enum protocol_outcome reset(struct protocol *protocol, struct vfio_user_message *message,
                                   uint8_t *payload)
{
    (void)message;
    (void)payload;
    device_reset_function(protocol->device);
    (void)finish(protocol, 0);
    return PROTOCOL_RESET;
}

static const struct {
    uint16_t command;
    uint16_t payload_bytes; /* At least. */
    uint32_t indices;       /* How many things can be asked about; 0 = it is no such question. */
    enum protocol_outcome (*handle)(struct protocol *, struct vfio_user_message *, uint8_t *);
} commands[] = {
    {VFIO_USER_VERSION, sizeof(struct vfio_user_version), 0, agree},
    {VFIO_USER_DMA_MAP, sizeof(struct vfio_user_dma_map), 0, map},
    {VFIO_USER_DMA_UNMAP, sizeof(struct vfio_user_dma_unmap), 0, unmap},
    {VFIO_USER_DEVICE_GET_INFO, sizeof(struct vfio_user_device_info), 0, get_info},
    {VFIO_USER_DEVICE_GET_REGION_INFO, sizeof(struct vfio_user_region_info), VFIO_PCI_NUM_REGIONS,
     get_region_info},
    {VFIO_USER_DEVICE_GET_IRQ_INFO, sizeof(struct vfio_user_irq_info), VFIO_PCI_NUM_IRQS,
     get_irq_info},
    {VFIO_USER_DEVICE_SET_IRQS, sizeof(struct vfio_user_irq_set), 0, set_irqs},
    {VFIO_USER_REGION_READ, sizeof(struct vfio_user_region_access), 0, read_region},
    {VFIO_USER_REGION_WRITE, sizeof(struct vfio_user_region_access), 0, write_region},
    {VFIO_USER_DEVICE_RESET, 0, 0, reset},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

enum protocol_outcome protocol_handle(struct protocol *protocol, struct vfio_user_message *message,
                                      uint8_t *payload)
{
    if (!protocol->is_agreed && message->header.command != VFIO_USER_VERSION) {
        return PROTOCOL_END;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (commands[i].command == message->header.command) {
            return message->payload_bytes >= commands[i].payload_bytes &&
                           (commands[i].indices == 0 || index_of(message) < commands[i].indices)
                       ? commands[i].handle(protocol, message, payload)
                       : finish(protocol, EINVAL);
        }
    }
    return finish(protocol, ENOTSUP);
}
