# shellcheck shell=bash
# Read by every shell script here: usage prints the script's head comment; so do --help and -h as its first argument.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$(readlink -f "$0")"; }
case "${1-}" in -h | --help) usage; exit ;; esac
