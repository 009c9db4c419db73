"""How a model's name finds the model: genai-prices' own matching, over the bundled provider and model lists.

`openai/gpt-4o` names a provider; `gpt-4o` is left to the provider that claims such names, or to the only one that has
exactly that id. Anything else finds nothing: a price is never guessed.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import json
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Clause: TypeAlias = dict[str, Any]
"""One matching rule: {"equals": text}, contains, starts_with, ends_with, regex, or "or"/"and" with a list of rules."""

LONGEST_NAME: Final = 200  # longer texts are no model names, and must not reach a regular expression
PROVIDERS_SHOWN: Final = 3
_FORMULA: Final = ("=", "+", "-")  # how one begins
_COMPACT_DATE: Final = re.compile(r"-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)")


class ModelKey(NamedTuple):
    """A model as one provider sells it."""

    provider: str
    model: str

    def __str__(self) -> str:
        """The name that always finds it."""
        return f"{self.provider}/{self.model}" if self.provider else self.model


class Model(NamedTuple):
    """One line of models.csv."""

    provider: str
    model: str
    name: str
    context_window: str
    deprecated: str
    match: str

    @property
    def key(self) -> ModelKey:
        """Provider and id."""
        return ModelKey(self.provider, self.model)


class Provider(NamedTuple):
    """One line of providers.csv."""

    provider: str
    name: str
    model_match: str
    provider_match: str
    fallback_providers: str
    pricing_url: str


def is_name(text: str) -> bool:
    """Whether a text can be the name of a model or a provider: printable, not too long, and no formula."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and not text.startswith(_FORMULA)


def read_records(path: Path, kind: Any) -> list[Any]:
    """Lines of models.csv or providers.csv as named tuples."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        if tuple(next(reader)) != kind._fields:
            raise ValueError(f"{path.name} does not have the columns {', '.join(kind._fields)}")
        return [kind._make(line) for line in reader]


def matches(clause: Clause, text: str) -> bool:
    """Whether a lower-case name satisfies a rule; the rules' own texts are stored in lower case."""
    [(kind, operand)] = clause.items()
    return bool(_RULES[kind](text, operand))


_RULES: Final[dict[str, Callable[[str, Any], Any]]] = {
    "equals": str.__eq__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
    "regex": lambda text, pattern: re.search(pattern, text),
    "or": lambda text, parts: any(matches(part, text) for part in parts),
    "and": lambda text, parts: all(matches(part, text) for part in parts),
}


def exact_names(clause: Clause) -> Iterator[str]:
    """The names that a rule accepts letter by letter."""
    for kind, operand in clause.items():
        if kind == "equals":
            yield operand
        elif kind == "or":
            for part in operand:
                yield from exact_names(part)


def with_dashed_dates(name: str) -> str:
    """`gpt-5.2-20251211` as `gpt-5.2-2025-12-11`; what is no date stays."""

    def dashed(found: re.Match[str]) -> str:
        year, month, day = map(int, found.groups())
        try:
            return f"-{dt.date(year, month, day).isoformat()}"
        except ValueError:
            return found.group(0)

    return _COMPACT_DATE.sub(dashed, name)


