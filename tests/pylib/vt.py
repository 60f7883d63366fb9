"""A terminal's screen, kept from what a program writes: cells, looks and modes, as far
as curses uses them with the descriptions xterm, linux and vt100. What it does not know
is collected in `unknown`, so that a test can insist on none."""

import codecs
import unicodedata

BLANK = (" ", "")


def cells_of(char):
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Screen:
    def __init__(self, h=24, w=80):
        self.h, self.w = h, w
        self.rows = [[BLANK] * w for _ in range(h)]
        self.y = self.x = 0
        self.look = ""
        self.top, self.bottom = 0, h - 1
        self.saved = (0, 0)
        self.modes, self.strings, self.unknown = set(), [], []
        self.looks = set()      # every parameter list of SGR that came
        self.last = " "
        self.wraps = False      # the cursor stands past the last column
        self.shifted = False    # line drawing
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.state, self.text = self.ground, ""

    def resize(self, h, w):
        """Cut or filled at the right and below, as xterm does."""
        self.rows = [(row + [BLANK] * w)[:w] for row in self.rows[:h]]
        self.rows += [[BLANK] * w for _ in range(h - len(self.rows))]
        self.h, self.w, self.top, self.bottom = h, w, 0, h - 1
        self.y, self.x = min(self.y, h - 1), min(self.x, w - 1)

    def feed(self, data):
        for char in self.decode(data):
            self.state(char)

    def lines(self):
        return ["".join(c for c, _ in row).rstrip() for row in self.rows]

    def cells(self):
        return [list(row) for row in self.rows]

    def shows(self, text):
        return any(text in line for line in self.lines())

    # What comes, by where the reader is.

    def ground(self, char):
        if char == "\x1b":
            self.state, self.text = self.escape, ""
        elif char < " " or char == "\x7f":
            self.control(char)
        else:
            self.put(char)

    def escape(self, char):
        self.state = self.ground
        if char == "[":
            self.state, self.text = self.csi, ""
        elif char in "]P_^":
            self.state, self.text = self.string, char
        elif char in "()*+#":
            self.state = self.skip
        elif char == "M":
            self.reverse_index()
        elif char == "7":
            self.saved = (self.y, self.x)
        elif char == "8":
            (self.y, self.x), self.wraps = self.saved, False
        elif char not in "=>\\cDEH":
            self.unknown.append("ESC " + char)

    def skip(self, _char):
        self.state = self.ground

    def string(self, char):
        if char == "\x1b" or char == "\a":
            self.strings.append(self.text)
            self.state = self.escape if char == "\x1b" else self.ground
        else:
            self.text += char

    def csi(self, char):
        if not "@" <= char <= "~":
            self.text += char
            return
        self.state = self.ground
        prefix = self.text[:1] if self.text[:1] in ("?", ">", "<", "=") else ""
        params = self.text[len(prefix):]
        if char in "hl":
            self.mode(prefix, params, char == "h")
        elif char == "m" and not prefix:
            self.sgr(params)
        elif char in "tcn" or prefix or params[-1:] in ("!", " ", "$"):
            return
        else:
            do = getattr(self, "csi_" + str(ord(char)), None)
            if do is None:
                self.unknown.append("CSI " + params + char)
                return
            do(*[int(p or 0) for p in params.split(";")])

    # Writing.

    def control(self, char):
        if char == "\r":
            self.x, self.wraps = 0, False
        elif char in "\n\v\f":
            self.index()
        elif char == "\b":
            self.x, self.wraps = max(self.x - 1, 0), False
        elif char == "\t":
            self.x = min((self.x // 8 + 1) * 8, self.w - 1)
        elif char in "\x0e\x0f":
            self.shifted = char == "\x0e"
        elif char not in "\0\a":
            self.unknown.append(repr(char))

    def put(self, char):
        n = cells_of(char)
        if n == 0:
            at = self.x if self.wraps else self.x - 1
            if at >= 0:
                c, look = self.rows[self.y][at]
                self.rows[self.y][at] = (c + char, look)
            return
        if self.wraps or self.x + n > self.w:
            self.x, self.wraps = 0, False
            self.index()
        row = self.rows[self.y]
        # Half of a wide character is none.
        if row[self.x][0] == "" and self.x > 0:
            row[self.x - 1] = BLANK
        end = self.x + n
        if end < self.w and row[end][0] == "":
            row[end] = BLANK
        row[self.x] = (char, self.look)
        if n == 2:
            row[self.x + 1] = ("", self.look)
        self.last = char
        self.x += n
        if self.x >= self.w:
            self.x, self.wraps = self.w - 1, True

    def index(self):
        if self.y == self.bottom:
            self.scroll(self.top, 1)
        else:
            self.y = min(self.y + 1, self.h - 1)
        self.wraps = False

    def reverse_index(self):
        if self.y == self.top:
            self.scroll(self.top, -1)
        else:
            self.y = max(self.y - 1, 0)
        self.wraps = False

    def scroll(self, top, n):
        for _ in range(min(abs(n), self.h)):
            blank = [BLANK] * self.w
            if n > 0:
                self.rows.insert(self.bottom + 1, blank)
                del self.rows[top]
            else:
                del self.rows[self.bottom]
                self.rows.insert(top, blank)

    def blank(self, y, first, end):
        for x in range(max(first, 0), min(end, self.w)):
            self.rows[y][x] = BLANK

    def sgr(self, params):
        self.looks.add(params)
        if params in ("", "0"):
            self.look = ""
        else:
            self.look += "|" + params

    def mode(self, prefix, params, on):
        for p in params.split(";"):
            (self.modes.add if on else self.modes.discard)(prefix + p)

    def go(self, y, x):
        self.y = min(max(y, 0), self.h - 1)
        self.x = min(max(x, 0), self.w - 1)
        self.wraps = False

    # CSI, by the code of its last character.

    def csi_64(self, n=1):      # @: insert cells
        for _ in range(min(n or 1, self.w - self.x)):
            self.rows[self.y].insert(self.x, BLANK)
            self.rows[self.y].pop()

    def csi_65(self, n=1):
        self.go(self.y - (n or 1), self.x)

    def csi_66(self, n=1):
        self.go(self.y + (n or 1), self.x)

    def csi_67(self, n=1):
        self.go(self.y, self.x + (n or 1))

    def csi_68(self, n=1):
        self.go(self.y, self.x - (n or 1))

    def csi_71(self, n=1):      # G
        self.go(self.y, (n or 1) - 1)

    def csi_72(self, y=1, x=1):
        self.go((y or 1) - 1, (x or 1) - 1)

    def csi_73(self, n=1):      # I: tabs
        for _ in range(n or 1):
            self.control("\t")

    def csi_74(self, n=0):      # J
        if n == 0:
            self.blank(self.y, self.x, self.w)
        elif n == 1:
            self.blank(self.y, 0, self.x + 1)
        for y in range(self.h):
            if n == 2 or (n == 0 and y > self.y) or (n == 1 and y < self.y):
                self.blank(y, 0, self.w)

    def csi_75(self, n=0):      # K
        self.blank(self.y, 0 if n else self.x, self.x + 1 if n == 1 else self.w)

    def csi_76(self, n=1):      # L: insert lines
        self.scroll(self.y, -(n or 1))

    def csi_77(self, n=1):
        self.scroll(self.y, n or 1)

    def csi_80(self, n=1):      # P: delete cells
        for _ in range(min(n or 1, self.w - self.x)):
            del self.rows[self.y][self.x]
            self.rows[self.y].append(BLANK)

    def csi_83(self, n=1):
        self.scroll(self.top, n or 1)

    def csi_84(self, n=1):
        self.scroll(self.top, -(n or 1))

    def csi_88(self, n=1):      # X: erase cells
        self.blank(self.y, self.x, self.x + (n or 1))

    def csi_90(self, n=1):      # Z: tabs back
        for _ in range(n or 1):
            self.go(self.y, max((self.x - 1) // 8 * 8, 0))

    def csi_98(self, n=1):      # b: repeat
        for _ in range(n or 1):
            self.put(self.last)

    def csi_100(self, n=1):     # d
        self.go((n or 1) - 1, self.x)

    def csi_114(self, top=1, bottom=0):
        # Of a program that does not know yet how small it has become: cut.
        self.bottom = min(bottom or self.h, self.h) - 1
        self.top = min((top or 1) - 1, self.bottom)
        self.go(0, 0)
