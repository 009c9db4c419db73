"""Every criterion, signal, question and risk of "Custom LLM vs. API" and of "LLM integration cost", to be answered.

A score says how far a statement is true, from 0 to 3; a high one speaks for building. The evidence is part of the
answer: a score without it is an opinion. What is filled in is an example.
"""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Table, Value

YES_NO: Final = ("yes", "no", "unknown")
REQUIRED: Final = ("yes", "no")
LARGEST_SCORE: Final = 3
BUILD, BORROW, BLEND = PATHS = ("Build", "Borrow", "Blend")

_SIGNAL, _DIMENSION, _TRIGGER, _ADVANTAGE, _LIMIT = (0.1, 0.04, 0.04, 0.04, 0.04)
"""Weights: each of the four signals of the build threshold counts 2.5 times as much as any other; together 100%."""


def _scored(group: str, source: str, weight: float, *rows: tuple[str, int, str]) -> tuple[tuple[Value, ...], ...]:
    return tuple((text, weight, score, group, source, f"Example: {evidence}") for text, score, evidence in rows)


CRITERIA: Final = Table(
    "criteria",
    "Scorecard: how far is each statement true?",
    (
        Field("criterion", label="Statement", unit="text"),
        Field("weight", label="Weight", unit="fraction", at_least=0),
        Field("score", label="Score", unit="points", at_least=0),
        Field("criterion_group", label="Group", unit="text"),
        Field("criterion_source", label="Source", unit="text"),
        Field("evidence", label="Evidence", unit="text"),
    ),
    (
        *_scored("Signal", "S1 L136-143", _SIGNAL,
                 ("AI is core to what sets the product apart", 2, "named in 7 of 10 deals won"),
                 ("API costs weigh on margins", 1, "4% of the feature's revenue, ledger Q3"),
                 ("Customers ask in detail how data is handled", 2, "12 questionnaires since May"),
                 ("Predictability and audit matter more than speed", 1, "2 audit findings, none critical")),
        *_scored("Dimension", "S1 L123-130", _DIMENSION,
                 ("Cost at scale: adoption makes the bill hard to forecast", 2, "forecast off by 35% in Q3"),
                 ("Control: versions and infrastructure must be ours", 1, "one forced upgrade this year"),
                 ("Compliance: residency, logging, audit must be ours", 2, "draft contract with a bank"),
                 ("Performance: tiers and limits hold us back", 1, "p95 at 2.1 s, target 2.0 s"),
                 ("Long-term risk: dependency outweighs operation", 1, "two vendors tested, one in use")),
        *_scored("Constraint", "S1 L23-26", _TRIGGER,
                 ("Scale: usage is part of high-volume workflows", 1, "1.5 million queries a month"),
                 ("Cost swings more than the business does", 2, "bill +60% on usage +25% in August"),
                 ("External model updates affect stability", 1, "1 regression after 4 updates"),
                 ("Compliance demands tighter control of data", 2, "bank requires its own country")),
        *_scored("API advantage", "S1 L10-22", _ADVANTAGE,
                 ("Speed of experiments no longer matters most", 1, "3 new features planned"),
                 ("Low upfront investment no longer matters most", 2, "build budget approved in principle"),
                 ("Low operating effort no longer matters most", 1, "1 engineer with MLOps experience")),
        *_scored("Limit", "S1 L69-74", _LIMIT,
                 ("Rate limits restrict throughput", 1, "a quarter of the tier used at peak"),
                 ("Latency varies too much for real-time use", 2, "p99 is four times the median"),
                 ("Large batches need an enterprise agreement", 1, "no nightly run above the tier")),
    ),
    note="0 not at all, 3 fully: a high score speaks for building. Weights add up to 100%; replace every example",
)  # fmt: skip


def _requirement(text: str, by: str, source: str, required: str, met: str, evidence: str) -> tuple[Value, ...]:
    return text, required, met, by, source, f"Example: {evidence}"


_ENTERPRISE = ("Customers", "S1 L55-61")
_SECURITY = ("Security", "S1 L62-68")

COMPLIANCE: Final = Table(
    "compliance",
    "Gate of compliance: does the API meet what is required?",
    (
        Field("requirement", label="Requirement", unit="text"),
        Field("required", label="Required", unit="text", choices=REQUIRED),
        Field("met", label="API meets it", unit="text", choices=YES_NO),
        Field("requirement_group", label="Asked by", unit="text"),
        Field("requirement_source", label="Source", unit="text"),
        Field("met_evidence", label="Evidence", unit="text"),
    ),
    (
        _requirement("Data residency and place of processing", *_ENTERPRISE, "yes", "yes", "region fixed by contract"),
        _requirement("Retention policies", *_ENTERPRISE, "yes", "yes", "30 days, none on request"),
        _requirement("Data is not used to train models", *_ENTERPRISE, "yes", "yes", "contract, use of data"),
        _requirement("Security certifications, audit controls", *_ENTERPRISE, "yes", "yes", "vendor's certificate"),
        _requirement("Strict segregation of data", *_SECURITY, "yes", "unknown", "asked, answer is open"),
        _requirement("Private or dedicated infrastructure", *_SECURITY, "no", "no", "shared service"),
        _requirement("Complete logging of inference", *_SECURITY, "yes", "yes", "own gateway logs every call"),
        _requirement("Limits on transfer across borders", *_SECURITY, "yes", "yes", "processed in the region"),
    ),
    note="A requirement that the API does not meet rules it out; ask until nothing is unknown",
)

