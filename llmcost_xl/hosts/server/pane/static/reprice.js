// The price tables of the open workbook: what is new for them, into their cells, and back again.
//
// The server's script makes the plan and writes through xlwings. It is sent the values by xlwings, and the formulas
// from here. Excel takes one block after another, so that a failure in between is made good from here, too.

import { $, busy, notice } from "./dom.js";
import { cellsOf, formulas, inExcel, mergedAreas, put, run } from "./excel.js";
import { ask } from "./server.js";

const SCRIPTS = "../../xlwings/custom-scripts-call/";

let written = null; // what is being written: cells as they are before and after
let last = null; // the same of the last repricing, until it is undone
let said = "";

/** Bring the buttons to life, where there is a workbook. */
export async function start() {
  $("reprice-plan").addEventListener("click", () => call("reprice-plan", "plan_repricing"));
  $("reprice").addEventListener("click", () => call("reprice", "reprice_workbook"));
  $("reprice-undo").addEventListener("click", undo);
  const there = (await inExcel) && Boolean(globalThis.xlwings?.registerCallback);
  $("repricing").hidden = !there;
  if (there) {
    globalThis.xlwings.registerCallback(llmcostKept);
    globalThis.xlwings.registerCallback(llmcostSaid);
  }
}

/** Have a script of the server work on the workbook: all of it is done, or nothing. */
function call(button, script) {
  const place = $("reprice-result");
  place.replaceChildren();
  return busy($(button), place, async () => {
    [written, said] = [null, ""];
    try {
      await run(async (context) => {
        const workbook = await globalThis.xlwings.getBookData({}, context);
        workbook.args = [await formulas(context), $("reprice-prices").value, await mergedAreas(context)];
        await globalThis.xlwings.runActions(await ask(SCRIPTS + script, workbook), context);
      });
    } catch (failure) {
      const outcome = written ? await putBack(written) : "";
      throw new Error([failure.message, outcome].filter(Boolean).join(" "));
    } finally {
      last = said && written ? written : last;
      written = null;
      $("reprice-undo").disabled = !last;
    }
    place.replaceChildren(notice("good", said));
  });
}

/** Told by the script before it writes: nobody may have changed these cells since they were read. */
async function llmcostKept(context, blocks) {
  for (const cells of await cellsOf(context, blocks)) {
    if (cells.hindrance) {
      throw new Error(`${cells.hindrance} Nothing was changed.`);
    }
    const changed = firstOther(cells, cells.before);
    if (changed) {
      throw new Error(`${changed} was changed meanwhile; nothing else is.`);
    }
  }
  written = blocks; // from here on there is something to put back
}

/** Told by the script last: the cells hold what was written. */
async function llmcostSaid(context, text) {
  for (const cells of await cellsOf(context, written ?? [])) {
    const other = firstOther(cells, cells.after);
    if (other) {
      throw new Error(`Excel has made something else of what was written to ${other}.`);
    }
  }
  said = text;
}

/** Give the cells what they held, whatever becomes of each block; how that went. */
async function putBack(blocks) {
  const remaining = [];
  for (const block of blocks) {
    await run((context) => put(context, block.sheet, block.address, block.before)).catch(() =>
      remaining.push(`${block.sheet}!${block.address}`),
    );
  }
  return remaining.length
    ? `These cells could not be put back: ${remaining.join(", ")}. Close the workbook without saving it.`
    : "Every cell holds again what it held.";
}

/**
 * Take the last repricing back, row by row, but for rows in which somebody has changed a cell since. Where rows have
 * moved, many a cell holds what was written to it: another row's provider, say.
 */
function undo() {
  const place = $("reprice-result");
  place.replaceChildren();
  return busy($("reprice-undo"), place, async () => {
    const back = [];
    const kept = [];
    await run(async (context) => {
      for (const cells of await cellsOf(context, last)) {
        if (cells.values && cells.hindrance) {
          throw new Error(`${cells.hindrance} Nothing was changed.`);
        }
        cells.after.forEach((line, r) => {
          const as = line.every((wanted, c) => isSame(cells.values?.[r][c], cells.formulas?.[r][c], wanted));
          (as ? back : kept).push({ sheet: cells.sheet, address: rowOf(cells, r), before: [cells.before[r]], after: [line] });
        });
      }
    });
    try {
      await run(async (context) => {
        for (const row of back) {
          await put(context, row.sheet, row.address, row.before, false);
        }
        await context.sync();
      });
    } catch (failure) {
      const outcome = await putBack(back.map((row) => ({ ...row, before: row.after })));
      throw new Error(`${failure.message} ${outcome.replace("held.", "held after the repricing.")}`);
    }
    last = back.length ? null : last; // where nothing is as it was, a row may have been inserted, and be gone again
    const left = kept.map((row) => `${row.sheet}!${row.address}`).join(", ");
    const outcome = `${back.reduce((sum, row) => sum + row.after[0].length, 0)} cells hold again what they held before.`;
    const rest = left && `Changed since, or beside one that was, and left as they are: ${left}.`;
    place.replaceChildren(notice("good", outcome), ...(rest ? [notice("warn", rest)] : []));
  }).then(() => ($("reprice-undo").disabled = !last));
}

/** The first cell that holds something else; "" where none does. */
function firstOther(cells, wanted) {
  let found = "";
  each(cells, (address, r, c) => {
    if (!found && !isSame(cells.values?.[r][c], cells.formulas?.[r][c], wanted[r][c])) {
      found = `${cells.sheet}!${address}`;
    }
  });
  return found;
}

/** Whether a cell holds a constant; numbers to Excel's 15 digits. */
function isSame(value, formula, wanted) {
  if (typeof formula === "string" && formula.startsWith("=") && formula !== value) {
    return false;
  }
  if (typeof value === "number" && typeof wanted === "number") {
    return Math.abs(value - wanted) <= 1e-12 * Math.max(Math.abs(value), Math.abs(wanted));
  }
  return value === (typeof wanted === "string" && wanted.startsWith("'") ? wanted.slice(1) : wanted);
}

/** Call `work` with the address of every cell, its row and its column in the block. */
function each(cells, work) {
  const [top, left] = corner(cells.address);
  cells.after.forEach((line, r) => line.forEach((_, c) => work(letters(left + c) + (top + r), r, c)));
}

/** The address of a row of a block. */
function rowOf(cells, r) {
  const [top, left] = corner(cells.address);
  const [first, last] = [left, left + cells.after[r].length - 1].map((column) => letters(column) + (top + r));
  return first === last ? first : `${first}:${last}`;
}

function corner(address) {
  const [, column, row] = /^([A-Z]+)(\d+)/.exec(address);
  return [Number(row), [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)];
}

const letters = (column) =>
  (column > 26 ? letters(Math.floor((column - 1) / 26)) : "") + String.fromCharCode(65 + ((column - 1) % 26));
