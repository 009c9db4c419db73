// How the value of a formula is shown: a figure, a text, an error with its reason, or the cells it spills over.

import { element, notice, number } from "./dom.js";

const ERROR = /^#(DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)$/;

/** What the server says of a formula, as elements; a number in its unit, where that is known. */
export function shown(answer, unit = "") {
  if (answer.problem) {
    return [notice("error", answer.problem)];
  }
  const single = answer.height === 1 && answer.width === 1;
  const reasons = answer.reasons.map((reason) =>
    notice("error", `${single ? "" : `${reason.code} `}${reason.function}: ${reason.why}`),
  );
  const remarks = answer.remarks.map((remark) => notice("warn", remark));
  const basis = answer.prices_as_of && element("p", { class: "basis" }, `At prices as of ${answer.prices_as_of}`);
  return [single ? figure(answer.rows[0][0], unit) : grid(answer), basis, ...reasons, ...remarks].filter(Boolean);
}

function figure(value, unit) {
  const kind = ERROR.test(value) ? "error" : typeof value === "number" ? "number" : "text";
  const said = element("span", { class: "said" }, cellText(value) || "(empty text)");
  const per = unit && kind === "number" ? element("span", { class: "unit" }, unit) : null;
  return element("p", { class: `value ${kind}` }, said, per);
}

function grid({ rows, height, width }) {
  const cells = rows.map((row) => element("tr", {}, row.map(cell)));
  const size = `${height} × ${width} cells`;
  const cut = rows.length < height || rows[0].length < width;
  const table = element("table", { class: "cells" }, element("tbody", {}, cells));
  return element(
    "div",
    {},
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Cells: ${size}` }, table),
    element("p", { class: "basis" }, `Spills over ${size}${cut ? `; the first ${rows.length} × ${rows[0].length} are shown` : ""}`),
  );
}

function cell(value) {
  const kind = ERROR.test(value) ? "error" : typeof value === "number" ? "number" : "";
  return element("td", { class: kind || null }, cellText(value));
}

function cellText(value) {
  if (typeof value === "number") {
    return number(value);
  }
  return typeof value === "boolean" ? String(value).toUpperCase() : String(value ?? "");
}
