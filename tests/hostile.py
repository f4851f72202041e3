"""Strings that people and machines really send. No field or search box may answer any of them with an error page."""

HOSTILE = {
    "double quote": '"',
    "quotes": 'O\'Hara "and" ’sons’',
    "nul": "before\0after",
    "encoded nul": "%00",
    "sql": "' OR 1=1; --",
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ settings.SECRET_KEY }}{% load x %}",
    "right to left": "\u202eشبكة الاتجار\u202c עברית",
    "emoji": "👩🏽‍🚒🏳️‍🌈",
    "lone combining mark": "\u0301\u0327",
    "lone surrogate escape": "\\ud800",
    "white space": " \t\u00a0\u2003\u200b ",
    "line breaks": "a\r\nBcc: x@example.org\r\n\r\nb",
    "search operators": 'AND OR NOT NEAR( * ^ : - " ( ',
    "like signs": "%_%\\",
    "path": "../../../../etc/passwd",
    "number": "99999999999999999999999999",
    "format": "%s %(x)s {0} {x!r}",
    "20 kB": "é" * 10_000,
}
