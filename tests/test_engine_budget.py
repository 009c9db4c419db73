"""Three-point estimates against SciPy's figures and simulation, and the hidden costs of the text."""

from __future__ import annotations

import math
import random
from statistics import NormalDist, fmean, quantiles, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcost_xl.engine import budget
from llmcost_xl.engine.numeric import beta_density, beta_probability, beta_quantile, bisect, newton
from llmcost_xl.errors import OutOfDomainError, WrongTypeError, ZeroDivisorError

# "Economics of Custom Models", lines 131-151: hours of data preparation, evaluation and set-up, low and high
HOURS = [(10, 40), (5, 20), (2, 8), (10, 30), (20, 60), (2, 5), (10, 20), (5, 15), (5, 10), (5, 10), (3, 8)]
LOWS = [100.0 * low for low, _ in HOURS]
HIGHS = [100.0 * high for _, high in HOURS]
LIKELIES = [(low + high) / 2 for low, high in zip(LOWS, HIGHS, strict=True)]

amounts = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2))
estimates = st.tuples(*[amounts] * 3).map(sorted)
lines = st.lists(estimates, min_size=1, max_size=12)
probabilities = st.floats(0.001, 0.999)


# -- the beta distribution -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "alpha", "beta", "expected"),  # SciPy 1.17.1: scipy.stats.beta.ppf(probability, alpha, beta)
    [
        (0.8, 2.5495495495495497, 3.4504504504504503, 0.5940449003007842),
        (0.05, 1, 5, 0.010206218313011496),
        (0.95, 5, 1, 0.9897937816869885),
        (0.5, 3, 3, 0.5),
        (0.001, 1.2, 4.8, 0.0007010467816172676),
        (0.999, 4.4, 1.6, 0.9964254101304666),
        (0.9, 51, 151, 0.29210747935800163),
        (0.01, 501, 501, 0.463294371456312),
        (1e-09, 2, 4, 1.0000100001750037e-05),
        (0.99999, 1, 1001, 0.011435535509352519),
    ],
)
def test_beta_quantile_is_that_of_scipy(probability: float, alpha: float, beta: float, expected: float) -> None:
    assert math.isclose(beta_quantile(probability, alpha, beta), expected, rel_tol=1e-10)


@pytest.mark.parametrize(
    ("x", "alpha", "beta", "expected"),  # SciPy 1.17.1: scipy.special.betainc(alpha, beta, x)
    [
        (0.3, 2.5, 3.5, 0.29675298929566646),
        (0.01, 1.1, 4.9, 0.03429943574903882),
        (0.99, 4.9, 1.1, 0.9657005642509612),
        (0.5, 3, 3, 0.5),
        (0.25, 51, 151, 0.47835154612596625),
        (0.52, 501, 501, 0.8973090141308991),
        (1e-06, 2, 4, 9.999980000014998e-12),
        (0, 2, 4, 0),
        (1, 2, 4, 1),
    ],
)
def test_beta_probability_is_that_of_scipy(x: float, alpha: float, beta: float, expected: float) -> None:
    assert math.isclose(beta_probability(x, alpha, beta), expected, rel_tol=1e-11)


@given(probabilities, st.integers(1, 20), st.integers(1, 20))
def test_beta_probability_of_whole_parameters_is_a_binomial_tail(x: float, alpha: int, beta: int) -> None:
    draws = alpha + beta - 1
    tail = math.fsum(math.comb(draws, k) * x**k * (1 - x) ** (draws - k) for k in range(alpha, draws + 1))
    assert math.isclose(beta_probability(x, alpha, beta), tail, rel_tol=1e-9)


@given(st.floats(0, 100))
def test_bisection_finds_a_root(square: float) -> None:
    assert math.isclose(bisect(lambda x: x * x < square, 0, 11), math.sqrt(square), rel_tol=1e-12, abs_tol=1e-15)


@given(st.floats(0, 100), st.floats(0.001, 10.999))
def test_newton_finds_the_same_root_from_wherever_it_starts(square: float, start: float) -> None:
    root = newton(lambda x: x * x - square, lambda x: 2 * x, 0, 11, start)
    assert math.isclose(root, math.sqrt(square), rel_tol=1e-12, abs_tol=1e-15)


def test_newton_halves_where_its_own_steps_would_lead_away() -> None:
    assert math.isclose(newton(math.atan, lambda x: 1 / (1 + x * x), -20, 30, start=10), 0, abs_tol=1e-12)


@given(st.floats(1e-9, 0.5), st.floats(1, 1000))
def test_quantiles_in_closed_form(probability: float, shape: float) -> None:
    expected = -math.expm1(math.log1p(-probability) / shape)
    assert math.isclose(beta_quantile(probability, 1, shape), expected, rel_tol=1e-10)
    assert math.isclose(beta_quantile(probability, shape, 1), probability ** (1 / shape), rel_tol=1e-10)


