"""`llmcost-xl prices`: the price catalogue."""

from __future__ import annotations

import typer

from llmcost_xl.cli.prices import compare, lists, look, news, pinned

app = typer.Typer(
    help="Search, show, compare, renew and pin the prices of models.", no_args_is_help=True, rich_markup_mode=None
)
app.command("search", epilog=look.SEARCH_EXAMPLES)(look.search)
app.command("show", epilog=look.SHOW_EXAMPLES)(look.show)
app.command("info", epilog=look.INFO_EXAMPLES)(look.info)
app.command("upcoming", epilog=look.UPCOMING_EXAMPLES)(look.upcoming)
app.command("diff", epilog=compare.EXAMPLES)(compare.diff)
app.command("update", epilog=news.UPDATE_EXAMPLES)(news.update)
app.command("log", epilog=lists.LOG_EXAMPLES)(lists.log)
app.command("pin", epilog=pinned.EXAMPLES)(pinned.pin)
