"""A camera for Chromium that sees one picture: a QR code held up to it, say.

film(picture, tmp_path / "code.y4m")
with launched(playwright, *flags_for(tmp_path / "code.y4m")) as browser: ...
"""

from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 640, 480
_FRAMES = 10
_PER_SECOND = 10
_MARGIN = 40


def film(picture: Image.Image, path: Path) -> Path:
    """Write a film (.y4m, 640 by 480, one second, which Chromium repeats) of the picture in the middle of a grey wall."""
    frame = Image.new("RGB", (WIDTH, HEIGHT), (150, 150, 150))
    space = HEIGHT - 2 * _MARGIN
    scale = min(space / picture.width, space / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    shown = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    frame.paste(shown, ((WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2))
    planes = _planes(frame)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(_FRAMES):
            file.write(b"FRAME\n" + planes)
    return path


def flags_for(path: Path) -> tuple[str, ...]:
    """Return Chromium's flags for a camera that shows this film and a page that may use it without asking."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def _planes(frame: Image.Image) -> bytes:
    """Return the picture as YUV 4:2:0: full brightness, colour at half size each way, in the range that video uses."""
    brightness, blue, red = frame.convert("YCbCr").split()
    half = (WIDTH // 2, HEIGHT // 2)
    narrow = [brightness.point([16 + round(value * 219 / 255) for value in range(256)])]
    for colour in (blue, red):
        small = colour.resize(half, Image.Resampling.BOX)
        narrow.append(small.point([16 + round(value * 224 / 255) for value in range(256)]))
    return b"".join(plane.tobytes() for plane in narrow)