@given(st.floats(0.01, 0.5), st.floats(1, 5))
def test_a_quantile_takes_a_fifth_of_the_work_of_bisection(probability: float, alpha: float) -> None:
    """A column of ten thousand estimates is recalculated while somebody waits."""
    calls = []

    def error(x: float) -> float:
        calls.append(x)
        return beta_probability(x, alpha, 6 - alpha) - probability

    root = newton(error, lambda x: beta_density(x, alpha, 6 - alpha), 0, 1, alpha / 6)
    assert len(calls) < 64 / 5
    assert math.isclose(root, bisect(lambda x: error(x) < 0, 0, 1), rel_tol=1e-10)


# -- one estimate ----------------------------------------------------------------------------------------------


def test_which_definition_gives_the_published_p80_of_data_preparation() -> None:
    low, likely, high = 4_700, 9_000, 15_800
    z, mean = NormalDist().inv_cdf(0.8), budget.pert_mean(low, likely, high)
    by_rule_of_thumb = mean + z * (high - low) / 6
    by_normal = mean + z * budget.pert_deviation(low, likely, high)
    by_beta = budget.pert_quantile(low, likely, high, 0.8)
    assert [round(p80, 2) for p80 in (by_rule_of_thumb, by_normal, by_beta)] == [10_973.67, 11_162.12, 11_293.90]


def test_mean_deviation_and_quantile_agree_with_simulation() -> None:
    source, (low, likely, high) = random.Random(36), (4_700, 9_000, 15_800)  # noqa: S311  # a fixed seed
    alpha, beta = (1 + 4 * part / (high - low) for part in (likely - low, high - likely))
    draws = [low + (high - low) * source.betavariate(alpha, beta) for _ in range(40_000)]
    assert math.isclose(fmean(draws), budget.pert_mean(low, likely, high), rel_tol=0.005)
    assert math.isclose(stdev(draws), budget.pert_deviation(low, likely, high), rel_tol=0.02)
    assert math.isclose(quantiles(draws, n=5)[3], budget.pert_quantile(low, likely, high, 0.8), rel_tol=0.005)


@given(estimates, probabilities, st.floats(0.1, 50))
def test_a_quantile_lies_in_the_range_and_mirrors(estimate: list[float], probability: float, shape: float) -> None:
    low, likely, high = estimate
    quantile = budget.pert_quantile(low, likely, high, probability, shape)
    assert low <= quantile <= high
    mirrored = budget.pert_quantile(-high, -likely, -low, 1 - probability, shape)
    assert math.isclose(quantile, -mirrored, rel_tol=1e-9, abs_tol=1e-9 * (high - low) + 1e-9)


@given(estimates, probabilities, probabilities)
def test_a_quantile_rises_with_the_probability(estimate: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    last_bits = 1e-12 * (abs(estimate[0]) + abs(estimate[2]))
    assert budget.pert_quantile(*estimate, low) <= budget.pert_quantile(*estimate, high) + last_bits


@given(estimates, st.floats(0.1, 50))
def test_the_deviation_is_that_of_the_beta_distribution(estimate: list[float], shape: float) -> None:
    low, likely, high = estimate
    if high == low:
        assert budget.pert_deviation(low, likely, high, shape) == 0
        return
    alpha, beta = 1 + shape * (likely - low) / (high - low), 1 + shape * (high - likely) / (high - low)
    variance = alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1))
    expected = (high - low) * math.sqrt(variance)
    assert math.isclose(budget.pert_deviation(low, likely, high, shape), expected, rel_tol=1e-6)


def test_a_certain_estimate_has_no_deviation_whatever_the_last_bit() -> None:
    for tenths in range(100):
        assert budget.pert_deviation(tenths / 10, tenths / 10, tenths / 10) == 0


@pytest.mark.parametrize(
    "function", [budget.pert_mean, budget.pert_deviation, lambda *e: budget.pert_quantile(*e, 0.5)]
)
def test_estimates_out_of_order_are_refused(function: object) -> None:
    for disorder in ((2, 1, 3), (1, 3, 2), (3, 2, 1)):
        with pytest.raises(OutOfDomainError, match="ascend"):
            function(*disorder)  # type: ignore[operator]


# -- a budget of several lines ---------------------------------------------------------------------------------


def test_the_build_tables_of_the_text() -> None:
    assert (sum(LOWS), sum(HIGHS)) == (7_700, 22_600)
    by_correlation = [budget.budget_at_confidence(LOWS, LIKELIES, HIGHS, 0.8, rho) for rho in (0, 0.3, 1)]
    assert [round(p80, 2) for p80 in by_correlation] == [16_083.54, 16_664.90, 17_519.87]
    assert round(budget.contingency(LOWS, LIKELIES, HIGHS), 2) == 933.54
    # adding the highs says 22,600, but for independent lines that is beyond any budget worth planning
    assert budget.budget_at_confidence(LOWS, LIKELIES, HIGHS, 0.999999) < 22_600


