"""Two pictures a row: preference pairs (chosen, rejected) and distillation pairs (teacher, student).

An imagefolder with the columns `chosen_file_name` and `rejected_file_name`, which readers get as two pictures.
Try it: `python cli.py export --run runs/a --format preference --out pairs`.
"""

from __future__ import annotations

from engine.export import imagefolder
from engine.export.layout import Layout, diffusers

DPO = """export DIFFUSERS=~/diffusers  # a clone of https://github.com/huggingface/diffusers
python - {folder} ../pairs <<'END'
# the columns that diffusers' script of Diffusion-DPO (arXiv 2311.12908) reads; label_0 = 1: jpg_0 is the better one
import pathlib, sys
from datasets import Image, load_dataset
pairs = load_dataset("imagefolder", data_dir=sys.argv[1] + "/train", split="train")
for name in ("chosen", "rejected"):
    pairs = pairs.cast_column(name, Image(decode=False))
def read(image):
    return pathlib.Path(image["path"]).read_bytes()
def row(pair):
    return dict(jpg_0=read(pair["chosen"]), jpg_1=read(pair["rejected"]), label_0=1, caption=pair["text"])
pathlib.Path(sys.argv[2]).mkdir(exist_ok=True)
pairs.map(row, remove_columns=pairs.column_names).to_parquet(sys.argv[2] + "/train.parquet")
END
accelerate launch $DIFFUSERS/examples/research_projects/diffusion_dpo/train_diffusion_dpo.py \\
  --dataset_name ../pairs --dataset_split_name train --no_hflip \\
  --pretrained_model_name_or_path stable-diffusion-v1-5/stable-diffusion-v1-5 --resolution 512 \\
  --train_batch_size 4 --learning_rate 1e-5 --max_train_steps 2000 --seed 0 --output_dir ../lora"""

PREFERENCE = Layout(
    name="preference",
    write=imagefolder.write,
    read=imagefolder.read,
    data_files="{split}/**",
    columns="chosen, rejected (from chosen_file_name, rejected_file_name), text",
    train=DPO,
    flip="random flip (--no_hflip)",
    hub=True,
    pair=("chosen", "rejected"),
    images=("chosen", "rejected"),
)
TEACHER_STUDENT = Layout(
    name="teacher-student",
    write=imagefolder.write,
    read=imagefolder.read,
    data_files="{split}/**",
    columns="teacher, student (from teacher_file_name, student_file_name), text",
    train=diffusers("--train_data_dir {folder}/train --image_column teacher --caption_column text"),
    flip="--random_flip",
    hub=True,
    pair=("teacher", "student"),
    images=("teacher", "student"),
)
LAYOUTS = (PREFERENCE, TEACHER_STUDENT)
