"""Takes the README's screenshot from the real app: the welcome scene with a picture that got something wrong.

Run: `python -m bench.readme_picture`.
"""

from pathlib import Path

from bench.app_server import app_page

TARGET = Path(__file__).resolve().parents[1] / "assets" / "readme" / "compose.png"


def main():
    TARGET.parent.mkdir(exist_ok=True)
    with app_page(viewport={"width": 1440, "height": 900}, color_scheme="light") as (page, _):
        page.get_by_text("#11").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        page.get_by_text("#11").first.click(delay=80)
        page.wait_for_timeout(3000)
        page.screenshot(path=str(TARGET))
    print(TARGET.relative_to(TARGET.parents[2]))


if __name__ == "__main__":
    main()
