// The workbooks: what each answers, and a fresh copy of it.

import { $, busy, element, notice } from "./dom.js";
import { canOpenWorkbooks, openWorkbook } from "./excel.js";
import { ask, bytes } from "./server.js";

const EXCEL_FILE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Show the workbooks; again each time, until the server has answered once. */
export async function show() {
  if ($("workbook-list").querySelector(".workbook")) {
    return;
  }
  try {
    const workbooks = await ask("workbooks");
    const opens = await canOpenWorkbooks();
    $("workbook-list").replaceChildren(...workbooks.map((one) => card(one, opens)));
  } catch (failure) {
    $("workbook-list").replaceChildren(notice("error", failure.message));
  }
}

function card(one, opens) {
  const said = element("div", { "aria-live": "polite" });
  const get = element("button", { type: "button", class: "primary" }, opens ? "Open in Excel" : "Download .xlsx");
  get.addEventListener("click", () => busy(get, said, () => (opens ? open(one, said) : download(one, said))));
  return element(
    "div",
    { class: "workbook", "data-name": one.name },
    element("h2", {}, one.title),
    element("p", { class: "purpose" }, one.purpose),
    element("p", { class: "audience" }, `For: ${one.audience}`),
    element(
      "details",
      {},
      element("summary", {}, "How to fill it in"),
      element("ol", {}, one.steps.map((step) => element("li", {}, step))),
    ),
    element("div", { class: "actions" }, get, element("span", { class: "quiet" }, `${one.name}.xlsx`)),
    said,
  );
}

async function open(one, place) {
  await openWorkbook(await bytes(`workbooks/${one.name}.xlsx`));
  place.replaceChildren(notice("good", "Opened as a new workbook. Save it under a name of your own."));
}

async function download(one, place) {
  const content = await bytes(`workbooks/${one.name}.xlsx`);
  const url = URL.createObjectURL(new Blob([content], { type: EXCEL_FILE }));
  const link = element("a", { href: url, download: `${one.name}.xlsx` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  place.replaceChildren(notice("good", `${one.name}.xlsx has been downloaded (${Math.round(content.length / 1000)} kB).`));
}
