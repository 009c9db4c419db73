"""Where the figures of the budget workbook come from."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.sheets.sources import assumption, economics, integrating, renting

SOURCES: Final = (
    economics("74-88", "50,000 queries a month, on GPT-4o-mini for 10 USD"),
    economics("89-94", "500,000 queries a month for 100 USD"),
    economics("95-101", "5,000,000 queries a month for 1,000 USD"),
    renting("28-32", "each interaction, background task, retry loop or automation layer makes further calls"),
    renting("33-40", "five drivers: prompt length, output variability, model tier, call frequency, usage spikes"),
    integrating("24-25", "chatbot, workflows, recommendations, natural-language interface"),
    integrating("6", "cloud costs grow 5-10x once real users come; attributed to a16z, not found there",
                "unverified claim"),
    assumption(1, "5% a month, 80% a year; 2% and 8% a month make 27% and 152% a year"),
    assumption(2, "A twentieth of the time, about 36 hours a month, in spikes"),
    assumption(3, "A quarter of a year of pilot"),
    assumption(4, "The day of the bundled price catalogue; a rate that stays; prices older than a year need a look"),
    assumption(5, "List prices stay but for the announced changes; Low: they fall by 2% a month, 22% a year"),
    assumption(6, "A small enterprise agreement"),
    assumption(7, "Half a person and usual tools"),
    assumption(8, "A tenth, as for other cloud spend"),
    assumption(9, "Revenue of the products that the features serve"),
    assumption(10, "A tenth of revenue"),
)  # fmt: skip
