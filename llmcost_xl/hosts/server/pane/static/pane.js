// The pane: its sections, and the ribbon's way into them.

import { $ } from "./dom.js";
import { inExcel, onRibbon } from "./excel.js";
import * as explain from "./explain.js";
import * as functions from "./functions.js";
import * as prices from "./prices.js";
import * as reprice from "./reprice.js";
import * as workbooks from "./workbooks.js";

const SECTIONS = ["functions", "workbooks", "prices", "explain"];
const ON_SHOW = { functions: functions.show, workbooks: workbooks.show, prices: prices.show };

function show(section) {
  for (const name of SECTIONS) {
    const chosen = name === section;
    $(name).hidden = !chosen;
    $(`tab-${name}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${name}`).tabIndex = chosen ? 0 : -1;
  }
  ON_SHOW[section]?.();
}

/** Arrow keys, Home and End walk along the tabs. */
function alongTabs(event) {
  const at = SECTIONS.indexOf(event.target.getAttribute("aria-controls"));
  const last = SECTIONS.length - 1;
  const steps = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
  const next = steps[event.key];
  if (next !== undefined) {
    event.preventDefault();
    show(SECTIONS[next]);
    $(`tab-${SECTIONS[next]}`).focus();
  }
}

/** A slash goes to the search of the section, unless one is typing. */
function toSearch(event) {
  const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
  const box = document.querySelector("section:not([hidden]) input[type=search]");
  if (event.key === "/" && !typing && box?.offsetParent) {
    event.preventDefault();
    box.focus();
  }
}

/** The server does not know who asks: have a token entered, unless it lets in by Entra ID only. */
function askWho() {
  const providers = globalThis.config?.authProviders;
  $("sign-in").hidden = Boolean(providers && !providers.includes("token"));
}

/** Ask everything again with the token entered. */
function signIn(event) {
  event.preventDefault();
  globalThis.llmcostToken($("token").value.trim());
  $("sign-in").hidden = true;
  $("token").value = "";
  prices.show();
  ON_SHOW[document.querySelector("section:not([hidden])").id]?.();
}

async function connect() {
  const there = await inExcel;
  $("host-state").textContent = there ? "Connected to Excel" : "Opened without Excel";
  $("host-state").classList.toggle("connected", there);
  globalThis.llmcostTheme?.();
  await onRibbon({
    "llmcost-new-workbook": () => show("workbooks"),
    "llmcost-refresh-prices": () => (show("prices"), prices.refresh()),
    "llmcost-explain-cell": () => (show("explain"), explain.explainCell()),
    "llmcost-help": () => (show("functions"), functions.close()),
  });
}

for (const name of SECTIONS) {
  $(`tab-${name}`).addEventListener("click", () => show(name));
}
document.querySelector("[role=tablist]").addEventListener("keydown", alongTabs);
document.addEventListener("keydown", toSearch);
document.addEventListener("llmcost-unknown", askWho);
$("sign-in").addEventListener("submit", signIn);
$("as-of").addEventListener("click", () => show("prices"));
explain.start();
prices.start();
reprice.start();
prices.show();
functions.start();
$("failed-start").hidden = true;
show(SECTIONS.includes(location.hash.slice(1)) ? location.hash.slice(1) : SECTIONS[0]);
connect();
