"""kohya's sd-scripts: `train/ID.png` with its caption in `train/ID.txt`, and the `dataset.toml` that names them.

The graphs, seeds and scores go into `train/metadata.jsonl`, which sd-scripts pass over and `datasets` reads.
Try it: `python cli.py export --run runs/a --format kohya --out set`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.disk import read_lines, to_json
from engine.errors import FormatError, show
from engine.export.imagefolder import METADATA
from engine.export.layout import Layout, Sample, Step
from engine.export.rows import Selection

SETTINGS = """# for sd-scripts: --dataset_config dataset.toml, run in this folder
[general]
caption_extension = ".txt"
shuffle_caption = false
flip_aug = false  # mirrored, left is right, and the captions say which is which

[[datasets]]
resolution = 512
batch_size = 4

  [[datasets.subsets]]
  image_dir = "train"
  num_repeats = 1
"""


def write(selection: Selection, folder: Path, step: Step) -> None:
    """Write pictures and captions side by side, the settings, and a line per picture with all that is known."""
    for split, rows in selection.splits.items():
        (folder / split).mkdir()
        lines = []
        for row in rows:
            (folder / split / f"{row.stem}.png").write_bytes(row.png())
            (folder / split / f"{row.stem}.txt").write_text(row.caption, encoding="utf-8", newline="\n")
            lines.append(to_json({"file_name": f"{row.stem}.png", **row.columns(scored=selection.scored)}))
            step()
        (folder / split / METADATA).write_bytes(b"\n".join(lines) + b"\n")
    (folder / "dataset.toml").write_text(SETTINGS, encoding="utf-8", newline="\n")


def read(folder: Path) -> Iterator[Sample]:
    """What a reader of the folder gets, picture by picture.

    Raises `FormatError` where a picture or its caption is not there.
    """
    for metadata in sorted(folder.glob(f"*/{METADATA}")):
        for _, row in read_lines(metadata):
            image = metadata.parent / str(row["file_name"])
            caption = image.with_suffix(".txt")
            if not image.is_file() or not caption.is_file():
                raise FormatError(f"{METADATA} names {show(image.name)}, and it or its caption is not there.")
            text = caption.read_text(encoding="utf-8")
            yield Sample(metadata.parent.name, image.read_bytes(), text, str(row["graph_hash"]))


LAYOUT = Layout(
    name="kohya",
    write=write,
    read=read,
    data_files="{split}/*.[jp]*",  # the pictures and metadata.jsonl, not the captions beside them
    columns="picture, caption (of the same name)",
    train="""export KOHYA=~/sd-scripts  # a clone of https://github.com/kohya-ss/sd-scripts
cd {folder}
accelerate launch $KOHYA/train_network.py \\
  --pretrained_model_name_or_path v1-5-pruned-emaonly.safetensors \\
  --dataset_config dataset.toml --network_module networks.lora \\
  --max_train_epochs 10 --learning_rate 1e-4 --seed 0 --output_dir ../lora""",
    flip="flip_aug",
    hub=True,
)
