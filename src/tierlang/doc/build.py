"""Makes the pages of schemes: what a checked scheme says, in the order in which it says it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from tierlang.api import Scheme
from tierlang.doc.anchors import Anchors
from tierlang.doc.model import Part, SchemePage
from tierlang.doc.part import part_of
from tierlang.doc.text import file_name
from tierlang.versions import scheme_set

TOP = "top"


def pages_of(schemes: Iterable[Scheme]) -> tuple[SchemePage, ...]:
    """
    One page for each scheme, in the order given; versions of one scheme share a page, the latest first.

    Raises:
        DiagnosticError: two versions govern the same period, or do not fit together.
    """
    groups: dict[object, list[Scheme]] = {}
    for number, scheme in enumerate(schemes):
        groups.setdefault(scheme.id if scheme.id is not None else number, []).append(scheme)
    anchors = Anchors({TOP})
    alone = len(groups) == 1
    wanted = {key: TOP if alone else _title(versions[0]) for key, versions in groups.items()}
    places = {key: TOP if alone else anchors.new(text) for key, text in wanted.items()}
    publishers = {str(key): place for key, place in places.items() if isinstance(key, str)}
    return tuple(
        _page(versions, places[key], anchors, publishers, alone=alone) for key, versions in groups.items()
    )


def _page(
    versions: Sequence[Scheme], place: str, anchors: Anchors, publishers: Mapping[str, str], *, alone: bool
) -> SchemePage:
    found = scheme_set(versions)
    latest_first = tuple(reversed(found.schemes))
    prefix = "" if alone else f"{place}-"
    parts: list[Part] = []
    for scheme in latest_first:
        own = place if len(latest_first) == 1 else anchors.new(prefix + _version_title(scheme))
        start = prefix if len(latest_first) == 1 else f"{own}-"
        parts.append(part_of(scheme, own, start, anchors, publishers))
    versions_anchor = anchors.new(f"{prefix}sec-versions")
    return SchemePage(
        place, versions_anchor, latest_first[0].id, parts[0].labels, tuple(parts), found.findings
    )


def _title(scheme: Scheme) -> str:
    return scheme.id or PurePath(file_name(scheme.checked.source)).stem


def _version_title(scheme: Scheme) -> str:
    return scheme.version or PurePath(file_name(scheme.checked.source)).stem
