#!/usr/bin/env python3
"""picture.py TEXT SVG: draws what a program printed as a terminal window.

Long lines are cut; the escape codes for bold and dim are understood."""
import html
import re
import sys

COLUMNS, FONT, LINE = 118, 13, 18
STYLES = {"1": "font-weight:bold;fill:#fff", "2": "fill:#8a93a6", "0": ""}


def spans(line):
    """(style, text) pieces of one line."""
    style, used = "", 0
    for piece in re.split(r"(\x1b\[\d+m)", line):
        code = re.fullmatch(r"\x1b\[(\d+)m", piece)
        if code:
            style = STYLES.get(code.group(1), "")
            continue
        room = COLUMNS - used
        text = piece if len(piece) <= room else piece[: max(room - 1, 0)] + "…"
        used += len(text)
        if text:
            yield style, text


def draw(lines):
    width, height = COLUMNS * 7.85 + 40, len(lines) * LINE + 56
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{FONT}">',
           '<rect width="100%" height="100%" rx="8" fill="#1b1f2a"/>']
    for i, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        out.append(f'<circle cx="{22 + 20 * i}" cy="20" r="6" fill="{colour}"/>')
    for number, line in enumerate(lines):
        text = "".join(f'<tspan style="{style}">{html.escape(part)}</tspan>'
                       for style, part in spans(line))
        out.append(f'<text x="20" y="{52 + number * LINE}" fill="#d7dce6" '
                   f'xml:space="preserve">{text}</text>')
    return "\n".join(out + ["</svg>", ""])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        picture = draw(source.read().rstrip("\n").split("\n"))
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        target.write(picture)
