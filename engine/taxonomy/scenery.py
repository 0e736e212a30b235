"""How the scene attributes of the paper's metadata are said: names, phrases, what excludes what, which modality.

A kind that nobody foresaw is said with its name, so that any folder works.
Try it: `python -c "from engine.taxonomy.scenery import phrase; print(phrase('weather', 'foggy'), phrase('a', 'f/1.4'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engine.taxonomy.words import SceneKind

GROUPS = {"style": "style", "scene setting": "setting", "camera setting": "camera", "video setting": "video",
          "3d setting": "3d"}  # fmt: skip
MODALITIES = {
    "style": ("image", "video", "3d"),
    "setting": ("image", "video"),
    "camera": ("image", "video"),
    "video": ("video",),
    "3d": ("3d",),
}
NAMES = {"a": "aperture", "size": "shot size", "video editting style": "video editing style"}
"""Key in the metadata -> name of the kind here, where the key says something else than it means."""
KEYS = {name: key for key, name in NAMES.items()}

_QUESTIONS = {
    "genre": "What genre is the picture?",
    "artist": "In whose manner is the scene painted?",
    "technique": "What technique is the picture made in?",
    "painting style": "In which style is the scene painted?",
    "lighting": "How is the scene lit?",
    "location": "Where is the scene set?",
    "weather": "What is the weather like?",
    "view": "From where is the scene seen?",
}
_PAINTED = frozenset(("genre", "technique", "painting style", "artist"))
_OPTICS = frozenset(("camera model", "focal length", "aperture", "ISO", "depth of focus"))
_DAY = ("sun", "day", "morning", "noon")
_NIGHT = ("moon", "star", "night")
_NOTE = re.compile(r"^(.*\S)\s*\(([^()]*)\)$")


def indefinite(words: str) -> str:
    """The words after "a" or "an", by spelling alone; figures as they are spoken."""
    vowel = (
        words[:1].lower() in ("a", "e", "i", "o", "8")
        or words[:2] in ("11", "18")
        or words[:2].lower() in ("un", "ul", "up")
    )
    return f"{'an' if vowel and not words.lower().startswith(('uni', 'use', 'eu', 'one')) else 'a'} {words}"


def phrase(kind: str, value: str) -> str:
    """What fits "The scene is PHRASE": `weather`, `foggy` -> "in foggy weather"; kinds by name or by their key."""
    name = NAMES.get(kind, kind)
    words = " ".join(value.split())
    say = _SAID.get(name) or (_SAID["global"] if name.startswith("global") else None)
    return say(words) if say else f"shown with {name} {words}"


def scene_kind(group: str, key: str, values: Iterable[str]) -> SceneKind:
    """The kind of one list of the metadata, in which style and camera, day and night, indoors and weather exclude."""
    name = NAMES.get(key, key)
    group = GROUPS.get(group.lower(), "setting")
    phrases: dict[str, str] = {}
    for value in values:
        words = phrase(name, value)
        phrases[value] = words if words not in phrases.values() else f"{words} ({value})"
    tags = {value: found for value in phrases if (found := _tags(name, value))}
    excludes = {value: found for value in phrases if (found := _excludes(name, value))}
    question = _QUESTIONS.get(name, f"What is the {name}?")
    return SceneKind(name, phrases, question, group, MODALITIES[group], tags, excludes)


# --- what excludes what -----------------------------------------------------------------------------------------------


def _tags(name: str, value: str) -> tuple[str, ...]:
    found = []
    if name in _PAINTED:
        found.append("painted")
    if name == "artist":
        found.append("artist")
    if name == "location" and "indoor" in value:
        found.append("indoors")
    return (*found, *_hours(name, value))


def _hours(name: str, value: str) -> tuple[str, ...]:
    if name not in ("lighting", "weather"):
        return ()
    words = value.lower()
    return ("day",) if any(w in words for w in _DAY) else ("night",) if any(w in words for w in _NIGHT) else ()


def _excludes(name: str, value: str) -> tuple[str, ...]:
    if name in _OPTICS:
        return ("painted",)
    if name == "painting style":
        return ("artist",)
    hours = {"day": ("night",), "night": ("day",)}
    found = tuple(other for tag in _hours(name, value) for other in hours[tag])
    return (*found, "indoors") if name == "weather" else found


# --- how each kind is said --------------------------------------------------------------------------------------------

_STORMS = frozenset("gale hailstorm tornado hurricane blizzard typhoon monsoon cyclone mistral thunderstorm".split())
_FALLING = frozenset("lightning rime graupel rain snow hail sleet fog mist wind drizzle thunder frost haze".split())


def _weather(words: str) -> str:
    last = words.lower().rsplit(" ", 1)[-1]
    if last in _STORMS or last.endswith(("storm", "flurry", "shower")):
        return f"in {indefinite(words)}"
    return f"in {words}" if last in _FALLING else f"in {words} weather"


def _location(words: str) -> str:
    """ "arena (hockey)" -> "set in a hockey arena"; a note of several words is left out."""
    found = _NOTE.match(words)
    if found:
        words, note = found.groups()
        words = f"{note} {words}" if note and " " not in note else words
    return f"set in {indefinite(words)}"


def _lighting(words: str) -> str:
    many = words.endswith(("s", "lighting", "light", "scattering"))
    single = words.endswith(("spotlight", "key light", "fill light", "rim light", "glow", "flare"))
    return f"lit with {indefinite(words) if single or not many else words}"


def _aperture(words: str) -> str:
    return f"shot at {words if '/' in words else words.replace('f', 'f/', 1)}"


def _focal(words: str) -> str:
    words = words.replace(" - ", "–")
    return f"shot with {indefinite(words if words.endswith('lens') else words + ' lens')}"


def _view(words: str) -> str:
    if words.endswith("angle"):
        return f"seen from {indefinite(words)}"
    if words.endswith("level"):
        return f"seen from {words}"
    if words.endswith("shot"):
        return f"seen in {indefinite(words)}"
    if words.endswith("perspective"):
        return f"seen in {words}"
    found = _NOTE.match(words)
    words = found.group(1) if found else words
    return f"seen in {indefinite(words)}" + ("" if " within " in words else " view")


def _edited(words: str) -> str:
    words = words.lower()
    return f"edited with {words if words.endswith(('ing', 'motion')) else indefinite(words)}"


def _solid(words: str) -> str:
    """ "Has Hole" -> "built with a hole", "No Planarity" -> "built without planarity"."""
    words = words.lower()
    if words.startswith("mainly "):
        return words
    if words.startswith("no "):
        return f"built without {words[3:]}"
    words = words.removeprefix("has ")
    if words.endswith("al"):
        return f"built with {words} parts"
    single = words.endswith(("hole", "ratio", "handle"))
    return f"built with {indefinite(words) if single else words}"


_SAID: dict[str, Callable[[str], str]] = {
    "global": lambda words: f"shown as {words}",
    "genre": lambda words: f"in the genre of {words}" if words.endswith("painting") else f"in the {words} genre",
    "technique": lambda words: f"made as {indefinite(words)}",
    "painting style": lambda words: f"in the style of {words}",
    "artist": lambda words: f"in the manner of {words}",
    "weather": _weather,
    "location": _location,
    "lighting": _lighting,
    "camera model": lambda words: f"taken with the {words}",
    "focal length": _focal,
    "aperture": _aperture,
    "ISO": lambda words: f"shot at ISO {words}",
    "shot size": lambda words: f"seen in {indefinite(words)}",
    "view": _view,
    "depth of focus": lambda words: f"shot with {words}",
    "camera gear": lambda words: f"filmed with {indefinite(words.lower())}",
    "camera movement": lambda words: f"filmed with {indefinite(words)}",
    "video editing style": _edited,
    "time span": lambda words: f"shown {words[:1].lower()}{words[1:]}",
    "3D shape attribute": _solid,
}
