// SPDX-License-Identifier: Apache-2.0

//! Has the sev crate judge test vectors, with the certificates that lie in their folder, root included.
//!
//! usage: sev-client <LIST     LIST as of tests/vectors/list.pl
//!
//! Prints a line for each vector: name, "accepts" or "refuses", why; parted by tabs.

use sev::certs::snp::{ca, Certificate, Chain, Verifiable};
use sev::firmware::guest::AttestationReport;
use sev::parser::ByteParser;
use std::error::Error;
use std::io::BufRead;
use std::{fs, io, panic};

const NAME: usize = 0;
const REPORT: usize = 3;
const ARK: usize = 4;
const ASK: usize = 5;
const LEAF: usize = 6;

fn certificate(path: &str) -> Result<Certificate, Box<dyn Error>> {
    Ok(Certificate::from_pem(&fs::read(path)?)?)
}

fn judge(fields: &[&str]) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(fields[REPORT])?;
    let report = AttestationReport::from_bytes(bytes.as_slice())?;
    let chain = Chain {
        ca: ca::Chain {
            ark: certificate(fields[ARK])?,
            ask: certificate(fields[ASK])?,
        },
        vek: certificate(fields[LEAF])?,
    };
    chain.verify()?;
    (&chain, &report).verify()?;
    Ok(())
}

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    for line in io::stdin().lock().lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let (answer, why) = match panic::catch_unwind(|| judge(&fields).map_err(|e| e.to_string())) {
            Ok(Ok(())) => ("accepts", String::new()),
            Ok(Err(why)) => ("refuses", why),
            Err(_) => ("crashes", String::new()),
        };
        println!("{}\t{}\t{}", fields[NAME], answer, why.replace(['\n', '\t'], " "));
    }
    Ok(())
}
