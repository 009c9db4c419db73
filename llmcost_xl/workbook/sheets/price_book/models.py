"""The models of the price book: those the source prints, as printed and as corrected, and what is on sale now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import NotAvailableError
from llmcost_xl.workbook.sheets.prices import PRICED, TIER

if TYPE_CHECKING:
    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.workbook.layout import Value
    from llmcost_xl.workbook.options import Options

GPT_4O, GPT_4O_MINI = "source-2024/gpt-4o", "source-2024/gpt-4o-mini"
HAIKU, HAIKU_CORRECTED = "source-2024/claude-3.5-haiku", "source-2024/claude-3.5-haiku-corrected"
SONNET, FLASH = "source-2024/claude-3.5-sonnet", "source-2024/gemini-1.5-flash"
EXAMINED = "openai/gpt-5.6-luna"  # on sale, with prices for caching and for long context

MODELS: Final = (
    GPT_4O_MINI,
    GPT_4O,
    SONNET,
    HAIKU,
    HAIKU_CORRECTED,
    FLASH,
    EXAMINED,
    "anthropic/claude-haiku-4-5",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-3.7-flash",
)

COMPARED: Final = (
    ("GPT-4o", "OpenAI", GPT_4O, "openai/gpt-4o", "As printed"),
    ("GPT-4o-mini", "OpenAI", GPT_4O_MINI, "openai/gpt-4o-mini", "As printed"),
    ("Claude 3.5 Sonnet", "Anthropic", SONNET, "anthropic/claude-3-5-sonnet", "As printed"),
    ("Claude 3.5 Haiku", "Anthropic", HAIKU, HAIKU_CORRECTED,
     "Printed is the price of Claude 3 Haiku; launched at 1.00 and 5.00, cut to 0.80 and 4.00"),
    ("Claude 3 Haiku", "Anthropic", HAIKU, "anthropic/claude-3-haiku", "The model whose price the source prints"),
    ("Gemini 1.5 Flash", "none: Google is meant", FLASH, "google/gemini-1.5-flash",
     "The provider's cell is missing; the price is for prompts up to 128k tokens"),
)  # fmt: skip
"""A name, the provider as printed, the row as printed, the row of the catalogue that it is held against, a remark."""


def priced_models(options: Options) -> tuple[str, ...]:
    """The models to price: those asked for, and of the workbook's own those on sale on the price date.

    Raises:
        NotAvailableError: a model asked for is not in the price book, or there is none to price.
    """
    models = options.chosen(tuple(model for model in MODELS if _on_sale(options, model)))
    if not models:
        raise NotAvailableError(f"none of this workbook's models has a price on {options.price_date}")
    return models


def examined_model(options: Options) -> str:
    """The model that sensitivities look at: the first one asked for, else one of the workbook's own."""
    models = priced_models(options)
    return models[0] if options.models or EXAMINED not in models else EXAMINED


def listed_models(options: Options) -> tuple[str, ...]:
    """Every model with rows on Prices: those priced, and those that the printed prices are held against."""
    compared = (str(options.prices.resolve(model)) for record in COMPARED for model in record[2:4])
    return tuple(dict.fromkeys((*priced_models(options), *(model for model in compared if _on_sale(options, model)))))


def comparison(options: Options) -> tuple[tuple[Value, ...], ...]:
    """The printed prices and what they are held against, by the names that the price rows have."""
    return tuple(
        (name, provider, printed, str(options.prices.resolve(today)), remark)
        for name, provider, printed, today, remark in COMPARED
    )


def long_context(options: Options, model: str) -> tuple[Value, ...]:
    """From how many prompt tokens on a model costs more, and how many times the input and the output price.

    The whole request is repriced, not only what lies above. Nothing is known to be dearer where all is 0, 1, 1.
    """
    key = options.prices.resolve(model)
    threshold, times = 0, []
    for component in PRICED:
        block = options.prices.block(key, component, TIER, options.price_date)
        above = block is not None and len(block.thresholds) > 1 and block.prices[0] > 0
        times.append(block.prices[1] / block.prices[0] if block is not None and above else 1)
        threshold = block.thresholds[1] if block is not None and above else threshold
    return threshold, *times


def _on_sale(options: Options, model: str) -> bool:
    key: ModelKey = options.prices.resolve(model)
    return all(options.prices.block(key, part, TIER, options.price_date) is not None for part in PRICED)
