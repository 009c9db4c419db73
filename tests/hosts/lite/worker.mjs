// Runs a workbook's main.py in Pyodide and calls its functions and scripts as the Office add-in does, one JSON line
// each way.
//
//   node worker.mjs PYODIDE_FOLDER WORKER_PY < requests
//
// The first request holds the files: main.py as text, and the archive that has xlwings in it by its path.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { Excel } from "./excel.mjs";

const [folder, workerFile] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);

const since = (start) => (performance.now() - start) / 1000;
const answer = (message) => process.stdout.write(JSON.stringify(message) + "\n");

let call, scripts, ask;

async function start({ main, xlwings }) {
  let begun = performance.now();
  // Lite itself is licensed; outside it xlwings asks for a key, and these tests are noncommercial use
  const env = { XLWINGS_ON_SERVER: "true", XLWINGS_LICENSE_KEY: "noncommercial", HOME: "/home/pyodide" };
  const pyodide = await loadPyodide({ env, stdout: console.error, stderr: console.error });
  const seconds = { pyodide: since(begun) };

  begun = performance.now();
  const packages = pyodide.runPython("import sysconfig; sysconfig.get_paths()['purelib']");
  pyodide.unpackArchive(new Uint8Array(fs.readFileSync(xlwings)), "zip", { extractDir: packages });
  pyodide.runPython(fs.readFileSync(workerFile, "utf-8"));
  seconds.xlwings = since(begun);

  begun = performance.now();
  const run = pyodide.globals.get("run_main");
  const functions = run(main);
  seconds.main = since(begun);
  call = pyodide.globals.get("call");
  scripts = pyodide.globals.get("run_script");
  ask = pyodide.globals.get("ask");
  return { functions, scripts: pyodide.globals.get("scripts")(), seconds, python: pyodide.runPython("import sys; sys.version") };
}

async function evaluate({ name, cells, times }) {
  const data = {
    client: "Office.js",
    func_name: name,
    args: cells,
    caller_address: "[Book1]Sheet1!A1",
    culture_info_name: "en-US",
    date_format: "m/d/yyyy",
    version: "",
    runtime: "1.4",
  };
  const begun = performance.now();
  let result;
  for (let i = 0; i < (times ?? 1); i++) result = await call(data);
  return { result, seconds: since(begun) / (times ?? 1) };
}

// A script's actions are carried out when it is at its end, as Lite does.
async function run({ script, given, workbook }) {
  if (workbook) globalThis.xlwings = bound(new Excel(workbook));
  const excel = globalThis.xlwings.excel;
  Object.assign(excel, { alerts: [], reads: 0, writes: 0 });
  const begun = performance.now();
  const result = await scripts(await excel.getBookData(), script, given);
  await excel.runActions(result);
  const { alerts, reads, writes } = excel;
  return { alerts, reads, writes, seconds: since(begun) };
}

// Python calls what it gets of an object without that object.
function bound(excel) {
  const names = ["getBookData", "getRangeData", "getRangeValues", "runActions"];
  return { excel, ...Object.fromEntries(names.map((name) => [name, excel[name].bind(excel)])) };
}

function answered(request) {
  if (request.main) return start(request);
  if (request.script) return run(request);
  if (request.python) return answerOf(request);
  if (request.look) return { sheets: globalThis.xlwings.excel.sheets };
  return evaluate(request);
}

async function answerOf({ python, workbook }) {
  if (workbook) globalThis.xlwings = bound(new Excel(workbook));
  return { answer: await ask(python, await globalThis.xlwings?.excel.getBookData()) };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    answer(await answered(request));
  } catch (error) {
    answer({ failure: String(error) });
  }
}
