#!/usr/bin/env python3
"""Second checker for Espalier certificates (version 3), written from docs/certificate-format.md alone.

    espalier_check.py CERTIFICATE MODEL [SMALL]
    espalier_check.py --batch LIST        (lines of CERTIFICATE<tab>MODEL<tab>SMALL, the last may be empty)
    espalier_check.py --cases             (many small cases from standard input; see serve_cases below)

The certificate is a JSON document or in lines; models are ONNX, .nnet, .npz or .json by the ends of their names.
Prints one line per certificate. Exit status: 0 accepted, 1 rejected, 64 wrong usage, 65 a model file that
cannot be read as a network, 74 a file that cannot be opened or read. In batch mode: the largest of these.

Standard library only. No floating-point number takes part in any decision: every number is an integer
significand and an integer exponent of two, and IEEE numbers are taken apart bit by bit. (Decimal numbers in
model files become IEEE numbers by Python's float(), which rounds correctly; see Decimals.)
"""

import base64
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zlib
from itertools import compress, repeat
from operator import mul

EXIT_ACCEPTED, EXIT_REJECTED, EXIT_USAGE, EXIT_UNREADABLE, EXIT_IO = 0, 1, 64, 65, 74

MAX_POINTS = 1_000_000
MAX_STEPS = 10_000_000
MAX_NODES = 10_000_000
MAX_SPLITS_ON_PATH = 4096
MAX_CUTS_ON_PATH = 4096
MAX_DIGITS = 8192
MAX_EXPONENT = 65536
MAX_JSON_DEPTH = 64
MAX_LINE = 1 << 26  # bytes of a line of section 13, without its line feed
MAX_NUMBERS = 200_000_000  # matrix entries that the model reader is willing to hold
MAX_UNPACKED = 1 << 27  # bytes of all members of an archive together


class Rejected(Exception):
    """The certificate is wrong: a rule, a place, what was expected and what was found."""

    def __init__(self, rule, place, expected, found):
        super().__init__(rule)
        self.rule, self.place, self.expected, self.found = rule, place, expected, found

    def line(self):
        return "rejected: %s at %s: expected %s, found %s" % (
            self.rule, self.place, one_line(self.expected), one_line(self.found))


class Unreadable(Exception):
    """A model file is not a network in the sense of sections 10 and 14."""


class Unavailable(Exception):
    """A file cannot be opened or read."""


def one_line(text):
    text = "".join(c if " " <= c <= "~" else "?" for c in str(text))
    return text if len(text) <= 160 else text[:157] + "..."


def show(thing):
    """A short description of a JSON value for a message."""
    if thing is None:
        return "null"
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, dict):
        return "an object"
    if isinstance(thing, list):
        return "an array of %d" % len(thing)
    if isinstance(thing, str):
        return '"%s"' % (thing if len(thing) <= 60 else thing[:57] + "...")
    if isinstance(thing, Odd):
        return thing.text[:60]
    return str(thing)[:60]


# ---------------------------------------------------------------------------------------------------------
# Dyadic numbers: pairs (significand, exponent). Zero is (0, 0); otherwise the significand is odd.

ZERO = (0, 0)
ONE = (1, 0)


def norm(s, e):
    if s == 0:
        return ZERO
    shift = (s & -s).bit_length() - 1
    return (s >> shift, e + shift)


def d_add(a, b):
    if a[0] == 0:
        return b
    if b[0] == 0:
        return a
    if a[1] <= b[1]:
        return norm(a[0] + (b[0] << (b[1] - a[1])), a[1])
    return norm((a[0] << (a[1] - b[1])) + b[0], b[1])


def d_mul(a, b):
    s = a[0] * b[0]
    return (s, a[1] + b[1]) if s else ZERO  # odd times odd is odd


def d_neg(a):
    return (-a[0], a[1])


def d_cmp(a, b):
    """-1, 0 or 1."""
    x, y = a[0], b[0]
    if x <= 0 <= y:
        return 0 if x == y else -1
    if y <= 0 <= x:
        return 1  # both zero was met above
    # same sign, both nonzero: compare magnitudes by their top bit first
    sign = 1 if x > 0 else -1
    top_a = abs(x).bit_length() + a[1]
    top_b = abs(y).bit_length() + b[1]
    if top_a != top_b:
        return sign if top_a > top_b else -sign
    if a[1] >= b[1]:
        x <<= a[1] - b[1]
    else:
        y <<= b[1] - a[1]
    return (x > y) - (x < y)


def d_abs(a):
    return (abs(a[0]), a[1])


def d_max(a, b):
    return a if d_cmp(a, b) >= 0 else b


def d_min(a, b):
    return a if d_cmp(a, b) <= 0 else b


def round53(s, e, up):
    """The number s * 2^e rounded to at most 53 significant bits, upward or downward."""
    s, e = norm(s, e)
    extra = abs(s).bit_length() - 53
    if extra > 0:
        s = -((-s) >> extra) if up else s >> extra
        e += extra
        return norm(s, e)
    return (s, e)


def d_text(a):
    if a[0] == 0:
        return "0"
    digits = "%x" % abs(a[0])
    if len(digits) > 40:
        digits = digits[:20] + "..." + digits[-4:]
    return "%s0x%sp%d" % ("-" if a[0] < 0 else "", digits, a[1])


def aligned(numbers):
    """Integers and one exponent: numbers[i] = integers[i] * 2^exponent."""
    low = None
    for s, e in numbers:
        if s and (low is None or e < low):
            low = e
    if low is None:
        return [0] * len(numbers), 0
    return [s << (e - low) if s else 0 for s, e in numbers], low


def total(parts):
    """The sum of (integer, exponent) terms, as a normalized pair."""
    parts = [p for p in parts if p[0]]
    if not parts:
        return ZERO
    low = min(e for _, e in parts)
    return norm(sum(s << (e - low) for s, e in parts), low)


# precision, smallest and largest exponent of a normal number's leading bit
IEEE = {"float32": (24, -126, 127), "float64": (53, -1022, 1023)}


def fits(a, kind):
    """Whether a normalized pair is a finite number of the IEEE type."""
    s, e = a
    if s == 0:
        return True
    p, emin, emax = IEEE[kind]
    width = abs(s).bit_length()
    return width <= p and e >= emin - p + 1 and e + width - 1 <= emax


def round_ieee(s, e, kind):
    """Nearest, ties to even; None on overflow."""
    if s == 0:
        return ZERO
    p, emin, emax = IEEE[kind]
    a = abs(s)
    quantum = max(e + a.bit_length() - p, emin - p + 1)
    if e < quantum:
        shift = quantum - e
        half = 1 << (shift - 1)
        rest = a & ((1 << shift) - 1)
        a >>= shift
        if rest > half or (rest == half and a & 1):
            a += 1
        e = quantum
        if a == 0:
            return ZERO
    if e + a.bit_length() - 1 > emax:
        return None
    return norm(a if s > 0 else -a, e)


def reciprocal(a, kind):
    """The number of the IEEE type nearest to 1/a (ties to even); None on overflow, for 0 and for a result of 0."""
    s, e = a
    if s == 0:
        return None
    places = abs(s).bit_length() + 64  # the quotient has at least 64 bits, more than any type keeps
    quotient, rest = divmod(1 << places, abs(s))
    quotient = quotient << 1 | (rest != 0)  # the last bit stands for all that is missing
    result = round_ieee(quotient if s > 0 else -quotient, -e - places - 1, kind)
    return result if result is not None and result[0] else None


def bits64(a):
    """The IEEE binary64 pattern of a number that fits; zero is positive zero."""
    s, e = a
    if s == 0:
        return 0
    m = abs(s)
    width = m.bit_length()
    top = e + width - 1
    if top >= -1022:
        bits = ((top + 1023) << 52) | ((m << (53 - width)) & ((1 << 52) - 1))
    else:
        bits = m << (e + 1074)
    return bits | (1 << 63) if s < 0 else bits


def from_bits(bits, kind):
    """The number with this IEEE pattern, or None for an infinity or a NaN."""
    if kind == "float32":
        sign, field, frac, ones, bias, places = bits >> 31, (bits >> 23) & 255, bits & 0x7FFFFF, 255, 127, 23
    else:
        sign, field, frac, ones, bias, places = (
            bits >> 63, (bits >> 52) & 2047, bits & ((1 << 52) - 1), 2047, 1023, 52)
    if field == ones:
        return None
    if field == 0:
        field = 1
    else:
        frac |= 1 << places
    return norm(-frac if sign else frac, field - bias - places)


# ---------------------------------------------------------------------------------------------------------
# JSON

class Odd:
    """A JSON number that is not a count; nothing in a certificate may be one."""

    def __init__(self, text):
        self.text = text