INTAKE: Final = Table(
    "intake",
    "Four questions before anything is built",
    (
        Field("question", label="Question", unit="text"),
        Field("answered", label="Answered", unit="text", choices=YES_NO),
        Field("bears_on", label="Bears on", unit="text"),
        Field("question_owner", label="Answered by", unit="text"),
        Field("question_source", label="Source", unit="text"),
        Field("answer", label="Answer and evidence", unit="text"),
    ),
    tuple(
        (question, answered, bears_on, owner, "S2 L35-38", f"Example: {answer}")
        for question, answered, bears_on, owner, answer in (
            ("What does AI solve that traditional logic cannot?", "yes", "Use case", "Product",
             "free text, 80% solved in the pilot"),
            ("How does it use our data, securely, privately?", "yes", "Compliance", "Security",
             "a gateway removes personal data"),
            ("Real time, or batches that save cost?", "yes", "Price", "Engineering", "30% can wait a day"),
            ("Build, fine-tune or embed an API?", "unknown", "Path", "All", "this workbook"),
        )
    ),
)  # fmt: skip

RULES: Final = Table(
    "framework",
    "Build, borrow or blend: which rule describes you?",
    (
        Field("rule_text", label="Rule", unit="text"),
        Field("rule_applies", label="Applies", unit="text", choices=YES_NO),
        Field("rule", label="Path", unit="text"),
        Field("rule_owner", label="Answered by", unit="text"),
        Field("rule_source", label="Source", unit="text"),
        Field("rule_evidence", label="Evidence", unit="text"),
    ),
    (
        ("Value rests on own data, intelligence or experience", "no", BUILD, "Product", "S2 L127-135",
         "Example: public documents only"),
        ("It is about moving fast, or proving a feature", "no", BORROW, "Product", "S2 L127-135",
         "Example: in production for a year"),
        ("APIs suit some features, own smaller models others", "yes", BLEND, "Engineering", "S2 L127-135",
         "Example: two of five features are simple"),
    ),
)  # fmt: skip

OPTIONS: Final = Table(
    "custom_options",
    "What custom can mean: has each been looked at?",
    (
        Field("option", label="Option and what it brings", unit="text"),
        Field("considered", label="Looked at", unit="text", choices=REQUIRED),
        Field("option_kind", label="Kind", unit="text"),
        Field("option_owner", label="Answered by", unit="text"),
        Field("option_source", label="Source", unit="text"),
        Field("option_finding", label="Finding", unit="text"),
    ),
    tuple(
        (option, "yes", kind, "Engineering", source, f"Example: {finding}")
        for option, kind, source, finding in (
            ("Speed, low upfront cost, no operation", "API as it is", "S1 L10-22", "in use"),
            (
                "Domain data, structured tasks, short prompts",
                "Fine-tuned model",
                "S1 L90-105",
                "better on 2 of 5 tasks",
            ),
            (
                "Strict boundaries; own access, logs, tuning",
                "Private deployment",
                "S1 L90-105",
                "needed for banks only",
            ),
            ("Open weights, retrieval, guardrails, evaluation", "Open models, RAG", "S1 L90-105", "pilot in month 3"),
        )
    ),
)

UPDATES: Final = Table(
    "updates",
    "Model updates by the vendor: what must be tested again each time?",
    (
        Field("affected", label="What an update can change", unit="text"),
        Field("test_hours", label="Regression test", unit="hours", at_least=0),
        Field("update_source", label="Source", unit="text"),
    ),
    (
        ("Format of the output", 2, "S1 L43-49"),
        ("Determinism of structured tasks", 3, "S1 L43-49"),
        ("Reasoning in edge cases", 4, "S1 L43-49"),
        ("Latency", 1, "S1 L43-49"),
        ("Prompts tied to the vendor's behaviour", 2, "S1 L50-52"),
    ),
    spare=3,
)

VENDORS: Final = Table(
    "vendors",
    "Vendors and their shares of spend",
    (
        Field("vendor", label="Vendor", unit="text"),
        Field("vendor_share", label="Share of spend", unit="fraction", at_least=0),
    ),
    (("Vendor A", 0.7), ("Vendor B", 0.2), ("Vendor C", 0.1)),
    spare=3,
    note="Shares add up to 100%",
)

PORTABILITY: Final = Table(
    "portability",
    "Moving to another model: what must be re-engineered?",
    (
        Field("coupled", label="What is tied to the vendor", unit="text"),
        Field("rework_hours", label="Work", unit="hours", at_least=0),
        Field("coupled_source", label="Source", unit="text"),
    ),
    (
        ("Prompt structures", 60, "S1 L83-88"),
        ("Fine-tuning", 20, "S1 L83-88"),
        ("Guardrails and evaluation", 40, "S1 L83-88"),
    ),
    spare=3,
)

TABLES: Final = (INTAKE, COMPLIANCE, CRITERIA, RULES, OPTIONS, VENDORS, PORTABILITY, UPDATES)
