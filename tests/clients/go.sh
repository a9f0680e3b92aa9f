# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # set by run.sh
go_suites() { :; }
