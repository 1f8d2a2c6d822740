"""The look: what the build makes, what it weighs, that it looks like nobody else, and that the design system's examples hold."""

import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import render_template_string

from tests.house.design_examples import DIST, ROOMS, ROOT, design_app, examples, render_example
from tests.real.programs import program

COMPONENTS = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"
EXAMPLES = list(examples())
FIRST_VIEW_BYTES = 100 * 1024
CONTROLS = {"input", "select", "textarea", "button"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    assert (DIST / "manifest.json").is_file(), "The front end is not built. Run: make setup"
    found: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return found


def components_in_use() -> list[str]:
    """The govuk-frontend components that our styles bring in."""
    return re.findall(r"components/([a-z-]+)\"", (ROOT / "static" / "scss" / "_library.scss").read_text())


def test_every_built_file_carries_the_hash_of_what_is_in_it(manifest: dict[str, str]) -> None:
    assert {"main.css", "main.rtl.css", "main.js", "mark.svg"} <= set(manifest)
    for name, hashed in manifest.items():
        content = (DIST / hashed).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:10] in hashed, name
        gzipped = DIST / f"{hashed}.gz"
        if gzipped.exists():
            assert gzip.decompress(gzipped.read_bytes()) == content, name


def test_every_script_of_ours_is_an_entry_of_its_own(manifest: dict[str, str]) -> None:
    ours = {path.name for path in (ROOT / "static" / "js").glob("*.js") if not path.name.startswith("_")}
    assert ours <= set(manifest)


def test_nothing_changed_means_nothing_is_built() -> None:
    node = program("node", package="Node")
    result = subprocess.run(  # noqa: S603 - our own script
        [node, str(ROOT / "scripts" / "build_front_end.mjs")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    again = subprocess.run(  # noqa: S603 - our own script
        [node, str(ROOT / "scripts" / "build_front_end.mjs")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.returncode == 0
    assert "nothing has changed" in again.stdout


def test_no_look_of_an_official_site() -> None:
    built = [path for path in DIST.rglob("*") if path.suffix in {".css", ".js", ".svg", ".json"}]
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "scss").rglob("*.scss")]
    for path in built + sources:
        text = path.read_text(encoding="utf-8").lower()
        text = text.replace("crown copyright", "")  # words that the licence of the postcode data asks for
        for word in ("crown", "gds transport", "gds-transport", "govukheader(", "govuklogo"):
            assert word not in text, f"{word} in {path.relative_to(ROOT)}"


def test_fonts_for_letters_are_there_with_their_licences() -> None:
    folder = DIST / "fonts-print"
    fonts = {path.stem for path in folder.glob("*.ttf")}
    assert {"NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic", "SourceSerif4-Regular", "SourceSerif4-Bold"} <= fonts
    assert {"NotoSansDevanagari-Regular", "Amiri-Regular"} <= fonts
    for licence in folder.glob("LICENCE-*.txt"):
        assert "SIL OPEN FONT LICENSE" in licence.read_text(encoding="utf-8").upper()
    assert len(list(folder.glob("LICENCE-*.txt"))) == 4


def test_versions_are_exact_and_the_lock_names_no_address() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = package["dependencies"] | package["devDependencies"]
    assert versions["govuk-frontend"] == "6.3.0"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock


def test_first_view_is_light(manifest: dict[str, str]) -> None:
    pages = [gzip.compress(render_example(kind, source, room="volunteer").encode()) for _, kind, source in EXAMPLES]
    parts = [
        (DIST / f"{manifest['main.css']}.gz").stat().st_size,
        (DIST / f"{manifest['main.js']}.gz").stat().st_size,
        (DIST / manifest["atkinson-hyperlegible-next-latin-wght-normal.woff2"]).stat().st_size,
        (DIST / manifest["mark.svg"]).stat().st_size,
    ]
    assert max(len(page) for page in pages) + sum(parts) <= FIRST_VIEW_BYTES


def test_styles_ask_only_for_built_files_and_flip_for_right_to_left(manifest: dict[str, str]) -> None:
    left, right = ((DIST / manifest[name]).read_text() for name in ("main.css", "main.rtl.css"))
    for address in re.findall(r"url\(\"?([^)\"]+)", left):
        assert address.startswith("data:") or (DIST / address).is_file(), address
    assert left != right


def _colours(scheme: str) -> dict[str, str]:
    text = (ROOT / "static" / "scss" / "_colours.scss").read_text()
    body = text[text.index(f"@mixin {scheme}") :]
    found = re.findall(r"--tc-([a-z-]+): (#[0-9a-f]{3,6});", body[: body.index("\n}")])
    return {name: value if len(value) == 7 else "#" + "".join(digit * 2 for digit in value[1:]) for name, value in found}


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read_by_day_and_by_night(scheme: str) -> None:
    colours = _colours(scheme) | {"white": "#ffffff"}
    text_on_ground = [
        (text, ground) for text in ("ink", "muted", "link", "brand") for ground in ("page", "card", "sunken", "soft")
    ]
    text_on_ground += [(tone, ground) for tone in ("good", "warn", "bad") for ground in ("page", "card", f"{tone}-soft")]
    text_on_ground += [("ink", f"{tone}-soft") for tone in ("good", "warn", "bad", "accent")]
    text_on_ground += [("on-brand", "brand"), ("on-brand", "brand-strong"), ("on-accent", "accent"), ("white", "stop")]
    for text, ground in text_on_ground:
        assert _contrast(colours[text], colours[ground]) >= 4.5, f"{text} on {ground}"
    for ground in ("page", "card"):
        assert _contrast(colours["edge"], colours[ground]) >= 3, f"the edge of a control on {ground}"


def _normal(html: str) -> list[Any]:
    """The tree of an HTML text with whitespace folded and attributes unordered."""

    def walk(node: Any) -> Iterator[Any]:
        for child in node.children:
            if isinstance(child, Tag):
                attributes = {
                    name: " ".join(value) if isinstance(value, list) else " ".join(value.split())
                    for name, value in child.attrs.items()
                }
                yield (child.name, sorted(attributes.items()), list(walk(child)))
            elif words := " ".join(str(child).split()):
                yield words

    return list(walk(BeautifulSoup(html, "html.parser")))


@pytest.mark.parametrize("component", components_in_use())
def test_component_renders_as_its_makers_say(component: str) -> None:
    """Measured on the official fixtures of the exact version we build: the Python macros and the styles belong together."""
    fixtures = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
    macro = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    source = f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {macro} %}}{{{{ {macro}(params) }}}}'
    app = design_app()
    assert fixtures
    with app.test_request_context():
        for fixture in fixtures:
            rendered = render_template_string(source, params=fixture["options"])
            assert _normal(rendered) == _normal(fixture["html"]), fixture["name"]


