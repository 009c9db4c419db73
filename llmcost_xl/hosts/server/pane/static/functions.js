// The function browser: search, the grouped list, one function in detail with a formula to try.

import { shown } from "./answer.js";
import { $, busy, copy, element, notice, prose, settled } from "./dom.js";
import { activeCell, inExcel, insert, WITHOUT_EXCEL } from "./excel.js";
import { ask } from "./server.js";

let functions = [];
let opened = null; // the name of the function in detail

/** Bring the browser to life. */
export function start() {
  $("function-search").addEventListener("input", list);
  $("function-browser").addEventListener("keydown", move);
  $("function-detail").addEventListener("keydown", (event) => event.key === "Escape" && close());
}

/** Load the functions, unless they are there already. */
export async function show() {
  if (functions.length) {
    return;
  }
  try {
    functions = await ask("functions");
    list();
  } catch (failure) {
    const again = element("button", { type: "button", onclick: retry }, "Try again");
    $("function-list").replaceChildren(notice("error", failure.message), element("div", { class: "actions" }, again));
  }
}

function retry() {
  $("function-list").replaceChildren();
  show();
}

// -- the list ------------------------------------------------------------------------------------------------

function list() {
  const words = $("function-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = functions.filter((one) => words.every((word) => haystack(one).includes(word)));
  const groups = words.length ? [["", ranked(found, words)]] : Object.entries(grouped(found));
  $("function-count").textContent = words.length
    ? `${found.length} of ${functions.length} functions`
    : `${functions.length} functions`;
  $("function-list").replaceChildren(
    ...(found.length ? groups.map(([heading, members]) => group(heading, members)) : [nothing()]),
  );
}

function haystack(one) {
  const parts = [one.name, one.purpose, one.group, ...one.arguments.map((argument) => argument.name)];
  return parts.join(" ").toLowerCase();
}

/** Functions that have the words in their names come before those that have them elsewhere. */
function ranked(found, words) {
  const score = (one) => words.filter((word) => one.name.toLowerCase().includes(word)).length;
  return [...found].sort((a, b) => score(b) - score(a));
}

function grouped(found) {
  const groups = {};
  for (const one of found) {
    (groups[one.group] ??= []).push(one);
  }
  return groups;
}

function group(heading, members) {
  return element("div", { class: "group" }, heading ? element("h3", {}, heading) : null, element("ul", {}, members.map(row)));
}

function row(one) {
  const name = element("span", { class: "name" }, one.name);
  const what = element("span", { class: "what" }, one.purpose);
  const button = element("button", { type: "button", class: "row", "data-name": one.name, onclick: () => open(one) }, name, what);
  return element("li", {}, button);
}

function nothing() {
  return element("p", { class: "quiet" }, "No function has all these words in its name, purpose or arguments.");
}

/** Down and Up walk through the list, Enter in the search box opens the first. */
function move(event) {
  const rows = [...$("function-list").querySelectorAll(".row")];
  const at = rows.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Enter: at < 0 ? 0 : null };
  const next = steps[event.key];
  if (next === undefined || next === null || !rows.length) {
    return;
  }
  event.preventDefault();
  if (event.key === "Enter") {
    rows[0].click();
  } else {
    (next < 0 ? $("function-search") : rows[Math.min(next, rows.length - 1)]).focus();
  }
}

// -- one function --------------------------------------------------------------------------------------------

function open(one) {
  opened = one.name;
  $("function-browser").hidden = true;
  $("function-detail").hidden = false;
  const back = element("button", { type: "button", class: "link", onclick: close }, "All functions");
  $("function-detail").replaceChildren(
    back,
    element("h2", { tabindex: "-1" }, one.name),
    element("p", { class: "purpose" }, one.purpose),
    syntax(one.syntax),
    one.example ? trial(one) : "",
    block("Result", prose(capital(one.result)), one.notes ? prose(one.notes) : null),
    one.arguments.length ? block("Arguments", element("ul", { class: "arguments" }, one.arguments.map(argument))) : "",
    one.errors.length ? block("Errors", element("ul", { class: "errors" }, one.errors.map(failing))) : "",
    one.see_also.length ? block("See also", element("p", { class: "also" }, one.see_also.map(relative))) : "",
  );
  $("functions").parentElement.scrollTop = 0;
  $("function-detail").querySelector("h2").focus({ preventScroll: true });
}

/** Back to the list, on the function one comes from. */
export function close() {
  if (opened === null) {
    return;
  }
  $("function-detail").hidden = true;
  $("function-browser").hidden = false;
  const row = $("function-list").querySelector(`[data-name="${CSS.escape(opened)}"]`);
  opened = null;
  (row ?? $("function-search")).focus();
}

function block(heading, ...content) {
  return element("div", { class: "block" }, element("h3", {}, heading), content);
}

