"""What a training run costs: GPU-hours by throughput or by arithmetic, rented or hosted."""

from __future__ import annotations

from typing import Final

from llmcost_xl.engine.formula import Number, formula, refuse
from llmcost_xl.errors import ZeroDivisorError
from llmcost_xl.quantities import SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT

FLOPS_PER_WEIGHT_AND_TOKEN: Final = {"full": 6, "lora": 4, "qlora": 4}
"""2 forward, 2 for the gradients of activations and, unless the weights are frozen, 2 for those of the weights."""

CHECKPOINTING_FLOPS: Final = 2
"""Full activation checkpointing runs the forward pass once more."""

TYPICAL_MFU: Final = {"full": 0.35, "lora": 0.30, "qlora": 0.22}
"""Utilisation where none is given: an assumption, quantised weights being slower to read."""


@formula("GPU-hours")
def training_gpu_hours(train_tokens: Number, tokens_per_second: Number, epochs: Number = 1, gpus: Number = 1) -> Number:
    """GPU-hours of one training run from the cluster's throughput: tokens * epochs / (tok/s * 3600) * GPUs.

    Raises:
        ZeroDivisorError: a throughput of 0.

    Examples:
        >>> round(training_gpu_hours(2_500_000, 2_083.333, 3), 2)
        1.0

    Source: specification, B4; "Economics of Custom Models", line 22, with units.
    """
    refuse(tokens_per_second == 0, ZeroDivisorError, "tokens_per_second (Training throughput) is 0")
    return train_tokens * epochs / (tokens_per_second * SECONDS_PER_HOUR) * gpus


@formula("GPU-hours", elementwise=True)
def training_gpu_hours_flops(
    params_b: float,
    train_tokens_m: float,
    peak_tflops: float,
    epochs: float = 1,
    tuning_method: str = "full",
    mfu: float | None = None,
    checkpointing: bool = False,
) -> float:
    """GPU-hours of one training run from its arithmetic: k * N * tokens * epochs / (peak * MFU * 3600).

    k is 6 for full training and 4 for LoRA and QLoRA, whose frozen weights need no gradients; activation
    checkpointing adds 2. N counts the active parameters of a mixture of experts. Utilisation (MFU) where omitted:
    0.35 full, 0.30 LoRA, 0.22 QLoRA, which are assumptions.

    Raises:
        ZeroDivisorError: a peak speed or a utilisation of 0.

    Examples:
        >>> round(training_gpu_hours_flops(8, 2.5, 312, 3, "lora", 0.3), 5)
        0.71225

    Source: specification, B4.
    """
    mfu = TYPICAL_MFU[tuning_method] if mfu is None else mfu
    if peak_tflops == 0 or mfu == 0:
        raise ZeroDivisorError(f"peak_tflops ({peak_tflops!r} TFLOP/s) and mfu ({mfu!r}) must be above 0")
    flops_per_token = FLOPS_PER_WEIGHT_AND_TOKEN[tuning_method] + CHECKPOINTING_FLOPS * checkpointing
    tera_flops = flops_per_token * params_b * train_tokens_m * epochs * 1_000  # 1e9 weights * 1e6 tokens / 1e12
    return tera_flops / (peak_tflops * mfu * SECONDS_PER_HOUR)


@formula("USD")
def training_cost(gpu_hours: Number, gpu_price: Number, runs: Number = 1, overhead: Number = 0) -> Number:
    """Cost of training on rented GPUs, in USD: GPU-hours * price * runs * (1 + overhead).

    Examples:
        >>> training_cost(32, 2.5)
        80.0

    Source: specification, B4; "Economics of Custom Models", line 21.
    """
    return gpu_hours * gpu_price * runs * (1 + overhead)


@formula("USD")
def hosted_tuning_cost(train_tokens: Number, tuning_price: Number, epochs: Number = 1) -> Number:
    """Cost of fine-tuning that a provider bills by the token, in USD: tokens * epochs * price / 1e6.

    Examples:
        >>> hosted_tuning_cost(2_500_000, 3, 3)
        22.5

    Source: specification, B4.
    """
    return train_tokens * epochs * tuning_price / TOKENS_PER_PRICE_UNIT
