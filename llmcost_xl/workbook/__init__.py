"""Workbooks: written from declarative descriptions, recalculated in process, saved without harm.

    from pathlib import Path
    from llmcost_xl.workbook import available, build

    available()                                  # {"roi": "Does automating pay?", ...}
    workbook = build("roi")
    workbook.save(Path("roi.xlsx"))              # refuses to overwrite; force=True replaces
    for figure in workbook.headlines():
        print(figure.label, figure.value, figure.unit)

Importing this package is cheap: openpyxl is loaded when a workbook is built.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from llmcost_xl.workbook.built import Built
    from llmcost_xl.workbook.layout import Template
    from llmcost_xl.workbook.options import Options

MODULES: Final = {
    "price-book": "price_book",
    "llm-budget": "llm_budget",
    "api-vs-self-hosting": "self_hosting",
    "roi": "roi",
    "hidden-costs": "hidden_costs",
    "model-choice": "model_choice",
    "optimisation": "optimisation",
    "budget-vs-actual": "budget_vs_actual",
    "build-borrow-blend": "build_borrow_blend",
    "capacity": "capacity",
}
"""Name of each workbook on the command line, and the module of `sheets` that describes it."""


def available() -> dict[str, str]:
    """Every workbook that can be built: its name and its title."""
    return {name: template(name).title for name in MODULES}


def template(name: str, options: Options | None = None) -> Template:
    """The description of a workbook, made as the options say.

    Raises:
        NotAvailableError: there is none of this name; a model or a price is not known.
        OutOfDomainError: an option is out of bounds.
        InputsError: figures to be filled in cannot be.
    """
    from llmcost_xl.workbook.options import DEFAULTS, applied  # noqa: PLC0415  # most imports need no prices

    if name not in MODULES:
        raise NotAvailableError(f"there is no workbook {name!r}; available: {', '.join(MODULES)}")
    module = import_module(f"llmcost_xl.workbook.sheets.{MODULES[name]}")
    described: Template = module.template(options or DEFAULTS)
    return applied(described, options or DEFAULTS)


def build(name: str, options: Options | None = None) -> Built:
    """Build a workbook in memory, with a value in every cell.

    Raises:
        As `template`.
    """
    from llmcost_xl.workbook.built import built  # noqa: PLC0415  # openpyxl takes half a second

    return built(template(name, options))
