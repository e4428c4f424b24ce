"""What no page expects: texts, parts of addresses, bodies, headers and files that a fuzz sends."""

from __future__ import annotations

LONG = "é" * 70_000
TEXTS = (
    "", " ", "0", "-1", "1.5", "1e400", "NaN", str(2**31 - 1), str(2**31), str(2**63), str(-(2**63) - 1), "9" * 5_000, "٣",
    "\0", "a\0b", "\ud800", "\udfff a", "\ufffe\uffff", "\x01\x08\x1b\x7f\x85", "\r\n", "\u202e\u2066", "é" * 300, LONG,
    "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "0001-01-01T00:00", "9999-12-31T23:59", "2026-12-01T08:00+23:59",
    "%", "%s%n%(x)s", "{}{0}{{7*7}}", "'\"><script>", "' OR 1=1 --", "../../etc/passwd", "//host/a", "\\", "=1+1", "~1", "a~9999999999", "a/b/c",
    "a/1/" + "b" * 70, "a/9999999999999999999/c", "[", "http://[", "None", "null", "true", "oui", "t:", "c:", "c:9999999999999999999", "c:x", "x~" + str(2**63),
    "0001-01-01T00:00:00+00:00~1", "9999-12-31T23:59:59-12:00~1",
)  # fmt: skip
PLACES = (
    "0", "-1", str(2**31 - 1), str(2**31), str(2**63 - 1), str(2**63), "9" * 400, "1.0", "٣", "%00", "1%00", "a%00b", "%ED%A0%80", "%ff", "%25s", "%0d%0aX: y",
    "..%2f..%2fetc%2fpasswd", "..", "a" * 3_000, "%E2%80%AE", "'%20OR%201=1--", "%7B%7B7*7%7D%7D", "con:x",
)  # fmt: skip
RAW_BODIES = (
    ("application/json", b'{"a": "\\u0000\\ud800", "email": ["x"]}'), ("application/json", b"[1, 2"), ("text/plain", b"\xff\x00"),
    ("application/x-www-form-urlencoded", b"text=\xff\xfe&name=%zz&=&&person=1&person[]=2"), ("application/x-www-form-urlencoded", b"%00=%00&text=%ED%A0%80"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nabc"), ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00\xff/..\\a.csv"\r\n\r\nnom\x00\r\n--x--\r\n'),
)  # fmt: skip
HEADERS = (
    {"Origin": "http://["}, {"Referer": "http://[::1"}, {"Referer": "http://localhost/\udcff"}, {"Cookie": "croisee=\xff\x01; a=b; ;="}, {"Host": "a b:x"},
    {"X-Requested-With": "fetch"}, {"Accept": "application/json"}, {"Range": "bytes=9999999999999999999-"}, {"If-Modified-Since": "9999"}, {"Origin": "null"},
)  # fmt: skip
FILES = (
    b"", b"\0", b"nom;courriel\r\nA\0;b", b"\xff\xfen\0o\0m\0\x00\xd8", b"nom;territoire\r\n" + b"x" * 9_000, b'nom\r\n"', b"PK\x03\x04" + b"\0" * 40,
    b"PK\x05\x06" + b"\0" * 18, b"\x89PNG\r\n\x1a\n" + b"\xff" * 30, b"GIF89a\xff\xff\xff\xff", b"\xff\xd8\xff\xe0", b"<svg onload='x'/>", "nom\r\nÉ\ud800".encode("utf-8", "surrogatepass"),
)  # fmt: skip
FILE_NAMES = ("a.csv", "\0.csv", "../../a.zip", "é" * 300 + ".png", "", "con.docx", "\ud800.xlsx".encode("utf-8", "surrogatepass").decode("latin-1"))
