// The state of the prices, their renewal, and the price of a model.

import { $, amount, busy, copy, element, notice, settled } from "./dom.js";
import { inExcel, recalculate } from "./excel.js";
import { ask } from "./server.js";

/** Bring the look-up and the button to life. */
export function start() {
  $("model-search").addEventListener("input", settled(lookUp));
  $("refresh").addEventListener("click", refresh);
}

/** Ask for the state of the prices, and show it here and at the top of the pane. */
export async function show() {
  try {
    state(await ask("prices"));
  } catch (failure) {
    $("price-status").replaceChildren(notice("error", failure.message));
  }
}

function state(prices) {
  const chip = $("as-of");
  chip.textContent = `Prices of ${prices.as_of}`;
  chip.classList.toggle("old", prices.is_old);
  chip.hidden = false;
  $("version").textContent = `llmcost-xl ${prices.version}`;
  const warning = `The prices were last checked ${prices.age_in_days} days ago. Refresh them before you rely on a new figure.`;
  $("price-status").replaceChildren(facts(prices), ...(prices.is_old ? [notice("warn", warning)] : []));
}

function facts(prices) {
  const hash = prices.content_hash;
  const take = element("button", { type: "button", class: "link", onclick: () => copy(take, hash) }, "Copy");
  const lines = [
    ["Prices as of", element("span", { class: "strong", id: "prices-as-of" }, prices.as_of)],
    ["Age", element("span", { id: "prices-age" }, days(prices.age_in_days))],
    ["Source", element("span", { id: "prices-source" }, prices.sources)],
    ["Models", `${count(prices.models)} of ${count(prices.providers)} providers`],
    ["Without a known price", count(prices.models_without_a_known_price)],
    ["Price rows", count(prices.price_rows)],
    ["Latest change known", prices.latest_price_known_to_begin],
    ["Content hash", [element("code", { title: hash, id: "prices-hash" }, hash.slice(0, 12)), take]],
  ];
  return element(
    "dl",
    { class: "facts" },
    lines.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]),
  );
}

const count = (value) => value.toLocaleString("en-US");
const days = (value) => (value <= 0 ? "Checked today" : value === 1 ? "1 day" : `${count(value)} days`);

/** Renew the prices on the server, say what changed, and have Excel calculate everything anew. */
export function refresh() {
  const place = $("refresh-result");
  place.replaceChildren();
  return busy($("refresh"), place, async () => {
    const done = await ask("refresh", {});
    state(done.after);
    place.replaceChildren(notice("good", outcome(done)), ...done.remarks.map((remark) => notice("warn", remark)));
    if (await inExcel) {
      await recalculate();
      place.append(notice("good", "Every formula of the open workbooks has been recalculated."));
    }
    if ($("model-search").value) {
      await lookUp();
    }
  });
}

function outcome({ before, after, new_prices, corrections }) {
  const same = before.content_hash === after.content_hash;
  const news = `${plural(new_prices, "new price")}, ${plural(corrections, "correction")}`;
  return same && !new_prices && !corrections
    ? `Nothing has changed: the prices are those of ${after.as_of} already.`
    : `Prices as of ${after.as_of} (before: ${before.as_of}): ${news}.\nContent hash ${before.content_hash.slice(0, 12)} → ${after.content_hash.slice(0, 12)}.`;
}

const plural = (value, word) => `${count(value)} ${word}${value === 1 ? "" : "s"}`;

// -- one model -----------------------------------------------------------------------------------------------

let asked = 0;

async function lookUp() {
  const words = $("model-search").value.trim();
  const mine = ++asked;
  let content = [];
  if (words) {
    try {
      content = found(await ask(`models?words=${encodeURIComponent(words)}`));
    } catch (failure) {
      content = [notice("error", failure.message)];
    }
  }
  if (mine === asked) {
    $("model-list").replaceChildren(...content);
  }
}

function found(answer) {
  if (!answer.found) {
    const like = answer.nearest.map((name) =>
      element("li", {}, element("button", { type: "button", class: "link", onclick: () => search(name) }, name)),
    );
    const said = `No model has these words in its name.${like.length ? " The nearest:" : ""}`;
    return [element("p", { class: "quiet" }, said), element("ul", {}, like)];
  }
  const heads = ["Model", "Input", "Output"].map((head, at) => element("th", { scope: "col", class: at ? "number" : null }, head));
  const table = element(
    "table",
    { class: "models" },
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, answer.models.map(model)),
  );
  const cut = answer.found > answer.models.length ? ` The first ${answer.models.length} of ${count(answer.found)}.` : "";
  return [element("p", { class: "quiet count" }, `USD per 1M tokens on ${answer.as_of}.${cut}`), table];
}

function search(name) {
  $("model-search").value = name;
  lookUp();
}

function model(one) {
  const remarks = [one.context_window && `${count(one.context_window)} tokens of context`, one.remark].filter(Boolean);
  const price = (value) => element("td", { class: "number" }, value === null ? "not known" : amount(value));
  const name = element("td", {}, element("span", { class: "name" }, one.key), element("div", { class: "remark" }, remarks.join(", ")));
  return element("tr", {}, name, price(one.input), price(one.output));
}
