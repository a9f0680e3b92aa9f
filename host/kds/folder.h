/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of certificates that snpguest and snphost read: ark, ask and vcek, or ark, asvk and vlek.
 */
#ifndef HOST_KDS_FOLDER_H
#define HOST_KDS_FOLDER_H

#include "host/kds/fetch.h"

/**
 * Finds out by a report what to ask for.
 *
 * @param path         file of a report
 * @param[out] wanted  no product when the report does not tell it: it is of version 2
 * @return false when the file is no report, nobody signed it, or it does not tell whose VCEK did
 */
PROVISION_CHECKED bool kds_read_report(const char *path, struct kds_wanted *wanted,
                                       struct provision_error *error);

/**
 * Finds out what the firmware in a chip's flash has.
 *
 * @param directory    of the chip
 * @param[out] wanted  all but the kind
 * @return false when its fuses cannot be read, or it has no SEV-SNP
 */
PROVISION_CHECKED bool kds_read_chip(const char *directory, struct kds_wanted *wanted,
                                     struct provision_error *error);

/**
 * Asks for the certificates, and writes them once all have come whole. Certificates in files of these
 * names are replaced.
 *
 * @param[in,out] wanted  its product is set when it was not known
 * @param folder          is made, unless it is there
 * @param der             in DER, *.der, instead of PEM, *.pem
 * @return false when the server has them not, what comes are none, or a file of such a name is no
 *         certificate, or a chip's own: then nothing is written; or a file cannot be written
 */
PROVISION_CHECKED bool kds_write_folder(struct kds_client *client, struct kds_wanted *wanted,
                                        const char *folder, bool der,
                                        struct provision_error *error);

#endif
