"""What training costs: the two ways to count GPU-hours agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from pytest import approx  # noqa: PT013  # it reads as a word
from strategies import quantities

from llmcost_xl.engine.training import (
    hosted_tuning_cost,
    training_cost,
    training_gpu_hours,
    training_gpu_hours_flops,
)


@pytest.mark.parametrize(
    ("method", "checkpointing", "flops"), [("full", False, 6), ("lora", False, 4), ("qlora", True, 6)]
)
@given(call=quantities("params_b", "train_tokens_m", "peak_tflops", "epochs", "mfu", "gpus"))
def test_throughput_and_arithmetic_give_the_same_hours(
    method: str, checkpointing: bool, flops: int, call: dict[str, float]
) -> None:
    gpus = call.pop("gpus")
    cluster = gpus * call["peak_tflops"] * 1e12 * call["mfu"]
    tokens_per_second = cluster / (flops * call["params_b"] * 1e9)
    by_throughput = training_gpu_hours(call["train_tokens_m"] * 1e6, tokens_per_second, call["epochs"], gpus)
    by_arithmetic = training_gpu_hours_flops(**call, tuning_method=method, checkpointing=checkpointing)
    assert by_arithmetic == approx(by_throughput)


@given(quantities("gpu_hours", "gpu_price", "runs", "overhead"))
def test_every_run_costs_the_same(call: dict[str, float]) -> None:
    one_run = training_cost(call["gpu_hours"], call["gpu_price"])
    assert training_cost(**call) == approx(one_run * call["runs"] + one_run * call["runs"] * call["overhead"])


def test_hosted_tuning_bills_every_epoch() -> None:
    assert hosted_tuning_cost(1_000_000, 8) == 8
    assert hosted_tuning_cost(250_000, 8, 4) == 8
