"""Worksheet functions: what training costs."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import training
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def TRAINING_GPU_HOURS(train_tokens: Any, tokens_per_second: Any, epochs: Any = 1, gpus: Any = 1) -> Any:
    """GPU-hours of one training run from the throughput of the whole cluster, in GPU-hours.

    See also: TRAINING_COST, TRAINING_GPU_HOURS_FLOPS.
    """
    return training.training_gpu_hours(train_tokens, tokens_per_second, epochs, gpus)


@worksheet_function
def TRAINING_GPU_HOURS_FLOPS(
    params_b: Any,
    train_tokens_m: Any,
    peak_tflops: Any,
    epochs: Any = 1,
    tuning_method: Any = "full",
    mfu: Any = None,
    checkpointing: Any = False,
) -> Any:
    """GPU-hours of one training run from its arithmetic, in GPU-hours. Method: "full", "lora" or "qlora".

    Without `mfu` the usual utilisation of the method counts: 0.35 for full, 0.30 for lora, 0.22 for qlora.

    See also: TRAINING_COST, TRAINING_GPU_HOURS.
    """
    return training.training_gpu_hours_flops(
        params_b, train_tokens_m, peak_tflops, epochs, tuning_method, mfu, checkpointing
    )


@worksheet_function
def TRAINING_COST(gpu_hours: Any, gpu_price: Any, runs: Any = 1, overhead: Any = 0) -> Any:
    """Cost of training on rented GPUs: hours x price x runs x (1 + overhead), in USD.

    See also: TRAINING_GPU_HOURS, HOSTED_TUNING_COST, ICEBERG_SHARE, LLM_HARDWARE.
    """
    return training.training_cost(gpu_hours, gpu_price, runs, overhead)


@worksheet_function
def HOSTED_TUNING_COST(train_tokens: Any, tuning_price: Any, epochs: Any = 1) -> Any:
    """Cost of fine-tuning that a provider bills by the token, in USD.

    See also: TRAINING_COST.
    """
    return training.hosted_tuning_cost(train_tokens, tuning_price, epochs)
