"""Why the cost changed: volume, mix, usage, price and exchange rate, one after the other and at the midpoint.

The same lines are written for the workbook's own usage and for the reference example, whose figures are known: what
the check of the reference proves holds for both. The cost of a query with budgeted (b) or actual (a) tokens at budgeted
or actual prices is all that they need: cost_bb, cost_ab (actual tokens at budgeted prices), cost_ba and cost_aa.

The midpoint is the average over all orders in which quantity, usage, price and exchange rate can change. For a
factor a and the others b, c, d that average is

    (a1 - a0) * [(b0 + b1) (c0 + c1) (d0 + d1) + 2 (b0 c0 d0 + b1 c1 d1)] / 12

A new line has no budgeted tokens and prices; the actual ones stand in, so that all of its cost is volume and mix. One
that has ended is treated alike.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from llmcost_xl.workbook.layout import Line, Rows

COMPONENTS: Final = ("input", "output")
EFFECTS: Final = {
    "volume": "Volume",
    "mix": "Mix",
    "usage": "Usage, tokens per query",
    "price": "Price",
    "fx": "Exchange rate",
}
METHODS: Final = {"seq": "one after the other", "mid": "midpoint"}
US_PER_QUERY: Final = "US$ per query"


class Bridge(NamedTuple):
    """The lines of one bridge.

    `prefix` begins the names of all its quantities, `before` and `after` are its exchange rates, `money` and `rate` are
    units. It reads, per line, queries_old and queries_new, plan_input, plan_output, actual_input,
    actual_output, and the same with _price.
    """

    prefix: str = ""
    before: str = "{budget_rate}"
    after: str = "{fx_rate}"
    money: str = "USD"
    rate: str = "local currency per USD"

    def blocks(self) -> tuple[Rows, ...]:
        """All of it, from quantities to effects."""
        return (
            Rows("Queries and their shares", (*self._quantities(), *self._shares())),
            Rows("Tokens and prices that count", (*self._stand_ins(""), *self._stand_ins("_price")),
                 note="A new or ended line has one side only: it stands in for the other"),
            Rows("Cost of a query in US dollars", tuple(self._unit_cost(*pair) for pair in ("bb", "ba", "ab", "aa"))),
            Rows("Cost", self._costs()),
            Rows("Bridge: one after the other", self._sequential()),
            Rows("Bridge: midpoint", self._midpoint()),
            Rows("Effects of all lines", tuple(
                self._sum(f"{effect}_{method}", f"{label}, {words}")
                for method, words in METHODS.items() for effect, label in EFFECTS.items()
            )),
            Rows("What is left unexplained", self._residuals()),
        )  # fmt: skip

    # -- small parts ---------------------------------------------------------------------------------------------

    def _(self, name: str) -> str:
        """A quantity of this bridge, as formulas name it."""
        return f"{{{self.prefix}{name}}}"

    def _line(self, name: str, formula: str, label: str, unit: str = "", *, single: bool = False) -> Line:
        return Line(self.prefix + name, f"={formula}", label, unit or self.money, single=single)

    def _sum(self, name: str, label: str) -> Line:
        return self._line(f"{name}_all", f"SUM({{{self.prefix}{name}:all}})", label, single=True)

    def _quantities(self) -> tuple[Line, ...]:
        old, new, p = self._("all_old"), self._("all_new"), self.prefix
        return (
            self._line("all_old", f"SUM({{{p}queries_old:all}})", "Queries before, all lines", "queries", single=True),
            self._line("all_new", f"SUM({{{p}queries_new:all}})", "Queries after, all lines", "queries", single=True),
            self._line("more_queries", f"{new}-{old}", "Change of queries", "queries", single=True),
            self._line("sum_queries", f"{new}+{old}", "Queries before and after", "queries", single=True),
            self._line("rate_sum", f"{self.before}+{self.after}", "Exchange rates before and after", self.rate,
                       single=True),
            self._line("rate_gain", f"{self.after}-{self.before}", "Change of the exchange rate", self.rate,
                       single=True),
            self._line("queries_sum", f"{self._('queries_old')}+{self._('queries_new')}", "Queries before and after",
                       "queries"),
            self._line("had", f"({self._('queries_old')}>0)*1", "There before (flag)", "flag"),
            self._line("has", f"({self._('queries_new')}>0)*1", "There after (flag)", "flag"),
        )  # fmt: skip

    def _shares(self) -> tuple[Line, ...]:
        old, new = self._("share_old"), self._("share_new")
        all_old, all_new = self._("all_old"), self._("all_new")
        return (
            self._line("share_old", f"IF({all_old}>0,{self._('queries_old')}/{all_old},0)", "Share before", "fraction"),
            self._line("share_new", f"IF({all_new}>0,{self._('queries_new')}/{all_new},{old})", "Share after",
                       "fraction"),
            self._line("share_gain", f"{new}-{old}", "Change of the share", "fraction"),
            self._line("share_sum", f"{new}+{old}", "Shares before and after", "fraction"),
        )  # fmt: skip

    def _stand_ins(self, what: str) -> tuple[Line, ...]:
        """Tokens, or prices, before and after; a line that was or is not there borrows them from the other side."""
        word, unit = ("Price of", "US$ per 1M tokens") if what else ("Tokens of", "tokens per query")
        found = []
        for kind in COMPONENTS:
            plan, actual = self._(f"plan_{kind}{what}"), self._(f"actual_{kind}{what}")
            before = f"b_{kind}{what}"
            found += [
                self._line(before, f"IF({self._('had')}=1,{plan},{actual})", f"{word} {kind}, before", unit),
                self._line(f"a_{kind}{what}", f"IF({self._('has')}=1,{actual},{self._(before)})",
                           f"{word} {kind}, after", unit),
            ]  # fmt: skip
        return tuple(found)

    def _unit_cost(self, tokens: str, prices: str) -> Line:
        """What a query costs with the tokens and the prices of before (b) or after (a)."""
        words, p = {"b": "budgeted", "a": "actual"}, self.prefix
        parts = "+".join(f"{{{p}{tokens}_{kind}}}*{{{p}{prices}_{kind}_price}}" for kind in COMPONENTS)
        arguments = {f"{kind}_tokens": f"{p}{tokens}_{kind}" for kind in COMPONENTS}
        arguments |= {f"{kind}_price": f"{p}{prices}_{kind}_price" for kind in COMPONENTS}
        return Line(
            f"{p}cost_{tokens}{prices}",
            f"=({parts})/{{tokens_per_price_unit}}",
            f"With {words[tokens]} tokens at {words[prices]} prices",
            US_PER_QUERY,
            engine="query.token_cost",
            renamed=arguments,
        )

    def _costs(self) -> tuple[Line, ...]:
        labels = {"cost_old": "Budget to date", "cost_new": "Actual usage at list prices", "cost_change": "Variance"}
        p = self.prefix
        return (
            self._line("cost_old", f"{self._('queries_old')}*{self._('cost_bb')}*{self.before}", labels["cost_old"]),
            self._line("cost_new", f"{self._('queries_new')}*{self._('cost_aa')}*{self.after}", labels["cost_new"]),
            Line(f"{p}cost_change", f"={self._('cost_new')}-{self._('cost_old')}", "Variance: actual less budget",
                 self.money, engine="variance.variance",
                 renamed={"actual": f"{p}cost_new", "budget": f"{p}cost_old", "relative": ""}),
            *(self._sum(name, f"{label}, all lines") for name, label in labels.items()),
        )  # fmt: skip

    # -- the two methods -------------------------------------------------------------------------------------------

    def _effects(self, method: str, formulas: dict[str, str]) -> tuple[Line, ...]:
        return tuple(
            self._line(f"{effect}_{method}", formulas[effect], f"{label}, {METHODS[method]}")
            for effect, label in EFFECTS.items()
        )

    def _sequential(self) -> tuple[Line, ...]:
        base, queries = f"{self._('cost_bb')}*{self.before}", self._("queries_new")
        cost_ab, cost_aa = self._("cost_ab"), self._("cost_aa")
        return self._effects("seq", {
            "volume": f"{self._('more_queries')}*{self._('share_old')}*{base}",
            "mix": f"{self._('all_new')}*{self._('share_gain')}*{base}",
            "usage": f"{queries}*({cost_ab}-{self._('cost_bb')})*{self.before}",
            "price": f"{queries}*({cost_aa}-{cost_ab})*{self.before}",
            "fx": f"{queries}*{cost_aa}*{self._('rate_gain')}",
        })  # fmt: skip

    def _midpoint(self) -> tuple[Line, ...]:
        """Averages over all orders; volume and mix are parts of one factor, the quantity."""
        four = "+".join(self._(f"cost_{pair}") for pair in ("bb", "ba", "ab", "aa"))
        queries, rates = self._("queries_sum"), self._("rate_sum")
        ends = "{midpoint_ends}*"
        helpers = (
            self._line("cost_four", four, "The four unit costs together", US_PER_QUERY),
            self._line("quantity_ends", f"{self._('cost_bb')}*{self.before}+{self._('cost_aa')}*{self.after}",
                       "Quantity: unit cost, all before and all after", f"{self.money} per query"),
            self._line("mean_unit", f"({self._('cost_four')}*{rates}+{ends}{self._('quantity_ends')})"
                                    "/{midpoint_divisor}",
                       "Quantity: mean unit cost", f"{self.money} per query"),
            *self._differences("usage", ("ab", "bb"), ("aa", "ba")),
            *self._differences("price", ("ba", "bb"), ("aa", "ab")),
            self._line("fx_ends", f"{self._('queries_old')}*{self._('cost_bb')}"
                                  f"+{self._('queries_new')}*{self._('cost_aa')}",
                       "Exchange rate: cost, all before and all after", "US$"),
        )  # fmt: skip
        return helpers + self._effects("mid", {
            "volume": f"{self._('more_queries')}*{self._('share_sum')}*{{half}}*{self._('mean_unit')}",
            "mix": f"{self._('sum_queries')}*{{half}}*{self._('share_gain')}*{self._('mean_unit')}",
            **{
                factor: f"({queries}*{self._(f'{factor}_sum')}*{rates}+{ends}{self._(f'{factor}_ends')})"
                        "/{midpoint_divisor}"
                for factor in ("usage", "price")
            },
            "fx": f"{self._('rate_gain')}*({queries}*{self._('cost_four')}+{ends}{self._('fx_ends')})"
                  "/{midpoint_divisor}",
        })  # fmt: skip

    def _differences(self, factor: str, first: tuple[str, str], second: tuple[str, str]) -> tuple[Line, ...]:
        """What the factor alone changes in a query's cost, with the other one as before and as after."""
        word = EFFECTS[factor].partition(",")[0]
        before, after = (
            f"({self._(f'cost_{one}')}-{self._(f'cost_{other}')})" for one, other in (first, second)
        )  # fmt: skip
        return (
            self._line(f"{factor}_sum", f"{before}+{after}", f"{word}: change of the unit cost, both ways",
                       US_PER_QUERY),
            self._line(f"{factor}_before", f"{self._('queries_old')}*{before}*{self.before}",
                       f"{word}: all else before"),
            self._line(f"{factor}_after", f"{self._('queries_new')}*{after}*{self.after}", f"{word}: all else after"),
            self._line(f"{factor}_ends", f"{self._(f'{factor}_before')}+{self._(f'{factor}_after')}",
                       f"{word}: both together"),
        )  # fmt: skip

    def _residuals(self) -> tuple[Line, ...]:
        found = []
        for method, words in METHODS.items():
            sizes = ",".join(f"ABS({self._(f'{effect}_{method}_all')})" for effect in EFFECTS)
            effects = "+".join(self._(f"{effect}_{method}_all") for effect in EFFECTS)
            found += [
                self._line(f"explained_{method}", effects, f"Explained, {words}", single=True),
                self._line(f"residual_{method}", f"{self._('cost_change_all')}-{self._(f'explained_{method}')}",
                           f"Not explained, {words}", single=True),
                self._line(f"nothing_{method}", f"MAX({sizes})*{{exact}}", f"What counts as nothing, {words}",
                           single=True),
            ]  # fmt: skip
        return tuple(found)
