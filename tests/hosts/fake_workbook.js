// A workbook behind Office.js, for the pane and xlwings' client: put after fake_office.js, with the workbook in
// `fakeBook`. As in Office.js nothing can be read before it was loaded and synchronised, what is written is written at
// the next synchronising, and where Excel refuses one thing, those queued before it are done and those after it not.
(function () {
  const { sheets, names } = window.fakeBook;
  const fake = window.fakeExcel;
  Object.assign(fake, { sheets, refuses: () => false, counts1904: false, written: [], beforeWrite: () => {} });

  const letters = (column) =>
    (column > 26 ? letters(Math.floor((column - 1) / 26)) : "") + String.fromCharCode(65 + ((column - 1) % 26));

  function area(address) {
    const [first, last = first] = address.replaceAll("$", "").split(":").map((corner) => {
      const [, column, row] = /^([A-Z]+)(\d+)$/.exec(corner);
      return { row: +row, column: [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) };
    });
    return { top: first.row, left: first.column, bottom: last.row, right: last.column };
  }

  const named = ({ top, left, bottom, right }) =>
    [letters(left) + top, letters(right) + bottom].filter((corner, at, all) => all.indexOf(corner) === at).join(":");

  /** An object of Office.js: its properties are there once they are loaded; `write` takes what is assigned to one. */
  const filling = new WeakMap();
  function remote(context, properties, methods = {}, write = null) {
    const loaded = {};
    const fill = (path) => {
      const [name, ...rest] = path.split("/");
      const one = name in properties ? name : "items";
      if (!(one in properties)) {
        return;
      }
      loaded[one] = one === "items" ? (loaded.items ?? properties.items()) : properties[one]();
      if (one === "items") {
        const inner = name === "items" ? rest.join("/") : path;
        loaded.items.forEach((item) => inner && filling.get(item)(inner));
      }
    };
    const load = (paths) => {
      context.queue.push(() => [paths].flat().forEach((list) => list.split(",").forEach((path) => fill(path.trim()))));
      return made;
    };
    const made = new Proxy({ ...methods, load }, {
      get(target, name) {
        if (name in loaded) {
          return loaded[name];
        }
        if (name in properties) {
          throw new Error(`${String(name)} is read before it was loaded`);
        }
        return target[name];
      },
      set(_, name, value) {
        context.queue.push(() => write(name, value));
        return true;
      },
    });
    filling.set(made, fill);
    return made;
  }

  const collection = (context, items) => remote(context, { items });

  function entered(value) {
    if (typeof value !== "string") {
      return value;
    }
    const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
    return day ? Date.UTC(+day[1], +day[2] - 1, +day[3]) / 86_400_000 + 25_569 - (fake.counts1904 ? 1462 : 0) : value.replace(/^'/, "");
  }

  function range(context, sheet, at) {
    const grid = (cell) => {
      const rows = [];
      for (let row = at.top; row <= at.bottom; row += 1) {
        const line = [];
        for (let column = at.left; column <= at.right; column += 1) {
          line.push(cell(sheet.cells[letters(column) + row] ?? {}));
        }
        rows.push(line);
      }
      return rows;
    };
    const write = (name, rows) => {
      if (name !== "values") {
        throw new Error(`nobody was to write ${name}`);
      }
      fake.beforeWrite(sheet.name, named(at));
      const place = `${sheet.name}!${named(at)}`;
      if (sheet.protected || fake.refuses(place)) {
        throw Object.assign(new Error("no"), { code: "AccessDenied" });
      }
      fake.written.push(place);
      rows.forEach((line, r) => line.forEach((value, c) => {
        const cell = (sheet.cells[letters(at.left + c) + (at.top + r)] ??= {});
        delete cell.formula;
        cell.value = entered(value);
      }));
    };
    return remote(
      context,
      {
        address: () => `${sheet.name}!${named(at)}`,
        rowIndex: () => at.top - 1,
        columnIndex: () => at.left - 1,
        rowCount: () => at.bottom - at.top + 1,
        columnCount: () => at.right - at.left + 1,
        values: () => grid((cell) => cell.value ?? ""),
        formulas: () => grid((cell) => cell.formula ?? cell.value ?? ""),
        numberFormat: () => grid((cell) => cell.format ?? "General"),
        hasSpill: () => grid((cell) => Boolean(cell.spilled)).flat().some(Boolean),
      },
      {
        format: { protection: remote(context, { locked: () => true }) },
        worksheet: remote(context, { position: () => sheets.indexOf(sheet) }),
      },
      write,
    );
  }

  function used(context, sheet) {
    const places = Object.keys(sheet.cells).filter((place) => (sheet.cells[place].value ?? "") !== "").map(area);
    if (!places.length) {
      return remote(context, {}, { isNullObject: true });
    }
    const [rows, columns] = [places.map(({ top }) => top), places.map(({ left }) => left)];
    return range(context, sheet, { top: Math.min(...rows), left: Math.min(...columns), bottom: Math.max(...rows), right: Math.max(...columns) });
  }

  function merged(context, sheet) {
    const areas = (sheet.merged ?? []).map((address) => range(context, sheet, area(address)));
    return areas.length ? remote(context, {}, { areas: collection(context, () => areas) }) : remote(context, {}, { isNullObject: true });
  }

  function table(context, sheet, { name, ref }) {
    const at = area(ref);
    const head = { ...at, bottom: at.top };
    const columns = () => Array.from({ length: at.right - at.left + 1 }, (_, c) =>
      remote(context, { name: () => String(sheet.cells[letters(at.left + c) + at.top]?.value) }));
    return remote(
      context,
      { name: () => name, showHeaders: () => true, showTotals: () => false, style: () => "" },
      {
        getRange: () => range(context, sheet, at),
        getDataBodyRange: () => range(context, sheet, { ...at, top: at.top + 1 }),
        getHeaderRowRange: () => range(context, sheet, head),
        columns: collection(context, columns),
      },
    );
  }

  function name(context, { name: called, formula }) {
    const [, quoted, plain, address] = /^=(?:'(.+)'|([^!]+))!(.+)$/.exec(formula) ?? [];
    const sheet = sheets.find((one) => one.name === (quoted ?? plain));
    const isRange = Boolean(sheet && /^[$A-Z0-9:]+$/.test(address));
    return remote(
      context,
      { name: () => called, type: () => (isRange ? "Range" : "String"), formula: () => formula },
      { getRangeOrNullObject: () => range(context, sheet, area(address)) },
    );
  }

  function worksheet(context, sheet) {
    const none = collection(context, () => []);
    return remote(
      context,
      { name: () => sheet.name, position: () => sheets.indexOf(sheet), visibility: () => "Visible", showGridlines: () => true },
      {
        getRange: (address) => (address ? range(context, sheet, area(address)) : { getMergedAreasOrNullObject: () => merged(context, sheet) }),
        getRangeByIndexes: (row, column, rows, columns) =>
          range(context, sheet, { top: row + 1, left: column + 1, bottom: row + rows, right: column + columns }),
        getUsedRangeOrNullObject: () => used(context, sheet),
        tables: collection(context, () => (sheet.tables ?? []).map((one) => table(context, sheet, one))),
        protection: remote(context, { protected: () => Boolean(sheet.protected) }),
        pageLayout: { getPrintAreaOrNullObject: () => remote(context, {}, { isNullObject: true }) },
        names: none, notes: none, charts: none, pivotTables: none, shapes: none,
      },
    );
  }

  function newContext() {
    const context = { queue: [] };
    const missing = () => remote(context, {}, { isNullObject: true });
    const found = (called) => sheets.find((sheet) => sheet.name === called);
    const worksheets = remote(
      context,
      { items: () => sheets.map((sheet) => worksheet(context, sheet)) },
      {
        getItem: (called) => worksheet(context, found(called)),
        getItemOrNullObject: (called) => (found(called) ? worksheet(context, found(called)) : missing()),
        getActiveWorksheet: () => worksheet(context, sheets[0]),
      },
    );
    const application = remote(context, { calculationMode: () => "Automatic" });
    const workbook = remote(context, { name: () => "plan.xlsx" }, {
      worksheets, application,
      names: collection(context, () => names.map((one) => name(context, one))),
      getSelectedRange: () => range(context, sheets[0], area("A1")),
    });
    const sync = async () => {
      const batch = context.queue.splice(0);
      for (const step of batch) {
        step();
      }
    };
    return Object.assign(context, { workbook, sync });
  }

  Object.assign(window.Excel, {
    run: async (batch) => {
      const context = newContext();
      const result = await batch(context);
      await context.sync();
      return result;
    },
    ShapeType: { image: "Image" },
  });
})();
