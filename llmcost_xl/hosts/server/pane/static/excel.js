// Excel through Office.js. Without it, in an ordinary browser, the pane works and says what needs Excel.

const CELLS_LIMIT = 10_000;
export const WITHOUT_EXCEL = "This needs Excel: open the pane from the LLM Cost tab of the ribbon.";

/** Whether the pane runs inside Excel; settled once Office.js knows. */
export const inExcel = (async () => {
  if (typeof globalThis.Office?.onReady !== "function") {
    return false;
  }
  const { host } = await globalThis.Office.onReady();
  return host === "Excel" && typeof globalThis.Excel?.run === "function";
})().catch(() => false);

/** Run a batch in Excel; its failures become sentences. */
export async function run(batch) {
  if (!(await inExcel)) {
    throw new Error(WITHOUT_EXCEL);
  }
  try {
    return await Excel.run(batch);
  } catch (failure) {
    const code = failure.cause?.code ?? failure.code; // xlwings wraps what Excel says
    if (code === undefined) {
      throw failure; // our own words, or xlwings'
    }
    if (code === "InvalidOperationInCellEditMode" || code === "HostIsBusy") {
      throw new Error("Excel is busy: finish editing the cell (Enter or Esc), then try again.");
    }
    if (code === "AccessDenied" || code === "InvalidOperation") {
      throw new Error("Excel refused: the sheet may be protected or the workbook read-only.");
    }
    throw new Error(`Excel refused: ${failure.message}`);
  }
}

/** The selected cell: its address, and its formula; "" where it is empty. */
export function activeCell() {
  return run(async (context) => {
    const cell = context.workbook.getActiveCell();
    cell.load("address,formulas");
    await context.sync();
    return { address: cell.address, formula: String(cell.formulas[0][0]) };
  });
}

/** Put a formula into a cell, by the address that activeCell() gave. */
export function insert(address, formula) {
  return run(async (context) => {
    (await rangeOf(context, address)).formulas = [[formula]];
    await context.sync();
  });
}

/** Every formula of the workbook: by sheet its row, its column (from 1) and its text. */
export async function formulas(context) {
  const sheets = context.workbook.worksheets.load("items/name");
  await context.sync();
  const used = sheets.items.map((sheet) => sheet.getUsedRangeOrNullObject(true).load("formulas,rowIndex,columnIndex"));
  await context.sync();
  return Object.fromEntries(sheets.items.map((sheet, at) => [sheet.name, used[at].isNullObject ? [] : formulasIn(used[at])]));
}

const formulasIn = ({ formulas, rowIndex, columnIndex }) =>
  formulas.flatMap((line, r) =>
    line.flatMap((cell, c) =>
      typeof cell === "string" && cell.startsWith("=") ? [[rowIndex + r + 1, columnIndex + c + 1, cell]] : [],
    ),
  );

/** The merged areas of the workbook by sheet, as far as this Excel tells: old ones do not, and none beyond 512. */
export async function mergedAreas(context) {
  if (!Office.context.requirements.isSetSupported("ExcelApi", "1.13")) {
    return {};
  }
  const sheets = context.workbook.worksheets.load("items/name");
  await context.sync();
  try {
    const found = sheets.items.map((sheet) => sheet.getRange().getMergedAreasOrNullObject());
    await context.sync();
    const areas = found.map((one) => (one.isNullObject ? { items: [] } : one.areas.load("items/address")));
    await context.sync();
    return Object.fromEntries(sheets.items.map(({ name }, at) => [name, areas[at].items.map(({ address }) => withoutSheet(address))]));
  } catch {
    return {}; // what is written into one is found out, and taken back
  }
}

/** What blocks of cells hold now, and what keeps them from being written; of a sheet that is gone, nothing. */
export async function cellsOf(context, blocks) {
  const spilling = Office.context.requirements.isSetSupported("ExcelApi", "1.12");
  const sheets = blocks.map(({ sheet }) => context.workbook.worksheets.getItemOrNullObject(sheet).load("name"));
  await context.sync();
  const found = blocks.map((block, at) => {
    if (sheets[at].isNullObject) {
      return { ...block, hindrance: `The sheet ${block.sheet} is gone.` };
    }
    const range = sheets[at].getRange(block.address).load(`values,formulas${spilling ? ",hasSpill" : ""}`);
    range.format.protection.load("locked");
    sheets[at].protection.load("protected");
    return { ...block, range, sheetThere: sheets[at] };
  });
  await context.sync();
  return found.map(({ range, sheetThere, ...block }) => {
    if (!range) {
      return block;
    }
    const place = `${block.sheet}!${block.address}`;
    const locked = sheetThere.protection.protected && range.format.protection.locked !== false; // null: some are
    const hindrance = locked
      ? `The sheet ${block.sheet} is protected, and cells of ${block.address} are locked. Unprotect it (Review, Unprotect Sheet), then try again.`
      : spilling && range.hasSpill !== false
        ? `A formula elsewhere fills cells of ${place}.`
        : "";
    return { ...block, values: range.values, formulas: range.formulas, hindrance };
  });
}

