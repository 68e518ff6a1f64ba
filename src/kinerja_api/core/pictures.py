"""Pictures from strangers: decoded, made upright, and written anew without anything else.

Place, camera, time, comments and hidden thumbnails stay behind, and so does whatever was
appended to the file. One picture is decoded at a time, so that memory has a bound.
"""

import asyncio
import io
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_MOST_PIXELS = 20_000_000
_MOST_PIXELS_OF_JPEG = 50_000_000
"""More, because it is made smaller while it is decoded."""
_LONGEST_SIDE = 3000
_QUALITY = 85
_ONE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
)


class NoPicture(Exception):
    """The content is no JPEG, PNG or WebP at all."""


class PictureDamaged(Exception):
    """The content begins like a picture but is none, or one beyond all bounds."""


async def clean_picture(file: BinaryIO) -> tuple[bytes, str]:
    """Return the picture written anew, and its content type; NoPicture, PictureDamaged."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_ONE, _cleaned, file)


def _cleaned(file: BinaryIO) -> tuple[bytes, str]:
    file.seek(0)
    try:
        with Image.open(file, formats=tuple(_TYPES)) as picture:
            kind = str(picture.format)
            return _written(_upright(picture), kind), _TYPES[kind]
    except UnidentifiedImageError as error:
        raise NoPicture from error
    except _BROKEN as error:
        raise PictureDamaged from error


def _upright(picture: Image.Image) -> Image.Image:
    is_jpeg = picture.format == "JPEG"
    if picture.width * picture.height > (_MOST_PIXELS_OF_JPEG if is_jpeg else _MOST_PIXELS):
        raise ValueError("too many pixels")
    picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
    mode = "RGBA" if picture.has_transparency_data and not is_jpeg else "RGB"
    # Copies are made of the small one only.
    plain: Image.Image = picture if picture.mode == mode else picture.convert(mode)
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    turned = ImageOps.exif_transpose(plain)
    turned.info = {}
    return turned


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=_QUALITY)
    return out.getvalue()
