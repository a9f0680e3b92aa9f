/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brings platform and guests into a known state. Every test begins with one of these; none relies
 * on what another test left behind.
 */
#ifndef TESTS_CONFORMANCE_STATES_H
#define TESTS_CONFORMANCE_STATES_H

#include "host/lib/owner.h"
#include "tests/conformance/snapshot.h"

/** UNINIT, with the machine as it was configured at the start. */
void to_uninit(void);

/** How to_init() and to_init_es() initialise. */
enum init_mode {
    INIT_PLAIN,    /**< INIT; with SEV-ES only in to_init_es(). */
    INIT_WITH_TMR, /**< INIT, always with SEV-ES and the TMR at suite.tmr. */
    INIT_WITH_NV,  /**< INIT_EX with the NV block at suite.nv. */
};

/** What to_init() does until the next call; the tests that call this end with INIT_PLAIN. */
void set_init_mode(enum init_mode mode);

/** INIT, self-owned, all ASIDs usable. */
void to_init(void);

/** INIT with SEV-ES and the TMR at suite.tmr, self-owned, all ASIDs usable. */
void to_init_es(void);

/** WORKING: to_init() and a guest in LUPDATE, inactive. @return its handle */
uint32_t to_working(void);

/** Brings the platform into the state; WORKING as to_working(). */
void to_platform_state(enum sev_platform_state state);

/** The machine's description, to be changed in UNINIT; to_uninit() undoes that. */
struct fabric_config *machine(void);

/** @return how many sockets it has */
uint32_t machine_sockets(void);

/** WBINVD on all cores and DF_FLUSH: makes all ASIDs usable that are free. */
void flush(void);

struct sev_platform_status platform_status(void);
struct sev_guest_status guest_status(uint32_t handle);

/** @return an ASID for guests without SEV-ES that no other call has returned since to_uninit() */
uint32_t new_asid(void);

/** The same for guests with SEV-ES. */
uint32_t new_es_asid(void);

/** LAUNCH_START without a session. @return the guest's handle */
uint32_t launch(uint32_t policy);

/** launch(), and ACTIVATE with a new ASID; needs to_init_es() when the policy has SEV-ES. */
uint32_t launch_active(uint32_t policy);

/** @return the guest's ASID after ACTIVATE with a new one of the right partition */
uint32_t activate(uint32_t handle);

void deactivate(uint32_t handle);
void decommission(uint32_t handle);
void measure(uint32_t handle, struct sev_measurement *measurement);
void finish(uint32_t handle);

/** DEACTIVATE and DECOMMISSION. */
void tear_down(uint32_t handle);

/** A guest whose owner shares TEK and TIK with it. */
struct owned_guest {
    struct owner owner;
    uint32_t handle;
    struct sev_measurement measurement; /**< Set by owned_measure(). */
};

/** Sets up DH_CERT in slot 0 and SESSION in slot 1 of a LAUNCH_START with an owner's session. */
void owner_prepare(const struct owner *owner, struct sev_launch_start *parameters);

/** Makes an owner and launches its guest, inactive; owner_close() the owner. */
void owned_launch(struct owned_guest *guest, uint32_t policy);

/** LAUNCH_MEASURE, checked by the owner against the data that was launched. */
void owned_measure(struct owned_guest *guest, const void *data, size_t length);

/**
 * @param active  whether it has an ASID; a guest in SENT has none
 * @return handle of a new guest in that state
 */
uint32_t guest_in_state(enum sev_guest_state state, bool active);

/** Loads a file of the chip's directory into memory, up to 1 MiB. @return its length in bytes */
size_t load_file(const char *name, uint64_t paddr);

/** PDH_CERT_EXPORT. */
void export_certificates(struct sev_certificate *pdh, struct sev_certificate_chain *chain);

#endif
