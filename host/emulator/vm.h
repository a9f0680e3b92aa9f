/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine: a guest from launch to end, and its hypervisor.
 */
#ifndef HOST_EMULATOR_VM_H
#define HOST_EMULATOR_VM_H

#include "host/demo/snp_tenant.h"
#include "host/emulator/devices.h"
#include "host/emulator/vm_image.h"
#include "host/lib/owner.h"

#define VM_ANY_POLICY UINT64_MAX
#define VM_SECRET_BYTES 64u

/** Moments at which somebody may look at memory. */
enum vm_moment {
    VM_BEFORE_LAUNCH, /**< The guest's first memory is plaintext. */
    VM_AFTER_LAUNCH,
    VM_AT_END, /**< The guest has ended itself; its key is still there. */
    VM_BEFORE_ATTACK,
    VM_AFTER_ATTACK,
};

/** What the hostile host does, or has done last. */
struct vm_attack {
    uint64_t what; /**< enum guest_attack, or what the guest has asked for in its place. */
    uint64_t gpa, other;
    uint64_t answer; /**< Of the hypercall, after it. */
};

/** What whoever wants to trust the guest has seen of its launch. All of it is public. */
struct vm_evidence {
    bool measured;                   /**< SEV: the next two are set. */
    uint8_t expected[SEV_MAC_BYTES]; /**< As the owner computes it. */
    struct sev_measurement found;
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES]; /**< SEV: of what was launched. */
    bool exported;                                  /**< SEV: the next two are set. */
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
    bool reported; /**< SEV-SNP: the guest has shown a report. */
    struct snp_report report;
};

struct vm;
typedef void vm_look(void *context, struct vm *vm, enum vm_moment moment);

struct vm_options {
    const char *path; /**< Of the image. */
    const char *name; /**< For messages. */
    uint32_t vcpus;
    uint64_t memory_bytes;
    uint32_t flags;     /**< GUEST_SEV, GUEST_ES, GUEST_SNP; 0: a plain guest. */
    bool secret;        /**< The owner sends one. */
    bool owner;         /**< SEV: somebody verifies certificates and measurement. */
    uint64_t policy;    /**< VM_ANY_POLICY: the strictest that fits. */
    uint32_t asid;      /**< 0: the first of its kind. */
    const char *prefix; /**< Of its serial output. */
    vm_look *look;      /**< May be NULL. */
    void *look_context;
};

struct vm {
    struct emulator *emulator;
    struct vm_options options;
    struct vm_machine machine;
    struct vm_image image;
    struct nested nested;
    struct devices devices;
    struct cpu cpus[GUEST_CPUS_MAX];
    bool halted[GUEST_CPUS_MAX];
    uint32_t next; /**< The virtual CPU whose turn it is. */
    uint64_t base; /**< System physical address of its memory; 0: pages lie all over memory. */
    uint64_t vmsa[GUEST_CPUS_MAX];
    uint32_t asid;
    /* SEV */
    uint32_t handle;
    uint32_t policy;
    uint8_t secret[VM_SECRET_BYTES];
    /* SEV-SNP */
    struct snp_image snp_image;
    struct snp_tenant tenant;
    uint64_t ghcbs[GUEST_CPUS_MAX]; /**< Requests that have registered them; 0: none. */
    /* The attacker's notes. */
    uint8_t saved[VM_PAGE_BYTES];
    uint64_t remapped_gpa, remapped_spa;
    uint64_t refusals; /**< Of accesses by the RMP, since the last remapping. */
    struct vm_attack attack;
    struct vm_evidence evidence;
    /* What happened. */
    const char *problem; /**< Why it cannot go on; NULL: nothing. */
    char problem_text[200];
    uint64_t exits;
    int64_t launch_us, first_us, run_us;
};

/**
 * Launches a guest. Prints its steps.
 *
 * @param[out] vm  end it with vm_end() whatever the result
 * @return false after a message
 */
bool vm_launch(struct vm *vm, struct emulator *emulator, const struct vm_options *options)
    __attribute__((warn_unused_result));

/** Ends a guest, and gives its memory back. @return false after a message */
bool vm_end(struct vm *vm) __attribute__((warn_unused_result));

/** @return address of a guest's page; 0: there is none */
uint64_t vm_spa(const struct vm *vm, uint64_t gpa);

/* Parts of vm_launch() (vm_sev.c, vm_snp.c, vm_plain.c). */
bool vm_sev_launch(struct vm *vm) __attribute__((warn_unused_result));
bool vm_sev_end(struct vm *vm) __attribute__((warn_unused_result));
bool vm_snp_launch(struct vm *vm) __attribute__((warn_unused_result));
bool vm_snp_end(struct vm *vm) __attribute__((warn_unused_result));

/* Parts of a beginning, for those who make a virtual machine in another way than vm_launch(). */

/** Starts a virtual machine's description. */
void vm_begin(struct vm *vm, struct emulator *emulator, const struct vm_options *options);

/** Gives it memory in one piece, and the page of its device. @return false after a message */
bool vm_place(struct vm *vm) __attribute__((warn_unused_result));

/** Makes virtual CPU number I, after launch or receipt. @return false after a message */
bool vm_power_up(struct vm *vm, uint32_t i) __attribute__((warn_unused_result));

/** Calls OPTIONS.look. */
void vm_show(struct vm *vm, enum vm_moment moment);

#endif
