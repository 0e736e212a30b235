"""Draws the pictures on which annotators practise: scenes painted right, and the same with one fault.

Run: `python -m bench.practice_pictures`; `engine/rating/picture_lessons.py` says what each of them shows.
"""

from pathlib import Path

from models.pocket.painter import paint
from models.pocket.scene import Item, PocketScene

TARGET = Path(__file__).resolve().parents[1] / "assets" / "rating" / "practice"
SIZE = 384

DOG, CAR = Item("dog", "red", "large", 18, 40), Item("car", "blue", "large", 46, 40)
FROG, MUG = Item("frog", "green", "large", 15, 42), Item("mug", "purple", "medium", 40, 44)
HOUSE, BIRD = Item("house", "brown", "large", 32, 46), Item("bird", "white", "medium", 32, 18)
APPLES = Item("apple", "red", "medium", 14, 42), Item("apple", "red", "medium", 34, 42)
BELL = Item("bell", "yellow", "medium", 52, 30)

PICTURES = {
    "dog-left": PocketScene((DOG, CAR)),
    "dog-blue": PocketScene((Item("dog", "blue", "large", 18, 40), CAR)),
    "dog-right": PocketScene((Item("dog", "red", "large", 46, 40), Item("car", "blue", "large", 18, 40))),
    "fish-umbrella": PocketScene((Item("fish", "orange", "large", 20, 24), Item("umbrella", "pink", "large", 44, 42))),
    "frog-mug-fish": PocketScene((FROG, MUG, Item("fish", "orange", "medium", 52, 22))),
    "frog-mug": PocketScene((FROG, MUG)),
    "bird-night": PocketScene((HOUSE, BIRD), setting="night"),
    "bird-day": PocketScene((HOUSE, BIRD), setting="daytime"),
    "two-apples": PocketScene((*APPLES, BELL)),
    "one-apple": PocketScene((APPLES[0], BELL)),
}


def main() -> None:
    """Write them, and say how large they are together."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, scene in PICTURES.items():
        paint(scene, size=SIZE).quantize(128).save(TARGET / f"{name}.png", optimize=True)
    print(f"{len(PICTURES)} pictures, {sum(file.stat().st_size for file in TARGET.glob('*.png')) // 1024} KB")


if __name__ == "__main__":
    main()