class Names:
    """The bundled providers and models, in genai-prices' order, in which the first match wins."""

    def __init__(self, providers: list[Provider], models: list[Model], private: frozenset[str] = frozenset()) -> None:
        """`private` providers are found only when asked for by name."""
        self.providers = {provider.provider: provider for provider in providers}
        self.private = private
        self.models = {model.key: model for model in models}
        self._of_provider: defaultdict[str, list[Model]] = defaultdict(list)
        self._ids: dict[ModelKey, ModelKey] = {}
        for model in models:
            self._of_provider[model.provider].append(model)
            self._ids[ModelKey(model.provider, model.model.lower())] = model.key
        self._rules: dict[str, list[tuple[Clause, ModelKey]]] = {}

    def find(self, name: str) -> ModelKey | None:
        """The model that a name means; None where nothing, or more than one model, goes by that name."""
        wanted = name.strip().lower()
        if not 0 < len(wanted) <= LONGEST_NAME:
            return None
        prefix, slash, rest = wanted.partition("/")
        provider = self.find_provider(prefix) if slash else None
        if provider:
            found = self.find_in(provider, rest)
        else:
            claimant = self.claimant(wanted)
            found = self.find_in(claimant, wanted) if claimant else None
        owners = [] if found else self.owners(wanted)
        return self.find_in(owners[0], wanted) if len(owners) == 1 else found

    def seller(self, name: str) -> str | None:
        """The provider a qualified name asks to buy from, who may resell another provider's model."""
        prefix, slash, rest = name.strip().lower().partition("/")
        provider = self.find_provider(prefix) if slash else None
        return provider if provider and self.find_in(provider, rest) else None

    def is_exact(self, name: str, key: ModelKey) -> bool:
        """Whether a name without provider is the model's id or exact alias, not merely accepted by a pattern."""
        wanted = name.strip().lower()
        model = self.models.get(key)
        exact = {key.model.lower(), *(exact_names(json.loads(model.match)) if model and model.match else ())}
        return not exact.isdisjoint((wanted, with_dashed_dates(wanted)))

    def find_provider(self, name: str) -> str | None:
        """Provider id that a provider's lower-case name means: the id itself, else the first whose rule accepts it."""
        if name in self.providers:
            return name
        return next((provider for provider, rule in self._provider_rules if matches(rule, name)), None)

    def provider_called(self, name: str) -> str | None:
        """The provider of exactly that id or display name, in any case of letters."""
        return self._provider_names.get(name.lower())

    def nearest_providers(self, name: str) -> list[str]:
        """Ids of the providers that an unknown name may mean: by their rules, then by likeness."""
        near = difflib.get_close_matches(name.lower(), self._provider_names, n=PROVIDERS_SHOWN, cutoff=0)
        ruled = self.find_provider(name.lower())
        return list(dict.fromkeys([*([ruled] if ruled else []), *(self._provider_names[one] for one in near)]))

    @cached_property
    def _provider_names(self) -> dict[str, str]:
        shown = {provider.name.lower(): provider.provider for provider in self.providers.values() if provider.name}
        return shown | {provider.lower(): provider for provider in self.providers}

    @cached_property
    def _provider_rules(self) -> list[tuple[str, Clause]]:
        providers = self.providers.values()
        return [(one.provider, json.loads(one.provider_match)) for one in providers if one.provider_match]

    @cached_property
    def _model_rules(self) -> list[tuple[str, Clause]]:
        return [(one.provider, json.loads(one.model_match)) for one in self.providers.values() if one.model_match]

    def find_in(self, provider: str, name: str) -> ModelKey | None:
        """The provider's model of that lower-case name, or that of a provider whose models it resells."""
        own = self._ids.get(ModelKey(provider, name))
        return own or self._match(provider, name) or self._match(provider, with_dashed_dates(name))

    def _match(self, provider: str, name: str) -> ModelKey | None:
        fallbacks = self.providers[provider].fallback_providers.split()
        for seller in (provider, *fallbacks):
            for clause, key in self._rules_of(seller):
                if matches(clause, name):
                    return key
        return None

    def _rules_of(self, provider: str) -> list[tuple[Clause, ModelKey]]:
        rules = self._rules.get(provider)
        if rules is None:
            rules = [(json.loads(model.match), model.key) for model in self._of_provider[provider] if model.match]
            self._rules[provider] = rules
        return rules

    def claimant(self, name: str) -> str | None:
        """The first provider whose own models carry such lower-case names."""
        return next((provider for provider, rule in self._model_rules if matches(rule, name)), None)

    def owners(self, name: str) -> list[str]:
        """The providers that have a model of exactly that lower-case id or alias."""
        return self._owners.get(name) or self._owners.get(with_dashed_dates(name), [])

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        """Providers by each id and exact name of their models."""
        owners: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for provider in self._of_provider.keys() - self.private:
            for clause, key in self._rules_of(provider):
                for name in (key.model.lower(), *exact_names(clause)):
                    owners[name][provider] = None
        return {name: sorted(providers) for name, providers in owners.items()}
