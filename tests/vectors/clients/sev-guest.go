// SPDX-License-Identifier: Apache-2.0

// Has go-sev-guest judge test vectors.
//
// usage: sev-guest own|built-in TIME <LIST     TIME and LIST as of tests/vectors/list.pl
//
// With own roots the ARK is the one that the corpus trusts, and the ASK the vector's, as of a caller who
// knows the root. The roots that are built in are the corpus's, too: see tests/vectors/clients.sh.
//
// Prints a line for each vector: name, "accepts" or "refuses", why; parted by tabs.
package main

import (
	"bufio"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-sev-guest/abi"
	"github.com/google/go-sev-guest/proto/sevsnp"
	"github.com/google/go-sev-guest/validate"
	"github.com/google/go-sev-guest/verify"
	"github.com/google/go-sev-guest/verify/trust"
)

const (
	name = iota
	reason
	product
	report
	ark
	ask
	leaf
	crl
	root
)

func readCertificate(path string) ([]byte, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(bytes)
	if block == nil {
		return nil, errors.New("no certificate in " + path)
	}
	return block.Bytes, nil
}

func readChain(fields []string) (*sevsnp.CertificateChain, error) {
	var certificates [3][]byte
	for i := range certificates {
		var err error
		if certificates[i], err = readCertificate(fields[ark+i]); err != nil {
			return nil, err
		}
	}
	chain := &sevsnp.CertificateChain{ArkCert: certificates[0], AskCert: certificates[1]}
	if strings.HasSuffix(fields[leaf], "vlek.pem") {
		chain.VlekCert = certificates[2]
	} else {
		chain.VcekCert = certificates[2]
	}
	return chain, nil
}

// trusted makes the roots of a caller who knows the ARK.
func trusted(fields []string, chain *sevsnp.CertificateChain) (map[string][]*trust.AMDRootCerts, error) {
	known, err := readCertificate(fields[root])
	if err != nil {
		return nil, err
	}
	roots := trust.AMDRootCertsProduct(fields[product])
	if err := roots.Decode(chain.AskCert, known); err != nil {
		return nil, err
	}
	return map[string][]*trust.AMDRootCerts{fields[product]: {roots}}, nil
}

func judge(fields []string, own bool, now time.Time) error {
	bytes, err := os.ReadFile(fields[report])
	if err != nil {
		return err
	}
	parsed, err := abi.ReportToProto(bytes)
	if err != nil {
		return err
	}
	chain, err := readChain(fields)
	if err != nil {
		return err
	}
	attestation := &sevsnp.Attestation{Report: parsed, CertificateChain: chain}
	options := &verify.Options{DisableCertFetching: true, Now: now}
	if own {
		if options.TrustedRoots, err = trusted(fields, chain); err != nil {
			return err
		}
	}
	if err := verify.SnpAttestation(attestation, options); err != nil {
		return err
	}
	return validate.SnpAttestation(attestation, &validate.Options{
		GuestPolicy: abi.SnpPolicy{SMT: true},
	})
}

// A crash is an answer, too.
func answer(fields []string, own bool, now time.Time) (verdict, why string) {
	defer func() {
		if fault := recover(); fault != nil {
			verdict, why = "crashes", fmt.Sprint(fault)
		}
	}()
	if err := judge(fields, own, now); err != nil {
		return "refuses", err.Error()
	}
	return "accepts", ""
}

func main() {
	seconds, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		verdict, why := answer(fields, os.Args[1] == "own", time.Unix(seconds, 0))
		why = strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, why)
		fmt.Printf("%s\t%s\t%s\n", fields[name], verdict, why)
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
