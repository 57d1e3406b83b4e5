"""Pictures turned upright and scaled down, by Pillow; importing this raises ImportError where it is not there."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from glmchat.files.refused import FileRefused
from glmchat.support.picture_files import GIF, JPEG, PNG, WEBP, Picture

_FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "PNG"}


def fitted(picture: Picture, longest_side: int, name: str) -> Picture:
    """A picture turned as its orientation says, and no longer than a side; raises FileRefused where it is damaged."""
    try:
        with Image.open(BytesIO(picture.data), formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            if getattr(opened, "is_animated", False) and not picture.turned:
                return picture  # its frames would be lost
            opened.draft("RGB", (longest_side, longest_side)) if picture.type == JPEG else None
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
            kind = _FORMATS[picture.type]
            out = BytesIO()
            options = {"quality": 90} if kind in ("JPEG", "WEBP") else {"optimize": True}
            profile = opened.info.get("icc_profile")
            image.save(out, kind, exif=b"", **options, **({"icc_profile": profile} if profile else {}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileRefused(f"{name} is damaged: {error}.") from None
    type = PNG if picture.type == GIF else picture.type
    return Picture(type, image.width, image.height, out.getvalue())
