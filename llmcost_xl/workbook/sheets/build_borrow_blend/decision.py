"""Gates, score, break-even and risks of vendors, and the decision that follows from them in order."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.build_borrow_blend.criteria import PATHS

MONTHLY: Final = "USD per month"


def _line(name: str, formula: str, label: str, unit: str = "count") -> Line:
    return Line(name, f"={formula}", label, unit)


SCORES = Sheet(
    "Calc_Score",
    "The scorecard weighted, the two gates, and what is not answered or not evidenced.",
    (
        Table("scored", "Scorecard", (
            Field("used_criterion", "=({criterion}<>0)*1", "In use (flag)", "flag"),
            Field("used_weight", "={weight}*{used_criterion}", "Weight that counts", "fraction", total=True),
            Field("used_score", "={score}*{used_criterion}", "Score that counts", "points"),
            Field("contribution", "={used_weight}*{used_score}/{max_score}", "Part of the build score", "fraction",
                  total=True),
            Field("bare", "={used_criterion}*({evidence}=0)", "Without evidence", "count", total=True),
            Field("too_high", "=({used_score}>{max_score})*1", "Score too high", "count", total=True),
        ), like="criteria"),
        Table("gated", "Compliance", (
            Field("ruled_out", '=({required}="yes")*({met}="no")', "Rules the API out", "count", total=True),
            Field("settled", '=({required}="yes")*(({met}="yes")+({met}="no"))+({required}="no")', "Answered (flag)",
                  "flag"),
            Field("not_known", "=({requirement}<>0)*(1-{settled})", "Not known", "count", total=True),
            Field("met_bare", "=({requirement}<>0)*({met_evidence}=0)", "Without evidence", "count", total=True),
        ), like="compliance"),
        Table("asked", "Questions before anything is built", (
            Field("open_question", '=({question}<>0)*({answered}<>"yes")', "Open", "count", total=True),
            Field("answer_bare", '=({answered}="yes")*({answer}=0)', "Without evidence", "count", total=True),
        ), like="intake"),
        Table("applied", "The three rules", (
            Field("rule_yes", '=({rule_applies}="yes")*1', "Applies (flag)", "flag"),
            Field("rule_bare", '=({rule_applies}="yes")*({rule_evidence}=0)', "Without evidence", "count", total=True),
        ), like="framework"),
        Table("looked_at", "Options", (
            Field("not_considered", '=({considered}<>"yes")*1', "Not considered", "count", total=True),
        ), like="custom_options"),
        Rows("Score and gates", (
            Line("build_score", "=IF({used_weight:total}>0,{contribution:total}/{used_weight:total},0)",
                 engine="governance.build_score", renamed={"scores": "used_score", "weights": "used_weight"}),
            Line("must_self_host", "=({ruled_out:total}>0)*1", "A requirement rules the API out (flag)"),
            Line("validated", '=({proven}="yes")*1', "Use case validated (flag)"),
            *(
                _line(f"{path.lower()}_rule", f'SUMPRODUCT(({{rule:all}}="{path}")*{{rule_yes:all}})',
                      f"{path}: the framework's rule applies (flag)", "flag")
                for path in PATHS
            ),
            _line("unevidenced", "{bare:total}+{met_bare:total}+{answer_bare:total}+{rule_bare:total}",
                  "Answers without evidence"),
        )),
    ),
)  # fmt: skip

RISKS = Sheet(
    "Calc_Risk",
    "How dependent we are: concentration of vendors, cost of switching, of updates, room below the rate limits.",
    (
        Table("shared", "Vendors", (
            Field("used_share", "={vendor_share}*({vendor}<>0)", "Share that counts", "fraction", total=True),
        ), like="vendors"),
        Table("reworked", "Re-engineering", (
            Field("rework", "={rework_hours}*({coupled}<>0)", "Work that counts", "hours", total=True),
        ), like="portability"),
        Table("tested", "Regression tests", (
            Field("tests", "={test_hours}*({affected}<>0)", "Work of one update", "hours", total=True),
        ), like="updates"),
        Rows("Concentration of vendors", (
            _line("has_vendors", "({used_share:total}>0)*1", "There are vendors (flag)", "flag"),
            _line("squares", "SUMSQ({used_share:all})", "Sum of squared shares", "fraction"),
            Line("hhi", "=IF({has_vendors}=1,{squares}/({used_share:total}*{used_share:total}),0)",
                 "Concentration (HHI), 0 to 1", "points", engine="governance.vendor_hhi",
                 renamed={"shares": "used_share"}, flag="has_vendors"),
            _line("effective_vendors", "IF({has_vendors}=1,1/{hhi},0)", "Effective number of vendors", "vendors"),
        )),
        Rows("Switching, updates, limits", (
            _line("reengineering_hours", "SUM({rework:all})", "Re-engineering", "hours"),
            _line("reengineering_cost", "{reengineering_hours}*{build_rate}", "Cost of re-engineering", "USD"),
            Line("switching_cost", "={reengineering_cost}+{dual_running_cost}*{dual_running_months}",
                 "Cost of switching", "USD", engine="governance.switching_cost",
                 renamed={"hourly_rate": "build_rate"}),
            _line("tests_update", "{tests:total}*{build_rate}", "Regression tests of one update", "USD"),
            _line("tests_month", "{tests_update}/{months_between}", "Regression tests in a month", MONTHLY),
            _line("tests_year", "{tests_month}*{months_per_year}", "Regression tests in a year", "USD per year"),
            _line("tokens_per_query", "{input_tokens}+{output_tokens}", "Tokens per query", "tokens per query"),
            _line("peak_rpm", "{queries_per_month}*{peak_factor}/({hours_per_month}*{minutes_per_hour})",
                  "Requests at peak", "requests per minute"),
            _line("limit_used", "MAX({peak_rpm}/{rpm_limit},{peak_rpm}*{tokens_per_query}/{tpm_limit})",
                  "Tighter limit used at peak", "fraction"),
            Line("headroom", "=1-{limit_used}", "Room below the rate limits", "fraction",
                 engine="spend.rate_limit_headroom", renamed={"hours": "hours_per_month"}),
        )),
    ),
)  # fmt: skip

BREAKEVEN = Sheet(
    "Calc_Decision",
    "The volume from which our own models pay, and the decision by gates, score and break-even in this order.",
    (
        Rows("Cost of a query, and capacity", (
            Line("list_query", "=({input_tokens}*{input_price}+{output_tokens}*{output_price})"
                               "/{tokens_per_price_unit}", "API cost at list prices", "USD per query",
                 engine="query.token_cost"),
            Line("api_cost", "={list_query}*{api_factor}"),
            Line("capacity", "={qps_per_server}*{max_utilisation}*{seconds_per_month}/{peak_factor}",
                 engine="hosting.server_capacity", renamed={"hours": "hours_per_month"}),
            Line("ops_cost", "={ops_hours}*{build_rate}+{retrain_cost}", "Operations, evaluation, retraining"),
        )),
        Rows("Break-even volume: the lowest at which our own models cost no more", (
            _line("standing", "{spare}*{server_cost}+{ops_cost}", "Cost whatever the volume", MONTHLY),
            _line("full_saving", "{capacity}*{api_cost}", "API cost that a full server replaces", MONTHLY),
            _line("gain", "{full_saving}-{server_cost}", "Gain of a full server", MONTHLY),
            _line("pays", "({gain}>{full_saving}*{exact})*({api_cost}>0)", "Pays at some volume (flag)", "flag"),
            _line("first_servers", "IF({pays}=1,MAX(1,-INT(-{standing}/{gain}*(1-{exact}))),0)",
                  "Servers at the break-even", "servers"),
            Line("breakeven_volume", "=IF({pays}=1,({first_servers}*{server_cost}+{standing})/{api_cost},0)",
                 "Break-even volume, 0 if never", engine="breakeven.breakeven_volume", flag="pays"),
            _line("compared_volume", "{breakeven_volume}+(1-{pays})*({queries_per_month}+1)",
                  "Break-even volume; above ours if never", "queries per month"),
            _line("enough", "({queries_per_month}>={compared_volume})*1", "Volume reaches it (flag)", "flag"),
        ), note="All queries on our own models, against all on the API"),
        Rows("The rules, in order: the first that applies decides", (
            _line("rule_1", "{must_self_host}*1", "1. A requirement rules the API out: Build (flag)", "flag"),
            _line("open_2", "1-{rule_1}", "Rule 1 leaves it open (flag)", "flag"),
            _line("rule_2", "{open_2}*(1-{validated})", "2. Not validated: Borrow (flag)", "flag"),
            _line("open_3", "{open_2}-{rule_2}", "Rule 2 leaves it open (flag)", "flag"),
            _line("rule_3", "{open_3}*({build_score}>={high_threshold})*{enough}",
                  "3. High score and enough volume: Build (flag)", "flag"),
            _line("open_4", "{open_3}-{rule_3}", "Rule 3 leaves it open (flag)", "flag"),
            _line("rule_4", "{open_4}*({build_score}<={low_threshold})*(1-{enough})",
                  "4. Low score and not enough volume: Borrow (flag)", "flag"),
            _line("rule_5", "{open_4}-{rule_4}", "5. Otherwise: Blend (flag)", "flag"),
            _line("is_build", "{rule_1}+{rule_3}", "Build (flag)", "flag"),
            _line("is_borrow", "{rule_2}+{rule_4}", "Borrow (flag)", "flag"),
            _line("build_word", 'IF({is_build}=1,"Build","")', "Build", "text"),
            _line("borrow_word", 'IF({is_borrow}=1,"Borrow","")', "Borrow", "text"),
            _line("blend_word", 'IF({rule_5}=1,"Blend","")', "Blend", "text"),
            Line("recommendation", "={build_word}&{borrow_word}&{blend_word}", "Recommendation", "text",
                 engine="governance.build_borrow_blend", renamed={"breakeven_volume": "compared_volume"}),
            _line("rule_agrees", "{is_build}*{build_rule}+{is_borrow}*{borrow_rule}+{rule_5}*{blend_rule}",
                  "The framework's rule for it applies (flag)", "flag"),
            _line("rules_met", "{rule_1}+{rule_2}+{rule_3}+{rule_4}+{rule_5}", "Rules that decide"),
            _line("by_scale", "{enough}*1", "Build, if scale alone decided (flag)", "flag"),
            _line("by_score", "({build_score}>={high_threshold})*1", "Build, if the score alone decided (flag)",
                  "flag"),
            _line("thresholds_off", "({low_threshold}>{high_threshold})*1", "Thresholds out of order (flag)", "flag"),
        )),
        Rows("All queries on our own models, at the volume of month 1", (
            _line("used", "({queries_per_month}>0)*1", "There are queries (flag)", "flag"),
            _line("all_servers", "{used}*(MAX(1,-INT(-{queries_per_month}/{capacity}*(1-{exact})))+{spare})", "Servers",
                  "servers"),
            _line("all_cost", "{all_servers}*{server_cost}+{used}*{ops_cost}", "Cost of our own models", MONTHLY),
            _line("all_charges", "{queries_per_month}*{api_cost}", "API charges saved", MONTHLY),
            _line("all_difference", "{all_cost}-{all_charges}", "All on our own models less all on the API", MONTHLY),
            _line("above_difference", "{enough}*{all_difference}", "The same, at or above the break-even", MONTHLY),
        ), note="One more server than before can cost more than it saves, even above the break-even"),
        Rows("The share moved, at the volume of month 1", (
            _line("moved", "{queries_per_month}*(1-{target_api_share})", "Queries on our own models",
                  "queries per month"),
            _line("moves", "({moved}>0)*1", "Anything is moved (flag)", "flag"),
            _line("moved_servers", "{moves}*(MAX(1,-INT(-{moved}/{capacity}*(1-{exact})))+{spare})", "Servers",
                  "servers"),
            _line("moved_cost", "{moved_servers}*{server_cost}+{moves}*{ops_cost}", "Cost of our own models",
                  MONTHLY),
            _line("moved_charges", "{moved}*{api_cost}", "API charges saved", MONTHLY),
            _line("steady_difference", "{moved_cost}-{moved_charges}", "Our own models less API", MONTHLY),
            _line("own_utilisation", "IF({moves}=1,{moved}/({moved_servers}*{capacity}),0)",
                  "Use of the servers' capacity", "fraction"),
            _line("unused", "{moves}*MAX(0,{least_utilisation}-{own_utilisation})", "Use that is missing", "fraction"),
            _line("unoperated", "{moves}*MAX(0,{least_ops}-{ops_hours})", "Operations that are missing",
                  "hours per month"),
            _line("untrained", "{moves}*MAX(0,{least_retraining}-{retrain_cost})",
                  "Evaluation and retraining that are missing", MONTHLY),
        )),
    ),
)  # fmt: skip
