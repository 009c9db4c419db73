// As much of Office.js as the pane and xlwings' scripts touch, over a workbook of a few cells; what is done to it is
// noted in `calls`. Tests put it in the place of office.js.
(function () {
  const cells = {
    Sheet1: {
      A1: "gpt-4o", B1: 500, C1: 200, D1: "=QUERY_COST(A1,B1,C1)", E1: "=QUERY_COST(A1,B1,model)",
      F1: '=QUERY_COST("gpt-4o",SUM(Sheet1!$B:$B),0)',
      B4: 1000, C4: '=QUERY_COST("gpt-4o",Usage[@tokens],200)',
      B5: 2000, C5: '=QUERY_COST("gpt-4o",SUM(Usage[tokens]),200)',
    },
  };
  const names = { model: "Sheet1!A1" };
  const tables = { Usage: { tokens: "Sheet1!B4:B5" } };
  const fake = { calls: [], cells, selected: "Sheet1!F9", protectedSheet: false };
  window.fakeExcel = fake;

  const parse = (address) => address.replaceAll("$", "").split("!");

  function corners(address) {
    const [from, to = from] = address.split(":").map((corner) => /^([A-Z]*)(\d*)$/.exec(corner));
    const column = (letters) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    return { top: +from[2] || 1, bottom: +to[2] || 1048576, left: column(from[1]) || 1, right: column(to[1]) || 16384 };
  }

  function overlap(one, other) {
    const [a, b] = [one, other].map((range) => corners(parse(range.address)[1]));
    const name = (column, row) => String.fromCharCode(64 + column) + row;
    const first = name(Math.max(a.left, b.left), Math.max(a.top, b.top));
    return range(parse(one.address)[0], `${first}:${name(Math.min(a.right, b.right), Math.min(a.bottom, b.bottom))}`);
  }

  function grid(sheet, address, cell) {
    const { top, bottom, left, right } = corners(address);
    const rows = [];
    for (let row = top; row <= bottom; row += 1) {
      const line = [];
      for (let column = left; column <= right; column += 1) {
        line.push(cell(cells[sheet]?.[String.fromCharCode(64 + column) + row]));
      }
      rows.push(line);
    }
    return rows;
  }

  function range(sheet, address) {
    return {
      load() {},
      get address() { return `${sheet}!${address}`; },
      get cellCount() {
        const { top, bottom, left, right } = corners(address);
        return (bottom - top + 1) * (right - left + 1);
      },
      get values() { return grid(sheet, address, (cell) => cell ?? ""); },
      get valueTypes() { return grid(sheet, address, (cell) => (cell === undefined ? "Empty" : "Other")); },
      get formulas() { return grid(sheet, address, (cell) => cell ?? ""); },
      set formulas(rows) {
        if (fake.protectedSheet) {
          throw Object.assign(new Error("no"), { code: "AccessDenied" });
        }
        fake.calls.push(["formulas", `${sheet}!${address}`, rows[0][0]]);
        (cells[sheet] ??= {})[address] = rows[0][0];
      },
      worksheet: { getUsedRange: () => range(sheet, "A1:F5") },
      getEntireRow: () => range(sheet, [corners(address).top, corners(address).top].join(":")),
      getIntersection(other) { return overlap(this, other); },
      getIntersectionOrNullObject(other) { return overlap(this, other); },
    };
  }

  const context = {
    workbook: {
      name: "Book1", load() {},
      getActiveCell: () => range(...parse(fake.selected)),
      worksheets: { getItem: (sheet) => ({ getRange: (address) => range(sheet, address) }) },
      tables: {
        getItem: (table) => ({
          columns: { getItem: (column) => ({ getDataBodyRange: () => range(...parse(tables[table][column])) }) },
        }),
      },
      names: {
        getItemOrNullObject: (name) => ({
          isNullObject: !(name in names), type: "Range", load() {}, getRange: () => range(...parse(names[name])),
        }),
      },
    },
    application: { calculate: (kind) => fake.calls.push(["calculate", kind]), cultureInfo: { load() {}, datetimeFormat: { load() {} } } },
    sync: async () => {},
  };

  window.Excel = {
    run: async (batch) => batch(context),
    RequestContext: function () { return context; },
    CalculationType: { fullRebuild: "FullRebuild" },
    createWorkbook: async (base64) => { fake.calls.push(["createWorkbook", base64]); },
  };
  window.Office = {
    onReady: async (then) => { const info = { host: "Excel", platform: "PC" }; then?.(info); return info; },
    context: {
      requirements: { isSetSupported: () => true },
      officeTheme: { bodyBackgroundColor: window.fakeTheme ?? "#FFFFFF" },
    },
    actions: { associate: (name, action) => { (fake.actions ??= {})[name] = action; } },
    addin: { showAsTaskpane: async () => { fake.calls.push(["showAsTaskpane"]); } },
  };
  window.CustomFunctions = { associate() {} };
})();
