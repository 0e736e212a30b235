"""Processors of vision-language models for stills: a chat as text, a picture as the network's input and as tokens in the chat.

The whole processors of transformers want torchvision (for videos) and num2words; these want neither. Try it:
`python -m pytest tests/tiny/test_judges_vlm.py`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import ModelDamaged, ModelError, WordsNotKnown, show
from models.judges.checkpoint import UNREADABLE, image_processor, quiet, tokenizer

SAME_STILLS = {"smolvlm": "idefics3"}
"""Model type -> another whose processor writes stills just alike and reads no videos."""
PLAIN = {"paligemma": "{image}{bos}answer en {question}\n"}
"""Model types without a chat: how they are asked, by their authors' page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture: the network's inputs by name, each for one picture, and the text that stands for it in a prompt."""

    inputs: dict[str, Any]
    text: str


class Stills:
    """The processor of one checkpoint."""

    def __init__(self, processor: Any, net: Any) -> None:
        self.processor, self.tokenizer = processor, processor.tokenizer
        self.plain = PLAIN.get(net.config.model_type)
        self.reads = set(inspect.signature(net.forward).parameters)
        self.template = processor.chat_template or getattr(self.tokenizer, "chat_template", None)

    def show(self, image: Image.Image) -> Shown:
        """The picture's inputs, in main memory, and its text."""
        settings = getattr(self.processor, "images_kwargs", {})
        made, texts = self.processor._process_images([image], return_tensors="pt", **settings)
        return Shown({name: value for name, value in made.items() if name in self.reads}, texts[0])

    def ids(self, question: str, shown: Shown) -> list[int]:
        """The whole prompt as tokens; raises `WordsNotKnown` for a question that holds one of the model's marks."""
        for mark in self.tokenizer.all_special_tokens:
            if mark in question:
                raise WordsNotKnown(f"{show(question)} holds {show(mark)}, a mark of the model's own. Leave it out.")
        text = self.prompt(question).replace(self.processor.image_token, shown.text, 1)
        begun = bool(self.tokenizer.bos_token) and text.startswith(self.tokenizer.bos_token)
        found: list[int] = self.tokenizer(text, add_special_tokens=not (begun or self.plain))["input_ids"]
        return found

    def prompt(self, question: str) -> str:
        """The chat up to where the answer begins, with one token for the picture."""
        if self.plain:
            return self.plain.format(
                image=self.processor.image_token, bos=self.tokenizer.bos_token or "", question=question
            )
        content = [{"type": "image"}, {"type": "text", "text": question}]
        written: str = self.processor.apply_chat_template(
            [{"role": "user", "content": content}], chat_template=self.template, add_generation_prompt=True,
            tokenize=False,
        )  # fmt: skip
        return written


def opened_stills(folder: Path, net: Any) -> Stills:
    """The processor in a folder; raises `ModelDamaged` where a part is missing or it is not known how to ask, and
    `ModelError` for a kind that is not read here."""
    quiet()
    kind = _kind(net.config.model_type)
    parts = {"tokenizer": tokenizer(folder), "image_processor": image_processor(folder)}
    try:
        settings = kind.get_processor_dict(folder, local_files_only=True)[0]
        made = kind.from_args_and_dict([parts.get(name) for name in kind.get_attributes()], settings)
    except UNREADABLE as error:
        raise ModelDamaged(
            f"The processor in {folder} cannot be read ({type(error).__name__}: {show(error, limit=160)}). "
            "Fetch the checkpoint again, whole."
        ) from error
    stills = Stills(made, net)
    if not (stills.template or stills.plain):
        raise ModelDamaged(f"{folder} has no chat template, so nobody knows how it is asked. Fetch one made for chats.")
    return stills


def _kind(model_type: str) -> Any:
    """The processor's class, made to do without the part that reads videos."""
    import transformers
    from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES

    kind = getattr(transformers, PROCESSOR_MAPPING_NAMES[SAME_STILLS.get(model_type, model_type)])
    try:
        written = kind.replace_image_token is not transformers.ProcessorMixin.replace_image_token
    except ImportError as error:  # a stand-in for a class that wants torchvision even for stills
        raise ModelError(
            f"Judges of the type {show(model_type)} want torchvision, which is not installed here. Choose another judge."
        ) from error
    if not written:
        raise ModelError(
            f"Judges of the type {show(model_type)} write their chats in a way of their own that is not read here. "
            "Choose another judge."
        )
    return type(kind.__name__, (kind,), {"check_argument_for_proper_class": lambda *_: None})
