"""Pictures in MP4's boxes: HEIC, which phones take, HEIF in general, and AVIF; ISO/IEC 23008-12."""

from __future__ import annotations

import struct

from .movies import boxes

# The brands of ftyp, and what they are.
BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"mif1": "image/heif",
    b"heif": "image/heif",
    b"msf1": "image/heif-sequence",
}
GENERAL = (b"mif1", b"msf1")  # behind which the other brands say more


def mime_of(head: bytes) -> str:
    """Return the MIME type of a picture by its first bytes, `""` for anything else."""
    if head[4:8] != b"ftyp" or head[8:12] not in BRANDS:
        return ""
    size = struct.unpack(">I", head[:4])[0]
    compatible = [head[at : at + 4] for at in range(16, min(size, len(head)), 4)]
    named = [head[8:12], *compatible] if head[8:12] in GENERAL else [head[8:12]]
    special = [brand for brand in named if brand in BRANDS and brand not in GENERAL]
    return BRANDS[special[0] if special else head[8:12]]


def read_size(head: bytes) -> tuple[int, int]:
    """Return width and height as a viewer shows them: of the largest picture inside, which has tiles and a preview as well."""
    inner = dict(boxes(dict(boxes(head)).get(b"meta", b"")[4:]))
    properties = [*boxes(dict(boxes(inner.get(b"iprp", b""))).get(b"ipco", b""))]
    sizes = [struct.unpack(">II", body[4:12]) for name, body in properties if name == b"ispe"]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    turned = any(name == b"irot" and body[0] & 1 for name, body in properties)
    return (height, width) if turned else (width, height)
