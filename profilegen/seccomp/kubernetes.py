"""A seccomp profile inside a Kubernetes resource: the SeccompProfile of security-profiles-operator."""

from __future__ import annotations

from typing import Any, NamedTuple

from profilegen.text import printable

_KIND = "SeccompProfile"


class Found(NamedTuple):
    """The profile's own JSON, and what it lacks."""

    content: Any
    warnings: tuple[str, ...] = ()


def profile_in(content: Any) -> Found:
    """The ``spec`` of a SeccompProfile, alone or in a list; any other JSON as it is.

    Raises:
        ValueError: a list has no SeccompProfile, or several.
    """
    if isinstance(content, dict) and not str(content.get("kind", "")).startswith((_KIND, "List")):
        return Found(content)
    resources = [one for one in _items(content) if isinstance(one, dict) and _is_profile(one, content)]
    if not resources:
        raise ValueError(f"a list without a {_KIND}" if isinstance(content, list) else f"no {_KIND} in it")
    if len(resources) > 1:
        names = ", ".join(printable(_name(one), 60) for one in resources[:5])
        raise ValueError(f"there are {len(resources)} of {_KIND} in it, and one is needed: {names}")
    spec = resources[0].get("spec")
    base = spec.get("baseProfileName") if isinstance(spec, dict) else None
    if not base:
        return Found(spec)
    lacks = f"its base profile {printable(str(base), 60)} is not in the file, and counts as allowing nothing"
    return Found(spec, (lacks,))


def _items(content: Any) -> list[Any]:
    if isinstance(content, dict):
        items = content.get("items") if str(content["kind"]).endswith("List") else [content]
        return items if isinstance(items, list) else []
    return content if isinstance(content, list) else []


def _is_profile(one: dict[str, Any], inside: Any) -> bool:
    """Items of a SeccompProfileList need not say what they are."""
    listed = isinstance(inside, dict) and inside["kind"] == f"{_KIND}List"
    return bool(one.get("kind", _KIND if listed else "") == _KIND)


def _name(resource: dict[str, Any]) -> str:
    metadata = resource.get("metadata")
    return str(metadata.get("name", "?")) if isinstance(metadata, dict) else "?"
