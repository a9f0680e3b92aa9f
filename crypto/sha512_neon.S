/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384's and SHA-512's compression with NEON (sha512_blocks.h): one stream, state and message in
 * D registers from the first round of a block to its last. Names are those of FIPS 180-4.
 *
 * r0 state, r1 data, r2 blocks left, r3 next round constants, r12 groups of rounds left.
 * d0-d7 a to h, d16-d31 the last 16 words of the message schedule.
 */
#define K0 d8
#define K1 d9
#define T0 d10
#define T1 d11
#define T2 d12

    .syntax unified
    .arm
    .fpu    neon

/* to = from, rotated right. */
    .macro  rotate to, from, bits
    vshl.i64 \to, \from, #(64 - \bits)
    vsra.u64 \to, \from, #\bits
    .endm

/* One round: d += T1, h = T1 + T2. The roles of the registers move on by one afterwards. */
    .macro  round a, b, c, d, e, f, g, h, k, w
    vadd.i64 T2, \k, \w
    rotate  T0, \e, 14
    rotate  T1, \e, 18
    vadd.i64 \h, \h, T2
    veor    T0, T0, T1
    rotate  T1, \e, 41
    vmov    T2, \e
    vbsl    T2, \f, \g              /* Ch(e, f, g) */
    veor    T0, T0, T1              /* Sum1(e) */
    vadd.i64 \h, \h, T2
    vadd.i64 \h, \h, T0
    vadd.i64 \d, \d, \h
    rotate  T0, \a, 28
    rotate  T1, \a, 34
    veor    T2, \a, \b
    vbsl    T2, \c, \b              /* Maj(a, b, c): c where a and b differ */
    veor    T0, T0, T1
    rotate  T1, \a, 39
    vadd.i64 \h, \h, T2
    veor    T0, T0, T1              /* Sum0(a) */
    vadd.i64 \h, \h, T0
    .endm

/* Makes W[t] the word for 16 rounds later: w1 is W[t + 1], and so on. */
    .macro  extend w, w1, w9, w14
    rotate  T0, \w1, 1
    rotate  T1, \w1, 8
    vshr.u64 T2, \w1, #7
    veor    T0, T0, T1
    vadd.i64 \w, \w, \w9
    veor    T0, T0, T2              /* sigma0(w1) */
    rotate  T1, \w14, 19
    rotate  T2, \w14, 61
    vadd.i64 \w, \w, T0
    vshr.u64 T0, \w14, #6
    veor    T1, T1, T2
    veor    T1, T1, T0              /* sigma1(w14) */
    vadd.i64 \w, \w, T1
    .endm

/* Two rounds with the words w0 and w1; the words 2, 9, 10, 14 and 15 places on, to extend them. */
    .macro  two_rounds a, b, c, d, e, f, g, h, w0, w1, w2, w9, w10, w14, w15, extended
    vld1.64 {K0, K1}, [r3]!
    round   \a, \b, \c, \d, \e, \f, \g, \h, K0, \w0
    .if     \extended
    extend  \w0, \w1, \w9, \w14
    .endif
    round   \h, \a, \b, \c, \d, \e, \f, \g, K1, \w1
    .if     \extended
    extend  \w1, \w2, \w10, \w15
    .endif
    .endm

/*
 * Eight rounds, after which a to h are where they were. The words that were used are those in
 * d16-d23, which then change places with the eight that come next. A loop of 16 rounds needs no
 * change, but is so long that QEMU 7.2 runs it up to 1.7 times slower (docs/performance.md).
 */
    .macro  eight_rounds extended
    two_rounds d0, d1, d2, d3, d4, d5, d6, d7, d16, d17, d18, d25, d26, d30, d31, \extended
    two_rounds d6, d7, d0, d1, d2, d3, d4, d5, d18, d19, d20, d27, d28, d16, d17, \extended
    two_rounds d4, d5, d6, d7, d0, d1, d2, d3, d20, d21, d22, d29, d30, d18, d19, \extended
    two_rounds d2, d3, d4, d5, d6, d7, d0, d1, d22, d23, d24, d31, d16, d20, d21, \extended
    vswp    q8, q12
    vswp    q9, q13
    vswp    q10, q14
    vswp    q11, q15
    .endm

    .section .text.crypto_sha512_blocks_neon, "ax", %progbits
    .global crypto_sha512_blocks_neon
    .type   crypto_sha512_blocks_neon, %function
    .balign 64                      /* It lies in one page: linker/sections.ld. */
crypto_sha512_blocks_neon:
    cmp     r2, #0
    bxeq    lr
    vpush   {d8-d12}
    vldm    r0, {d0-d7}
1:  movw    r3, #:lower16:crypto_sha512_constants
    movt    r3, #:upper16:crypto_sha512_constants
    vld1.8  {d16-d19}, [r1]!        /* Elements of a byte: any alignment will do. */
    vld1.8  {d20-d23}, [r1]!
    vld1.8  {d24-d27}, [r1]!
    vld1.8  {d28-d31}, [r1]!
    .irp    word, q8, q9, q10, q11, q12, q13, q14, q15
    vrev64.8 \word, \word
    .endr
    mov     r12, #8
2:  eight_rounds 1
    subs    r12, r12, #1
    bne     2b
    mov     r12, #2
3:  eight_rounds 0
    subs    r12, r12, #1
    bne     3b
    vldm    r0, {d16-d23}           /* The message is used up. */
    vadd.i64 d0, d0, d16
    vadd.i64 d1, d1, d17
    vadd.i64 d2, d2, d18
    vadd.i64 d3, d3, d19
    vadd.i64 d4, d4, d20
    vadd.i64 d5, d5, d21
    vadd.i64 d6, d6, d22
    vadd.i64 d7, d7, d23
    vstm    r0, {d0-d7}
    subs    r2, r2, #1
    bne     1b
    vpop    {d8-d12}                /* What the caller had there replaces what we had. */
    .irp    used, q0, q1, q2, q3, q8, q9, q10, q11, q12, q13, q14, q15
    vmov.i32 \used, #0
    .endr
    bx      lr
    .size   crypto_sha512_blocks_neon, . - crypto_sha512_blocks_neon