def _check_page(html: str) -> BeautifulSoup:
    page = BeautifulSoup(html, "html.parser")
    title = page.title.get_text() if page.title else ""
    headings = page.find_all("h1")
    assert headings, "no h1"
    assert title.removeprefix("Error: ") == f"{headings[0].get_text().strip()} – Time Credits"
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted(ids)
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], tag
    for script in page.find_all("script"):
        assert script.get("nonce") == "examplenonce"
    for fieldset in page.find_all("fieldset"):
        legend = fieldset.find("legend")
        assert legend is not None
        assert legend.get_text(strip=True)
    for control in page.find_all(["input", "select", "textarea"]):
        if control.get("type") not in {"hidden", "submit"}:
            assert page.find("label", attrs={"for": control["id"]}), control
    for image in page.find_all("img"):
        assert "alt" in image.attrs
    first_link = page.find("a")
    assert first_link is not None
    assert first_link["href"] == "#main-content"
    return page


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_of_the_design_system_holds_in_every_room(number: int, room: str) -> None:
    heading, kind, source = EXAMPLES[number]
    page = _check_page(render_example(kind, source, room=room, title=heading))
    exits = page.select("[data-module=govuk-exit-this-page]")
    if kind != "jinja-page":
        assert bool(exits) == (room in {"public", "volunteer"})


def test_errors_say_so_in_the_title_and_lead_to_a_control() -> None:
    kind, source = next((kind, source) for _, kind, source in EXAMPLES if kind == "jinja-form")
    page = _check_page(render_example(kind, source, posted=True))
    assert page.title is not None
    assert page.title.get_text().startswith("Error: ")
    links = page.select(".govuk-error-summary__list a")
    assert [link["href"] for link in links][:3] == ["#name", "#day-day", "#how"]
    for link in links:
        target = page.find(id=str(link["href"])[1:])
        assert target is not None
        assert target.name in CONTROLS
    typed = [page.find(id=f"day-{part}")["value"] for part in ("day", "month", "year")]  # type: ignore[index]
    assert typed == ["31", "2", "2026"], "what was typed stays"


def test_documentation_names_every_macro_and_every_icon() -> None:
    document = (ROOT / "docs" / "design-system.md").read_text()
    for path in sorted((ROOT / "templates" / "components").glob("*.html")):
        assert f"components/{path.name}" in document, path.name
    drawn = re.findall(r'^\s+"([a-z_]+)": ', Path(ROOT / "templates/components/icons.html").read_text(), re.MULTILINE)
    for name in drawn:
        assert re.search(rf"\b{name}\b", document), name
