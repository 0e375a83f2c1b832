"""Addresses that lead, or pretend to lead, where a connector may not go."""

_LITERALS = """
127.0.0.1 127.1 127.0.1 0x7f.1 0x7f000001 0177.0.0.1 2130706433 017700000001 127.0.0.1. 127.255.255.254
[::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::] [::1%25lo] 0.0.0.0 0
localhost localhost. LOCALHOST ｌｏｃａｌｈｏｓｔ 127。0。0。1 ①②⑦.⓪.⓪.① %6c%6f%63%61%6c%68%6f%73%74
"""
_METADATA = """
169.254.169.254 169.254.170.2 169.254.169.253 169.254.42.42 fd00:ec2::254
fd00:ec2::253 fd20:ce::254 fd00:42::42 100.100.100.200 168.63.129.16 192.0.0.192
0.0.0.0 fe80::1 fe80::a9fe:a9fe fe80::1%eth0
::ffff:168.63.129.16 ::168.63.129.16 64:ff9b::168.63.129.16 2002:a83f:8110::1 ::ffff:100.100.100.200
::ffff:192.0.0.192 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0:a83f:8110 2001:0:a83f:8110::1
"""
_ADDRESSES = """
10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 100.127.255.255 100.100.100.200
169.254.169.254 169.254.0.1 168.63.129.16
192.0.0.1 192.0.0.192 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 0.0.0.0 0.1.2.3 fe80::1 febf::1 fc00::1
fd00::1 fd00:ec2::254 fec0::1 ff02::1 :: ::1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::a00:1
64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1 2001:0:4136:e378:8000:63bf:80ff:fffe 2001:db8::1
2001:10::1 3fff::1 100::1 5f00::1 ::10.0.0.1
"""

LITERALS = _LITERALS.split()
"""Spellings of this very machine."""

METADATA = _METADATA.split()
"""Never allowed, not even where private networks are."""

ADDRESSES = _ADDRESSES.split()
"""What a name may resolve to and still not be gone to: private, reserved, or one address inside another."""

WORDS = (
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "http://user:password@example.com:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\r\nHost: x/",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "http://127.0.0.1:{port}/a b",
    "http:\\\\127.0.0.1:{port}\\",
    "http://example.com\\@127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "/etc/passwd",
    "http://",
    "http:///path",
    "javascript:alert(1)",
    "data:text/calendar,BEGIN:VCALENDAR",
    "unix:///run/x.sock",
    "http://[::1",
    "http://[zzzz]/",
    "http://exa\u2028mple.com/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://a:b:c/",
)
"""Addresses that are none, or hide another."""
