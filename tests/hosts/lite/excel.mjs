// An Excel with one workbook, as far as xlwings' client for Office.js lets Python see it: what xlwings calls
// `js.xlwings`. A cell is [what it shows, what is written in it]; what is shown of a day is a text like an ISO date.

const EPOCH = Date.UTC(1899, 11, 30);
const DAY = 86_400_000;
const EMPTY = ["", ""];
const DAYS_TO_1904 = 1462;
const SHOWN_AS_DAY = /^\d{4}-\d\d-\d\dT/;

export class Excel {
  constructor({ name, names, sheets, refused, altered, locked, counts_from }) {
    this.name = name;
    this.names = names;
    this.sheets = sheets; // name, cells (from A1), merged, tables, used_range_address
    this.refused = refused ?? 0; // the write of each script, counted from 1, that fails
    this.altered = altered ?? {}; // numbers, by what Excel makes of each
    this.locked = locked ?? []; // sheets that cannot be written
    this.offset = counts_from === 1904 ? DAYS_TO_1904 : 0; // of days, of which xlwings' client knows nothing
    this.writes = 0;
    this.alerts = [];
    this.reads = 0;
  }

  async getBookData() {
    return {
      client: "Office.js",
      version: "",
      book: { name: this.name, active_sheet_index: 0, selection: "A1", calculation: "Automatic" },
      names: this.names,
      sheets: this.sheets.map(({ name, cells, tables, used_range_address }) => ({
        name, tables, used_range_address, visibility: "Visible", pictures: [], shapes: [], charts: [], notes: [],
        values: cells.map((row) => row.map(([shown]) => shown)),
      })),
    };
  }

  async getRangeData(sheet, address, keys) {
    this.reads += 1;
    const cells = this.cells(sheet, address);
    const known = {
      formulas: cells.map((row) => row.map(([, written]) => written)),
      ...this.merged(sheet, address),
    };
    return Object.fromEntries(Array.from(keys, (key) => [key, known[key]]));
  }

  // whether all cells are merged ones, null where some are, and the area in which the first one is
  merged(name, address) {
    const { merged } = this.sheets.find((sheet) => sheet.name === name);
    const cells = positions(address);
    const areas = cells.map((cell) => merged.find((area) => positions(area).includes(cell)) ?? null);
    return { merge_cells: areas.every(Boolean) || (areas.some(Boolean) ? null : false), merge_area: areas[0] };
  }

  async getRangeValues(sheet, address) {
    return this.cells(sheet, address).map((row) => row.map(([shown]) => shown));
  }

  // what was written before the action that fails stays written
  async runActions({ actions }) {
    for (const action of actions) this[action.func](action);
  }

  alert({ args }) {
    this.alerts.push(args[0]);
  }

  setValues({ sheet_position, start_row, start_column, values }) {
    const sheet = this.sheets[sheet_position];
    this.writes += 1;
    if (this.locked.includes(sheet.name) || this.writes === this.refused) {
      throw new Error("AccessDenied: the cell is protected");
    }
    values.forEach((row, i) =>
      row.forEach((value, j) => {
        const [before] = sheet.cells[start_row + i]?.[start_column + j] ?? EMPTY;
        this.set(sheet.cells, start_row + i, start_column + j, this.entered(value, before));
      }),
    );
  }

  // What becomes of a value that is typed into a cell, which keeps the format that it had.
  entered(value, before) {
    if (typeof value === "number" && SHOWN_AS_DAY.test(before)) return [day(value), value];
    if (typeof value !== "string") return Array(2).fill(this.altered[value] ?? value);
    if (/^\d{4}-\d\d-\d\d$/.test(value)) {
      const number = (Date.parse(value) - EPOCH) / DAY - this.offset;
      return [day(number), number];
    }
    const text = value.startsWith("'") ? value.slice(1) : value;
    return [text, text];
  }

  set(cells, row, column, cell) {
    while (cells.length <= row) cells.push([]);
    while (cells[row].length <= column) cells[row].push(EMPTY);
    cells[row][column] = cell;
  }

  cells(name, address) {
    const { cells } = this.sheets.find((sheet) => sheet.name === name);
    const { rows, columns } = area(address);
    return rows.map((row) => columns.map((column) => cells[row]?.[column] ?? EMPTY));
  }
}

const day = (number) => new Date(EPOCH + number * DAY).toISOString();

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

function area(address) {
  const [from, to] = address.replaceAll("$", "").split(":").map(position);
  const last = to ?? from;
  return { rows: range(from.row, last.row), columns: range(from.column, last.column) };
}

function positions(address) {
  const { rows, columns } = area(address);
  return rows.flatMap((row) => columns.map((column) => `${row} ${column}`));
}

function position(cell) {
  const [, letters, row] = cell.match(/^([A-Z]+)(\d+)$/);
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(row) - 1, column };
}
