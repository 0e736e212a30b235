"""The shapes of the pocket world: one icon per object word, cut from fonts that the qtawesome package carries.

Font Awesome 6 Solid is under the SIL Open Font License, Material Design Icons under Apache 2.0; the fonts are read
as files, the package is never imported. Try it: `python -c "from models.pocket.glyphs import shape; shape('cat', 256).show()"`.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.errors import ModelMissing

FONTS = {
    "fa": ("fontawesome6-solid-webfont-6.7.2.ttf", "fontawesome6-solid-webfont-charmap-6.7.2.json"),
    "md": ("materialdesignicons6-webfont-6.9.96.ttf", "materialdesignicons6-webfont-charmap-6.9.96.json"),
}
ICONS = {
    "bird": "fa:dove", "car": "fa:car-side", "airplane": "fa:plane", "boat": "fa:sailboat", "apple": "fa:apple-whole",
    "mug": "fa:mug-hot", "cake": "fa:cake-candles", "elephant": "md:elephant", "rabbit": "md:rabbit",
    "penguin": "md:penguin", "owl": "md:owl", "duck": "md:duck", "snail": "md:snail", "butterfly": "md:butterfly",
    "flower": "md:flower", "cactus": "md:cactus", "mushroom": "md:mushroom", "lamp": "md:lamp",
}  # fmt: skip
MASTER = 512
"""Edge in pixels at which an icon is cut before it is scaled down."""


@cache
def shape(name: str, size: int) -> Image.Image:
    """The icon of an object word as a grey mask of `size` x `size` pixels, centred, as large as fits."""
    return _master(name).resize((size, size), Image.Resampling.BOX if size < 64 else Image.Resampling.LANCZOS)


@cache
def _master(name: str) -> Image.Image:
    family, icon = ICONS.get(name, f"fa:{name}").split(":")
    font_file, map_file = (_folder() / file for file in FONTS[family])
    code = json.loads(map_file.read_text())[icon]
    letter = chr(int(code, 16) if isinstance(code, str) else code)
    page = Image.new("L", (MASTER * 2, MASTER * 2))
    font = ImageFont.truetype(str(font_file), MASTER)
    ImageDraw.Draw(page).text((MASTER, MASTER), letter, font=font, fill=255, anchor="mm")
    box = page.getbbox()
    assert box is not None, name
    edge = max(box[2] - box[0], box[3] - box[1])
    left, top = (box[0] + box[2] - edge) // 2, (box[1] + box[3] - edge) // 2
    return page.crop((left, top, left + edge, top + edge)).resize((MASTER, MASTER), Image.Resampling.LANCZOS)


@cache
def _folder() -> Path:
    package = importlib.util.find_spec("qtawesome")
    folder = Path(package.origin).parent / "fonts" if package and package.origin else Path()
    if not all((folder / file).is_file() for files in FONTS.values() for file in files):
        raise ModelMissing("The icon fonts of the pocket world are missing. Run `pip install qtawesome==1.4.2`.")
    return folder