/** Write a block of cells. */
export async function put(context, sheet, address, values, atOnce = true) {
  context.workbook.worksheets.getItem(sheet).getRange(address).values = values;
  if (atOnce) {
    await context.sync();
  }
}

/** Have every formula of all open workbooks calculated anew. */
export function recalculate() {
  return run(async (context) => {
    context.application.calculate(Excel.CalculationType.fullRebuild);
    await context.sync();
  });
}

/** Whether workbooks can be opened beside the present one. */
export async function canOpenWorkbooks() {
  return (
    (await inExcel) &&
    typeof Excel.createWorkbook === "function" &&
    Office.context.requirements.isSetSupported("ExcelApi", "1.8")
  );
}

/** Open the bytes of an .xlsx file as a new workbook. */
export async function openWorkbook(content) {
  let binary = "";
  for (let start = 0; start < content.length; start += 0x8000) {
    binary += String.fromCharCode(...content.subarray(start, start + 0x8000));
  }
  try {
    await Excel.createWorkbook(btoa(binary));
  } catch (failure) {
    throw new Error(`Excel could not open the workbook: ${failure.message}`);
  }
}

/** The cells behind a reference of a formula, as rows; null for a name that stands for no cells. */
export function readCells(reference, home) {
  return run(async (context) => {
    const range = await rangeOf(context, reference, home);
    if (range === null) {
      return null;
    }
    const used = isWholeLine(reference) ? range.getIntersectionOrNullObject(range.worksheet.getUsedRange(true)) : range;
    used.load("cellCount");
    await context.sync();
    if (used.isNullObject) {
      return [[null]]; // a column or row with nothing in it
    }
    if (used.cellCount < 0 || used.cellCount > CELLS_LIMIT) {
      throw new Error(`${reference} has more than ${CELLS_LIMIT.toLocaleString("en-US")} cells, too many to explain.`);
    }
    used.load("values,valueTypes");
    await context.sync();
    return used.values.map((row, r) => row.map((cell, c) => (used.valueTypes[r][c] === "Empty" ? null : cell)));
  });
}

const isWholeLine = (reference) => /^\$?([A-Z]+:\$?[A-Z]+|\d+:\$?\d+)$/i.test(withoutSheet(reference));
const withoutSheet = (reference) => reference.slice(reference.lastIndexOf("!") + 1);

/** The range a reference means, from a formula on the sheet of the address `home`; null where it means none. */
async function rangeOf(context, reference, home = reference) {
  const address = withoutSheet(reference);
  const spills = address.endsWith("#");
  const table = /^([^[\]]*)\[(@?)\[?([^[\]@#]+)\]?\]$/.exec(address);
  if (table) {
    return columnOf(context, table, home);
  }
  if (/^\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?#?$/i.test(address) || isWholeLine(reference)) {
    const sheet = context.workbook.worksheets.getItem(sheetOf(reference.includes("!") ? reference : home));
    const range = sheet.getRange(address.replaceAll("$", "").replace("#", ""));
    return spills ? range.getSpillingToRange() : range;
  }
  const named = context.workbook.names.getItemOrNullObject(address);
  named.load("type");
  await context.sync();
  return named.isNullObject || named.type !== "Range" ? null : named.getRange();
}

/** A table's column, or its cell in the formula's row: Usage[tokens], Usage[@tokens], inside the table [@tokens]. */
function columnOf(context, [, name, thisRow, column], home) {
  const cell = context.workbook.worksheets.getItem(sheetOf(home)).getRange(withoutSheet(home));
  const table = name ? context.workbook.tables.getItem(name) : cell.getTables(false).getFirst();
  const body = table.columns.getItem(column).getDataBodyRange();
  return thisRow ? body.getIntersection(cell.getEntireRow()) : body;
}

function sheetOf(address) {
  const sheet = address.slice(0, address.lastIndexOf("!"));
  return sheet.startsWith("'") ? sheet.slice(1, -1).replaceAll("''", "'") : sheet;
}

/** Let ribbon buttons run `action`, each by the name the manifest gives it. */
export async function onRibbon(actions) {
  if (!(await inExcel)) {
    return;
  }
  for (const [name, action] of Object.entries(actions)) {
    Office.actions.associate(name, async (event) => {
      try {
        await Office.addin.showAsTaskpane();
        await action();
      } finally {
        event.completed();
      }
    });
  }
}
