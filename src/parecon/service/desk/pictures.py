"""Photographs made anew from what was sent: no place, no device, nothing but the picture."""

from __future__ import annotations

import warnings
from io import BytesIO

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000  # of what is sent: more than any telephone takes, far less than fills the memory
LONGEST_SIDE = 1600
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "MPO")


def jpeg(sent: bytes) -> bytes | None:
    """The picture as a JPEG of at most 1600 pixels a side, upright; None for what is no picture, or too large."""
    from PIL import Image, ImageOps

    if not 0 < len(sent) <= MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(sent), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Exception:  # noqa: BLE001 - whatever a hostile file makes the reader stumble over, it is no picture
        return None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare, made = Image.new("RGB", upright.size), BytesIO()
    bare.paste(upright)
    bare.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