COUNT = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
VALUE = re.compile(r"(-?)0x([1-9a-f][0-9a-f]*)p(0|-?[1-9][0-9]{0,4})\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
PACKED = re.compile(r"(?:[A-Za-z0-9+/]{8})+\Z")
LONGEST_VALUE = 1 + 2 + MAX_DIGITS + 1 + 6


def count_or_odd(digits):
    if COUNT.match(digits):
        number = int(digits)
        if number <= 1 << 53:
            return number
    return Odd(digits)


def parse_json(data, place="$", number=count_or_odd):
    """The JSON value in these bytes; numbers become what `number` makes of their text, or an Odd."""
    if data[:3] == b"\xef\xbb\xbf":
        raise Rejected("syntax", place, "no byte order mark", "one")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as problem:
        raise Rejected("syntax", place, "UTF-8", "a wrong byte at offset %d" % problem.start) from None

    def no_duplicates(pairs):
        result = dict(pairs)
        if len(result) != len(pairs):
            seen = set()
            for key, _ in pairs:
                if key in seen:
                    raise Rejected("syntax", place, "each key once in an object", "%s twice" % show(key))
                seen.add(key)
        return result

    def no_constant(name):
        raise Rejected("syntax", place, "JSON", name)

    try:
        document = json.loads(text, object_pairs_hook=no_duplicates, parse_int=number, parse_float=Odd,
                              parse_constant=no_constant)
    except RecursionError:
        raise Rejected("syntax", place, "nesting of at most %d" % MAX_JSON_DEPTH, "more") from None
    except json.JSONDecodeError as problem:
        raise Rejected("syntax", place, "JSON", "%s at character %d" % (problem.msg, problem.pos)) from None
    # No shape below is deeper than a dozen levels, so the limit on nesting needs no count of its own: whatever
    # is nested deeper fails as an unknown member or a wrong type.
    return document


def bad(place, expected, found):
    raise Rejected("syntax", place, expected, show(found))


def get_object(thing, place, required, optional=()):
    if type(thing) is not dict:
        bad(place, "an object", thing)
    for key in required:
        if key not in thing:
            raise Rejected("syntax", place, "a member %s" % show(key), "none")
    if len(thing) != len(required):
        for key in thing:
            if key not in required and key not in optional:
                raise Rejected("syntax", place, "no member %s" % show(key), "one")
    return thing


def get_array(thing, place):
    if type(thing) is not list:
        bad(place, "an array", thing)
    return thing


def get_string(thing, place):
    if type(thing) is not str:
        bad(place, "a string", thing)
    try:
        thing.encode("utf-8")
    except UnicodeEncodeError:
        raise Rejected("syntax", place, "no lone surrogate", "one") from None
    return thing


def get_choice(thing, place, *choices):
    if type(thing) is not str or thing not in choices:
        bad(place, " or ".join(show(c) for c in choices), thing)
    return thing


def get_count(thing, place):
    if type(thing) is not int:  # bool is a type of its own here
        bad(place, "a count", thing)
    return thing


def get_value(thing, place, index=None):
    if thing == "0":
        return ZERO
    if type(thing) is str and len(thing) <= LONGEST_VALUE:
        match = VALUE.match(thing)
        if match:
            sign, digits, exponent = match.groups()
            if len(digits) <= MAX_DIGITS and digits[-1] in "13579bdf":
                e = int(exponent)
                if -MAX_EXPONENT <= e <= MAX_EXPONENT:
                    s = int(digits, 16)
                    return (-s if sign else s, e)
    bad(place if index is None else "%s[%d]" % (place, index), "a value in its canonical spelling", thing)


def get_values(thing, place):
    return [get_value(v, place, i) for i, v in enumerate(get_array(thing, place))]


def get_digest(thing, place):
    if type(thing) is not str or not DIGEST.match(thing):
        bad(place, "a digest of 64 lower-case hexadecimal digits", thing)
    return thing


def get_unit(thing, place):
    if type(thing) is not list or len(thing) != 2:
        bad(place, "a unit [layer, index]", thing)
    for n in thing:
        if type(n) is not int:
            bad(place, "counts for layer and index", n)
    return (thing[0], thing[1])


def get_counts(thing, place):
    return [get_count(v, "%s[%d]" % (place, i)) for i, v in enumerate(get_array(thing, place))]


class Leaf:
    """nu is a list of (layer, index, value, number of the entry); mu is None where it is not given."""

    __slots__ = ("nu", "rows", "mu", "m", "place")


def get_leaf(thing, place, with_m):
    get_object(thing, place, ("nu",), ("lambda", "mu", "m") if with_m else ("lambda", "mu"))
    leaf = Leaf()
    leaf.place = place
    leaf.nu = []
    for n, entry in enumerate(get_array(thing["nu"], place + ".nu")):
        if type(entry) is not list or not entry or type(entry[0]) is not int:
            bad("%s.nu[%d]" % (place, n), "[layer, index, value] or [layer, packed]", entry)
        if len(entry) == 3 and type(entry[1]) is int:
            leaf.nu.append((entry[0], entry[1], get_value(entry[2], place + ".nu", n), n))
        elif len(entry) == 2:
            leaf.nu.extend(unpacked(entry[0], entry[1], place, n))
        else:
            bad("%s.nu[%d]" % (place, n), "[layer, index, value] or [layer, packed]", entry)
    leaf.rows = []
    if "lambda" in thing:
        for n, entry in enumerate(get_array(thing["lambda"], place + ".lambda")):
            if type(entry) is not list or len(entry) != 2:
                bad("%s.lambda[%d]" % (place, n), "[row, value]", entry)
            leaf.rows.append((get_count(entry[0], "%s.lambda[%d][0]" % (place, n)),
                              get_value(entry[1], place + ".lambda", n)))
    leaf.mu = get_value(thing["mu"], place + ".mu") if "mu" in thing else None
    leaf.m = get_value(thing["m"], place + ".m") if "m" in thing else ONE
    return leaf


def unpacked(layer, text, place, n):
    """The multipliers of an entry [layer, packed]: two bytes of index and four of IEEE binary32 for each."""
    if type(text) is not str or not PACKED.match(text):
        bad("%s.nu[%d]" % (place, n), "8 characters of base64 for each multiplier", text)
    result = []
    for index, bits in struct.iter_unpack(">HI", base64.b64decode(text)):
        value = from_bits(bits, "float32")
        if value is None or bits == 0x80000000:
            bad("%s.nu[%d]" % (place, n), "finite multipliers, none of them negative zero", "bits %08x" % bits)
        result.append((layer, index, value, n))
    return result


STABILITIES = ("stably-inactive", "stably-active", "unstable", "undecided")


def get_verdict(thing, place):
    if type(thing) is not dict:
        bad(place, "an object", thing)
    kind = get_choice(thing.get("stability"), place + ".stability", *STABILITIES)
    required = ("unit", "stability", "lower", "upper", "settledBy")
    optional = ()
    if kind == "unstable":
        required += ("positive", "negative")
    elif kind == "undecided":
        required += ("limit",)
        optional = ("positive", "negative")
    else:
        optional = ("constant", "floatSafe")
    get_object(thing, place, required, optional)
    verdict = {"unit": get_unit(thing["unit"], place + ".unit"), "stability": kind,
               "lower": get_value(thing["lower"], place + ".lower"),
               "upper": get_value(thing["upper"], place + ".upper")}
    get_string(thing["settledBy"], place + ".settledBy")
    if "limit" in thing:
        get_string(thing["limit"], place + ".limit")
    if "constant" in thing:
        verdict["constant"] = get_value(thing["constant"], place + ".constant")
    if "floatSafe" in thing:
        if thing["floatSafe"] is not True:
            bad(place + ".floatSafe", "true", thing["floatSafe"])
        verdict["floatSafe"] = True
    for key in ("positive", "negative"):
        if key in thing:
            verdict[key] = get_count(thing[key], "%s.%s" % (place, key))
    return verdict


def get_file(thing, place):
    get_object(thing, place, ("name", "sha256"))
    return (get_string(thing["name"], place + ".name"), get_digest(thing["sha256"], place + ".sha256"))


# what a rewrite names, and its other members
REWRITES = {"remove-inactive": ("unit",), "fold-constant": ("unit",), "remove-unread": ("unit",),
            "substitute": ("unit", "by", "constant"), "add-linear": ("unit", "shift"),
            "replace-linear": ("layer", "units", "by", "shifts"),
            "fold-layer": ("layer",), "make-constant": ("layer",)}


def get_terms(thing, place):
    """Pairs [index, value]."""
    terms = []
    for n, entry in enumerate(get_array(thing, place)):
        if type(entry) is not list or len(entry) != 2:
            bad("%s[%d]" % (place, n), "[index, value]", entry)
        terms.append((get_count(entry[0], "%s[%d][0]" % (place, n)), get_value(entry[1], place, n)))
    return terms


def get_form(thing, place):
    """None for "inputs", else the rows and the mix of replace-linear."""
    if type(thing) is str:
        get_choice(thing, place, "inputs")
        return None
    get_object(thing, place, ("rows", "mix"))
    mix = []
    for n, entry in enumerate(get_array(thing["mix"], place + ".mix")):
        here = "%s.mix[%d]" % (place, n)
        if type(entry) is not list or len(entry) != 2:
            bad(here, "[index, [value, ...]]", entry)
        mix.append((get_count(entry[0], here + "[0]"), get_values(entry[1], here + "[1]")))
    return get_counts(thing["rows"], place + ".rows"), mix


def get_rewrite(entry, place):
    """The rule, the unit or layer it is about, and its other members by name."""
    if type(entry) is not dict:
        bad(place, "an object", entry)
    rule = get_choice(entry.get("rule"), place + ".rule", *REWRITES)
    members = REWRITES[rule]
    get_object(entry, place, ("rule",) + members)
    read = get_unit if members[0] == "unit" else get_count
    subject = read(entry[members[0]], "%s.%s" % (place, members[0]))
    readers = {"by": get_terms if rule == "substitute" else get_form, "constant": get_value,
               "shift": get_value, "shifts": get_values, "units": get_counts}
    return rule, subject, {name: readers[name](entry[name], "%s.%s" % (place, name)) for name in members[1:]}


def get_argmax(thing, place):
    if thing is None:
        return None
    get_object(thing, place, ("class", "leaves"))
    leaves = [get_leaf(leaf, "%s.leaves[%d]" % (place, n), False)
              for n, leaf in enumerate(get_array(thing["leaves"], place + ".leaves"))]
    return get_count(thing["class"], place + ".class"), leaves


def get_pruning(thing, place):
    get_object(thing, place, ("rewrites", "kept", "difference", "floatDifference", "argmax", "result"))
    rewrites = [get_rewrite(entry, "%s.rewrites[%d]" % (place, n))
                for n, entry in enumerate(get_array(thing["rewrites"], place + ".rewrites"))]
    kept = []
    for n, entry in enumerate(get_array(thing["kept"], place + ".kept")):
        here = "%s.kept[%d]" % (place, n)
        get_object(entry, here, ("layer", "units"))
        kept.append((get_count(entry["layer"], here + ".layer"), get_counts(entry["units"], here + ".units")))
    result = get_object(thing["result"], place + ".result", ("file", "network"))
    return {"rewrites": rewrites, "kept": kept,
            "difference": get_values(thing["difference"], place + ".difference"),
            "floatDifference": None if thing["floatDifference"] is None else
            get_values(thing["floatDifference"], place + ".floatDifference"),
            "argmax": get_argmax(thing["argmax"], place + ".argmax"),
            "file": get_file(result["file"], place + ".result.file")[1],
            "network": get_digest(result["network"], place + ".result.network")}


def get_head(document, place, form):
    """The members that a document and the first line of the form in lines have in common."""
    get_choice(document["format"], place + ".format", form)
    if get_count(document["version"], place + ".version") != 3:
        bad(place + ".version", "3", document["version"])
    get_string(document["producer"], place + ".producer")
    model = get_object(document["model"], place + ".model", ("files", "network"))
    files = [get_file(f, "%s.model.files[%d]" % (place, n))
             for n, f in enumerate(get_array(model["files"], place + ".model.files"))]
    network = get_digest(model["network"], place + ".model.network")
    member = None if document["member"] is None else get_count(document["member"], place + ".member")
    return {"files": files, "network": network, "member": member, "place": place,
            "domain": get_domain(document["domain"], place + ".domain")}


def get_domain(domain, place):
    get_object(domain, place, ("lower", "upper", "rows", "ball"))
    rows = []
    for n, row in enumerate(get_array(domain["rows"], place + ".rows")):
        here = "%s.rows[%d]" % (place, n)
        get_object(row, here, ("terms", "bound"))
        terms = []
        for t, term in enumerate(get_array(row["terms"], here + ".terms")):
            if type(term) is not list or len(term) != 2:
                bad("%s.terms[%d]" % (here, t), "[input, value]", term)
            terms.append((get_count(term[0], "%s.terms[%d][0]" % (here, t)),
                          get_value(term[1], here + ".terms", t)))
        rows.append((terms, get_value(row["bound"], here + ".bound")))
    ball = domain["ball"]
    if ball is not None:
        get_object(ball, place + ".ball", ("center", "radius"))
        ball = (get_values(ball["center"], place + ".ball.center"),
                get_value(ball["radius"], place + ".ball.radius"))
    return {"lower": get_values(domain["lower"], place + ".lower"),
            "upper": get_values(domain["upper"], place + ".upper"), "rows": rows, "ball": ball, "place": place}


def get_side(thing, place):
    return 1 if get_choice(thing, place, "upper", "lower") == "upper" else -1


def get_lemma(thing, place):
    """(unit, side, leaf)"""
    return (get_unit(thing["unit"], place + ".unit"), get_side(thing["side"], place + ".side"),
            get_leaf(thing["leaf"], place + ".leaf", False))


def get_claim(thing, place):
    """What a tree proves: (unit, side, bound)."""
    return (get_unit(thing["unit"], place + ".unit"), get_side(thing["side"], place + ".side"),
            get_value(thing["bound"], place + ".bound"))


def get_node(thing, place):
    """A unit for a split, or a Leaf."""
    if type(thing) is dict and "split" in thing:
        get_object(thing, place, ("split",))
        return get_unit(thing["split"], place + ".split")
    get_object(thing, place, ("leaf",))
    return get_leaf(thing["leaf"], place + ".leaf", True)


def get_region_node(thing, place):
    """A node of section 15: (kind, unit, leaves) for "split", "on", "off" (the empty side) and "zero"; ("point", values)."""
    if type(thing) is dict:
        if "split" in thing:
            get_object(thing, place, ("split",))
            return ("split", get_unit(thing["split"], place + ".split"), ())
        if "empty" in thing:
            get_object(thing, place, ("empty", "unit", "leaf"))
            return (get_choice(thing["empty"], place + ".empty", "on", "off"), get_unit(thing["unit"], place + ".unit"),
                    (get_leaf(thing["leaf"], place + ".leaf", True),))
        if "zero" in thing:
            get_object(thing, place, ("zero", "upper", "lower"))
            return ("zero", get_unit(thing["zero"], place + ".zero"),
                    tuple(get_leaf(thing[side], "%s.%s" % (place, side), True) for side in ("upper", "lower")))
    get_object(thing, place, ("point",))
    return ("point", get_values(thing["point"], place + ".point"))


def get_cell(thing, place):
    """The nodes of a line of section 13."""
    nodes = [get_region_node(node, "%s[%d]" % (place, n)) for n, node in enumerate(get_array(thing, place))]
    if not nodes:
        bad(place, "nodes", thing)
    for n, node in enumerate(nodes):
        if (node[0] == "point") != (n == len(nodes) - 1):
            raise Rejected("syntax", "%s[%d]" % (place, n), "one point, at the end", "a point" if node[0] == "point" else "none")
    return nodes


def get_region_counts(thing, place):
    return [get_counts(part, "%s[%d]" % (place, n)) for n, part in enumerate(get_array(thing, place))]


def get_regions(thing, place):
    """(layers, counts, nodes)"""
    get_object(thing, place, ("layers", "counts", "tree"))
    return (get_count(thing["layers"], place + ".layers"), get_region_counts(thing["counts"], place + ".counts"),
            [get_region_node(node, "%s.tree[%d]" % (place, n)) for n, node in enumerate(get_array(thing["tree"], place + ".tree"))])


def get_cut(thing, place):
    """(input, value)"""
    if type(thing) is not list or len(thing) != 2:
        bad(place, "a cut [input, value]", thing)
    return (get_count(thing[0], place + "[0]"), get_value(thing[1], place + "[1]"))


def get_box_node(thing, place):
    """A cut, or None for a box."""
    if type(thing) is dict:
        return get_cut(get_object(thing, place, ("cut",))["cut"], place + ".cut")
    get_choice(thing, place, "box")
    return None


def get_targets(thing, place):
    """Tuples (layer, index, side)."""
    targets = []
    for n, target in enumerate(get_array(thing, place)):
        here = "%s[%d]" % (place, n)
        if type(target) is not list or len(target) != 3:
            bad(here, "a target [layer, index, side]", target)
        targets.append((get_count(target[0], here + "[0]"), get_count(target[1], here + "[1]"), get_side(target[2], here + "[2]")))
    return targets


def get_boxes(thing, place):
    """(targets, nodes)"""
    get_object(thing, place, ("targets", "tree"))
    nodes = get_array(thing["tree"], place + ".tree")
    if len(nodes) > MAX_NODES:
        raise Rejected("limits", place + ".tree", "at most %d nodes" % MAX_NODES, len(nodes))
    return (get_targets(thing["targets"], place + ".targets"),
            [get_box_node(node, "%s.tree[%d]" % (place, n)) for n, node in enumerate(nodes)])


def read_document(data):
    """Sections 1, 2 and the shape of every object; then the limits."""
    document = parse_json(data)
    get_object(document, "$", ("format", "version", "producer", "model", "domain", "points", "member", "steps",
                               "verdicts", "regions", "pruning"), ("boxes",))
    cert = get_head(document, "$", "espalier-certificate")
    for key, most in (("points", MAX_POINTS), ("steps", MAX_STEPS)):
        if len(get_array(document[key], "$." + key)) > most:
            raise Rejected("limits", "$." + key, "at most %d" % most, len(document[key]))
    cert["points"] = [get_values(p, "$.points[%d]" % n) for n, p in enumerate(document["points"])]
    boxes = document.get("boxes")
    cert["boxes"] = None if boxes is None else get_boxes(boxes, "$.boxes")
    cert["steps"] = steps = []
    for n, step in enumerate(document["steps"]):
        here = "$.steps[%d]" % n
        if type(step) is not dict:
            bad(here, "an object", step)
        if "leaf" in step:
            get_object(step, here, ("unit", "side", "leaf"))
            steps.append(get_lemma(step, here))
        else:
            get_object(step, here, ("unit", "side", "bound", "tree"))
            nodes = get_array(step["tree"], here + ".tree")
            if len(nodes) > MAX_NODES:
                raise Rejected("limits", here + ".tree", "at most %d nodes" % MAX_NODES, len(nodes))
            steps.append(get_claim(step, here) + ([get_node(node, "%s.tree[%d]" % (here, i))
                                                   for i, node in enumerate(nodes)],))
    cert["verdicts"] = [get_verdict(v, "$.verdicts[%d]" % n)
                        for n, v in enumerate(get_array(document["verdicts"], "$.verdicts"))]
    cert["regions"] = None if document["regions"] is None else get_regions(document["regions"], "$.regions")
    cert["pruning"] = None if document["pruning"] is None else get_pruning(document["pruning"], "$.pruning")
    return cert


# ---------------------------------------------------------------------------------------------------------
# Section 13: the form in lines

FIRST_BYTES = b'{"sum": '
LINE_START = re.compile(rb'\{"sum": "([0-9a-f]{16})", "of": "([0-9a-f]{64})", ')
SUMMED = len('{"sum": "0123456789abcdef", ')  # the sum covers a line from here on
# A member by which a line of this kind is known, its other members, and its place in the order of lines.
LINES = (("format", "head", ("version", "producer", "model", "domain", "member"), 0),
         ("boxes", "boxes", (), 1),
         ("cuts", "box", (), 2),
         ("splits", "branch", ("leaf",), 3),
         ("bound", "tree", ("unit", "side"), 3),
         ("leaf", "lemma", ("unit", "side"), 3),
         ("point", "point", (), 4),
         ("verdict", "verdict", (), 5),
         ("regions", "regions", (), 6),
         ("cell", "cell", (), 7),
         ("counts", "counts", (), 8),
         ("pruning", "pruning", (), 9),
         ("end", "end", (), 10))
STEPS, POINTS, VERDICTS, END = 3, 4, 5, 10
SINGLE = ("boxes", "regions", "counts", "pruning", "end")  # kinds of which there is one line at most


def read_lines(stream):
    """The lines, one by one: (number, kind, its place in the order, the digest `of`, the object)."""
    previous = b"0" * 16
    number = 0
    while True:
        line = stream.readline(MAX_LINE + 1)
        if not line:
            return
        number += 1
        place = "line %d" % number
        if not line.endswith(b"\n"):
            raise Rejected("lines", place, "a line feed after at most %d bytes" % MAX_LINE, "none")
        line = line[:-1]
        start = LINE_START.match(line)
        if not start or not line.endswith(b"}"):
            raise Rejected("lines", place, 'an object with "sum" and "of" and nothing around it', "something else")
        sum_ = hashlib.sha256(previous)
        sum_.update(memoryview(line)[SUMMED:])
        previous = sum_.hexdigest()[:16].encode()
        if start.group(1) != previous:
            raise Rejected("lines", place, "the sum " + previous.decode(), start.group(1).decode())
        thing = parse_json(line, place + " $")
        for mark, kind, others, order in LINES:
            if mark in thing:
                get_object(thing, place + " $", ("sum", "of", mark) + others)
                yield number, kind, order, thing["of"], thing
                break
        else:
            raise Rejected("lines", place, "a known kind of line", "another")


def claims_digest(network, domain):
    """The digest `of`, which binds lines to network and domain; all numbers of a checked domain fit binary64."""
    sink = hashlib.sha256(b"espalier-claims/2\n" + network.digest().encode() + b"\n")

    def count(n):
        sink.update(struct.pack(">Q", n))

    def number(value):
        sink.update(struct.pack(">Q", bits64(value)))

    raw = domain.raw
    count(network.inputs)
    for low, high in zip(raw["lower"], raw["upper"]):
        number(low)
        number(high)
    count(len(raw["rows"]))
    for terms, bound in raw["rows"]:
        count(len(terms))
        for t, coefficient in terms:
            count(t)
            number(coefficient)
        number(bound)
    count(0 if raw["ball"] is None else 1)
    if raw["ball"] is not None:
        for value in raw["ball"][0]:
            number(value)
        number(raw["ball"][1])
    return sink.hexdigest()


# ---------------------------------------------------------------------------------------------------------
# Networks

class Layer:
    """z = W h + b with W[i][t] * 2^e and b[i] * 2^e; relu[i] says whether unit i is a relu unit; section 8 says
    what a plain layer is."""

    def __init__(self, weights, biases, relu, inputs, e):
        self.W, self.b, self.relu, self.inputs, self.e = weights, biases, relu, inputs, e
        self.units = len(biases)
        self.plain = False

    @staticmethod
    def of_pairs(rows, biases, relu, inputs):
        low = None
        for row in rows + [biases]:
            for s, e in row:
                if s and (low is None or e < low):
                    low = e
        low = low or 0
        return Layer([[s << (e - low) if s else 0 for s, e in row] for row in rows],
                     [s << (e - low) if s else 0 for s, e in biases], relu, inputs, low)


class Network:
    def __init__(self, kind, inputs, layers):
        self.kind, self.inputs, self.layers = kind, inputs, layers
        self.files = []
        self.maps = []  # the output maps: the version of the operators, then one description for each
        self._digest = None

    def digest(self):
        if self._digest is None:
            sink = hashlib.sha256()
            sink.update(b"espalier-network/1\n" + self.kind.encode() + b"\n")
            sink.update(struct.pack(">QQ", self.inputs, len(self.layers)))
            for layer in self.layers:
                sink.update(struct.pack(">Q", layer.units))
                sink.update(bytes(1 if r else 0 for r in layer.relu))
                for row in layer.W + [layer.b]:
                    sink.update(struct.pack(">%dQ" % len(row), *[bits64(norm(x, layer.e)) for x in row]))
            self._digest = sink.hexdigest()
        return self._digest


# ---------------------------------------------------------------------------------------------------------
# Protocol buffers and ONNX

def read_varint(data, at, end):
    value = shift = 0
    while True:
        if at >= end or shift > 63:
            raise Unreadable("a broken varint at byte %d" % at)
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7


def fields(data, start, end):
    """The fields of one message: (number, wire type, value); for bytes the value is a (start, end) range."""
    at = start
    while at < end:
        key, at = read_varint(data, at, end)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise Unreadable("field number 0 at byte %d" % at)
        if wire == 0:
            value, at = read_varint(data, at, end)
        elif wire == 1 or wire == 5:
            size = 8 if wire == 1 else 4
            if end - at < size:
                raise Unreadable("a cut-off field at byte %d" % at)
            value, at = int.from_bytes(data[at:at + size], "little"), at + size
        elif wire == 2:
            size, at = read_varint(data, at, end)
            if size > end - at:
                raise Unreadable("a cut-off field at byte %d" % at)
            value, at = (at, at + size), at + size
        else:
            raise Unreadable("wire type %d at byte %d" % (wire, at))
        yield number, wire, value


def signed64(value):
    return value - (1 << 64) if value >> 63 else value


class Message:
    """Known fields of a message, each checked for its wire type; singular fields may stand once only."""

    def __init__(self, data, span, single, repeated):
        self.data = data
        self.values = {}
        for number, wire, value in fields(data, span[0], span[1]):
            if number in repeated:
                wanted, unit = repeated[number]
                bucket = self.values.setdefault(number, [])
                if wire == wanted:
                    bucket.append(value)
                elif wire == 2 and unit is not None:  # packed
                    self.unpack(bucket, value, unit)
                else:
                    raise Unreadable("field %d has wire type %d" % (number, wire))
            elif number in single:
                if wire != single[number]:
                    raise Unreadable("field %d has wire type %d" % (number, wire))
                if number in self.values:
                    raise Unreadable("field %d stands twice in one message" % number)
                self.values[number] = value

    def unpack(self, bucket, span, unit):
        at, end = span
        if unit == 0:
            while at < end:
                value, at = read_varint(self.data, at, end)
                bucket.append(value)
        else:
            if (end - at) % unit:
                raise Unreadable("a packed field of a wrong length")
            bucket.extend(struct.unpack("<%d%s" % ((end - at) // unit, "I" if unit == 4 else "Q"),
                                        self.data[at:end]))

    def number(self, field, default=0):
        return signed64(self.values.get(field, default))

    def text(self, field):
        span = self.values.get(field)
        return self.decode(span) if span else ""

    def texts(self, field):
        return [self.decode(span) for span in self.values.get(field, ())]

    def decode(self, span):
        try:
            return self.data[span[0]:span[1]].decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("a name that is not UTF-8") from None

    def list(self, field):
        return self.values.get(field, [])


FLOAT, INT32, INT64, BOOL, DOUBLE = 1, 6, 7, 9, 11
KINDS = {FLOAT: ("float32", 4), DOUBLE: ("float64", 8), INT32: ("int32", 4), INT64: ("int64", 8), BOOL: ("bool", 1)}
MAX_RANK = 16


class Constant:
    """A constant that was read: numbers as pairs for float32 and float64, as integers for "integer"."""

    def __init__(self, name, dims, kind, values):
        self.name, self.dims, self.kind, self.values = name, dims, kind, values
        if kind == "integer" and any(abs(x) >= 1 << 53 for x in values):
            raise Unreadable("constant %s holds an integer that is too large" % name)

    def numbers(self):
        if self.kind == "integer":
            raise Unreadable("constant %s is not float32 or float64" % self.name)
        return self.values

    def integers(self):
        """A list of sizes or axes."""
        if self.kind != "integer" or len(self.dims) > 1 or len(self.values) > MAX_RANK:
            raise Unreadable("constant %s is not a short list of integers" % self.name)
        return self.values

    def cast(self, code):
        if code == FLOAT:
            pairs = [norm(x, 0) for x in self.values] if self.kind == "integer" else self.values
            values = [round_ieee(s, e, "float32") for s, e in pairs]
            if None in values:
                raise Unreadable("a Cast of %s overflows float32" % self.name)
            return Constant(self.name, self.dims, "float32", values)
        if code == DOUBLE:
            pairs = [norm(x, 0) for x in self.values] if self.kind == "integer" else self.values
            return Constant(self.name, self.dims, "float64", pairs)
        if code == INT64 and self.kind == "integer":
            return self
        raise Unreadable("a Cast of constant %s to element type %d" % (self.name, code))

    def transposed(self):
        if len(self.dims) != 2:
            raise Unreadable("a Transpose of constant %s, which is no matrix" % self.name)
        rows, columns = self.dims
        return Constant(self.name, [columns, rows], self.kind,
                        [self.values[i * columns + j] for j in range(columns) for i in range(rows)])


class Tensor:
    def __init__(self, reader, data, span):
        m = Message(data, span, {2: 0, 3: 2, 8: 2, 9: 2, 14: 0},
                    {1: (0, 0), 4: (5, 4), 5: (0, 0), 6: (2, None), 7: (0, 0), 10: (1, 8), 11: (0, 0), 13: (2, None)})
        self.name = m.text(8)
        self.dims = [signed64(d) for d in m.list(1)]
        self.type = m.number(2)
        if any(d < 0 for d in self.dims) or len(self.dims) > MAX_RANK:
            raise Unreadable("tensor %s has a wrong shape" % self.name)
        self.size = 1
        for d in self.dims:
            self.size *= d
        if self.size > MAX_NUMBERS:
            raise Unreadable("tensor %s is too large" % self.name)
        if 3 in m.values:
            raise Unreadable("tensor %s is stored in segments" % self.name)
        self.message = m
        self.reader = reader
        self.external = None
        location = m.number(14)
        if location == 1:
            self.external = {}
            for entry in m.list(13):
                pair = Message(data, entry, {1: 2, 2: 2}, {})
                key = pair.text(1)
                if key in self.external or key not in ("location", "offset", "length", "checksum"):
                    raise Unreadable("tensor %s names %s twice or for nothing" % (self.name, key))
                self.external[key] = pair.text(2)
            if "location" not in self.external:
                raise Unreadable("tensor %s has external data without a location" % self.name)
            reader.external_file(self.external["location"])  # in order of the initializers
        elif location != 0 or m.list(13):
            raise Unreadable("tensor %s has a wrong data location" % self.name)

    def patterns(self):
        """The stored bit patterns (integers)."""
        if self.type not in KINDS:
            raise Unreadable("tensor %s has element type %d" % (self.name, self.type))
        kind, width = KINDS[self.type]
        m = self.message
        typed = {FLOAT: 4, DOUBLE: 10, INT64: 7, INT32: 5, BOOL: 5}[self.type]
        sources = [f for f in (4, 5, 6, 7, 10, 11) if m.list(f)]
        raw = None
        if self.external is not None:
            if sources or 9 in m.values:
                raise Unreadable("tensor %s is stored twice" % self.name)
            blob = self.reader.external_file(self.external["location"])
            offset = self.plain_number("offset", 0)
            length = self.plain_number("length", len(blob) - offset)
            if length < 0 or offset > len(blob) or length > len(blob) - offset:
                raise Unreadable("tensor %s lies outside its external file" % self.name)
            raw = blob[offset:offset + length]
        elif 9 in m.values:
            if sources:
                raise Unreadable("tensor %s is stored twice" % self.name)
            raw = m.data[m.values[9][0]:m.values[9][1]]
        if raw is not None:
            if len(raw) != self.size * width:
                raise Unreadable("tensor %s has %d bytes for %d numbers" % (self.name, len(raw), self.size))
            return struct.unpack("<%d%s" % (self.size, {4: "I", 8: "Q", 1: "B"}[width]), raw)
        if any(f != typed for f in sources) or len(m.list(typed)) != self.size:
            raise Unreadable("tensor %s has a wrong number of elements" % self.name)
        return m.list(typed)

    def plain_number(self, key, default):
        text = self.external.get(key)
        if text is None:
            return default
        if not re.match(r"[0-9]{1,18}\Z", text):
            raise Unreadable("tensor %s has a wrong %s" % (self.name, key))
        return int(text)

    def constant(self):
        patterns = self.patterns()
        kind = KINDS[self.type][0]
        if self.type in (FLOAT, DOUBLE):
            values = [from_bits(bits, kind) for bits in patterns]
            if None in values:
                raise Unreadable("tensor %s holds an infinity or a NaN" % self.name)
        elif self.type == BOOL:
            kind, values = "integer", [int(x != 0) for x in patterns]
        else:
            kind, top = "integer", 1 << (31 if self.type == INT32 else 63)
            values = [(x & (2 * top - 1) ^ top) - top for x in patterns]
        return Constant(self.name, self.dims, kind, values)


class Node:
    def __init__(self, reader, data, span):
        m = Message(data, span, {3: 2, 4: 2, 6: 2, 7: 2, 8: 2}, {1: (2, None), 2: (2, None), 5: (2, None)})
        self.reader = reader
        self.op, self.domain = m.text(4), m.text(7)
        self.inputs, self.outputs = m.texts(1), m.texts(2)
        self.attributes = {}
        for entry in m.list(5):
            a = Message(data, entry, {1: 2, 2: 5, 3: 0, 4: 2, 5: 2, 6: 2, 20: 0, 21: 2, 22: 2, 23: 2},
                        {7: (5, 4), 8: (0, 0), 9: (2, None), 10: (2, None), 11: (2, None)})
            name = a.text(1)
            if name in self.attributes:
                raise Unreadable("an attribute %s stands twice" % name)
            if 21 in a.values:
                raise Unreadable("attribute %s refers to a function" % name)
            self.attributes[name] = a
        if self.domain not in ("", "ai.onnx") or m.text(8):
            raise Unreadable("operator %s of domain %s" % (self.op, self.domain))

    def only(self, *names):
        for name in self.attributes:
            if name not in names:
                raise Unreadable("%s with attribute %s" % (self.op, name))

    def typed(self, name, code):
        """The attribute, which has this type, or None; old files leave the type out."""
        a = self.attributes.get(name)
        if a is not None and 20 in a.values and a.values[20] != code:
            raise Unreadable("%s with an attribute %s of type %d" % (self.op, name, a.values[20]))
        return a

    def integer(self, name, default):
        a = self.typed(name, 2)
        return default if a is None else a.number(3)

    def real(self, name):
        a = self.typed(name, 1)
        return ONE if a is None else finite(a.values.get(2, 0), "%s of %s" % (name, self.op))

    def integers(self, name):
        a = self.typed(name, 7)
        return None if a is None else [signed64(v) for v in a.list(8)]

    def value(self):
        """What a Constant node makes."""
        if self.inputs or len(self.outputs) != 1 or not self.outputs[0] or len(self.attributes) != 1:
            raise Unreadable("a Constant node with a wrong number of parts")
        (name, a), = self.attributes.items()
        place = self.outputs[0]
        if name == "value":
            span = self.typed(name, 4).values.get(5)
            if span is None:
                raise Unreadable("a Constant node without a tensor")
            return Tensor(self.reader, a.data, span)
        if name == "value_float":
            return Constant(place, [], "float32", [self.real(name)])
        if name == "value_floats":
            values = [finite(bits, place) for bits in self.typed(name, 6).list(7)]
            return Constant(place, [len(values)], "float32", values)
        if name == "value_int":
            return Constant(place, [], "integer", [self.integer(name, 0)])
        if name == "value_ints":
            values = self.integers(name)
            return Constant(place, [len(values)], "integer", values)
        raise Unreadable("Constant with attribute %s" % name)

    def description(self):
        """Operator and attributes, to compare two nodes by."""
        result = []
        for name, a in self.attributes.items():
            parts = []
            for field, value in sorted(a.values.items()):
                if field not in (1, 13, 20):
                    spans = field in (4, 5, 6, 9, 10, 11, 22, 23)
                    items = value if isinstance(value, list) else [value]
                    parts.append((field, [a.data[x[0]:x[1]] if spans else x for x in items]))
            result.append((name, parts))
        return self.op, sorted(result)


def finite(bits, place):
    number = from_bits(bits, "float32")
    if number is None:
        raise Unreadable("an infinity or a NaN in %s" % place)
    return number


class Shape:
    """Axes with their sizes, None for the batch axis, whose size may be known; section 10, rules 3 and 4."""

    def __init__(self, axes, batch):
        self.axes, self.batch = axes, batch if None in axes else None

    @property
    def features(self):
        return product(d for d in self.axes if d is not None)

    def single(self, axis):
        return self.batch == 1 if axis is None else axis == 1

    def melted(self):
        if None in self.axes and self.batch not in (None, 1):
            raise Unreadable("a batch of %d among the features" % self.batch)
        return [d for d in self.axes if d is not None]

    def features_last(self):
        return bool(self.axes) and self.axes[-1] == self.features

    def column(self):
        return (len(self.axes) > 1 and self.single(self.axes[-1]) and self.axes[-2] == self.features
                and all(d is None or d == 1 for d in self.axes[:-2]))

    def at(self, place, count):
        axes = list(self.axes)
        axes[place] = count
        return Shape(axes, self.batch)

    def positions(self, named, rank):
        places = [a + rank if a < 0 else a for a in named]
        if len(set(places)) != len(places) or any(not 0 <= a < rank for a in places):
            raise Unreadable("wrong axes for a shape of %d" % rank)
        return places

    def flattened(self, axis):
        axis += len(self.axes) if axis < 0 else 0
        if not 0 <= axis <= len(self.axes):
            raise Unreadable("a Flatten with a wrong axis")
        before = self.axes[:axis]
        if None in before and all(d is None or d == 1 for d in before):
            return Shape([None, self.features], self.batch)
        self.melted()
        left = product(d for d in before if d is not None)
        return Shape([left, self.features // left], None)

    def filled(self, sizes):
        """The sizes with -1 replaced, or None if they do not hold all features."""
        rest = product(d for d in sizes if d != -1)
        if -1 in sizes:
            return [self.features // rest if d == -1 else d for d in sizes] if self.features % rest == 0 else None
        return list(sizes) if rest == self.features else None

    def reshaped(self, target, allow_zero):
        sizes = []
        for i, d in enumerate(target):
            if d == 0 and not allow_zero and i < len(self.axes):
                d = self.axes[i]
                if d is None and i > 0:
                    raise Unreadable("a Reshape that moves the batch axis")
            elif d < -1 or d == 0:
                raise Unreadable("a Reshape with a wrong shape")
            sizes.append(d)
        if sizes.count(-1) > 1:
            raise Unreadable("a Reshape with two open axes")
        if None in sizes:
            rest = self.filled(sizes[1:])
        else:
            rest = None
            if len(sizes) > 1 and None in self.axes and sizes[0] in (-1, self.batch):
                rest = self.filled(sizes[1:])
            if rest is None:
                self.melted()
                sizes = self.filled(sizes)
                if sizes is None:
                    raise Unreadable("a Reshape that changes the number of elements")
                return Shape(sizes, None)
        if rest is None:
            raise Unreadable("a Reshape that changes the number of elements")
        return Shape([None] + rest, self.batch)

    def squeezed(self, named):
        if named is None:
            named = [i for i, d in enumerate(self.axes) if self.single(d)]
        gone = self.positions(named, len(self.axes))
        if any(not self.single(self.axes[a]) for a in gone):
            raise Unreadable("a Squeeze of a wrong axis")
        return Shape([d for i, d in enumerate(self.axes) if i not in gone], self.batch)

    def unsqueezed(self, named):
        if named is None:
            raise Unreadable("an Unsqueeze without axes")
        rank = len(self.axes) + len(named)
        new = self.positions(named, rank)
        if rank > MAX_RANK:
            raise Unreadable("a shape of %d axes" % rank)
        rest = iter(self.axes)
        return Shape([1 if i in new else next(rest) for i in range(rank)], self.batch)

    def transposed(self, order):
        if order is None:
            order = list(range(len(self.axes)))[::-1]
        if sorted(order) != list(range(len(self.axes))):
            raise Unreadable("a Transpose with a wrong order")
        moved = [i for i in order if not self.single(self.axes[i])]
        if moved != sorted(moved):
            raise Unreadable("a Transpose of the data")
        return Shape([self.axes[i] for i in order], self.batch)


SKIPPED = ("Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast", "Transpose")
OUTPUT_MAPS = ("Softmax", "LogSoftmax", "Hardmax", "ArgMax", "ArgMin", "Sigmoid", "Tanh")
COMPANIONS = ("Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze")
OLDEST_OPERATORS, NEWEST_OPERATORS = 7, 28


def opened(path):
    """A plain file, open for reading."""
    try:
        handle = open(path, "rb")
    except (OSError, ValueError) as problem:
        raise Unavailable("%s: %s" % (path, getattr(problem, "strerror", None) or problem)) from None
    if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        handle.close()
        raise Unavailable("%s is not a plain file" % path)
    return handle


def read_file(path):
    with opened(path) as handle:
        try:
            return handle.read()
        except OSError as problem:
            raise Unavailable("%s: %s" % (path, problem.strerror)) from None


class Affine:
    """An affine map on its way to a layer. A matrix has rows, one for each unit; a scale and shift has the
    diagonal of its matrix instead. `plain` follows section 8: False, True, or BARE for the product of a MatMul
    that may still take in one Add or Sub. `offset` marks such an Add or Sub; `neutral` marks nodes that change no
    number, which do not count."""

    def __init__(self, rows, diagonal, biases, width, plain=False, offset=False, neutral=False):
        self.rows, self.diagonal, self.biases, self.width = rows, diagonal, biases, width
        self.plain, self.offset, self.neutral = plain, offset, neutral


BARE = "bare"


class Reader:
    """Reads an ONNX file; without a folder there is no external data."""

    def __init__(self, folder, data):
        self.folder = folder
        self.externals = {}
        self.cast = False  # whether the data of the network goes through a Cast
        self.data = data
        self.network = self.read()
        self.network.files = [hashlib.sha256(data).hexdigest()] + [
            hashlib.sha256(blob).hexdigest() for blob in self.externals.values()]

    def external_file(self, name):
        if name not in self.externals:
            if name in ("", ".", "..") or any(c in name for c in "/\\:\0"):
                raise Unreadable("external data in %s, which is not a plain file name" % show(name))
            if self.folder is None:
                raise Unreadable("external data, which cannot be had here")
            self.externals[name] = read_file(os.path.join(self.folder, name))
        return self.externals[name]

    def read(self):
        data = self.data
        model = Message(data, (0, len(data)), {1: 0, 7: 2}, {8: (2, None), 25: (2, None)})
        if 7 not in model.values:
            raise Unreadable("no graph in the file")
        if model.list(25):
            raise Unreadable("a model with functions of its own")
        opset = None
        for entry in model.list(8):
            m = Message(data, entry, {1: 2, 2: 0}, {})
            if m.text(1) in ("", "ai.onnx"):
                if opset is not None:
                    raise Unreadable("two versions of the standard operators")
                opset = m.number(2)
        if opset is None or not OLDEST_OPERATORS <= opset <= NEWEST_OPERATORS:
            raise Unreadable("version %s of the standard operators" % opset)
        self.opset = opset

        graph = Message(data, model.values[7], {2: 2}, {1: (2, None), 5: (2, None), 11: (2, None), 12: (2, None),
                                                        15: (2, None)})
        if graph.list(15):
            raise Unreadable("sparse initializers")
        self.constants = {}
        for span in graph.list(5):
            tensor = Tensor(self, data, span)
            if not tensor.name or tensor.name in self.constants:
                raise Unreadable("an initializer without a name of its own")
            self.constants[tensor.name] = tensor
        nodes = []
        for span in graph.list(1):
            node = Node(self, data, span)
            nodes.append(node)
        nodes = self.compute_constants(nodes)

        inputs = [Message(data, s, {1: 2, 2: 2}, {}) for s in graph.list(11)]
        inputs = [m for m in inputs if m.text(1) not in self.constants]
        outputs = [Message(data, s, {1: 2, 2: 2}, {}).text(1) for s in graph.list(12)]
        if len(inputs) != 1 or len(outputs) != 1:
            raise Unreadable("%d inputs and %d outputs instead of one each" % (len(inputs), len(outputs)))
        if not inputs[0].text(1) or not outputs[0] or outputs[0] in self.constants:
            raise Unreadable("an input or output without a name of its own")
        chain = self.order(nodes, inputs[0].text(1), outputs[0])
        chain, maps = self.split(chain)
        left = any(node.op == "MatMul" and node.inputs[:1] != [tensor] for node, tensor in chain)
        self.shape, wide = self.input_shape(inputs[0], left)
        network = self.lower(chain, wide)
        network.maps = [opset] + maps if maps else []
        return network

    def compute_constants(self, nodes):
        """Takes out the nodes that make constants."""
        rest = []
        for node in nodes:
            if node.op == "Constant":
                value = node.value()
                if node.outputs[0] in self.constants:
                    raise Unreadable("constant %s is made twice" % node.outputs[0])
                self.constants[node.outputs[0]] = value
                if isinstance(value, Tensor):
                    value.constant()  # refuses what cannot be read, used or not
            else:
                rest.append(node)
        nodes, rest = rest, []
        for node in nodes:
            if node.op not in SKIPPED or not node.inputs or node.inputs[0] not in self.constants:
                rest.append(node)
                continue
            if len(node.inputs) != 1 or len(node.outputs) != 1 or not node.outputs[0] or node.outputs[0] in self.constants:
                raise Unreadable("a %s of a constant with a wrong number of parts" % node.op)
            value = self.fetch(node.inputs[0])
            if node.op == "Identity":
                node.only()
            elif node.op == "Cast":
                node.only("to", "saturate")
                value = value.cast(node.integer("to", 0))
            elif node.op == "Transpose":
                node.only("perm")
                if node.integers("perm") not in (None, [1, 0]):
                    raise Unreadable("a Transpose of a constant that moves nothing")
                value = value.transposed()
            else:
                raise Unreadable("a %s of a constant" % node.op)
            self.constants[node.outputs[0]] = value
        return rest

    def fetch(self, name):
        value = self.constants[name]
        return value.constant() if isinstance(value, Tensor) else value

    def input_shape(self, message, left):
        """The shape, and whether the input is float64."""
        if 2 not in message.values:
            raise Unreadable("an input without a shape")
        kind = Message(self.data, message.values[2], {1: 2}, {})
        if 1 not in kind.values:
            raise Unreadable("an input that is not a tensor")
        tensor = Message(self.data, kind.values[1], {1: 0, 2: 2}, {})
        if tensor.number(1) not in (FLOAT, DOUBLE):
            raise Unreadable("an input that is not float32 or float64")
        if 2 not in tensor.values:
            raise Unreadable("an input without a shape")
        sizes = []
        for span in Message(self.data, tensor.values[2], {}, {1: (2, None)}).list(1):
            dim = Message(self.data, span, {1: 0, 2: 2}, {})
            if 1 in dim.values and 2 in dim.values:
                raise Unreadable("an axis with a size and a name")
            sizes.append(dim.number(1) if 1 in dim.values and dim.number(1) > 0 else None)
        has_batch = len(sizes) > (2 if left else 1)
        fixed = sizes[1:] if has_batch else sizes
        if not sizes or None in fixed:
            raise Unreadable("an input of unknown size")
        if product(fixed) > MAX_NUMBERS:
            raise Unreadable("too many inputs")
        return Shape([None] + fixed if has_batch else fixed, sizes[0]), tensor.number(1) == DOUBLE

    def order(self, nodes, tensor, output):
        """The nodes from the input to the output; each tensor is written once and read once."""
        made = set(self.constants)
        made.add(tensor)
        readers = {}
        for node in nodes:
            if not node.outputs or not node.outputs[0]:
                raise Unreadable("%s without an output" % node.op)
            for name in node.outputs:
                if name:
                    if name in made:
                        raise Unreadable("tensor %s is made twice" % name)
                    made.add(name)
            for name in node.inputs:
                if name and name not in self.constants:
                    readers.setdefault(name, []).append(node)
        chain = []
        while tensor != output:
            here = readers.get(tensor, [])
            if len(here) != 1:
                raise Unreadable("tensor %s is read %d times; only chains are supported" % (tensor, len(here)))
            node = here[0]
            chain.append((node, tensor))
            tensor = node.outputs[0]
            if len(chain) > len(nodes):
                raise Unreadable("a cycle")
        if readers.get(output):
            raise Unreadable("the output is read again")
        if len(chain) != len(nodes):
            raise Unreadable("nodes beside the chain")
        passed = {name for _, name in chain}
        for node, _ in chain:
            for name in node.inputs:
                if name and name not in self.constants and name not in passed:
                    raise Unreadable("%s with an operand that is not stored" % node.op)
            for name in node.outputs[1:]:
                if name and name in readers:
                    raise Unreadable("the second output of %s is read" % node.op)
        return chain

    def split(self, chain):
        """The nodes of the network and descriptions of the output maps after them."""
        for at, (node, _) in enumerate(chain):
            if node.op in OUTPUT_MAPS:
                break
        else:
            return chain, []
        maps = []
        for node, tensor in chain[at:]:
            if node.op not in OUTPUT_MAPS + COMPANIONS:
                raise Unreadable("%s after an output map" % node.op)
            self.data_first(node, tensor)
            operands = []
            for name in node.inputs[1:]:
                value = self.fetch(name) if name else None
                operands.append(value and (value.kind, value.dims, list(value.values)))
            maps.append((node.description(), operands))
        return chain[:at], maps

    def data_first(self, node, tensor):
        if node.inputs[:1] != [tensor]:
            raise Unreadable("%s with the data in a wrong place" % node.op)

    def constant(self, node, position):
        name = node.inputs[position] if position < len(node.inputs) else ""
        return self.fetch(name) if name else None

    def lower(self, chain, wide):
        # First the scalar type, on which products and quotients depend.
        for node, tensor in chain:
            for name in node.inputs:
                if name and name != tensor:
                    value = self.constants[name]
                    wide = wide or (value.type == DOUBLE if isinstance(value, Tensor) else value.kind == "float64")
        self.kind = "float64" if wide else "float32"
        maps = []
        for node, tensor in chain:
            op = node.op
            if op in SKIPPED:
                self.skip(node, tensor)
                continue
            if len(node.outputs) != 1:
                raise Unreadable("%s with %d outputs" % (op, len(node.outputs)))
            if op == "Relu":
                node.only()
                if node.inputs != [tensor]:
                    raise Unreadable("a Relu with %d operands" % len(node.inputs))
                maps.append(self.shape.features)
            elif op == "Gemm":
                maps.extend(self.gemm(node, tensor))
            elif op == "MatMul":
                maps.append(self.matmul(node, tensor))
            elif op in ("Add", "Sub", "Mul", "Div"):
                maps.append(self.diagonal(node, tensor))
            else:
                raise Unreadable("operator %s" % op)
        return self.fold(maps, self.kind)

    def skip(self, node, tensor):
        op = node.op
        self.data_first(node, tensor)
        if op == "Identity":
            node.only()
        elif op == "Dropout":
            node.only("ratio", "seed")
            mode = self.constant(node, 2)
            if mode is not None and mode.values not in ([0], [ZERO]):
                raise Unreadable("a Dropout in training mode")
        elif op == "Cast":
            self.cast = True
            node.only("to", "saturate")
            if node.integer("to", 0) not in (FLOAT, DOUBLE):
                raise Unreadable("a Cast to something else than float32 or float64")
        elif op == "Flatten":
            node.only("axis")
            self.shape = self.shape.flattened(node.integer("axis", 1))
        elif op == "Reshape":
            node.only("allowzero")
            target = self.constant(node, 1)
            if target is None:
                raise Unreadable("a Reshape without a shape")
            self.shape = self.shape.reshaped(target.integers(), node.integer("allowzero", 0) != 0)
        elif op == "Transpose":
            node.only("perm")
            self.shape = self.shape.transposed(node.integers("perm"))
        else:
            node.only("axes")
            axes = self.constant(node, 1)
            axes = axes.integers() if axes is not None else node.integers("axes")
            self.shape = self.shape.squeezed(axes) if op == "Squeeze" else self.shape.unsqueezed(axes)

    def matrix(self, node, position, by_rows):
        """One row per unit; the stored matrix has them as rows or as columns."""
        matrix = self.constant(node, position)
        if matrix is None or len(matrix.dims) != 2:
            raise Unreadable("%s without a matrix" % node.op)
        units, width = matrix.dims if by_rows else matrix.dims[::-1]
        if width != self.shape.features or not units:
            raise Unreadable("%s with a matrix for %d numbers on %d" % (node.op, width, self.shape.features))
        numbers = matrix.numbers()
        if by_rows:
            return [numbers[i * width:(i + 1) * width] for i in range(units)]
        return [numbers[i::units] for i in range(units)]

    def matmul(self, node, tensor):
        node.only()
        if len(node.inputs) != 2:
            raise Unreadable("a MatMul with %d operands" % len(node.inputs))
        width = self.shape.features
        left = node.inputs[0] == tensor
        line = len(self.shape.axes) == 1
        if not (self.shape.features_last() if left else line or self.shape.column()):
            raise Unreadable("a MatMul on data of shape %s" % self.shape.axes)
        rows = self.matrix(node, 1 if left else 0, not left)
        self.shape = self.shape.at(-1 if left or line else -2, len(rows))
        return Affine(rows, None, [ZERO] * len(rows), width, BARE)

    def gemm(self, node, tensor):
        node.only("alpha", "beta", "transA", "transB")
        self.data_first(node, tensor)
        if node.integer("transA", 0):
            raise Unreadable("a Gemm that transposes its data")
        if not 2 <= len(node.inputs) <= 3 or len(self.shape.axes) != 2 or not self.shape.features_last():
            raise Unreadable("a Gemm with operands of a wrong shape")
        width = self.shape.features
        alpha, beta = node.real("alpha"), node.real("beta")
        rows = self.matrix(node, 1, node.integer("transB", 0) != 0)
        units = len(rows)
        biases = [ZERO] * units
        bias = self.constant(node, 2)
        if bias is not None:
            numbers = bias.numbers()
            if len(bias.dims) > 2 or len(numbers) != 1 and (len(numbers) != units or bias.dims[-1] != units):
                raise Unreadable("a Gemm with a bias of shape %s for %d units" % (bias.dims, units))
            biases = [d_mul(beta, c) for c in (numbers if len(numbers) == units else numbers * units)]
            if not all(fits(c, self.kind) for c in biases):
                raise Unreadable("a Gemm whose beta gives numbers outside %s" % self.kind)
        self.shape = self.shape.at(-1, units)
        scaled = rows if alpha == ONE else [[d_mul(alpha, w) for w in row] for row in rows]
        if all(fits(w, self.kind) for row in scaled for w in row):
            return [Affine(scaled, None, biases, width, alpha == ONE and (bias is None or beta == ONE))]
        return [Affine(rows, None, [ZERO] * units, width), Affine(None, [alpha] * units, biases, units)]

    def spread(self, constant, shape):
        """A constant broadcast to data of this shape, as a flat list; the data must not grow."""
        rank = max(len(shape), len(constant.dims))
        ours = [1] * (rank - len(shape)) + list(shape)
        theirs = [1] * (rank - len(constant.dims)) + constant.dims
        for a, b in zip(ours, theirs):
            if b != 1 and b != a:
                raise Unreadable("constant %s does not fit data of shape %s" % (constant.name, shape))
        numbers = constant.numbers()
        if len(numbers) == 1:
            return numbers * product(shape)
        index = [0]
        stride = len(numbers)
        for a, b in zip(ours, theirs):
            stride = stride // b if b else 0
            step = 0 if b == 1 else stride
            index = [i + step * n for i in index for n in range(a)]
        return [numbers[i] for i in index]

    def diagonal(self, node, tensor):
        node.only()
        if len(node.inputs) != 2:
            raise Unreadable("%s with %d operands" % (node.op, len(node.inputs)))
        position = 1 - node.inputs.index(tensor)
        constant = self.constant(node, position)
        if constant is None:
            raise Unreadable("%s without a constant" % node.op)
        numbers = self.spread(constant, [1 if d is None else d for d in self.shape.axes])
        self.shape = Shape([1] * (len(constant.dims) - len(self.shape.axes)) + self.shape.axes, self.shape.batch)
        size = len(numbers)
        if node.op == "Mul":
            return Affine(None, numbers, [ZERO] * size, size, neutral=all(c == ONE for c in numbers))
        if node.op == "Add" or node.op == "Sub" and position == 1:
            shifts = numbers if node.op == "Add" else [d_neg(c) for c in numbers]
            neutral = all(c == ZERO for c in numbers)
            return Affine(None, [ONE] * size, shifts, size, offset=not neutral, neutral=neutral)
        if node.op == "Sub":
            return Affine(None, [(-1, 0)] * size, numbers, size)
        if position == 0:
            raise Unreadable("a division by the data")
        known = {c: reciprocal(c, self.kind) for c in set(numbers)}
        if None in known.values():
            raise Unreadable("a Div by a number without a reciprocal in %s" % self.kind)
        return Affine(None, [known[c] for c in numbers], [ZERO] * size, size, neutral=all(c == ONE for c in numbers))

    def fold(self, maps, kind):
        """Rules 7 and 8: a scale and shift goes into the layer before it, else into the one after it, else stays.
        A number among the maps is a Relu on so many features."""
        layers = []  # (map, whether a Relu follows)
        current = None  # the last affine map, still without activation
        for item in maps:
            if isinstance(item, int):
                if current is None and not layers:
                    current = Affine(None, [ONE] * item, [ZERO] * item, item)
                if current is not None:  # a second Relu changes nothing
                    layers.append((current, True))
                current = None
                continue
            if current is not None:
                joined = self.joined(current, item, kind)
                if joined is not None:
                    current = joined
                    continue
                layers.append((current, False))
            current = item
        if current is not None:
            layers.append((current, False))
        if not layers:
            raise Unreadable("no layer")
        built = []
        for item, relu in layers:
            rows, width = item.rows, item.width
            if rows is None:
                if width * width > MAX_NUMBERS:
                    raise Unreadable("a diagonal layer that is too large")
                rows = []
                for i, a in enumerate(item.diagonal):
                    row = [ZERO] * width
                    row[i] = a
                    rows.append(row)
            if built and built[-1].units != width:
                raise Unreadable("a layer of %d inputs after a layer of %d units" % (width, built[-1].units))
            built.append(Layer.of_pairs(rows, item.biases, [relu] * len(item.biases), width))
            built[-1].plain = bool(item.plain) and not self.cast
        return Network(kind, built[0].inputs, built)

    def joined(self, first, then, kind):
        """The two maps as one, or None where rule 7 keeps them apart."""

        def all_fit(numbers):
            return all(fits(x, kind) for x in numbers)

        if then.diagonal is not None:
            scale, shift = then.diagonal, then.biases
            scaled = [d_mul(a, b) for a, b in zip(scale, first.biases)]
            biases = [d_add(b, c) for b, c in zip(scaled, shift)]
            if not (all_fit(scaled) and all_fit(biases)):
                return None
            if first.diagonal is not None:
                diagonal = [d_mul(a, b) for a, b in zip(scale, first.diagonal)]
                offset = first.offset and then.neutral or first.neutral and then.offset
                neutral = first.neutral and then.neutral
                return Affine(None, diagonal, biases, first.width, False, offset, neutral) if all_fit(diagonal) else None
            plain = first.plain if then.neutral else first.plain is BARE and then.offset
            rows = first.rows
            if any(a != ONE for a in scale):
                rows = [[d_mul(a, w) for w in row] for a, row in zip(scale, rows)]
            return Affine(rows, None, biases, first.width, plain) if all(map(all_fit, rows)) else None
        if first.diagonal is None:
            return None  # two matrices are never multiplied
        rows = [[d_mul(w, a) for w, a in zip(row, first.diagonal)] for row in then.rows]
        biases = then.biases
        if any(c[0] for c in first.biases):
            biases = [total([d_mul(w, c) for w, c in zip(row, first.biases)] + [b])
                      for row, b in zip(then.rows, biases)]
        plain = then.plain if first.neutral else False
        return Affine(rows, None, biases, then.width, plain) if all(map(all_fit, rows)) and all_fit(biases) else None


def product(numbers):
    result = 1
    for n in numbers:
        result *= n
    return result


# ---------------------------------------------------------------------------------------------------------
# Section 14: networks in files without nodes

class Decimals:
    """Decimal numbers. float() rounds to nearest, ties to even, whatever the number of digits; that is all it is
    used for: its result is taken apart bit by bit at once."""

    PATTERN = re.compile(r"[+-]?(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:[eE][+-]?[0-9]+)?\Z")
    WHOLE = re.compile(r"([+-]?)0*([0-9]+)\Z")

    @staticmethod
    def value(text):
        match = Decimals.PATTERN.match(text)
        if not match:
            raise Unreadable("%s is not a decimal number" % show(text))
        number = from_bits(struct.unpack(">Q", struct.pack(">d", float(text)))[0], "float64")
        if number is None:
            raise Unreadable("%s is too large" % show(text))
        if number == ZERO and any(digits.strip("0") for digits in match.groups("")):
            raise Unreadable("%s would become 0" % show(text))
        return number

    @staticmethod
    def whole(text, most):
        match = Decimals.WHOLE.match(text)
        if match and len(match.group(2)) <= 20:
            number = int(match.group(2))
            if number <= most and (number == 0 or match.group(1) != "-"):
                return number
        raise Unreadable("%s is not a whole number up to %d" % (show(text), most))


def layered(kind, parts):
    """The network of (rows, biases) in pairs: relu units in all layers but the last, all of them plain."""
    layers = []
    for k, (rows, biases) in enumerate(parts):
        if not rows or not rows[0]:
            raise Unreadable("layer %d without units or inputs" % k)
        width = len(rows[0])
        if any(len(row) != width for row in rows) or len(biases) != len(rows):
            raise Unreadable("layer %d is not a matrix and one bias per row" % k)
        if layers and layers[-1].units != width:
            raise Unreadable("a layer of %d inputs after a layer of %d units" % (width, layers[-1].units))
        layers.append(Layer.of_pairs(rows, biases, [k < len(parts) - 1] * len(rows), width))
        layers[-1].plain = True
    if not layers:
        raise Unreadable("no layer")
    return Network(kind, layers[0].inputs, layers)


def check_box(low, high, inputs):
    """The box that comes with a network is not part of it, but it must be one."""
    if len(low) != inputs or len(high) != inputs or any(d_cmp(a, b) > 0 for a, b in zip(low, high)):
        raise Unreadable("a box that is empty or of a wrong size")


def read_nnet(data):
    # at a place where a word may begin: a comment, which may hold any bytes, a word, or a run of separators
    words = [w for w in re.findall(r"//[^\n]*|[^, \t\r\n]+", data.decode("latin-1")) if not w.startswith("//")]
    if any(re.search(r"[^!-~]", word) for word in words):
        raise Unreadable("a byte that is not printable ASCII")
    at = 0

    def take(n):
        nonlocal at
        if n > len(words) - at:
            raise Unreadable("the file ends too early")
        at += n
        return words[at - n:at]

    count, inputs, outputs, _ = [Decimals.whole(w, len(data)) for w in take(4)]
    if count == 0:
        raise Unreadable("no layer")
    sizes = [Decimals.whole(w, len(data)) for w in take(count + 1)]
    if sizes[0] != inputs or sizes[-1] != outputs or 0 in sizes:
        raise Unreadable("sizes that do not agree or are zero")
    Decimals.value(take(1)[0])
    lower, upper, means, ranges = [[Decimals.value(word) for word in take(n)] for n in (inputs, inputs, inputs + 1, inputs + 1)]
    if any(r[0] <= 0 for r in ranges):
        raise Unreadable("a range that is not above zero")
    check_box(lower, upper, inputs)
    parts = []
    for n, units in zip(sizes, sizes[1:]):
        numbers = [Decimals.value(word) for word in take(n * units)]
        parts.append(([numbers[i * n:(i + 1) * n] for i in range(units)], [Decimals.value(word) for word in take(units)]))
    if at != len(words):
        raise Unreadable("something after the last bias")
    return layered("float64", parts)


def read_json_network(data):
    def numbers(thing, place):
        if type(thing) is not list or any(type(x) is not Odd for x in thing):
            raise Unreadable("%s is not an array of numbers" % place)
        return [Decimals.value(x.text) for x in thing]

    try:
        document = get_object(parse_json(data, "$", Odd), "$", ("layers",), ("domain",))
        parts = []
        for k, layer in enumerate(get_array(document["layers"], "$.layers")):
            place = "$.layers[%d]" % k
            get_object(layer, place, ("W", "b"))
            parts.append(([numbers(row, place + ".W") for row in get_array(layer["W"], place + ".W")],
                          numbers(layer["b"], place + ".b")))
        network = layered("float64", parts)
        if "domain" in document:
            box = get_object(document["domain"], "$.domain", ("lo", "hi"))
            check_box(numbers(box["lo"], "$.domain.lo"), numbers(box["hi"], "$.domain.hi"), network.inputs)
    except Rejected as problem:
        raise Unreadable("%s: expected %s, found %s" % (problem.place, problem.expected, problem.found)) from None
    return network


def read_archive(data):
    """The members of a ZIP archive by name. What counts is the central directory at its end."""

    def need(condition, expected):
        if not condition:
            raise Unreadable("not an archive that is read here: " + expected)

    at = len(data) - 22  # the end record, which stands before a comment of at most 65,535 bytes
    while at >= max(0, len(data) - 22 - 65535) and not (
            data[at:at + 4] == b"PK\x05\x06" and at + 22 + int.from_bytes(data[at + 20:at + 22], "little") == len(data)):
        at -= 1
    need(at >= 0 and data[at:at + 4] == b"PK\x05\x06", "no end record")
    disk, first_disk, here, count, size, start, _ = struct.unpack("<HHHHIIH", data[at + 4:at + 22])
    need(disk == 0 and first_disk == 0 and here == count, "several disks")
    need(start + size <= at, "a directory outside the file")
    directory, position = data[start:start + size], 0
    members, unpacked_bytes = {}, 0
    for _ in range(count):
        need(directory[position:position + 4] == b"PK\x01\x02" and len(directory) - position >= 46, "a broken directory")
        (_, _, flags, method, _, _, checksum, packed, unpacked_, name_size, extra_size, comment_size, disk, _, _,
         offset) = struct.unpack("<HHHHHHIIIHHHHHII", directory[position + 4:position + 46])
        name = directory[position + 46:position + 46 + name_size]
        position += 46 + name_size + extra_size + comment_size
        need(position <= len(directory) and len(name) == name_size, "a broken directory")
        need(flags & ~0x080E == 0, "flags %04x" % flags)  # bits 1, 2, 3 and 11 change nothing here
        need(method in (0, 8) and disk == 0 and 0xFFFFFFFF not in (packed, unpacked_, offset), "an unknown kind of member")
        need(name not in members, "two members of one name")
        unpacked_bytes += unpacked_
        need(unpacked_bytes <= MAX_UNPACKED, "more than %d bytes" % MAX_UNPACKED)
        local = data[offset:offset + 30]
        need(len(local) == 30 and local[:4] == b"PK\x03\x04", "a member that is not there")
        local_method, local_name, local_extra = local[8:10], *struct.unpack("<HH", local[26:30])
        begin = offset + 30 + local_name + local_extra
        need(data[offset + 30:offset + 30 + local_name] == name and local_method == struct.pack("<H", method)
             and begin + packed <= start, "a member that contradicts the directory")
        content = data[begin:begin + packed]
        if method == 8:
            machine = zlib.decompressobj(-15)
            try:
                content = machine.decompress(content, unpacked_ + 1)
            except zlib.error:
                need(False, "a broken member")
            need(machine.eof and not machine.unused_data, "a member of a wrong size")
        need(len(content) == unpacked_ and zlib.crc32(content) == checksum, "a wrong size or checksum")
        members[name] = content
    need(position == len(directory), "a broken directory")
    return members


ARRAY_ITEM = r"""\s*(['"])(descr|fortran_order|shape)\%d\s*:\s*('[^'"\\]*'|"[^'"\\]*"|True|False|\([0-9,\s]*\))\s*"""
ARRAY_HEADER = re.compile(r"\{" + ",".join(ARRAY_ITEM % n for n in (1, 4, 7)) + r",?\s*\}\s*\Z", re.ASCII)
ARRAY_SHAPE = re.compile(r"\(\s*(?:([0-9]{1,12})\s*,\s*(?:([0-9]{1,12})\s*,?\s*)?)\)\Z", re.ASCII)
ARRAY_TYPES = {"<f4": "I", "<f8": "Q", "|i1": "b", "|u1": "B", "<i2": "h", "<u2": "H", "<i4": "i", "<u4": "I", "<i8": "q", "<u8": "Q"}


def read_array(name, data):
    """(type, shape, numbers row by row) of a NumPy file."""

    def need(condition, expected):
        if not condition:
            raise Unreadable("%s: %s" % (name, expected))

    need(data[:6] == b"\x93NUMPY" and len(data) >= 12 and data[6] in (1, 2, 3) and data[7] == 0, "not an array")
    width = 2 if data[6] == 1 else 4
    start = 8 + width
    end = start + int.from_bytes(data[8:start], "little")
    need(end <= len(data) and end - start <= 65536, "a header of a wrong length")
    match = ARRAY_HEADER.match(data[start:end].decode("latin-1"))
    need(match, "a header that is not read here")
    header = dict(zip(match.groups()[1::3], match.groups()[2::3]))
    need(len(header) == 3, "a header that lacks a key")
    kind, shape = header["descr"][1:-1], ARRAY_SHAPE.match(header["shape"])
    need(header["descr"][0] in "'\"" and kind in ARRAY_TYPES, "numbers of type %s" % kind)
    need(header["fortran_order"] in ("True", "False"), "no order")
    need(shape, "a shape that is not one or two sizes")
    shape = [int(n) for n in shape.groups() if n is not None]
    size = product(shape)
    code = "<%d" + ARRAY_TYPES[kind]
    need(size <= MAX_NUMBERS and len(data) - end == size * struct.calcsize(code % 1), "a wrong number of bytes")
    numbers = struct.unpack(code % size, data[end:])
    if kind[1] == "f":
        numbers = [from_bits(bits, "float32" if kind == "<f4" else "float64") for bits in numbers]
        need(None not in numbers, "an infinity or a NaN")
    else:
        need(all(abs(n) <= 1 << 53 for n in numbers), "an integer beyond 2^53")
        numbers = [norm(n, 0) for n in numbers]
    if header["fortran_order"] == "True" and len(shape) == 2:
        rows, columns = shape
        numbers = [numbers[j * rows + i] for i in range(rows) for j in range(columns)]
    return kind, shape, numbers


def read_npz(data):
    members = read_archive(data)
    count = sum(name[:1] == b"W" for name in members)
    expected = [b"%c%d.npy" % (letter, k) for k in range(count) for letter in b"Wb"]
    box = [b"lo.npy", b"hi.npy"] if b"lo.npy" in members else []
    if set(members) != set(expected + box):
        raise Unreadable("an archive with other members than W0.npy, b0.npy, ... and perhaps lo.npy and hi.npy")
    arrays = [read_array(name.decode(), members[name]) for name in expected + box]
    parts, kinds = [], set()
    for name, (kind, shape, numbers), (bias_kind, bias_shape, biases) in zip(
            expected[::2], arrays[:2 * count:2], arrays[1:2 * count:2]):
        if len(shape) != 2 or len(bias_shape) != 1:
            raise Unreadable("%s or its bias has a wrong number of axes" % name.decode())
        units, width = shape
        if not width:
            raise Unreadable("%s without columns" % name.decode())
        parts.append(([numbers[i * width:(i + 1) * width] for i in range(units)], biases))
        kinds |= {kind, bias_kind}
    network = layered("float32" if kinds == {"<f4"} else "float64", parts)
    if box:
        (_, low_shape, low), (_, high_shape, high) = arrays[-2:]
        if len(low_shape) != 1 or len(high_shape) != 1:
            raise Unreadable("a box with a wrong number of axes")
        check_box(low, high, network.inputs)
    return network


READERS = {".nnet": read_nnet, ".npz": read_npz, ".json": read_json_network}


def parse_network(name, data, folder):
    """The network in these bytes; without a folder there is no external data. Also whether external files were read."""
    for end, reader in READERS.items():
        if name.lower().endswith(end):
            network = reader(data)
            network.files = [hashlib.sha256(data).hexdigest()]
            return network, False
    onnx = Reader(folder, data)
    return onnx.network, bool(onnx.externals)


NETWORKS = {}  # by kind and content; models with external data are read again


def read_network(path):
    data = read_file(path)
    name = os.path.basename(path)
    key = (os.path.splitext("x" + name)[1], hashlib.sha256(data).digest())
    network = NETWORKS.get(key)
    if network is None:
        network, again = parse_network(name, data, os.path.dirname(path))
        if not again:
            NETWORKS[key] = network
    return network


# ---------------------------------------------------------------------------------------------------------
# Sections 4 to 8, 15 and 16

class Domain:
    def __init__(self, raw, inputs):
        self.raw = raw
        self.inputs = inputs
        lower, upper, rows, ball = raw["lower"], raw["upper"], raw["rows"], raw["ball"]
        top = raw["place"]

        def need(condition, place, expected, found):
            if not condition:
                raise Rejected("domain", place, expected, found)

        def need64(values, place):
            for t, v in enumerate(values):
                if not fits(v, "float64"):
                    raise Rejected("domain", "%s[%d]" % (place, t), "a number of IEEE binary64", d_text(v))

        for name, values in (("lower", lower), ("upper", upper)):
            need(len(values) == inputs, top + "." + name, "%d values" % inputs, len(values))
            need64(values, top + "." + name)
        for t in range(inputs):
            need(d_cmp(lower[t], upper[t]) <= 0, top + ".lower[%d]" % t, "at most " + d_text(upper[t]), d_text(lower[t]))
        for n, (terms, bound) in enumerate(rows):
            here = top + ".rows[%d]" % n
            last = -1
            for i, (t, value) in enumerate(terms):
                need(last < t < inputs, "%s.terms[%d]" % (here, i), "ascending inputs below %d" % inputs, t)
                need(fits(value, "float64"), "%s.terms[%d]" % (here, i), "a number of IEEE binary64", d_text(value))
                last = t
            need(fits(bound, "float64"), here + ".bound", "a number of IEEE binary64", d_text(bound))
        if ball is not None:
            center, radius = ball
            need(len(center) == inputs, top + ".ball.center", "%d values" % inputs, len(center))
            need64(center, top + ".ball.center")
            need(fits(radius, "float64"), top + ".ball.radius", "a number of IEEE binary64", d_text(radius))
            need(radius[0] >= 0, top + ".ball.radius", "at least 0", d_text(radius))
        both, self.e = aligned(lower + upper + (ball[0] if ball else []))
        self.low, self.high = both[:inputs], both[inputs:2 * inputs]
        self.center = both[2 * inputs:] if ball else None
        self.rows, self.ball = rows, ball

    def check_point(self, place, point, rule="point"):
        if len(point) != self.inputs:
            raise Rejected(rule, place, "%d values" % self.inputs, len(point))
        for t, (v, low, high) in enumerate(zip(point, self.raw["lower"], self.raw["upper"])):
            if d_cmp(v, low) < 0 or d_cmp(v, high) > 0:
                raise Rejected(rule, "%s[%d]" % (place, t), "between %s and %s" % (d_text(low), d_text(high)), d_text(v))
        for r, (terms, bound) in enumerate(self.rows):
            value = total([d_mul(c, point[t]) for t, c in terms])
            if d_cmp(value, bound) > 0:
                raise Rejected(rule, place, "at most %s in row %d" % (d_text(bound), r), d_text(value))
        if self.ball is not None:
            away = total([d_abs(d_add(v, d_neg(c))) for v, c in zip(point, self.ball[0])])
            if d_cmp(away, self.ball[1]) > 0:
                raise Rejected(rule, place, "a distance of at most " + d_text(self.ball[1]), d_text(away))


OFF, ON, NULL = 2, 1, 0  # phases, which are also the signs that pre-activations have in them


class Cut:
    """The intervals of a finished layer, low[i] * 2^e to high[i] * 2^e, cut by the phases assumed at the moment."""

    def __init__(self, low, high, e, relu):
        self.low, self.high, self.e, self.relu = low, high, e, relu
        self.whole = list(zip(low, high))
        self.passing = [0 if r and x < 0 else 1 for x, r in zip(low, relu)]  # 1 where a multiplier not given is q
        self.around = {i for i, (x, y) in enumerate(self.whole) if relu[i] and x < 0 < y}

    def assume(self, i, phase=None):
        """Cuts the interval of a relu unit to a phase; None gives back the whole interval."""
        low, high = self.whole[i]
        if phase == ON or phase == NULL:
            low = max(low, 0)
        if phase == OFF or phase == NULL:
            high = min(high, 0)
        self.low[i], self.high[i] = low, high
        self.passing[i] = 0 if low < 0 else 1
        if low < 0 < high:
            self.around.add(i)
        else:
            self.around.discard(i)


def initial_interval(row, b, e, low, high, ranges_e):
    """Section 7: the ends of what a unit takes on ranges of its inputs, rounded outward."""
    up = down = 0
    for w, p, r in zip(row, low, high):
        if w > 0:
            up += w * r
            down += w * p
        elif w < 0:
            up += w * p
            down += w * r
    return (round53(*total([(down, e + ranges_e), (b, e)]), False), round53(*total([(up, e + ranges_e), (b, e)]), True))


class Checker:
    """Takes a certificate in parts: the head, then boxes, steps and points, then verdicts, regions and the pruning. What it
    keeps of a point is the signs of all pre-activations there; of a step only the interval that it tightens."""

    def __init__(self, head, network):
        self.network = network
        self.lower, self.upper = [], []  # per layer lists of pairs
        self.cuts = []  # per finished layer
        self.signs = []  # per point and layer the signs of the units: 0, 1, or 2 for negative
        self.boxes = None  # section 16, when they are complete
        self.steps = self.leaves = 0
        self.counts = dict.fromkeys(STABILITIES, 0)
        self.relu_units = iter([(k, i) for k, layer in enumerate(network.layers)
                                for i in range(layer.units) if layer.relu[i]])
        self.rounding = None  # section 8's float-safe units, when asked for

        place, found = head["place"], network.files
        if len(head["files"]) != len(found):
            raise Rejected("model-digest", place + ".model.files", "%d files" % len(found), len(head["files"]))
        for n, ((_, digest), actual) in enumerate(zip(head["files"], found)):
            if digest != actual:
                raise Rejected("model-digest", "%s.model.files[%d].sha256" % (place, n), actual, digest)
        if head["network"] != network.digest():
            raise Rejected("network-digest", place + ".model.network", network.digest(), head["network"])
        self.domain = Domain(head["domain"], network.inputs)
        self.member, self.head_place = head["member"], place

    # -- intervals -------------------------------------------------------------------------------------

    def open_layer(self):
        """Initial intervals of the next layer, with the ends that boxes prove; the layer below is finished by that."""
        k = len(self.lower)
        layer = self.network.layers[k]
        if k == 0:
            low, high, e = self.domain.low, self.domain.high, self.domain.e
        else:
            self.finish(k - 1)
            cut = self.cuts[k - 1]
            low = [max(z, 0) if r else z for z, r in zip(cut.low, cut.relu)]
            high = [max(z, 0) if r else z for z, r in zip(cut.high, cut.relu)]
            e = cut.e
        ends = [initial_interval(row, b, layer.e, low, high, e) for row, b in zip(layer.W, layer.b)]
        self.lower.append([a for a, _ in ends])
        self.upper.append([b for _, b in ends])
        if self.boxes is not None:
            for (l, i, side), end in self.boxes.ends.items():
                if l == k:
                    self.tighten(k, i, side, end, self.boxes.place)

    def finish(self, k):
        both, e = aligned(self.lower[k] + self.upper[k])
        n = len(self.lower[k])
        self.cuts.append(Cut(both[:n], both[n:], e, self.network.layers[k].relu))

    def tighten(self, k, i, side, bound, place):
        if side > 0:
            self.upper[k][i] = d_min(self.upper[k][i], bound)
        else:
            self.lower[k][i] = d_max(self.lower[k][i], bound)
        if d_cmp(self.lower[k][i], self.upper[k][i]) > 0:
            raise Rejected("bounds-cross", place, "a lower end of at most " + d_text(self.upper[k][i]),
                           d_text(self.lower[k][i]))

    # -- the leaf inequality ---------------------------------------------------------------------------

    def check_multipliers(self, leaf, l, besides):
        """The multipliers of units by layer: of layers below l or, for the unit `besides` it, of layer l too."""
        layers = self.network.layers
        last_k = last_i = -1
        given = {}
        for k, i, value, n in leaf.nu:
            if k != last_k:
                if k > l or k == l and besides is None:
                    raise Rejected("multiplier", "%s.nu[%d]" % (leaf.place, n), "a layer below %d" % l, k)
                if k < last_k:
                    raise Rejected("multiplier", "%s.nu[%d]" % (leaf.place, n), "units in ascending order", "[%d, %d]" % (k, i))
                last_k, last_i, units = k, -1, layers[k].units
                own = given[k] = {}
            if i >= units:
                raise Rejected("multiplier", "%s.nu[%d]" % (leaf.place, n), "an index below %d" % units, i)
            if i <= last_i:
                raise Rejected("multiplier", "%s.nu[%d]" % (leaf.place, n), "units in ascending order", "[%d, %d]" % (k, i))
            if k == l and i == besides:
                raise Rejected("multiplier", "%s.nu[%d]" % (leaf.place, n), "another unit than the target", "[%d, %d]" % (k, i))
            last_i = i
            own[i] = value
        last = -1
        for n, (row, value) in enumerate(leaf.rows):
            if not last < row < len(self.domain.rows):
                raise Rejected("multiplier", "%s.lambda[%d]" % (leaf.place, n),
                               "ascending rows below %d" % len(self.domain.rows), row)
            if value[0] < 0:
                raise Rejected("multiplier", "%s.lambda[%d]" % (leaf.place, n), "at least 0", d_text(value))
            last = row
        if leaf.mu is not None:
            if self.domain.ball is None and leaf.mu[0] != 0:
                raise Rejected("multiplier", leaf.place + ".mu", "0 without a ball", d_text(leaf.mu))
            if leaf.mu[0] < 0:
                raise Rejected("multiplier", leaf.place + ".mu", "at least 0", d_text(leaf.mu))
        if leaf.m[0] < 0:
            raise Rejected("multiplier", leaf.place + ".m", "at least 0", d_text(leaf.m))
        return given

    def evaluate(self, leaf, l, j, side, beside=False, target=None):
        """The number B of section 6, under the phases that the cuts assume; `beside` allows multipliers of layer l,
        `target` is a row and a bias in place of those of unit j."""
        given = self.check_multipliers(leaf, l, j if beside else None)
        self.leaves += 1
        layer = self.network.layers[l]
        m, me = leaf.m
        m *= side
        e = me
        q, bias = (layer.W[j], layer.b[j]) if target is None else target
        parts = []
        if l in given:
            own = given[l]
            cut = self.cuts[l]
            e = min([e] + [v[1] for v in own.values() if v[0]])
            m <<= me - e
            rows, nus = [q], [m]
            bias *= m
            spread = 0
            for i, (s, ve) in own.items():
                if s:
                    v = s << (ve - e)
                    rows.append(layer.W[i])
                    nus.append(v)
                    bias += v * layer.b[i]
                    spread -= v * (cut.low[i] if v > 0 else cut.high[i])
            q = [sum(map(mul, nus, column)) for column in zip(*rows)]
            parts.append((spread, e + cut.e))
        else:
            q = [m * w for w in q]
            bias *= m
        e += layer.e
        parts.append((bias, e))
        for k in range(l - 1, -1, -1):
            layer = self.network.layers[k]
            cut = self.cuts[k]
            own = given.get(k, {})
            if own:
                finest = min([e] + [v[1] for v in own.values() if v[0]])
                if finest < e:
                    q = [x << (e - finest) for x in q]
                    e = finest
            # A multiplier that is not given adds nothing but where it is 0 and the unit may have either sign.
            nus = list(map(mul, q, cut.passing))
            spread = 0
            for i in cut.around:
                if q[i] > 0 and i not in own:
                    spread += q[i] * cut.high[i]
            for i, (s, ve) in own.items():
                low, high, c = cut.low[i], cut.high[i], q[i]
                nus[i] = v = s << (ve - e) if s else 0
                if layer.relu[i]:
                    best = max(c * max(low, 0) - v * low, c * max(high, 0) - v * high)
                else:
                    best = max((c - v) * low, (c - v) * high)
                if low < 0 < high and best < 0:
                    best = 0
                spread += best
            parts.append((spread, e + cut.e))
            rows = list(compress(layer.W, nus))
            if rows:
                parts.append((sum(map(mul, nus, layer.b)), e + layer.e))
                nus = list(filter(None, nus))
                q = [sum(map(mul, nus, column)) for column in zip(*rows)]
            else:
                q = [0] * layer.inputs
            e += layer.e
        domain = self.domain
        if leaf.rows:
            change = {}
            for row, value in leaf.rows:
                terms, bound = domain.rows[row]
                parts.append(d_mul(value, bound))
                for t, coefficient in terms:
                    change[t] = d_add(change.get(t, ZERO), d_mul(value, coefficient))
            finest = min([e] + [v[1] for v in change.values() if v[0]])
            q = [x << (e - finest) for x in q]
            e = finest
            for t, (s, ve) in change.items():
                q[t] -= s << (ve - e) if s else 0
        mu = leaf.mu if leaf.mu is not None else ZERO
        best = 0
        if mu[0] == 0:
            for r, low, high in zip(q, domain.low, domain.high):
                if r > 0:
                    best += r * high
                elif r < 0:
                    best += r * low
        else:
            if mu[1] < e:
                q = [x << (e - mu[1]) for x in q]
                e = mu[1]
            w = mu[0] << (mu[1] - e)
            for r, low, high, center in zip(q, domain.low, domain.high, domain.center):
                most = max(r * low - w * abs(low - center), r * high - w * abs(high - center))
                if low < center < high:
                    most = max(most, r * center)
                best += most
            parts.append(d_mul(mu, domain.ball[1]))
        parts.append((best, e + domain.e))
        return total(parts)

    # -- steps -----------------------------------------------------------------------------------------

    def begin_step(self, place, unit):
        """Opens the layers up to that of the unit."""
        layers = self.network.layers
        l, j = unit
        if l >= len(layers) or j >= layers[l].units:
            raise Rejected("step-target", place + ".unit", "a unit of the network", "[%d, %d]" % unit)
        if l < len(self.lower) - 1:
            raise Rejected("step-order", place + ".unit", "a layer from %d on" % (len(self.lower) - 1), l)
        while len(self.lower) <= l:
            self.open_layer()
        self.steps += 1

    def lemma(self, place, unit, side, leaf):
        self.begin_step(place, unit)
        l, j = unit
        s, e = self.evaluate(leaf, l, j, side)
        self.tighten(l, j, side, round53(side * s, e, side > 0), place)

    def end_steps(self):
        while len(self.lower) < len(self.network.layers):
            self.open_layer()

    # -- points ----------------------------------------------------------------------------------------

    def point(self, place, point):
        self.domain.check_point(place, point)
        self.signs.append(self.signs_at(point, len(self.network.layers)))

    def signs_at(self, point, layers):
        """The signs of the exact pre-activations in the first layers."""
        signs = []
        h, e = aligned(point)
        for layer in self.network.layers[:layers]:  # h * 2^e
            z = [sum(map(mul, row, h)) for row in layer.W]
            if e >= 0:
                z = [(x << e) + b for x, b in zip(z, layer.b)]
                e = layer.e
            else:
                z = [x + (b << -e) for x, b in zip(z, layer.b)]
                e += layer.e
            signs.append(bytes([1 if x > 0 else 2 if x < 0 else 0 for x in z]))
            h = [max(x, 0) if r else x for x, r in zip(z, layer.relu)]
        return signs

    def end_points(self):
        member, place = self.member, self.head_place + ".member"
        if self.domain.rows or self.domain.ball is not None:
            if member is None or member >= len(self.signs):
                raise Rejected("member", place, "the index of a point", show(member))
        elif member is not None:
            raise Rejected("member", place, "null for a box", member)

    # -- verdicts --------------------------------------------------------------------------------------

    def verdict(self, place, verdict):
        unit = next(self.relu_units, None)
        if unit != verdict["unit"]:
            raise Rejected("verdict-coverage", place + ".unit", "none" if unit is None else "[%d, %d]" % unit,
                           "[%d, %d]" % verdict["unit"])
        k, i = unit
        kind = verdict["stability"]
        self.counts[kind] += 1
        low, high = self.lower[k][i], self.upper[k][i]
        if d_cmp(verdict["lower"], low) > 0:
            raise Rejected("verdict-bound", place + ".lower", "at most " + d_text(low), d_text(verdict["lower"]))
        if d_cmp(verdict["upper"], high) < 0:
            raise Rejected("verdict-bound", place + ".upper", "at least " + d_text(high), d_text(verdict["upper"]))
        if kind == "stably-inactive" and high[0] > 0:
            raise Rejected("verdict-bound", place + ".stability", "an upper end of at most 0", d_text(high))
        if kind == "stably-active" and low[0] < 0:
            raise Rejected("verdict-bound", place + ".stability", "a lower end of at least 0", d_text(low))
        for key, sign in (("positive", 1), ("negative", 2)):
            if key in verdict:
                index = verdict[key]
                if index >= len(self.signs):
                    raise Rejected("verdict-witness", "%s.%s" % (place, key), "an index below %d" % len(self.signs), index)
                found = self.signs[index][k][i]
                if found != sign:
                    raise Rejected("verdict-witness", "%s.%s" % (place, key), "a %s pre-activation" % key,
                                   "the other sign" if found else "zero")
        if "constant" in verdict and not (verdict["constant"] == low == high):
            raise Rejected("constant", place + ".constant", "both ends equal to " + d_text(verdict["constant"]),
                           "[%s, %s]" % (d_text(low), d_text(high)))
        if "floatSafe" in verdict:
            if self.rounding is None:
                self.rounding = Rounding(self)
            self.rounding.check(place + ".floatSafe", k, i, kind == "stably-inactive")

    def end_verdicts(self, place):
        unit = next(self.relu_units, None)
        if unit is not None:
            raise Rejected("verdict-coverage", place, "a verdict for [%d, %d]" % unit, "none")

    # -- the end ---------------------------------------------------------------------------------------

    def end(self, place, regions, pruning, small):
        removed = ""
        if pruning is not None:
            removed = Pruning(self, pruning, place).run(small)
        elif small is not None:
            raise Rejected("result-digest", place, "an account of the smaller network", "none")
        counts = self.counts
        return "accepted: %d units (%d inactive, %d active, %d unstable, %d undecided), %d steps, %d leaves, %d points%s%s%s" % (
            sum(counts.values()), counts["stably-inactive"], counts["stably-active"], counts["unstable"],
            counts["undecided"], self.steps, self.leaves, len(self.signs),
            "" if self.boxes is None else ", %d boxes" % self.boxes.count,
            "" if regions is None else ", " + regions.summary(), removed)


class Tree:
    """A tree on its way: its nodes come in preorder."""

    def __init__(self, checker, place, unit, side, bound):
        checker.begin_step(place, unit)
        self.checker, self.place, self.unit, self.side, self.bound = checker, place, unit, side, bound
        self.target = bound if side > 0 else d_neg(bound)
        self.path = []  # splits above the next node
        self.phases = {}  # of these
        self.nodes = 0
        self.done = False

    def node(self, place, node):
        if self.done:
            raise Rejected("tree-shape", place, "the end of the tree", "a node")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Rejected("limits", place, "at most %d nodes" % MAX_NODES, "one more")
        if isinstance(node, tuple):
            self.split(place, node)
        else:
            self.leaf(place, node)

    def split(self, place, unit):
        checker, phases = self.checker, self.phases
        layers = checker.network.layers
        k, i = unit
        if k >= self.unit[0] or i >= layers[k].units:
            raise Rejected("split", place, "a unit of a layer below %d" % self.unit[0], "[%d, %d]" % unit)
        if not layers[k].relu[i]:
            raise Rejected("split", place, "a relu unit", "an identity unit")
        low, high = checker.lower[k][i], checker.upper[k][i]
        if not low[0] < 0 < high[0]:
            raise Rejected("split", place, "an interval around 0", "[%s, %s]" % (d_text(low), d_text(high)))
        if unit in phases:
            raise Rejected("split", place, "a unit that no split above names", "[%d, %d]" % unit)
        if len(self.path) >= MAX_SPLITS_ON_PATH:
            raise Rejected("limits", place, "at most %d splits" % MAX_SPLITS_ON_PATH, "one more")
        self.path.append(unit)
        self.assume(unit, OFF)

    def assume(self, unit, phase):
        self.phases[unit] = phase
        self.checker.cuts[unit[0]].assume(unit[1], phase)

    def leaf(self, place, leaf):
        path, phases = self.path, self.phases
        b = self.checker.evaluate(leaf, *self.unit, self.side)
        if leaf.m[0] > 0:
            most = d_mul(leaf.m, self.target)
            if d_cmp(b, most) > 0:
                raise Rejected("leaf-bound", place, "at most " + d_text(most), d_text(b))
        elif b[0] >= 0:
            raise Rejected("leaf-bound", place, "less than 0", d_text(b))
        while path and phases[path[-1]] == ON:
            k, i = unit = path.pop()
            del phases[unit]
            self.checker.cuts[k].assume(i)
        if path:
            self.assume(path[-1], ON)
        else:
            self.done = True

    def end(self):
        if not self.done:
            raise Rejected("tree-shape", self.place + ".tree", "a whole tree", "the end of the array")
        self.checker.tighten(*self.unit, self.side, self.bound, self.place)


COEFFICIENT_BITS = 28  # section 16: of the largest coefficient of a layer
END_BITS = 32  # of the largest number of a layer in a box
SLOPE_PLACES = 16
SUM_PLACES = 8  # of a bound, beyond the ends of its layer
MAX_SUM_BITS = 60


def top(*numbers):
    """The top of lists of integers, each with its exponent."""
    found = []
    for integers, e in numbers:
        largest = max(max(integers, default=0), -min(integers, default=0))
        if largest:
            found.append(largest.bit_length() - 1 + e)
    return max(found, default=0)


def raised(integers, shift):
    """In units that are larger by 2^shift, rounded up."""
    if shift <= 0:
        return [x << -shift for x in integers]
    rest = (1 << shift) - 1
    return [x + rest >> shift for x in integers]


def lowered(integers, shift):
    return [x >> shift for x in integers] if shift > 0 else [x << -shift for x in integers]


class Slots:
    """So many integers of up to so many bits, their signs included, as one long integer, which makes a sum of multiples of such
    lists a matter of a few long operations. They are its digits to the base 256^size, of either sign."""

    def __init__(self, count, bits):
        self.size = -(-bits // 8)
        self.code = struct.Struct(("%ds" % self.size) * count)
        self.half = 1 << 8 * self.size - 1
        self.halves = int.from_bytes(self.part(0) * count, "little")

    def part(self, integer):
        return (integer + self.half).to_bytes(self.size, "little")

    def join(self, parts):
        return int.from_bytes(b"".join(parts), "little") - self.halves

    def split(self, number):
        half = self.half
        parts = self.code.unpack((number + self.halves).to_bytes(self.code.size, "little"))
        return [x - half for x in map(int.from_bytes, parts, repeat("little"))]


class Weights:
    """The weights of a layer, as integers times 2^e."""

    def __init__(self, layer, inputs):
        """`inputs` are those that count."""
        self.units = layer.units
        rows = [[row[t] for t in inputs] for row in layer.W]
        used = 0
        for row in rows:
            for x in row:
                used |= x
        shift = (used & -used).bit_length() - 1 if used else 0  # no bits for biases that are smaller
        self.W = [[x >> shift for x in row] for row in rows]
        self.e = layer.e + shift
        bits = max([abs(x) for row in self.W for x in row], default=0).bit_length()
        # per input what its upper and what its lower end is multiplied with, in upper and then in lower ends
        self.ends = ends = Slots(2 * self.units, bits + END_BITS + 2 + len(inputs).bit_length())
        columns = [([ends.part(max(x, 0)) for x in column], [ends.part(min(x, 0)) for x in column]) for column in zip(*self.W)]
        self.of_high = [ends.join(up + down) for up, down in columns]
        self.of_low = [ends.join(down + up) for up, down in columns]
        # in rows each weight is multiplied with a coefficient, and so is the number before them: offset minus end
        self.row_bits = max(bits, END_BITS + 2) + COEFFICIENT_BITS + 1 + self.units.bit_length()
        self.live = self.parts = None

    def intervals(self, low, high):
        """Upper and lower ends without offsets, from the ends of the inputs."""
        sum_ = sum([x * b for x, b in zip(self.of_high, high) if b]) + sum([x * a for x, a in zip(self.of_low, low) if a])
        both = self.ends.split(sum_)
        return both[:self.units], both[self.units:]

    def narrow(self, live):
        """Rows are of these inputs alone from now on."""
        if live != self.live:
            self.live, self.row, self.rows = live, Slots(1 + sum(live), self.row_bits), {}
            self.first = self.row.part(0)
            if self.parts is None:
                self.parts = [[self.row.part(x) for x in row] for row in self.W]

    def joined(self, i):
        """The row of a unit as a long integer, with a place for an offset in front of it."""
        row = self.rows.get(i)
        if row is None:
            row = self.rows[i] = self.row.join([self.first, *compress(self.parts[i], self.live)])
        return row


class Below:
    """A layer in a box, for bounds of the layers above it. Its numbers are integers times 2^e; lists are of the units that are
    not off."""

    def __init__(self, weights, e, low, high, o_up, o_down):
        self.e, self.row, self.row_e = e, weights.row, weights.e
        self.live = [y > 0 for y in high]
        self.high, self.slope, self.above, self.below = [], [], [], []
        for i in compress(range(weights.units), self.live):
            x, y = low[i], high[i]
            row = weights.joined(i)
            self.high.append(y)
            self.slope.append(1 << SLOPE_PLACES if x >= 0 else (y << SLOPE_PLACES) // (y - x))
            self.above.append(row + o_up[i] - y)
            self.below.append(row + o_down[i] - y if x >= 0 or y > -x else -y)

    def pass_down(self, c, e):
        """For coefficients of the outputs, integers times 2^e, those of the outputs of the layer below with their exponent,
        and the number V with its exponent; None if they are all zero."""
        if not any(c):
            return None
        shift = max(max(c), -min(c)).bit_length() - COEFFICIENT_BITS
        c = raised(c, shift)
        # To V a unit adds nu * offset, and if it is open and C > 0 the larger of -nu * lower and (C - nu) * upper; that is the
        # second, for nu was rounded down, and it would be 0 for a unit that is on. So with C > 0 it is C * upper and
        # nu * (offset - upper), and with C <= 0 it is C * upper and nu * offset - C * upper. The sums hold the second parts.
        grown, *next_ = self.row.split(sum([(x * slope >> SLOPE_PLACES) * a if x > 0 else x * b
                                            for x, slope, a, b in zip(c, self.slope, self.above, self.below)]))
        e += shift
        return next_, e + self.row_e, grown + sum(map(mul, c, self.high)), e + self.e


class Boxes:
    """Section 16: the tree on its way, of which the next box is kept, and the ends of targets where they were closed. Sets of
    sides are integers, with a bit for the upper side of each unit of a layer, then one for each lower side, then the bits of
    the next layer."""

    def __init__(self, checker, place, targets):
        self.place = place
        self.low, self.high = list(checker.domain.raw["lower"]), list(checker.domain.raw["upper"])
        self.varying = [t for t, (a, b) in enumerate(zip(self.low, self.high)) if a != b]
        layers = self.begin(checker.network.layers, targets)
        # Cuts above the next node: input, the end that it replaced, the sides closed and the start before, whether it is the
        # upper part.
        self.path = []
        self.nodes = self.count = 0
        self.done = False
        self.closed = 0  # sides, in the box of the next node's parent
        self.ends = {}  # of targets that some box has closed: pairs
        self.layers = layers
        self.weights = [Weights(layer, self.varying if k == 0 else range(layer.inputs)) for k, layer in enumerate(layers)]
        self.first = first = layers[0]
        low, e = aligned(self.low)
        # the first layer's values where the next node's box has its lower ends
        self.start = aligned([total([(b, first.e), (sum(map(mul, row, low)), first.e + e)]) for row, b in zip(first.W, first.b)])
        self.spans = self.spans_e = None  # the upper ends of y in this box
        self.below = []  # of the layer at work in this box

    def begin(self, layers, targets):
        """Checks the targets and makes a set of them; the layers up to that of the last one."""
        place = self.place
        if not targets:
            raise Rejected("boxes", place, "a target", "none")
        last = None
        for n, (k, i, side) in enumerate(targets):
            here = "%s[%d]" % (place, n)
            if k >= len(layers) or i >= layers[k].units:
                raise Rejected("boxes", here, "a unit of the network", "[%d, %d]" % (k, i))
            if last is not None and (k, i, -side) <= last:
                raise Rejected("boxes", here, "targets in ascending order", "[%d, %d]" % (k, i))
            last = k, i, -side
        layers = layers[:last[0] + 1]
        for k, layer in enumerate(layers):
            if not all(layer.relu):
                raise Rejected("boxes", place, "relu units alone up to layer %d" % last[0], "an identity unit in layer %d" % k)
        self.first_bits = [2 * sum([layer.units for layer in layers[:k]]) for k in range(len(layers))]
        self.targets = sum([1 << self.first_bits[k] + i + (0 if side > 0 else layers[k].units) for k, i, side in targets])
        return layers

    def node(self, place, node):
        if self.done:
            raise Rejected("tree-shape", place, "the end of the tree", "a node")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Rejected("limits", place, "at most %d nodes" % MAX_NODES, "one more")
        if node is not None:
            self.check_cut(place, *node)
        left = self.targets & ~self.closed
        closed = self.evaluate(left) if left else self.closed
        if node is not None:
            t, value = node
            self.path.append((t, self.high[t], closed, self.start, False))
            self.high[t] = value
            self.closed = closed
            return
        if self.targets & ~closed:
            raise Rejected("boxes", place, "all targets closed", "%d that are open" % bin(self.targets & ~closed).count("1"))
        self.count += 1
        path = self.path
        while path and path[-1][4]:
            t, old, _, _, _ = path.pop()
            self.low[t] = old
        if not path:
            self.done = True
            return
        t, old, self.closed, start, _ = path.pop()
        value, self.high[t] = self.high[t], old
        path.append((t, self.low[t], None, None, True))
        self.move(start, t, d_add(value, d_neg(self.low[t])))
        self.low[t] = value

    def move(self, start, t, way):
        """The next box starts elsewhere in this input."""
        values, e = start
        way, way_e = way
        way_e += self.first.e
        unit = min(e, way_e)
        self.start = [(x << (e - unit)) + (row[t] * way << (way_e - unit)) for x, row in zip(values, self.first.W)], unit

    def check_cut(self, place, t, value):
        if t >= len(self.low):
            raise Rejected("boxes", place, "an input below %d" % len(self.low), t)
        if not fits(value, "float64"):
            raise Rejected("boxes", place, "a number of IEEE binary64", d_text(value))
        if d_cmp(self.low[t], value) >= 0 or d_cmp(value, self.high[t]) >= 0:
            raise Rejected("boxes", place, "between %s and %s" % (d_text(self.low[t]), d_text(self.high[t])), d_text(value))
        if len(self.path) >= MAX_CUTS_ON_PATH:
            raise Rejected("limits", place, "at most %d cuts" % MAX_CUTS_ON_PATH, "one more")

    def evaluate(self, left):
        """The sides that are closed in this box; `left` are the targets that are not so in its parent's."""
        before = closed = self.closed
        spans, e = aligned([d_add(self.high[t], d_neg(self.low[t])) for t in self.varying])
        unit = top((spans, e)) - END_BITS + 1
        high = self.spans = raised(spans, unit - e)
        self.spans_e = e = unit
        low, live = [0] * len(high), [True] * len(high)
        below = self.below = []
        last = next(k for k in range(len(self.layers) - 1, -1, -1) if left >> self.first_bits[k])
        for k in range(last + 1):
            weights, bit = self.weights[k], self.first_bits[k]
            n = weights.units
            offsets, offsets_e = (self.layers[k].b, self.layers[k].e) if k else self.start
            high, low = weights.intervals(low, high)
            e += weights.e
            unit = top((high, e), (low, e), (offsets, offsets_e)) - END_BITS + 1
            o_up, o_down = raised(offsets, unit - offsets_e), lowered(offsets, unit - offsets_e)
            high = [x + o for x, o in zip(raised(high, unit - e), o_up)]
            low = [x + o for x, o in zip(lowered(low, unit - e), o_down)]
            e = unit
            known = before >> bit
            if known:
                high = [min(x, 0) if known >> i & 1 else x for i, x in enumerate(high)]
                known >>= n
                low = [max(x, 0) if known >> i & 1 else x for i, x in enumerate(low)]
            weights.narrow(live)
            if k > 0:
                for i, (x, y) in enumerate(zip(low, high)):
                    if x < 0 < y:
                        if k < last or left >> bit + i & 1:
                            bound = self.bound(list(compress(weights.W[i], live)), weights.e, o_up[i], e)
                            y = high[i] = y if bound is None else min(y, bound)
                        if left >> bit + n + i & 1 or k < last and y > 0:
                            bound = self.bound([-x for x in compress(weights.W[i], live)], weights.e, -o_down[i], e)
                            low[i] = x if bound is None else max(x, -bound)
            closed |= self.close(k, left, low, high, e)
            if k < last:
                below.append(Below(weights, e, low, high, o_up, o_down))
                low, high, live = [max(x, 0) for x in low], [max(x, 0) for x in high], below[k].live
        return closed

    def close(self, k, left, low, high, e):
        """The sides that these ends close in a layer; what they are for targets that are closed with that is kept."""
        n, bit = len(high), self.first_bits[k]
        closes = sum([1 << i for i, y in enumerate(high) if y <= 0]) + sum([1 << n + i for i, x in enumerate(low) if x >= 0])
        left = left >> bit & closes
        if left:
            for i, (x, y) in enumerate(zip(low, high)):
                if left >> i & 1:
                    end = norm(y, e)
                    self.ends[k, i, 1] = d_max(self.ends.get((k, i, 1), end), end)
                if left >> n + i & 1:
                    end = norm(x, e)
                    self.ends[k, i, -1] = d_min(self.ends.get((k, i, -1), end), end)
        return closes << bit

    def bound(self, c, e, offset, ends_e):
        """The number B, rounded up to an integer times 2^ends_e, as an offset is one; None if there is no bound."""
        bound = self.backward(c, e, offset << SUM_PLACES, ends_e - SUM_PLACES)
        return None if bound is None else -(-bound >> SUM_PLACES)

    def backward(self, c, e, sum_, unit):
        """The number B in units of 2^unit, for coefficients c * 2^e of the outputs below that are not 0, and the offset."""
        for below in reversed(self.below):
            passed = below.pass_down(c, e)
            if passed is None:
                return sum_
            c, e, grown, grown_e = passed
            sum_ = self.grown(sum_, grown, grown_e - unit)
            if sum_ is None:
                return None
        shift = max(max(c, default=0), -min(c, default=0)).bit_length() - COEFFICIENT_BITS
        grown = sum([x * d for x, d in zip(raised(c, shift), self.spans) if x > 0])
        return self.grown(sum_, grown, e + shift + self.spans_e - unit)

    @staticmethod
    def grown(sum_, more, shift):
        """The sum with `more`, which is in units larger by 2^shift, rounded up; None if there is no such bound."""
        more = more << shift if shift >= 0 else -(-more >> -shift)
        sum_ += more
        return None if max(abs(more), abs(sum_)) > 1 << MAX_SUM_BITS else sum_

    def end(self, place):
        if not self.done:
            raise Rejected("tree-shape", place, "a whole tree", "the end of the array")


class Regions:
    """Section 15: the trees of all parts on their way, of which the path to the next node is kept."""

    def __init__(self, checker, place, layers):
        self.checker, self.place, self.layers = checker, place, layers
        network = checker.network
        if not 1 <= layers <= len(network.layers):
            raise Rejected("region-layers", place, "1 to %d" % len(network.layers), layers)
        if layers > len(checker.cuts):  # no layer above the last has asked for it
            checker.finish(layers - 1)
        self.parts = self.find_parts()
        self.counts = []  # per finished part the regions after each layer
        self.path = []  # (unit, whether its on branch is still to come) above the next node
        self.phases = {}
        self.open_part()

    def find_parts(self):
        """Lists of open units that are linked; sets of inputs are the bits of a number."""
        checker = self.checker
        domain = checker.domain
        units = []  # (unit, its inputs)
        reads = [1 << t if low < high else 0 for t, (low, high) in enumerate(zip(domain.low, domain.high))]
        for k, layer in enumerate(checker.network.layers[:self.layers]):
            sets = []
            for i, row in enumerate(layer.W):
                bits = 0
                for w, inputs in zip(row, reads):
                    if w:
                        bits |= inputs
                sets.append(bits)
                if layer.relu[i] and checker.lower[k][i][0] < 0 < checker.upper[k][i][0]:
                    units.append(((k, i), bits))
            reads = [0 if r and high[0] <= 0 else bits for bits, high, r in zip(sets, checker.upper[k], layer.relu)]
        if units and (domain.rows or domain.ball is not None or not all(bits for _, bits in units)):
            return [[unit for unit, _ in units]]
        parts = []  # (inputs, units)
        for unit, bits in units:
            members = [unit]
            apart = []
            for inputs, others in parts:
                if inputs & bits:
                    bits |= inputs
                    members += others
                else:
                    apart.append((inputs, others))
            parts = apart + [(bits, members)]
        return sorted(sorted(members) for _, members in parts)

    def open_part(self):
        """Makes ready for the tree of the next part, if there is one."""
        self.open = None
        if len(self.counts) < len(self.parts):
            self.open = set(self.parts[len(self.counts)])
            self.levels = sorted({k for k, _ in self.open})  # layers with open units
            self.sizes = [sum(k == level for k, _ in self.open) for level in self.levels]
            self.left = self.sizes[:]  # units without a phase
            self.level = 0  # the first with such units
            self.reached = [0] * (len(self.levels) + 1)  # nodes at which the first levels have phases and the others none

    def node(self, place, node):
        if self.open is None:
            raise Rejected("region-shape", place, "the end of the trees", "a node")
        level = self.level
        if level == len(self.levels) or self.left[level] == self.sizes[level]:
            self.reached[level] += 1
        if node[0] == "point":
            self.point(place, node[1])
            return
        kind, unit, leaves = node
        if unit not in self.open:
            raise Rejected("region-unit", place, "an open unit of part %d" % len(self.counts), "[%d, %d]" % unit)
        if unit in self.phases:
            raise Rejected("region-unit", place, "a unit without a phase", "[%d, %d]" % unit)
        if unit[0] != self.levels[level]:
            raise Rejected("region-unit", place, "a unit of layer %d" % self.levels[level], "[%d, %d]" % unit)
        if kind == "split":
            self.path.append((unit, True))
            self.assume(unit, OFF)
            return
        if kind == "zero":
            rule, sides, phase = "region-zero", (1, -1), NULL
        elif kind == "on":
            rule, sides, phase = "region-empty", (1,), OFF
        else:
            rule, sides, phase = "region-empty", (-1,), ON
        for leaf, side in zip(leaves, sides):
            b = self.checker.evaluate(leaf, *unit, side, True)
            if leaf.m[0] == 0:
                raise Rejected(rule, leaf.place + ".m", "more than 0", "0")
            if b[0] > 0:
                raise Rejected(rule, leaf.place, "at most 0", d_text(b))
        self.path.append((unit, False))
        self.assume(unit, phase)

    def assume(self, unit, phase):
        self.phases[unit] = phase
        self.checker.cuts[unit[0]].assume(unit[1], phase)
        self.left[self.level] -= 1
        if self.left[self.level] == 0:
            self.level += 1

    def release(self, unit):
        del self.phases[unit]
        self.checker.cuts[unit[0]].assume(unit[1])
        if self.level == len(self.levels) or self.levels[self.level] != unit[0]:
            self.level -= 1
        self.left[self.level] += 1

    def point(self, place, point):
        if self.level < len(self.levels):
            raise Rejected("region-point", place, "phases of all units of part %d" % len(self.counts),
                           "%d without one" % sum(self.left))
        place += ".point"
        self.checker.domain.check_point(place, point, "region-point")
        signs = self.checker.signs_at(point, self.levels[-1] + 1)
        for (k, i), phase in self.phases.items():
            if signs[k][i] != phase:
                names = ("zero", "positive", "negative")
                raise Rejected("region-point", place, "a pre-activation of [%d, %d] that is %s" % (k, i, names[phase]),
                               names[signs[k][i]])
        while self.path:
            unit, waiting = self.path.pop()
            self.release(unit)
            if waiting:
                self.path.append((unit, False))
                self.assume(unit, ON)
                return
        below = [sum(level < k for level in self.levels) for k in range(1, self.layers + 1)]
        self.counts.append([self.reached[n] for n in below])
        self.open_part()

    def end(self, place, counts, counts_place):
        if self.open is not None:
            raise Rejected("region-shape", place, "whole trees of %d parts" % len(self.parts), "the end in part %d" % len(self.counts))
        if len(counts) != len(self.counts):
            raise Rejected("region-count", counts_place, "counts of %d parts" % len(self.counts), len(counts))
        for n, (claimed, found) in enumerate(zip(counts, self.counts)):
            if claimed != found:
                raise Rejected("region-count", "%s[%d]" % (counts_place, n), found, claimed)

    def summary(self):
        """The number of regions after each layer, over all parts."""
        texts = []
        for k in range(self.layers):
            product = 1
            for counts in self.counts:
                product *= counts[k]
            texts.append(str(product) if product < 10 ** 100 else "about 2^%d" % (product.bit_length() - 1))
        return "%s regions after each layer (%d parts)" % (" ".join(texts), len(self.parts))


class Rounding:
    """Section 8: which units have their sign also in a runtime that rounds."""

    # the logarithms of u, t and the largest magnitude allowed
    SCALES = {"float32": (-24, -126, 127), "float64": (-53, -1022, 1023)}
    MOST_TERMS = 1 << 20

    def __init__(self, checker):
        """`checker` has a network, intervals (lower, upper) and a domain."""
        self.checker = checker
        self.errors = []  # per layer a list of (e, whether n and the largest magnitude are within the limits)
        self.good = []  # per layer: it and all below are plain, and all units below are within the limits
        # H + d and d of what the next layer reads, as integers with exponents
        domain = checker.domain
        self.reach = [max(abs(a), abs(b)) for a, b in zip(domain.low, domain.high)]
        self.drift = [0] * len(self.reach)
        self.reach_e, self.drift_e = domain.e, 0

    def next_layer(self):
        checker, k = self.checker, len(self.errors)
        layer = checker.network.layers[k]
        u, t, most = self.SCALES[checker.network.kind]
        reach, e = self.reach, self.reach_e
        errors, ends, drifts = [], [], []
        for i, row in enumerate(layer.W):
            n = weights = reaches = dot = carried = 0
            for w, x, d in zip(row, reach, self.drift):
                if w and x:
                    w = abs(w)
                    n += 1
                    weights += w
                    reaches += x
                    dot += w * x
                    carried += w * d
            size = round53(*total([(abs(layer.b[i]), layer.e), (dot, layer.e + e)]), True)  # A
            c = n + 1  # times 2^u
            gamma = (c * ((1 << -u) + 2 * c), 2 * u)
            tau = [((2 * n + 2), t + 1), (weights, layer.e + t + 1), (reaches, e + t + 1)]
            grown = (size[0] * gamma[0], size[1] + gamma[1])
            error = ZERO
            if size[0]:
                error = round53(*total([(carried, layer.e + self.drift_e), grown] + tau), True)
            errors.append((error, n < self.MOST_TERMS and d_cmp(total([size, grown] + tau), (1, most)) <= 0))
            low, high = checker.lower[k][i], checker.upper[k][i]
            if layer.relu[i]:
                ends.append(d_max(high, ZERO))
                drifts.append(round53(*d_max(ZERO, d_add(d_min(high, ZERO), error)), True))
            else:
                ends.append(d_max(d_abs(low), d_abs(high)))
                drifts.append(error)
        self.good.append(layer.plain and (k == 0 or self.good[-1] and all(within for _, within in self.errors[-1])))
        self.errors.append(errors)
        self.reach, self.reach_e = aligned([d_add(a, b) for a, b in zip(ends, drifts)])
        self.drift, self.drift_e = aligned(drifts)

    def outputs(self):
        """The numbers e of the outputs, or None if some layer is not plain or some unit is out of the limits."""
        layers = self.checker.network.layers
        while len(self.errors) < len(layers):
            self.next_layer()
        if not (self.good[-1] and all(within for _, within in self.errors[-1])):
            return None
        return [error for error, _ in self.errors[-1]]

    def check(self, place, k, i, inactive):
        while len(self.errors) <= k:
            self.next_layer()
        error, within = self.errors[k][i]
        if not self.good[k]:
            raise Rejected("float-safe", place, "plain layers and sums within limits up to layer %d" % k, "others")
        if not within:
            raise Rejected("float-safe", place, "sums within limits", "more terms or a larger sum")
        if inactive:
            end = d_add(self.checker.upper[k][i], error)
            if end[0] > 0:
                raise Rejected("float-safe", place, "an upper end of at most 0 after rounding", d_text(end))
        else:
            end = d_add(self.checker.lower[k][i], d_neg(error))
            if end[0] < 0:
                raise Rejected("float-safe", place, "a lower end of at least 0 after rounding", d_text(end))


def check_document(data, network, small):
    """Accepts or rejects a certificate that is one JSON document."""
    cert = read_document(data)
    checker = Checker(cert, network)
    for n, point in enumerate(cert["points"]):
        checker.point("$.points[%d]" % n, point)
    checker.end_points()
    if cert["boxes"] is not None:
        targets, nodes = cert["boxes"]
        boxes = Boxes(checker, "$.boxes.targets", targets)
        for n, node in enumerate(nodes):
            boxes.node("$.boxes.tree[%d]" % n, node)
        boxes.end("$.boxes.tree")
        checker.boxes = boxes
    for n, step in enumerate(cert["steps"]):
        place = "$.steps[%d]" % n
        if len(step) == 3:
            checker.lemma(place, *step)
            continue
        tree = Tree(checker, place, *step[:3])
        for i, node in enumerate(step[3]):
            tree.node("%s.tree[%d]" % (place, i), node)
        tree.end()
    checker.end_steps()
    for n, verdict in enumerate(cert["verdicts"]):
        checker.verdict("$.verdicts[%d]" % n, verdict)
    checker.end_verdicts("$.verdicts")
    regions = None
    if cert["regions"] is not None:
        layers, counts, nodes = cert["regions"]
        regions = Regions(checker, "$.regions.layers", layers)
        for n, node in enumerate(nodes):
            regions.node("$.regions.tree[%d]" % n, node)
        regions.end("$.regions.tree", counts, "$.regions.counts")
    return checker.end("$.pruning", regions, cert["pruning"], small)


def check_lines(stream, network, small):
    """Accepts or rejects a certificate in lines, of which one at a time is in memory."""
    checker = boxes = tree = regions = pruning = None
    counted = False
    digest, pruning_place = "", "$.pruning"
    number = stage = points = 0

    def order(expected, kind):
        raise Rejected("lines", "line %d" % number, expected, "a line of kind " + kind)

    for number, kind, rank, of, line in read_lines(stream):
        place = "line %d $" % number
        if (number == 1) != (kind == "head"):
            order("the head" if number == 1 else "one head", kind)
        if number == 1:
            checker = Checker(get_head(line, place, "espalier-certificate-lines"), network)
            digest = claims_digest(network, checker.domain)
        if of != digest:
            raise Rejected("lines", "line %d" % number, "the digest " + digest, of)
        if (boxes is not None and not boxes.done) != (kind == "box"):
            raise Rejected("tree-shape", "line %d" % number, "a box of an unfinished tree" if kind != "box" else
                           "a box only in an unfinished tree", "a line of kind " + kind)
        if rank < stage or rank == stage and kind in SINGLE:
            order("an order of head, boxes, steps, points, verdicts, regions, cells, counts, pruning, end", kind)
        if (tree is not None) != (kind == "branch"):
            order("a branch of an unfinished tree" if tree else "a branch only in an unfinished tree", kind)
        if (regions is not None and not counted) != (kind in ("cell", "counts")):
            order("cells and their counts after a line of regions, and only there", kind)
        if stage <= STEPS < rank:
            checker.end_steps()
        if stage <= POINTS < rank:
            checker.end_points()
        if stage <= VERDICTS < rank:
            checker.end_verdicts("line %d" % number)
        stage = rank

        if rank == STEPS and kind != "branch" and checker.steps >= MAX_STEPS:
            raise Rejected("limits", "line %d" % number, "at most %d steps" % MAX_STEPS, "one more")
        if kind == "boxes":
            boxes = Boxes(checker, place + ".boxes", get_targets(line["boxes"], place + ".boxes"))
        elif kind == "box":
            for n, cut in enumerate(get_array(line["cuts"], place + ".cuts")):
                here = "%s.cuts[%d]" % (place, n)
                boxes.node(here, get_cut(cut, here))
            boxes.node(place, None)
            if boxes.done:
                checker.boxes = boxes
        elif kind == "lemma":
            checker.lemma(place, *get_lemma(line, place))
        elif kind == "tree":
            tree = Tree(checker, place, *get_claim(line, place))
        elif kind == "branch":
            for n, split in enumerate(get_array(line["splits"], place + ".splits")):
                here = "%s.splits[%d]" % (place, n)
                tree.node(here, get_unit(split, here))
            tree.node(place + ".leaf", get_leaf(line["leaf"], place + ".leaf", True))
            if tree.done:
                tree.end()
                tree = None
        elif kind == "point":
            points += 1
            if points > MAX_POINTS:
                raise Rejected("limits", "line %d" % number, "at most %d points" % MAX_POINTS, "one more")
            checker.point(place + ".point", get_values(line["point"], place + ".point"))
        elif kind == "verdict":
            checker.verdict(place + ".verdict", get_verdict(line["verdict"], place + ".verdict"))
        elif kind == "regions":
            regions = Regions(checker, place + ".regions", get_count(line["regions"], place + ".regions"))
        elif kind == "cell":
            for n, node in enumerate(get_cell(line["cell"], place + ".cell")):
                regions.node("%s.cell[%d]" % (place, n), node)
        elif kind == "counts":
            regions.end("line %d" % number, get_region_counts(line["counts"], place + ".counts"), place + ".counts")
            counted = True
        elif kind == "pruning":
            pruning = get_pruning(line["pruning"], place + ".pruning")
            pruning_place = place + ".pruning"
        elif kind == "end" and get_count(line["end"], place + ".end") != number - 1:
            raise Rejected("lines", place + ".end", number - 1, line["end"])
    if stage != END:
        raise Rejected("lines", "line %d" % (number + 1), "an end", "nothing")
    return checker.end(pruning_place, regions, pruning, small)


# ---------------------------------------------------------------------------------------------------------
# Section 9

MAX_VALUE_BITS = 512


class Intervals:
    """What `Rounding` wants to know of a network: the network, lower, upper and the domain."""


class Working:
    """A layer of the working network: original number, unit numbers, integers with one exponent, and for each unit its
    range and its slack."""

    def __init__(self, number, layer, ranges):
        self.number = number
        self.units = list(range(layer.units))
        self.relu = list(layer.relu)
        self.W = [list(row) for row in layer.W]
        self.b = list(layer.b)
        self.e = layer.e
        self.inputs = layer.inputs
        self.ranges = list(ranges)
        self.slack = [ZERO] * layer.units
        self.next_number = layer.units
        self.new_relu = all(layer.relu)

    def refine(self, e):
        """Give the numbers the exponent e if that is finer."""
        if e < self.e:
            shift = self.e - e
            self.W = [[w << shift for w in row] for row in self.W]
            self.b = [b << shift for b in self.b]
            self.e = e

    def integer(self, a):
        """A pair as an integer with the layer's exponent, which is fine enough."""
        return a[0] << (a[1] - self.e) if a[0] else 0

    def is_linear(self, at):
        return not self.relu[at] or self.ranges[at][0][0] >= 0

    def output_range(self, at):
        low, high = self.ranges[at]
        return (d_max(low, ZERO), d_max(high, ZERO)) if self.relu[at] else (low, high)

    def output_ranges(self):
        return [self.output_range(at) for at in range(len(self.units))]

    def remove(self, at):
        for values in (self.units, self.relu, self.W, self.b, self.ranges, self.slack):
            del values[at]


class Form:
    """An affine form in the inputs of a layer, as integers with one exponent, and what its units' slacks add up to."""

    def __init__(self, inputs):
        self.a, self.c, self.e, self.slack = [0] * inputs, 0, 0, ZERO

    def refine(self, e):
        if e < self.e:
            shift = self.e - e
            self.a = [x << shift for x in self.a]
            self.c <<= shift
            self.e = e

    def add(self, row, bias, e, factor, slack=ZERO):
        """Adds a factor times (row, bias) * 2^e."""
        s, x = factor
        if not s:
            return self
        self.refine(e + x)
        s <<= e + x - self.e
        self.a = [a + s * w for a, w in zip(self.a, row)]
        self.c += s * bias
        self.slack = d_add(self.slack, d_mul(d_abs(factor), slack))
        return self

    def add_unit(self, layer, at, factor):
        return self.add(layer.W[at], layer.b[at], layer.e, factor, layer.slack[at])

    def add_constant(self, c):
        return self.add([0] * len(self.a), 1, 0, c)

    def copy(self):
        other = Form(0)
        other.a, other.c, other.e, other.slack = list(self.a), self.c, self.e, self.slack
        return other

    def range(self, ranges):
        """The smallest and the largest value over ranges of the inputs."""
        both, e = aligned([low for low, _ in ranges] + [high for _, high in ranges])
        lows, highs = both[:len(ranges)], both[len(ranges):]
        down = up = 0
        for a, p, r in zip(self.a, lows, highs):
            if a > 0:
                down += a * p
                up += a * r
            elif a < 0:
                down += a * r
                up += a * p
        constant = (self.c, self.e)
        return total([constant, (down, self.e + e)]), total([constant, (up, self.e + e)])

    def reach(self, ranges):
        low, high = self.range(ranges)
        return d_max(d_neg(low), high)


class Pruning:
    def __init__(self, checker, raw, place="$.pruning"):
        self.checker, self.raw, self.place = checker, raw, place
        self.layers = [Working(k, layer, zip(checker.lower[k], checker.upper[k]))
                       for k, layer in enumerate(checker.network.layers)]

    def refuse(self, n, expected, found):
        raise Rejected("rewrite", "%s.rewrites[%d]" % (self.place, n), expected, found)

    def check_length(self, n, more):
        values = [more[name] for name in ("constant", "shift") if name in more] + more.get("shifts", [])
        by = more.get("by") or []
        values += [v for _, weights in by[1] for v in weights] if isinstance(by, tuple) else [v for _, v in by]
        for s, _ in values:
            if abs(s).bit_length() > MAX_VALUE_BITS:
                self.refuse(n, "values of at most %d bits" % MAX_VALUE_BITS, "%d bits" % abs(s).bit_length())

    def find(self, n, number):
        for position, layer in enumerate(self.layers):
            if layer.number == number:
                return position
        self.refuse(n, "a layer of the working network", number)

    def before_last(self, n, number):
        """The position of a layer that has a next one."""
        position = self.find(n, number)
        if position == len(self.layers) - 1:
            self.refuse(n, "a layer before the last", number)
        return position

    def input_ranges(self, position):
        if position:
            return self.layers[position - 1].output_ranges()
        domain = self.checker.domain
        return [(norm(a, domain.e), norm(b, domain.e)) for a, b in zip(domain.low, domain.high)]

    def remove(self, position, at):
        self.layers[position].remove(at)
        after = self.layers[position + 1]
        for row in after.W:
            del row[at]
        after.inputs -= 1

    def rewrite(self, n, rule, subject, more=None):
        self.check_length(n, more or {})
        if rule == "fold-layer":
            return self.fold_layer(n, subject)
        if rule == "make-constant":
            return self.make_constant(n, subject)
        if rule == "replace-linear":
            return self.replace_linear(n, subject, more)
        k, i = subject
        position = self.before_last(n, k)
        layer, after = self.layers[position], self.layers[position + 1]
        if i not in layer.units:
            self.refuse(n, "a unit of the working network", "[%d, %d]" % subject)
        at = layer.units.index(i)
        low, high = layer.ranges[at]
        if rule == "remove-inactive":
            if not layer.relu[at]:
                self.refuse(n, "a relu unit", "an identity unit")
            if high[0] > 0:
                self.refuse(n, "an upper end of at most 0", d_text(high))
        elif rule == "fold-constant":
            if d_cmp(low, high) != 0:
                self.refuse(n, "an interval of one number", "[%s, %s]" % (d_text(low), d_text(high)))
            self.add_columns(after, at, [], layer.output_range(at)[0])
        elif rule == "remove-unread":
            if any(row[at] for row in after.W):
                self.refuse(n, "only zero weights in the next layer", "others")
        elif rule == "substitute":
            self.substitute(n, position, at, more["by"], more["constant"])
        else:  # add-linear
            return self.add_linear(n, position, at, more["shift"])
        self.remove(position, at)

    def add_columns(self, after, at, terms, constant):
        """What reads column `at` also reads the terms (column, value) and the constant, as much as the values say."""
        finest = min([x for s, x in [value for _, value in terms] + [constant] if s] or [0])
        column = [row[at] for row in after.W]
        e = after.e
        after.refine(e + min(finest, 0))
        shift = e - after.e
        for row, w in zip(after.W, column):
            for j, (s, x) in terms:
                row[j] += w * s << (x + shift)
        if constant[0]:
            after.b = [b + (w * constant[0] << (constant[1] + shift)) for b, w in zip(after.b, column)]

    def substitute(self, n, position, at, by, constant):
        layer, after = self.layers[position], self.layers[position + 1]
        terms, last = [], -1
        for i, value in by:
            if i not in layer.units or i <= last or i == layer.units[at] or not value[0]:
                self.refuse(n, "other units that are left, ascending, with values that are not 0", i)
            last = i
            terms.append((layer.units.index(i), value))
        delta = self.substitution_error(n, position, at, terms, constant)
        weights = [norm(abs(row[at]), after.e) for row in after.W]
        self.add_columns(after, at, terms, constant)
        after.slack = [d_add(slack, d_mul(w, delta)) for slack, w in zip(after.slack, weights)]

    def substitution_error(self, n, position, at, terms, constant):
        layer = self.layers[position]
        ranges = self.input_ranges(position)
        bent = [(j, value) for j, value in terms if not layer.is_linear(j)]
        found = []
        if not terms:
            low, high = layer.output_range(at)
            found.append(d_max(d_abs(d_add(constant, d_neg(low))), d_abs(d_add(constant, d_neg(high)))))
        if not bent and layer.is_linear(at):
            form = Form(layer.inputs).add_unit(layer, at, ONE).add_constant(d_neg(constant))
            for j, value in terms:
                form.add_unit(layer, j, d_neg(value))
            found.append(d_add(form.reach(ranges), form.slack))
        if len(bent) == 1 and bent[0][1][0] > 0 and layer.relu[at]:
            j, value = bent[0]
            rest = Form(layer.inputs).add_constant(constant)
            for t, c in terms:
                if t != j:
                    rest.add_unit(layer, t, c)
            slack = total([layer.slack[at], d_mul(value, layer.slack[j]), rest.slack])
            same = Form(layer.inputs).add_unit(layer, at, ONE).add_unit(layer, j, d_neg(value))
            other = Form(layer.inputs).add_unit(layer, at, ONE).add_unit(layer, j, value)
            line = rest.copy().add_unit(layer, j, value)
            first = total([same.reach(ranges), rest.reach(ranges), slack])
            second = total([other.reach(ranges), line.reach(ranges), d_mul(value, layer.slack[j]), slack])
            found += [first, second]
        if not found:
            self.refuse(n, "one of the three cases of a substitution", "another one")
        delta = found[0]
        for other in found[1:]:
            delta = d_min(delta, other)
        return round53(*delta, True)

    def new_range(self, n, position, low, high):
        """The range of a new unit."""
        low, high = round53(*low, False), round53(*high, True)
        if self.layers[position].new_relu and low[0] < 0:
            self.refuse(n, "new relu units that are at least 0", d_text(low))
        return low, high

    def append(self, position, row, bias, e, slack, ends):
        """A new unit behind the others; the next layer's columns are for the caller."""
        layer = self.layers[position]
        layer.refine(e)
        shift = e - layer.e
        layer.W.append([w << shift for w in row])
        layer.b.append(bias << shift)
        layer.units.append(layer.next_number)
        layer.next_number += 1
        layer.relu.append(layer.new_relu)
        layer.ranges.append(ends)
        layer.slack.append(slack)

    def add_linear(self, n, position, at, shift):
        layer, after = self.layers[position], self.layers[position + 1]
        low, high = layer.ranges[at]
        ends = self.new_range(n, position, d_add(low, shift), d_add(high, shift))
        layer.refine(shift[1] if shift[0] else layer.e)
        self.append(position, layer.W[at], layer.b[at] + layer.integer(shift), layer.e, layer.slack[at], ends)
        for row in after.W:
            row.append(0)
        after.inputs += 1

    def replace_linear(self, n, number, more):
        position = self.before_last(n, number)
        layer, after = self.layers[position], self.layers[position + 1]
        old = []
        for i in more["units"]:
            if i not in layer.units or old and layer.units.index(i) <= old[-1]:
                self.refuse(n, "units that are left, ascending", i)
            old.append(layer.units.index(i))
            if not layer.is_linear(old[-1]):
                self.refuse(n, "linear units", i)
        if not old:
            self.refuse(n, "at least one unit", "none")
        columns = list(zip(*(layer.W[a] for a in old)))
        factors = [[row[a] for a in old] for row in after.W]
        e = after.e + layer.e
        P = [[sum(map(mul, row, column)) for column in columns] for row in factors]
        g = [sum(w * layer.b[a] for w, a in zip(row, old)) for row in factors]
        gained = [total([(abs(w) * layer.slack[a][0], after.e + layer.slack[a][1]) for w, a in zip(row, old)])
                  for row in factors]
        rows, readings, errors = self.new_rows(n, position, P, e, more["by"])
        shifts = more["shifts"]
        if len(shifts) != len(rows):
            self.refuse(n, "%d shifts" % len(rows), len(shifts))
        ranges = self.input_ranges(position)
        forms = [Form(layer.inputs).add(row, 0, row_e, ONE).add_constant(shift)
                 for (row, row_e), shift in zip(rows, shifts)]
        ends = [self.new_range(n, position, *form.range(ranges)) for form in forms]
        for form, pair in zip(forms, ends):
            self.append(position, form.a, form.c, form.e, ZERO, pair)
        biases = []
        for i, weights in enumerate(readings):
            shifted = [d_neg(d_mul(v, shift)) for v, shift in zip(weights, shifts)]
            biases.append(total([(after.b[i], after.e), (g[i], e)] + shifted))
        finest = [x for weights in readings for s, x in weights if s] + [x for s, x in biases if s]
        after.refine(min(finest + [after.e]))
        after.b = [after.integer(b) for b in biases]
        for row, weights in zip(after.W, readings):
            row += [after.integer(v) for v in weights]
        after.inputs += len(rows)
        after.slack = [total([a, b, c]) for a, b, c in zip(after.slack, gained, errors)]
        for a in reversed(old):
            self.remove(position, a)

    def new_rows(self, n, position, P, e, by):
        """The rows of the new units with their exponents, how the next units read them, and what that leaves out."""
        after = self.layers[position + 1]
        inputs = self.layers[position].inputs
        if by is None:
            used = [t for t in range(inputs) if any(row[t] for row in P)]
            rows = [([1 if u == t else 0 for u in range(inputs)], 0) for t in used]
            return rows, [[norm(row[t], e) for t in used] for row in P], [ZERO] * len(P)
        basis, mix = by
        places = []
        for i in basis:
            if i not in after.units or places and after.units.index(i) <= places[-1]:
                self.refuse(n, "ascending units of the next layer", i)
            places.append(after.units.index(i))
        mixed, last = {}, -1
        for i, weights in mix:
            if i not in after.units or i <= last or i in basis or len(weights) != len(basis):
                self.refuse(n, "ascending units of the next layer, none of the rows, with a weight for each", i)
            last = i
            mixed[after.units.index(i)] = weights
        ranges = self.input_ranges(position)
        readings, errors = [], []
        for i, row in enumerate(P):
            error = ZERO
            if i in places:
                weights = [ONE if place == i else ZERO for place in places]
            elif i in mixed:
                weights = mixed[i]
                form = Form(inputs).add(row, 0, e, ONE)
                for place, v in zip(places, weights):
                    form.add(P[place], 0, e, d_neg(v))
                error = form.reach(ranges)
            else:
                weights = [ZERO] * len(places)
                if any(row):
                    self.refuse(n, "a row or a mix for each unit of the next layer that reads the old units",
                                after.units[i])
            readings.append(weights)
            errors.append(error)
        return [(P[place], e) for place in places], readings, errors

    def fold_layer(self, n, number):
        position = self.before_last(n, number)
        layer = self.layers[position]
        if not layer.units:
            self.refuse(n, "a layer with a unit", "none")
        for at, i in enumerate(layer.units):
            if not layer.is_linear(at):
                self.refuse(n, "identity units and units that are active",
                            "[%d, %d] with lower end %s" % (number, i, d_text(layer.ranges[at][0])))
        after = self.layers[position + 1]
        after.slack = [
            total([slack] + [(abs(w) * s, after.e + e) for w, (s, e) in zip(row, layer.slack)])
            for row, slack in zip(after.W, after.slack)]
        columns = list(zip(*layer.W)) if layer.inputs else []
        weights = [[sum(map(mul, row, column)) for column in columns] for row in after.W]
        added = [sum(map(mul, row, layer.b)) for row in after.W]
        if layer.e >= 0:  # weights have exponent after.e + layer.e, biases after.e
            after.b = [b + (x << layer.e) for b, x in zip(after.b, added)]
            after.W = [[w << layer.e for w in row] for row in weights]
        else:
            after.b = [(b << -layer.e) + x for b, x in zip(after.b, added)]
            after.W = weights
            after.e += layer.e
        after.inputs = layer.inputs
        del self.layers[position]

    def make_constant(self, n, number):
        position = self.before_last(n, number)
        layer = self.layers[position]
        if layer.units:
            self.refuse(n, "a layer without units", "%d units" % len(layer.units))
        h, off, z, slacks = [], [], [], []
        for layer in self.layers[position + 1:]:
            z = [total([(b, layer.e)] + [(w * x[0], layer.e + x[1]) for w, x in zip(row, h)])
                 for row, b in zip(layer.W, layer.b)]
            slacks = [total([slack] + [(abs(w) * s, layer.e + e) for w, (s, e) in zip(row, off)])
                      for row, slack in zip(layer.W, layer.slack)]
            h = [ZERO if r and x[0] < 0 else x for x, r in zip(z, layer.relu)]
            off = slacks
        last = self.layers[-1]
        inputs = self.checker.network.inputs
        last.b, last.e = aligned(z)
        last.W = [[0] * inputs for _ in z]
        last.inputs = inputs
        last.slack = slacks
        self.layers = [last]

    def run(self, small):
        raw = self.raw
        for n, (rule, subject, more) in enumerate(raw["rewrites"]):
            self.rewrite(n, rule, subject, more)
        for layer in self.layers:
            if not layer.units:
                raise Rejected("rewrite", self.place + ".rewrites", "no layer without units at the end",
                               "layer %d without any" % layer.number)
        kept = [(layer.number, layer.units) for layer in self.layers]
        if raw["kept"] != kept:
            for n in range(max(len(kept), len(raw["kept"]))):
                a = kept[n] if n < len(kept) else None
                b = raw["kept"][n] if n < len(raw["kept"]) else None
                if a != b:
                    raise Rejected("kept", "%s.kept[%d]" % (self.place, n), "nothing" if a is None else a,
                                   "nothing" if b is None else b)
        if small is None:
            raise Rejected("result-digest", self.place + ".result.file", "the written file", "none given")
        network = self.checker.network
        rounded = self.rounded(network.kind)
        self.compare(rounded, small)
        if len(small.files) != 1:
            raise Rejected("result-digest", self.place + ".result.file", "a file without external data",
                           "%d external files" % (len(small.files) - 1))
        if small.files[0] != raw["file"]:
            raise Rejected("result-digest", self.place + ".result.file.sha256", small.files[0], raw["file"])
        if small.digest() != raw["network"]:
            raise Rejected("result-digest", self.place + ".result.network", small.digest(), raw["network"])
        self.difference(rounded, small)
        self.argmax()
        return ", %d rewrites, %d of %d units kept" % (
            len(raw["rewrites"]), sum(len(u) for _, u in kept), sum(l.units for l in network.layers))

    def rounded(self, kind):
        result = []
        for n, layer in enumerate(self.layers):
            rows = []
            for row in layer.W + [layer.b]:
                new = []
                for x in row:
                    y = round_ieee(x, layer.e, kind)
                    if y is None:
                        raise Rejected("result-network", self.place + ".result", "numbers of " + kind,
                                       "an overflow in layer %d" % layer.number)
                    new.append(y)
                rows.append(new)
            result.append(Layer.of_pairs(rows[:-1], rows[-1], layer.relu, layer.inputs))
        return result

    def compare(self, rounded, small):
        place = self.place + ".result.network"

        def need(condition, expected, found):
            if not condition:
                raise Rejected("result-network", place, expected, found)

        network = self.checker.network
        need(small.kind == network.kind, network.kind, small.kind)
        need(small.inputs == network.inputs, "%d inputs" % network.inputs, small.inputs)
        need(len(small.layers) == len(rounded), "%d layers" % len(rounded), len(small.layers))
        for k, (a, b) in enumerate(zip(rounded, small.layers)):
            need(a.units == b.units, "%d units in layer %d" % (a.units, k), b.units)
            need(a.inputs == b.inputs, "%d inputs of layer %d" % (a.inputs, k), b.inputs)
            need(list(a.relu) == list(b.relu), "the activations of the working network in layer %d" % k, "others")
            # equal numbers give equal least exponents, hence equal integers
            need(a.e == b.e and a.W == b.W and a.b == b.b, "the rounded numbers in layer %d" % k, "others")
        need(small.maps == network.maps, "the output maps of the first file", "others")

    def at_least(self, rule, member, claimed, bounds):
        place = "%s.%s" % (self.place, member)
        if len(claimed) != len(bounds):
            raise Rejected(rule, place, "%d values" % len(bounds), len(claimed))
        for i, (value, proved) in enumerate(zip(claimed, bounds)):
            if d_cmp(value, proved) < 0:
                raise Rejected(rule, "%s[%d]" % (place, i), "at least " + d_text(proved), d_text(value))

    def difference(self, rounded, small):
        bounds = self.bounds(rounded)
        self.at_least("difference", "difference", self.raw["difference"], bounds[-1])
        claimed = self.raw["floatDifference"]
        if claimed is None:
            return
        after = Intervals()
        after.network, after.domain = small, self.checker.domain
        after.lower = [[d_add(low, d_neg(d)) for (low, _), d in zip(layer.ranges, ds)]
                       for layer, ds in zip(self.layers, bounds)]
        after.upper = [[d_add(high, d) for (_, high), d in zip(layer.ranges, ds)]
                       for layer, ds in zip(self.layers, bounds)]
        errors = [Rounding(thing).outputs() for thing in (self.checker, after)]
        if None in errors:
            raise Rejected("float-difference", self.place + ".floatDifference",
                           "null, because layers are not plain or sums may be out of the limits", "values")
        self.at_least("float-difference", "floatDifference", claimed,
                      [d_add(d, d_add(e, f)) for d, e, f in zip(bounds[-1], *errors)])

    def argmax(self):
        if self.raw["argmax"] is None:
            return
        winner, leaves = self.raw["argmax"]
        place = self.place + ".argmax"
        layers = self.checker.network.layers
        last = layers[-1]
        if last.units < 2 or any(last.relu):
            raise Rejected("argmax", place, "at least two identity outputs", "others")
        if winner >= last.units:
            raise Rejected("argmax", place + ".class", "an output", winner)
        if len(leaves) != last.units - 1:
            raise Rejected("argmax", place + ".leaves", "%d leaves" % (last.units - 1), len(leaves))
        room = self.raw["floatDifference"] or self.raw["difference"]
        others = [j for j in range(last.units) if j != winner]
        for n, (j, leaf) in enumerate(zip(others, leaves)):
            row = [a - b for a, b in zip(last.W[j], last.W[winner])]
            target = row, last.b[j] - last.b[winner]
            bound = self.checker.evaluate(leaf, len(layers) - 1, None, 1, target=target)
            lead = d_add(bound, d_add(room[j], room[winner]))
            if lead[0] >= 0:
                raise Rejected("argmax", "%s.leaves[%d]" % (place, n), "a lead below 0, differences included",
                               d_text(lead))

    def bounds(self, rounded):
        """The numbers d, a list per layer."""
        size, size_e = aligned([d_max(d_abs(a), d_abs(b)) for a, b in self.input_ranges(0)])
        drift, drift_e = [0] * len(size), 0
        all_bounds = []
        for layer, new in zip(self.layers, rounded):
            e = min(layer.e, new.e)
            a, b = layer.e - e, new.e - e
            result = []
            for row, bias, slack, new_row, new_bias in zip(layer.W, layer.b, layer.slack, new.W, new.b):
                gap = [abs((v << b) - (w << a)) for w, v in zip(row, new_row)]
                result.append(round53(*total([
                    slack, (abs((new_bias << b) - (bias << a)), e),
                    (sum(map(mul, map(abs, new_row), drift)), new.e + drift_e),
                    (sum(map(mul, gap, size)), e + size_e)]), True))
            all_bounds.append(result)
            size, size_e = aligned([d_max(d_abs(a), d_abs(b)) for a, b in layer.output_ranges()])
            drift, drift_e = aligned(result)
        return all_bounds


# ---------------------------------------------------------------------------------------------------------

def check(certificate, model, small):
    """One line and an exit status."""
    try:
        with opened(certificate) as stream:
            network = read_network(model)
            result = read_network(small) if small else None
            if stream.peek(len(FIRST_BYTES)).startswith(FIRST_BYTES):
                return check_lines(stream, network, result), EXIT_ACCEPTED
            return check_document(stream.read(), network, result), EXIT_ACCEPTED
    except Rejected as problem:
        return problem.line(), EXIT_REJECTED
    except Unreadable as problem:
        return "unreadable: " + one_line(problem), EXIT_UNREADABLE
    except (Unavailable, OSError) as problem:
        return "error: " + one_line(problem), EXIT_IO


class Cases:
    """Many small cases through standard input and output. Each line of the input is a JSON object

        {"certificate": base64, "model": base64, "name": name of the model's file, "small": base64 or null}

    and is answered by one line: `accepted`, `rejected: ...` as for files, or `unreadable: ...`; `error: ...` for a
    line that is no such object. SMALL is an ONNX file; models have no external data. Answers are written whenever
    the input at hand is used up, so one who waits for an answer before sending the next line gets it."""

    KEPT = 64  # parsed models

    def __init__(self):
        self.models = {}  # by name and base64 text: a network, or the message why there is none

    def model(self, name, text):
        key = (name, text)
        known = self.models.get(key)
        if known is None:
            try:
                known, _ = parse_network(name, base64.b64decode(text, validate=True), None)
            except Unreadable as problem:
                known = str(problem)
            while len(self.models) >= self.KEPT:
                del self.models[next(iter(self.models))]  # the oldest
            self.models[key] = known
        if isinstance(known, str):
            raise Unreadable(known)
        return known

    def answer(self, line):
        try:
            case = json.loads(line)
            certificate = base64.b64decode(case["certificate"], validate=True)
            name, small = case["name"], case.get("small")
            model = self.model(str(name), case["model"])
            small = None if small is None else self.model("small.onnx", small)
        except Unreadable as problem:
            return "unreadable: " + one_line(problem)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
            return "error: not a case: " + one_line(problem)
        try:
            if certificate.startswith(FIRST_BYTES):
                check_lines(io.BytesIO(certificate), model, small)
            else:
                check_document(certificate, model, small)
        except Rejected as problem:
            return problem.line()
        except Exception as problem:  # a fault of this program, which must not look like an answer
            return "crashed: " + one_line(repr(problem))
        return "accepted"

    def serve(self, source, sink):
        """Reads a file descriptor block by block and answers all lines that are complete."""
        parts = []
        while True:
            block = os.read(source, 1 << 20)
            lines = block.split(b"\n")
            parts.append(lines[0])
            if len(lines) > 1:
                lines[0] = b"".join(parts)
                parts = [lines.pop()]
            elif block:
                continue
            else:  # the end; a last line may lack its line feed
                lines = [b"".join(parts)]
                if not lines[0]:
                    return
            sink.write("".join(self.answer(line) + "\n" for line in lines).encode("ascii"))
            sink.flush()
            if not block:
                return


def main(arguments):
    if arguments == ["--cases"]:
        Cases().serve(0, sys.stdout.buffer)
        return EXIT_ACCEPTED
    if len(arguments) == 2 and arguments[0] == "--batch":
        try:
            lines = read_file(arguments[1]).decode("utf-8").splitlines()
        except (Unavailable, UnicodeDecodeError) as problem:
            print("error: " + one_line(problem))
            return EXIT_IO
        worst = EXIT_ACCEPTED
        for line in lines:
            parts = line.split("\t")
            if len(parts) == 2:
                parts.append("")
            if len(parts) != 3 or not parts[0] or not parts[1]:
                print("error: a line that is not CERT<tab>MODEL<tab>SMALL")
                worst = max(worst, EXIT_USAGE)
                continue
            text, code = check(*parts)
            print(text, flush=True)
            worst = max(worst, code)
        return worst
    if len(arguments) not in (2, 3) or arguments[0].startswith("--"):
        print(__doc__.strip(), file=sys.stderr)
        return EXIT_USAGE
    text, code = check(arguments[0], arguments[1], arguments[2] if len(arguments) == 3 else None)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
