// SPDX-License-Identifier: Apache-2.0
//! What the sev crate's tests with `dangerous_hw_tests` want of the crate `reqwest`, which Debian's
//! package does without. There is no network: every request fails.

/// The answers that are looked for.
#[derive(PartialEq, Eq)]
pub struct StatusCode(u16);

impl StatusCode {
    pub const OK: StatusCode = StatusCode(200);
}

pub mod blocking {
    use std::io::{Error, ErrorKind};

    /// Never made.
    pub struct Response {}

    impl Response {
        pub fn status(&self) -> super::StatusCode {
            super::StatusCode(503)
        }

        pub fn bytes(self) -> Result<Vec<u8>, Error> {
            Err(Error::from(ErrorKind::NotConnected))
        }
    }

    /// Always fails.
    pub fn get(_url: String) -> Result<Response, Error> {
        Err(Error::from(ErrorKind::NotConnected))
    }
}
