#!/bin/sh
# layers.sh [ROOT] -- a layer includes its own headers and those of the layers
# below it, by the table; HACKING's picture of the house is the same table.
set -eu
root=${1:-${srcdir:-.}}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL

find "$root/src" -name '*.[ch]' | sort | xargs awk -v root="$root/" '
BEGIN {
    below["util"] = "util"
    below["meta"] = "meta util"
    below["proto"] = "proto meta util"
    below["net"] = "net util"
    below["swarm"] = "swarm proto meta util"
    below["disk"] = "disk meta util"
    below["model"] = "model meta util"
    below["engine"] = "engine model swarm disk proto net meta util"
    below["ui"] = "ui model meta util"
    below["cmd"] = "cmd ui engine model swarm disk proto net meta util"
}

function found(message)
{
    print file ":" included "\t" file ":" FNR ": " message
}

FNR == 1 {
    file = substr(FILENAME, length(root) + 1)
    layer = file
    sub(/^src\//, "", layer)
    # main.c stands on top of all, as cmd does.
    if (!sub(/\/.*/, "", layer))
        layer = "cmd"
    if (!(layer in below)) {
        included = ""
        found("layer \"" layer "\" is not in the table of layers.sh")
    }
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    included = $0
    sub(/^[^"]*"/, "", included)
    sub(/".*/, "", included)
    if (included == "config.h")
        next
    if (included !~ /^[a-z_]+\/[a-z0-9_]+\.h$/) {
        found("include \"" included "\": write it as \"layer/name.h\"")
        next
    }
    of = included
    sub(/\/.*/, "", of)
    if (index(" " below[layer] " ", " " of " ") == 0)
        found("layer " layer " may not include \"" included "\"")
}' | awk -v allow="$root/tests/lint/layers.allow" -f "$lint/report.awk"