def test_the_budget_covers_as_many_simulated_projects_as_it_promises() -> None:
    source = random.Random(9)  # noqa: S311  # a fixed seed
    planned = budget.budget_at_confidence(LOWS, LIKELIES, HIGHS, 0.8)
    shapes = [(low, high - low) for low, high in zip(LOWS, HIGHS, strict=True)]  # symmetrical: beta(3, 3)
    projects = [sum(low + width * source.betavariate(3, 3) for low, width in shapes) for _ in range(5_000)]
    assert fmean(project <= planned for project in projects) == pytest.approx(0.8, abs=0.02)


@given(lines, st.floats(0.5, 0.999), st.floats(0, 1), st.floats(1, 10))
def test_correlation_and_iterations_only_add(
    estimates: list[list[float]], confidence: float, correlation: float, multiplier: float
) -> None:
    lows, likelies, highs = zip(*estimates, strict=True)
    mean = math.fsum(budget.pert_mean(*estimate) for estimate in estimates)
    scale = 1e-9 * (1 + math.fsum(abs(number) for estimate in estimates for number in estimate))
    planned = budget.budget_at_confidence(lows, likelies, highs, confidence, correlation)
    assert mean - scale <= budget.budget_at_confidence(lows, likelies, highs, confidence) <= planned + scale
    assert planned <= budget.budget_at_confidence(lows, likelies, highs, confidence, 1) + scale
    multiplied = budget.budget_at_confidence(lows, likelies, highs, confidence, correlation, multiplier)
    assert math.isclose(multiplied, multiplier * planned, rel_tol=1e-9, abs_tol=scale)
    reserve = budget.contingency(lows, likelies, highs, confidence, correlation, multiplier)
    assert math.isclose(reserve, multiplied - multiplier * mean, rel_tol=1e-6, abs_tol=10 * scale)


@given(lines)
def test_with_even_odds_the_budget_is_the_mean(estimates: list[list[float]]) -> None:
    lows, likelies, highs = zip(*estimates, strict=True)
    mean = math.fsum(budget.pert_mean(*estimate) for estimate in estimates)
    assert math.isclose(budget.budget_at_confidence(lows, likelies, highs, 0.5), mean, rel_tol=1e-9, abs_tol=1e-6)


def test_a_skewed_line_alone_can_need_more_than_its_high_which_the_quantile_never_does() -> None:
    assert budget.budget_at_confidence([0], [10], [10], 0.95) > 10
    assert budget.pert_quantile(0, 10, 10, 0.95) < 10


def test_ranges_must_match_and_no_budget_is_certain() -> None:
    with pytest.raises(WrongTypeError, match="same number"):
        budget.budget_at_confidence([1, 2], [2, 3], [3])
    with pytest.raises(OutOfDomainError, match="certain"):
        budget.budget_at_confidence([1], [2], [3], 1)
    with pytest.raises(OutOfDomainError, match="ascend"):
        budget.budget_at_confidence([1, 5], [2, 3], [3, 6])


# -- iterations and the iceberg --------------------------------------------------------------------------------


def test_iterations_multiply_only_what_is_repeated() -> None:
    assert budget.cost_with_iterations(3_000, 1_000, 5) == 8_000
    assert budget.cost_with_iterations(3_000, 1_000, 1) == 4_000
    # line 135 of the text already holds the iteration cycles of lines 157-161: multiplying the total counts them twice
    once, repeated, multiplier = 4_700 - 2_000, 2_000, budget.iteration_multiplier("well-defined")
    assert budget.cost_with_iterations(once, repeated, multiplier) < multiplier * (once + repeated)


def test_the_multipliers_span_the_printed_ranges() -> None:
    printed = {"well-defined": (2, 3), "medium": (4, 6), "novel": (8, 10)}  # lines 159-161
    for complexity, (low, high) in printed.items():
        assert budget.iteration_multiplier(complexity, "low") == low
        assert budget.iteration_multiplier(complexity, "likely") == (low + high) / 2
        assert budget.iteration_multiplier(complexity, "high") == high


def test_the_iceberg_of_the_text_shows_far_less_than_a_tenth() -> None:
    assert [round(budget.iceberg_share(20, hidden), 4) for hidden in (7_700, 22_600)] == [0.0026, 0.0009]
    assert round(budget.iceberg_share(100, 7_000), 4) == 0.0141  # the Task API, lines 208-212
    with pytest.raises(ZeroDivisorError):
        budget.iceberg_share(0, 0)
