/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher engine of the Linux board, as its start needs it. hosted.h has the rest.
 */
#ifndef HAL_HOSTED_CIPHER_H
#define HAL_HOSTED_CIPHER_H

/** hal_system_start()'s part: the engine begins anew, and forgets the keys of an earlier run. */
void hosted_cipher_start(void);

#endif
