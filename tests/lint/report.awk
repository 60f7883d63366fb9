# report.awk -- the end of each lint. Input: one finding a line, a key, a tab
# and the message. A finding is excused when the file `allow` has its key, or the
# key's beginning and a `*`, and then a reason. Prints what is left, and the
# excuses that nothing needs any more; fails when it printed anything.
BEGIN {
    FS = "\t"
    while ((getline line < allow) > 0) {
        if (line ~ /^[ ]*(#|$)/)
            continue
        n = split(line, words, " ")
        if (n < 3) {
            print allow ": no reason is given: " line
            failed = 1
        }
        excused[words[1]] = 0
    }
}

{
    for (key in excused) {
        prefix = key
        is_prefix = sub(/\*$/, "", prefix)
        if (key == $1 || (is_prefix && index($1, prefix) == 1)) {
            excused[key]++
            next
        }
    }
    print $2
    failed = 1
}

END {
    for (key in excused) {
        if (excused[key] == 0) {
            print allow ": no longer needed: " key
            failed = 1
        }
    }
    exit failed
}
