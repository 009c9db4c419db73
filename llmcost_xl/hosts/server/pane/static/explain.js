// The selected cell, or a formula typed here, explained: what each of our functions received, answers or refuses.

import { shown } from "./answer.js";
import { $, busy, element, notice } from "./dom.js";
import { activeCell, inExcel, readCells, WITHOUT_EXCEL } from "./excel.js";
import { ask } from "./server.js";

const ROUNDS = 4; // questions back and forth: a name may stand for another reference

/** Bring the section to life. */
export async function start() {
  $("explain-form").addEventListener("submit", (event) => {
    event.preventDefault();
    explainTyped();
  });
  $("explain-formula").addEventListener("input", () => $("explain-cells").replaceChildren());
  $("explain-cell").addEventListener("click", explainCell);
  $("explain-cell").disabled = true;
  const there = await inExcel;
  $("explain-cell").disabled = !there;
  $("explain-submit").classList.toggle("primary", !there);
  $("explain-why-not").textContent = there ? "" : `${WITHOUT_EXCEL} Here you can explain a formula you type or paste.`;
}

/** Explain the cell that is selected in Excel. */
export function explainCell() {
  const place = $("explain-result");
  place.replaceChildren();
  return busy($("explain-cell"), place, async () => {
    const { address, formula } = await activeCell();
    $("explain-formula").value = formula;
    $("explain-cells").replaceChildren();
    if (!formula.startsWith("=")) {
      place.replaceChildren(notice("warn", `${address} holds ${formula === "" ? "nothing" : "a value"}, no formula.`));
      return;
    }
    const cells = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await ask("explain", { formula, cells });
      if (!answer.needs) {
        tell(answer, address);
        return;
      }
      for (const reference of answer.needs) {
        cells[reference] = await readCells(reference, address);
      }
    }
    throw new Error("The formula's references could not all be read.");
  });
}

/** Explain the typed formula; where it refers to cells, ask what is in them. */
function explainTyped() {
  const place = $("explain-result");
  const formula = $("explain-formula").value.trim();
  if (!formula) {
    place.replaceChildren(notice("warn", "There is no formula yet."));
    return Promise.resolve();
  }
  return busy($("explain-submit"), place, async () => {
    const answer = await ask("explain", { formula, cells: given() });
    if (answer.needs) {
      askFor(answer.needs);
      place.replaceChildren();
    } else {
      tell(answer, "");
    }
  });
}

function askFor(references) {
  const before = given();
  const lines = [...Object.keys(before), ...references].flatMap((reference, at) => {
    const box = element("input", { id: `given-${at}`, "data-reference": reference, class: "formula", autocomplete: "off" });
    return [element("label", { for: box.id, class: "name" }, reference), box];
  });
  const hint = element("p", { class: "quiet" }, "What is in the cells it refers to? Leave blank cells blank; paste a range from a sheet as it is.");
  $("explain-cells").replaceChildren(element("div", { class: "given" }, hint, lines));
  for (const box of $("explain-cells").querySelectorAll("input")) {
    box.addEventListener("paste", keepRows);
  }
  $("explain-cells").querySelector("input").focus();
}

/** A range arrives from the clipboard as lines of cells; a box of one line would join the lines. */
function keepRows(event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (text.includes("\n")) {
    event.preventDefault();
    event.target.value = text.split(/\r?\n/).join("; ");
    event.target.dataset.rows = JSON.stringify(text.split(/\r?\n/).map((line) => line.split("\t").map(value)));
    event.target.addEventListener("input", () => delete event.target.dataset.rows, { once: true });
  }
}

/** The cells typed so far, by reference. */
function given() {
  const cells = {};
  for (const box of $("explain-cells").querySelectorAll("input")) {
    cells[box.dataset.reference] = box.dataset.rows
      ? JSON.parse(box.dataset.rows)
      : [box.value.split("\t").map(value)];
  }
  return cells;
}

/** What a cell holds in which this text was typed. */
function value(text) {
  const trimmed = text.trim();
  if (trimmed === "") {
    return null;
  }
  if (/^(true|false)$/i.test(trimmed)) {
    return trimmed.toLowerCase() === "true";
  }
  const percent = /^(-?[\d.]+)%$/.exec(trimmed);
  const figure = Number(percent ? percent[1] : trimmed.replaceAll(",", ""));
  return Number.isFinite(figure) ? (percent ? figure / 100 : figure) : trimmed.replace(/^"(.*)"$/, "$1");
}

function tell(explained, address) {
  const place = $("explain-result");
  if (explained.problem) {
    place.replaceChildren(notice("warn", explained.problem));
    return;
  }
  const told = new Set(explained.calls.map((call) => call.said));
  const answer = explained.answer;
  answer.reasons = answer.reasons.filter(({ code, why }) => !told.has(`${code}: ${why}`)); // told at the call itself
  place.replaceChildren(
    element(
      "div",
      { class: "block" },
      element("h3", {}, address ? `${address} shows` : "The formula gives"),
      element("div", { class: "answer" }, shown(answer)),
      element("h3", { class: "steps" }, "What its functions do"),
      explained.calls.map(call),
      explained.more_calls ? element("p", { class: "quiet" }, `And ${explained.more_calls} more calls.`) : null,
      explained.not_reached.map((name) =>
        element("p", { class: "quiet" }, `${name} is not reached: the formula takes another way.`),
      ),
    ),
  );
}

/** One call: itself, what it says, and the prices it rests on. */
function call({ call, said, prices }) {
  return element(
    "div",
    { class: said.startsWith("#") ? "call refused" : "call" },
    element("code", { class: "formula" }, call),
    element("p", { class: "said" }, said),
    prices.length ? element("ul", {}, prices.map((price) => element("li", {}, price))) : null,
  );
}
