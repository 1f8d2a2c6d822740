"""The other side of letters.py: the same letter by WeasyPrint, run with the Python of an environment of its own.

`python bench/weasyprint_side.py FONTS` reads jobs from its standard input, a JSON list of [record, QR code as SVG] a line. It
prints each letter and answers with the CPU milliseconds a letter took, a line each. What can be kept from letter to letter is
kept: the style sheet, the fonts, the page's frame. The file asked for is PDF/A-3a, as ours is; nothing is attached to it.
"""

import json
import sys
import time
from html import escape
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML  # type: ignore[import-not-found,unused-ignore]  # stands in requirements-bench.txt
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-not-found,unused-ignore]

FACES = (
    ("Source Serif 4", 400, "SourceSerif4-Regular.ttf"),
    ("Source Serif 4", 600, "SourceSerif4-SemiBold.ttf"),
    ("Source Serif 4", 700, "SourceSerif4-Bold.ttf"),
    ("Noto Sans", 400, "NotoSans-Regular.ttf"),
    ("Noto Sans", 700, "NotoSans-Bold.ttf"),
)
STYLE = """
@page { size: A4; margin: 20mm 23mm 15mm }
body { font: 10.8pt/1.25 'Source Serif 4', 'Noto Sans'; color: #1f1a24; margin: 0 }
p, ul { margin: 2mm 0 }
h1 { font-size: 15pt; font-weight: 700; margin: 4mm 0 2mm }
h2 { font-size: 10.8pt; font-weight: 600; color: #3c1a66; margin: 3mm 0 1mm }
.from { font-size: 18pt; font-weight: 600; color: #3c1a66; margin: 0 }
.quiet { font-size: 8.8pt; color: #5a5361; margin: 0 }
.line { border-top: 1.2pt solid #3c1a66; padding-top: 3mm; margin-top: 2mm; overflow: hidden }
.line span { float: right; color: #5a5361 }
table { width: 100%; border-collapse: collapse }
th { font-size: 9.2pt; font-weight: 600; text-align: left; border-bottom: .8pt solid #3c1a66 }
td { border-bottom: .4pt solid #cfc7d8; padding: 1.2mm 0 }
td:last-child, th:last-child { text-align: right }
blockquote { border-left: 1.6pt solid #cfc7d8; margin: 0; padding-left: 3.6mm }
.signer { width: 90mm; border-top: .6pt solid #5a5361; margin-top: 15mm; padding-top: 2mm }
.check { background: #f6f2fa; border-radius: 2.5mm; padding: 2.4mm 4mm; margin-top: 4mm; font-size: 9.2pt; display: flex }
.check img { width: 31mm } .code { font: 700 12pt 'Noto Sans' }
"""


def page(record: dict[str, Any], svg: str) -> str:
    """Write the letter as HTML with the words of our own record."""
    display: dict[str, Any] = record["display"]
    words: dict[str, Any] = {key: escape(text) if isinstance(text, str) else text for key, text in display.items()}
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(row[column])}</td>" for column in ("role", "first_day", "last_day", "hours")) + "</tr>"
        for row in words["roles"]
    )
    return f"""<!doctype html><html lang="{record["language"]}"><title>{words["title"]}</title>
<p class=from>{escape(record["organisation"]["name"])}</p>
{"".join(f"<p class=quiet>{escape(line)}</p>" for line in words["letterhead"])}
<div class=line>{words["date"]} <span>{words["number"]}</span></div><p>{words["salutation"]}</p>
<h1>{words["heading"]}</h1><p>{words["introduction"]}</p><h2>{words["roles_heading"]}</h2>
<table><tr>{"".join(f"<th>{escape(column)}</th>" for column in words["roles_columns"])}</tr>{rows}
<tr><td colspan=3>{words["total_label"]}</td><td>{words["total"]}</td></tr></table>
<p class=quiet>{words["confirmation"]}</p><h2>{words["training_heading"]}</h2>
<ul>{"".join(f"<li>{escape(line)}</li>" for line in words["training"])}</ul><h2>{words["opinion_heading"]}</h2>
<blockquote>{"".join(f"<p>{escape(part)}</p>" for part in words["opinion"])}</blockquote>
<h2>{words["limits_heading"]}</h2><p>{words["limits"]} {words["good_faith"]}</p>
<div class=signer>{"<br>".join(escape(line) for line in words["signer"])}</div>
<div class=check><div><a href="{escape(record["check"]["url"])}">{words["check_heading"]}</a><p>{words["check_steps"]}</p>
{words["check_code_label"]}: <span class=code>{words["check_code"]}</span></div>
<img alt="{words["qr_description"]}" src="data:image/svg+xml;utf8,{escape(svg.replace("#", "%23"))}"></div>"""


def main(fonts: Path) -> None:
    """Answer each line of jobs with the CPU milliseconds a letter took."""
    faces = "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; src: url('{(fonts / file).as_uri()}') }}\n"
        for family, weight, file in FACES
    )
    settings = FontConfiguration()
    style = CSS(string=faces + STYLE, font_config=settings)
    for line in sys.stdin:
        jobs = json.loads(line)
        begin = time.process_time()
        for record, svg in jobs:
            made = HTML(string=page(record, svg)).write_pdf(stylesheets=[style], font_config=settings, pdf_variant="pdf/a-3a")
            assert made.startswith(b"%PDF")
        print((time.process_time() - begin) * 1000 / len(jobs), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
