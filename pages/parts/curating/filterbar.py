"""The filter bar: what is asked stands in the address, so that a link, a reload and the back button find the same.

Try it: `streamlit run app.py`, then Curate, or open `/curate?filter={"words":["dog"]}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
import streamlit as st

from engine.curation import Facets, Filter
from engine.errors import FormatError, ScenewrightError
from engine.wording import counted
from pages.parts.home import say, store, told, who
from pages.parts.words import plain

SORTS = {
    "newest": "Newest first", "oldest": "Oldest first", "best": "Best score first", "worst": "Worst score first",
    "simple": "Simplest first", "complex": "Most complex first", "rated": "Best rated first",
}  # fmt: skip
ANY = "Any judge"
BARS = "▁▂▃▄▅▆▇█"
LONGEST = 4000
"""Characters of a filter in the address."""


def asked() -> Filter:
    """The filter in the address; one that cannot be read is said so and left out."""
    text = st.query_params.get("filter", "")
    if st.session_state.get("curate:asked", "") != text:  # a link, a reload, or the back button
        st.session_state["curate:asked"] = text
        refill()
    if not text:
        return Filter()
    try:
        if len(text) > LONGEST:
            raise FormatError(f"The filter in the address has {len(text):,} characters; at most {LONGEST:,} are read.")
        return Filter.from_dict(orjson.loads(text))
    except orjson.JSONDecodeError:
        st.warning("The filter in the address cannot be read, so all pictures are shown.", icon=":material/link_off:")
    except ScenewrightError as error:
        st.warning(plain(f"{error} All pictures are shown."), icon=":material/link_off:")
    return Filter()


def ask(filter: Filter) -> None:
    """Make this the filter from now on."""
    kept = filter.to_dict()
    text = orjson.dumps(kept).decode() if kept else ""
    if text:
        st.query_params["filter"] = text
    else:
        st.query_params.pop("filter", None)
    st.session_state["curate:asked"] = text
    for key in [key for key in st.session_state if str(key).startswith("curate-page:")]:
        del st.session_state[key]


def refill() -> None:
    """Let the widgets of the bar take their values from the filter again."""
    st.session_state["curate:turn"] = st.session_state.get("curate:turn", 0) + 1


def ask_anew(filter: Filter) -> None:
    """Make this the filter, and show it in the bar, wherever on the page it was asked."""
    ask(filter)
    refill()
    st.session_state["curate-again"] = True


def whole_again() -> None:
    """In a fragment: run the whole page again where the filter was changed from inside the fragment."""
    if st.session_state.pop("curate-again", False):
        st.rerun()


def key(name: str) -> str:
    """The key of a widget of the bar."""
    return f"curate-{name}:{st.session_state.get('curate:turn', 0)}"


def bar(filter: Filter, there: Facets) -> None:
    """The bar: a search, three popovers, the order, the saved views, and what is asked in words."""
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="filter-bar")
    heard = told(lambda: ask(typed(filter)))
    line.text_input("Search", filter.text, key=key("text"), placeholder="Words of the caption", icon=":material/search:",
                    on_change=heard, max_chars=200, label_visibility="collapsed", width=280)  # fmt: skip
    with line.popover("Scores", icon=":material/rule:", key="filter-scores"):
        _scores(filter, there, heard)
    with line.popover("Words", icon=":material/label:", key="filter-words"):
        _words(filter, there, heard)
    with line.popover("Origin", icon=":material/account_tree:", key="filter-origin"):
        _origin(filter, there, heard)
    line.selectbox("Order", list(SORTS), list(SORTS).index(filter.sort), format_func=SORTS.get, key=key("sort"),
                   on_change=heard, label_visibility="collapsed", width=200)  # fmt: skip
    with line.popover("Views", icon=":material/bookmark:", key="filter-views"):
        _views(filter)
    if said := in_words(filter):
        below = st.container(horizontal=True, vertical_alignment="center", gap="small")
        below.caption(plain("Shown: " + " · ".join(said)), width="content")
        below.button("Clear", icon=":material/filter_alt_off:", type="tertiary", key="filter-clear",
                     on_click=ask_anew, args=(Filter(sort=filter.sort),))  # fmt: skip


def typed(filter: Filter) -> Filter:
    """The filter as the widgets of the bar say it; what has no widget stays."""
    get = st.session_state.get

    def span(name: str, now: Any) -> Any:
        low, high = get(key(name), (None, None))
        limits = get(key(name + "-limits"), None)
        return now if low is None else None if limits == (low, high) else (low, high)

    judge, seen = get(key("judge"), ANY), get(key("judged"), "All")
    return replace(
        filter,
        text=str(get(key("text"), filter.text) or "").strip(),
        sort=get(key("sort"), filter.sort),
        judge=None if judge == ANY else judge,
        judged={"Judged": True, "Not judged": False}.get(str(seen)),
        score=span("score", filter.score),
        rating=span("rating", filter.rating),
        complexity=span("complexity", filter.complexity),
        **{name: tuple(get(key(name), getattr(filter, name)))
           for name in ("words", "without", "kinds", "generators", "sessions", "runs", "tags")},
        untagged=bool(get(key("untagged"), filter.untagged)),
    )  # fmt: skip


def _scores(filter: Filter, there: Facets, heard: Callable[[], None]) -> None:
    judges = [ANY, *dict.fromkeys((*there.judges, *((filter.judge,) if filter.judge else ())))]
    st.selectbox("Judge", judges, judges.index(filter.judge or ANY), key=key("judge"), on_change=heard)
    seen = {True: "Judged", False: "Not judged", None: "All"}[filter.judged]
    st.segmented_control("Pictures", ["All", "Judged", "Not judged"], default=seen, key=key("judged"), on_change=heard,
                         required=True)  # fmt: skip
    _span("Score", "score", filter.score, (0.0, 1.0), 0.05, heard)
    if any(there.scores):
        st.caption(f"0 {_sparks(there.scores)} 1 · how the scores lie", help="All pictures, newest score of each.")
    _span("Rating by people", "rating", filter.rating, (1.0, 5.0), 0.5, heard)


def _span(
    label: str,
    name: str,
    now: tuple[float, float] | None,
    limits: tuple[Any, Any],
    step: Any,
    heard: Callable[[], None],
) -> None:
    st.session_state[key(name + "-limits")] = limits
    low, high = now or limits
    low, high = (min(max(type(limits[0])(end), limits[0]), limits[1]) for end in (low, high))
    st.slider(label, *limits, (min(low, high), max(low, high)), step, key=key(name), on_change=heard)


def _sparks(counts: Sequence[int]) -> str:
    most = max(counts)
    return "".join(BARS[round((len(BARS) - 1) * count / most)] if count else "·" for count in counts)


def _words(filter: Filter, there: Facets, heard: Callable[[], None]) -> None:
    _several("Words in the scene, all of them", "words", filter.words, there.words, heard, new=True)
    _several("Not in the scene", "without", filter.without, there.words, heard, new=True)
    _several("Kinds of words", "kinds", filter.kinds, there.kinds, heard)
    levels = [int(level) for level in there.complexity]
    low, high = min([*levels, 1]), max([*levels, 2])
    _span("Complexity: objects + attributes + relations", "complexity", filter.complexity, (low, high), 1, heard)


def _origin(filter: Filter, there: Facets, heard: Callable[[], None]) -> None:
    _several("Generators", "generators", filter.generators, there.generators, heard)
    _several("Tags", "tags", filter.tags, there.tags, heard)
    st.toggle("Only without a tag", filter.untagged, key=key("untagged"), on_change=heard)
    _several("Sessions", "sessions", filter.sessions, there.sessions, heard, names=session_names(tuple(there.sessions)))
    if there.runs or filter.runs:
        names = {run.id: run.name for run in store().runs()} | {run.path: run.name for run in store().runs()}
        _several("Runs of the command line", "runs", filter.runs, there.runs, heard, names=names)


def _several(
    label: str, name: str, now: Sequence[str], counts: Mapping[str, int], heard: Callable[[], None], *,
    names: Mapping[str, str] | None = None, new: bool = False,
) -> None:  # fmt: skip
    options = list(dict.fromkeys((*counts, *now)))

    def said(value: str) -> str:
        return f"{(names or {}).get(value, value)} ({counts[value]})" if value in counts else str(value)

    st.multiselect(label, options, list(now), format_func=said, key=key(name), on_change=heard,
                   accept_new_options=new, placeholder="Any" if name != "without" else "None", max_selections=20)  # fmt: skip


def session_names(ids: tuple[str, ...]) -> dict[str, str]:
    """Session id -> its name, of those that are in the list."""
    known = {found.id: found.name for found in store().list_sessions(limit=500)}
    return {id: known[id] for id in ids if id in known}


def _views(filter: Filter) -> None:
    """Saved filters: open one, keep this one, forget one."""
    mine = store().views(owner=who())
    for view in mine:
        line = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
        line.button(
            plain(view.name),
            key=f"view:{view.id}",
            type="tertiary",
            on_click=_open,
            args=(view.filter,),
            width="stretch",
        )
        line.button("", icon=":material/delete:", help=f"Forget {plain(view.name)}", key=f"view-gone:{view.id}",
                    type="tertiary", on_click=told(store().delete_view), args=(view.id,))  # fmt: skip
    if not mine:
        st.caption("No views yet. Filter for something, give it a name here, and it is one click away.")

    @told
    def save() -> None:
        name = str(st.session_state.get("view-name") or "").strip()
        store().save_view(name, orjson.dumps(filter.to_dict()).decode(), owner=who())
        st.session_state["view-name"] = ""
        say(f"Kept as the view {name}.", kind="info")

    st.text_input("Name for this view", key="view-name", max_chars=120)
    st.button("Keep this view", icon=":material/bookmark_add:", key="view-save", on_click=save)


@told
def _open(text: str) -> None:
    ask_anew(Filter.from_dict(orjson.loads(text)))


def in_words(filter: Filter) -> list[str]:
    """What is asked, each condition in a few words."""
    said = [f"“{filter.text}” in the caption"] if filter.text else []
    said += [f"with {', '.join(filter.words)}"] if filter.words else []
    said += [f"without {', '.join(filter.without)}"] if filter.without else []
    said += [f"kinds {', '.join(filter.kinds)}"] if filter.kinds else []
    by = f" by {filter.judge}" if filter.judge else ""
    said += (
        [f"score{by} {filter.score[0]:.2f}–{filter.score[1]:.2f}"] if filter.score else [f"scores{by}"] if by else []
    )
    said += [f"rated {filter.rating[0]:g}–{filter.rating[1]:g}"] if filter.rating else []
    said += [f"complexity {filter.complexity[0]:g}–{filter.complexity[1]:g}"] if filter.complexity else []
    said += [{True: "judged", False: "not judged"}[filter.judged]] if filter.judged is not None else []
    said += [f"by {', '.join(filter.generators)}"] if filter.generators else []
    said += [f"tagged {' or '.join(filter.tags)}"] if filter.tags else []
    said += ["without a tag"] if filter.untagged else []
    for what, values in (
        ("session", filter.sessions),
        ("run", filter.runs),
        ("scene", filter.graphs),
        ("picture", filter.pictures),
    ):
        said += [counted(len(values), what)] if values else []
    return said + ([f"in the set {filter.in_set}"] if filter.in_set else [])