/** The call with its optional arguments set back. */
function syntax(text) {
  const parts = text.split(/(\[[^\]]*\])/);
  const code = parts.map((part) => (part.startsWith("[") ? element("span", { class: "optional" }, part) : part));
  return element("p", { class: "syntax" }, element("code", {}, code));
}

function argument(one) {
  const isRequired = one.default === "required";
  const isOptional = one.default === "optional";
  const default_ = isRequired || isOptional ? one.default : `default ${one.default}`;
  const limits = [...new Set([one.unit, one.bounds])].filter((part) => !["", "text", "any", "anything"].includes(part)).join(", ");
  return element(
    "li",
    {},
    element(
      "div",
      { class: "head" },
      element("span", { class: "name" }, one.name),
      element("span", { class: isRequired ? "default required" : "default" }, default_),
    ),
    element("div", {}, one.help),
    limits ? element("div", { class: "bounds" }, limits) : null,
  );
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** An error the function gives, and why; its formula can be tried. */
function failing({ code, reason, formula }) {
  const attempt = () => {
    $("try-formula").value = formula;
    $("try-formula").dispatchEvent(new Event("input"));
    $("try-formula").scrollIntoView({ block: "center" });
  };
  const button = element("button", { type: "button", class: "link code", title: `Try ${formula}`, onclick: attempt }, code);
  return element("li", {}, formula ? button : element("code", {}, code), element("span", {}, capital(reason)));
}

function relative(name) {
  const one = functions.find((other) => other.name === name);
  return element("button", { type: "button", class: "link code", onclick: () => open(one) }, name);
}

// -- a formula to try ----------------------------------------------------------------------------------------

function trial(one) {
  const formula = element("textarea", { id: "try-formula", class: "formula", rows: "2", spellcheck: "false", maxlength: "8192" });
  formula.value = one.example;
  const answer = element("div", { class: "answer", id: "try-answer", "aria-live": "polite" });
  const said = element("div", { id: "insert-result", "aria-live": "polite" });
  const put = element("button", { type: "button", class: "primary", id: "insert", disabled: true }, "Insert into cell");
  const take = element("button", { type: "button", id: "copy", onclick: () => copy(take, formula.value) }, "Copy formula");
  const hint = element("span", { class: "quiet", id: "insert-why-not" });
  put.addEventListener("click", () => busy(put, said, () => offer(formula.value, said)));
  const unit = () => (isOneCall(formula.value, one.name) ? one.unit : "");
  formula.addEventListener("input", settled(() => evaluate(formula.value, unit(), answer), 400));
  formula.rows = Math.min(6, Math.max(2, Math.ceil(one.example.length / 42)));
  evaluate(formula.value, unit(), answer);
  inExcel.then((there) => {
    put.disabled = !there;
    hint.textContent = there ? "" : WITHOUT_EXCEL;
  });
  formula.setAttribute("aria-label", "Formula to try");
  return block("Try it: change it and the answer follows", formula, answer, element("div", { class: "actions" }, put, take), hint, said);
}

/** Whether a formula is nothing but a call of this function: then its value has the function's unit. */
function isOneCall(formula, name) {
  const text = formula.trim().replace(/^=/, "").replace(/"[^"]*"/g, "");
  let depth = 0;
  const ends = [...text].findIndex((letter) => (depth += (letter === "(") - (letter === ")")) === 0 && letter === ")");
  return text.toUpperCase().startsWith(`${name}(`) && ends === text.length - 1;
}

let asked = 0;

async function evaluate(formula, unit, place) {
  const mine = ++asked;
  place.setAttribute("aria-busy", "true");
  let content;
  try {
    content = shown(await ask("evaluate", { formula }), unit);
  } catch (failure) {
    content = [notice("error", failure.message)];
  }
  if (mine === asked) {
    place.replaceChildren(...content); // an older question may be answered later than a newer one
    place.removeAttribute("aria-busy");
  }
}

/** Insert where nothing is lost; ask first where something is. */
async function offer(formula, place) {
  const cell = await activeCell();
  const text = formula.startsWith("=") ? formula : `=${formula}`;
  const put = async () => {
    await insert(cell.address, text);
    place.replaceChildren(notice("good", `Inserted into ${cell.address}.`));
  };
  if (cell.formula === "" || cell.formula === text) {
    await put();
    return;
  }
  const replace = element("button", { type: "button", onclick: () => busy(replace, place, put) }, "Replace");
  const keep = element("button", { type: "button", onclick: () => place.replaceChildren() }, "Keep");
  const question = element("span", {}, `${cell.address} holds ${cell.formula.slice(0, 60)}. Replace it?`);
  place.replaceChildren(element("div", { class: "confirm" }, question, replace, keep));
  replace.focus();
}
