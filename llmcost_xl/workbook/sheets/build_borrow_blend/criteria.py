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

_SIGNAL, _DIMENSION, _TRIGGER, _ADVANTAGE = (0.1, 0.05, 0.05, 0.05)
"""Weights: the four signals of the build threshold count twice as much as the others; together 100%."""


def _scored(group: str, source: str, weight: float, *rows: tuple[str, int, str]) -> tuple[tuple[Value, ...], ...]:
    return tuple((text, group, weight, score, f"Example: {evidence}", source) for text, score, evidence in rows)


CRITERIA: Final = Table(
    "criteria",
    "Scorecard: how far is each statement true? 0 not at all, 3 fully; a high score speaks for building",
    (
        Field("criterion", label="Statement", unit="text"),
        Field("criterion_group", label="Group", unit="text"),
        Field("weight", label="Weight", unit="fraction", at_least=0),
        Field("score", label="Score", unit="points", at_least=0),
        Field("evidence", label="Evidence", unit="text"),
        Field("criterion_source", label="Source", unit="text"),
    ),
    (
        *_scored("Build signal", "S1 L136-143", _SIGNAL,
                 ("AI is core to what sets the product apart", 2, "named in 7 of 10 won deals, sales review Q3"),
                 ("API costs weigh on margins", 1, "API is 4% of the revenue of the feature, ledger Q3"),
                 ("Customers ask in detail how data is handled", 2, "12 questionnaires since May, security team"),
                 ("Predictability and auditability matter more than speed", 1, "2 audit findings, none critical")),
        *_scored("Dimension", "S1 L123-130", _DIMENSION,
                 ("Cost at scale: adoption makes variable pricing hard to forecast", 2, "forecast off by 35% in Q3"),
                 ("Control: versions, policies and infrastructure must be ours", 1, "one forced upgrade this year"),
                 ("Compliance: residency, logging and audit must be ours", 2, "draft of the contract with a bank"),
                 ("Performance: tiers and limits hold latency or throughput back", 1, "p95 at 2.1 s, target 2.0 s"),
                 ("Long-term risk: dependency weighs more than operating it", 1, "two vendors tested, one in use")),
        *_scored("Constraint of renting", "S1 L23-26", _TRIGGER,
                 ("Scale: usage is embedded in high-volume workflows", 1, "1.5 million queries a month"),
                 ("Cost volatility: the bill swings more than the business", 2, "bill +60% on usage +25% in August"),
                 ("External model updates affect stability", 1, "1 regression after 4 updates"),
                 ("Compliance demands tighter control of data", 2, "bank requires processing in its country")),
        *_scored("Advantage of the API, no longer needed", "S1 L10-22", _ADVANTAGE,
                 ("Speed of experiments no longer matters most", 1, "3 new features planned for next year"),
                 ("Low upfront investment no longer matters most", 2, "budget for a build is approved in principle"),
                 ("Low operating effort no longer matters most", 1, "1 engineer with MLOps experience")),
    ),
    note="Replace every example by your own score and evidence; weights add up to 100%",
)  # fmt: skip


def _question(text: str, group: str, source: str, required: str, meets: str, evidence: str) -> tuple[Value, ...]:
    return text, group, required, meets, f"Example: {evidence}", source


_ENTERPRISE = ("Customers", "S1 L55-61")
_SECURITY = ("Security", "S1 L62-68")

COMPLIANCE: Final = Table(
    "compliance",
    "Gate of compliance: does the API, as contracted, meet what customers and security require?",
    (
        Field("requirement", label="Requirement", unit="text"),
        Field("requirement_group", label="Asked by", unit="text"),
        Field("required", label="Required", unit="text", choices=REQUIRED),
        Field("met", label="API meets it", unit="text", choices=YES_NO),
        Field("met_evidence", label="Evidence", unit="text"),
        Field("requirement_source", label="Source", unit="text"),
    ),
    (
        _question("Data residency and place of processing", *_ENTERPRISE, "yes", "yes", "region fixed by contract"),
        _question("Retention policies", *_ENTERPRISE, "yes", "yes", "30 days, zero retention on request"),
        _question("Data is not used to train models", *_ENTERPRISE, "yes", "yes", "contract, section on data use"),
        _question(
            "Security certifications and audit controls", *_ENTERPRISE, "yes", "yes", "certificate of the vendor"
        ),
        _question("Strict segregation of data", *_SECURITY, "yes", "unknown", "asked the vendor, answer is open"),
        _question("Private or dedicated infrastructure", *_SECURITY, "no", "no", "shared service"),
        _question("Complete logging of inference", *_SECURITY, "yes", "yes", "own gateway logs every call"),
        _question("Limits on transfer of data across borders", *_SECURITY, "yes", "yes", "processing stays in region"),
    ),
    note="A requirement that the API does not meet rules it out; ask until nothing is unknown",
)

INTAKE: Final = Table(
    "intake",
    "Gate of validation: four questions before anything is built",
    (
        Field("question", label="Question", unit="text"),
        Field("answered", label="Answered", unit="text", choices=YES_NO),
        Field("answer", label="Answer and evidence", unit="text"),
        Field("question_source", label="Source", unit="text"),
    ),
    (
        ("Which user problem does AI solve that traditional logic cannot?", "yes",
         "Example: free-text questions, 80% solved in the pilot", "S2 L35-38"),
        ("How does the model work with our data, securely and privately?", "yes",
         "Example: gateway removes personal data", "S2 L35-38"),
        ("Real time, or can answers be batched to save cost?", "yes", "Example: 30% of volume can wait a day",
         "S2 L35-38"),
        ("Build, fine-tune or embed an API?", "unknown", "Example: this workbook", "S2 L35-38"),
    ),
)  # fmt: skip

RULES: Final = Table(
    "framework",
    "Build, borrow or blend: which of the three rules describes you?",
    (
        Field("rule", label="Path", unit="text"),
        Field("rule_text", label="Choose it when", unit="text"),
        Field("rule_applies", label="Applies", unit="text", choices=YES_NO),
        Field("rule_evidence", label="Evidence", unit="text"),
        Field("rule_source", label="Source", unit="text"),
    ),
    (
        ("Build", "Value rests on proprietary intelligence, unique data or a custom experience", "no",
         "Example: public documents only", "S2 L127-135"),
        ("Borrow", "It is about moving fast, or proving a feature", "no", "Example: in production for a year",
         "S2 L127-135"),
        ("Blend", "APIs suit some features, smaller models of our own others", "yes",
         "Example: two of five features are simple", "S2 L127-135"),
    ),
)  # fmt: skip

OPTIONS: Final = Table(
    "custom_options",
    "What custom can mean: has each been looked at?",
    (
        Field("option", label="Option", unit="text"),
        Field("option_means", label="What it brings", unit="text"),
        Field("considered", label="Considered", unit="text", choices=REQUIRED),
        Field("option_finding", label="Finding", unit="text"),
        Field("option_source", label="Source", unit="text"),
    ),
    (
        ("API, as it is", "Speed, low upfront cost, no operations", "yes", "Example: in use", "S1 L10-22"),
        ("Fine-tuned model", "Domain data, consistent structured tasks, shorter prompts", "yes",
         "Example: better on 2 of 5 tasks", "S1 L90-105"),
        ("Private or dedicated deployment", "Stricter boundaries of data; own access, logging and tuning", "yes",
         "Example: needed for banks only", "S1 L90-105"),
        ("Open models with retrieval (RAG)", "Open weights, retrieval, guardrails, evaluation and monitoring", "yes",
         "Example: pilot in month 3", "S1 L90-105"),
    ),
)  # fmt: skip

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
