"""Order: everything that decides a corpus, as plain values, so that any process or machine can write any part of it.

Try it: `python cli.py generate --count 100000 --taxonomy full --mode imaginative --out corpus` and read corpus/order.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.caption import Style
from engine.corpus.lines import Lines
from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.heldout import HeldOut
from engine.sampler import Constraints, Plan, check
from engine.scene import VERSION
from engine.taxonomy import Choice, Taxonomy, load

FORMATS = ("jsonl", "parquet", "paper")


@dataclass(frozen=True)
class Order:
    """`count` scenes of the run of `seed` under `constraints`; `words` is a file of words to add, remove and re-weigh.

    `strata` and `each` are those of `Plan`; `vary` gives scene i the phrasing i instead of that of `style`; captions that
    the text encoder `within` would cut off are refused, and another scene is drawn in their place.
    """

    count: int
    seed: int = 0
    taxonomy: str = "pocket"
    constraints: Constraints = field(default_factory=Constraints)
    choice: Choice = field(default_factory=Choice)
    words: str | None = None
    strata: str | None = None
    each: bool = False
    ask: bool = True
    style: Style = field(default_factory=Style)
    vary: bool = False
    within: str | None = None
    format: str = "jsonl"

    def vocabulary(self) -> Taxonomy:
        """The taxonomy with the words of the file and the choice applied."""
        found = load(self.taxonomy)
        if self.words:
            from engine.taxonomy import wordfile

            found = wordfile.apply(found, Path(self.words))
        return found if self.choice == Choice() else found.choose(self.choice)

    @cached_property
    def lines(self) -> Lines:
        """The scenes; raises `ConstraintError` or `TaxonomyError` at once where there can be none."""
        taxonomy = self.vocabulary()
        check(self.constraints, taxonomy)
        plan = Plan(self.constraints, taxonomy, strata=self.strata, each=self.each)
        return Lines(plan, taxonomy, seed=self.seed, ask=self.ask, style=self.style, vary=self.vary, within=self.within)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the versions of program and words that decide the bytes as well."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        seed = self.constraints.seed_graph
        plain["constraints"] = asdict(self.constraints) | {"seed_graph": None if seed is None else seed.to_dict()}
        plain["choice"] = asdict(self.choice) | {
            "switches": sorted(self.choice.switches), "without": sorted(self.choice.without),
        }  # fmt: skip
        plain["style"] = asdict(self.style)
        return {**plain, "program": VERSION, "taxonomy_version": self.vocabulary().version}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Order:
        """Read what `to_dict` wrote, also after a way through JSON; raises `FormatError` for anything else."""
        try:
            plain = {f.name: data[f.name] for f in fields(cls)}
            seed = data["constraints"]["seed_graph"]
            held = data["constraints"]["held_out"]
            pairs: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data["constraints"].items()}
            pairs["seed_graph"] = None if seed is None else SceneGraph.from_dict(seed)
            pairs["held_out"] = None if held is None else HeldOut(**held)
            plain["constraints"] = Constraints(**pairs)
            choice = data["choice"]
            plain["choice"] = Choice(
                frozenset(choice["switches"]), tuple(choice["topics"]), frozenset(choice["without"]),
                tuple((word, weight) for word, weight in choice["weights"]), choice["flat"],
            )  # fmt: skip
            return cls(**plain | {"style": Style(**data["style"])})
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"This is not an order for a corpus: {show(dict(data))} ({error}).") from error
