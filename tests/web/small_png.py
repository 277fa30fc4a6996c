"""A picture of a page made small: at most 256 colours, of which a page has hardly more, and well packed."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any, Final

from playwright.sync_api import Page

_INDEXED: Final = """async (data) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + data;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const rgba = pen.getImageData(0, 0, image.width, image.height).data, seen = new Map();
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = rgba[at] << 16 | rgba[at + 1] << 8 | rgba[at + 2];
    seen.set(colour, (seen.get(colour) || 0) + 1);
  }
  const near = (a, b) => Math.abs((a >> 16) - (b >> 16)) + Math.abs((a >> 8 & 255) - (b >> 8 & 255))
    + Math.abs((a & 255) - (b & 255));
  const often = [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(one => one[0]), palette = [];
  for (const apart of [24, 12, 6, 0])
    for (const colour of often)
      if (palette.length < 256 && !palette.includes(colour) && palette.every(one => near(one, colour) > apart))
        palette.push(colour);
  const place = new Map(), found = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < found.length; at++) {
    const colour = rgba[4 * at] << 16 | rgba[4 * at + 1] << 8 | rgba[4 * at + 2];
    if (!place.has(colour)) {
      let best = 0;
      palette.forEach((one, index) => { if (near(one, colour) < near(palette[best], colour)) best = index; });
      place.set(colour, best);
    }
    found[at] = place.get(colour);
  }
  let text = '';
  for (let at = 0; at < found.length; at += 32768)
    text += String.fromCharCode(...found.subarray(at, at + 32768));
  return [image.width, image.height, palette, btoa(text)];
}"""
"""Width, height, colours and the place of each pixel's colour among them; the commonest colours are kept exactly."""


def small(page: Page, png: bytes) -> bytes:
    """The same picture with at most 256 colours. `page` is a blank one that reckons."""
    told: list[Any] = page.evaluate(_INDEXED, base64.b64encode(png).decode())
    width, height, colours, text = told
    indexed = base64.b64decode(text)
    rows = b"".join(b"\0" + indexed[at : at + width] for at in range(0, len(indexed), width))
    palette = b"".join(struct.pack(">I", colour)[1:] for colour in colours)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
