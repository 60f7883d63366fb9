# strip.awk -- prints C source as FILE:LINE:TEXT with comments, strings and
# character constants emptied, so that what the other lints find is code.
FNR == 1 { in_comment = 0 }

{
    text = $0
    out = ""
    while (text != "") {
        if (in_comment) {
            end = index(text, "*/")
            if (end == 0)
                break
            text = substr(text, end + 2)
            in_comment = 0
        }
        if (!match(text, /\/\*|\/\/|"|'/)) {
            out = out text
            break
        }
        start = substr(text, RSTART, RLENGTH)
        out = out substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        if (start == "/*")
            in_comment = 1
        else if (start == "//")
            break
        else {
            quoted = start == "\"" ? "^([^\"\\\\]|\\\\.)*\"" \
                                   : "^([^'\\\\]|\\\\.)*'"
            if (!match(text, quoted))
                break
            text = substr(text, RLENGTH + 1)
            out = out start start
        }
    }
    print FILENAME ":" FNR ":" out
}
