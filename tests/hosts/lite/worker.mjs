// Runs a workbook's main.py in Pyodide and calls its functions as the Office add-in does, one JSON line each way.
//
//   node worker.mjs PYODIDE_FOLDER WORKER_PY < requests
//
// The first request holds the files: main.py as text, and the archive that has xlwings in it by its path.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, workerFile] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);

const since = (start) => (performance.now() - start) / 1000;
const answer = (message) => process.stdout.write(JSON.stringify(message) + "\n");

let call;

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
  return { functions, seconds, python: pyodide.runPython("import sys; sys.version") };
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

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    answer(await (request.main ? start(request) : evaluate(request)));
  } catch (error) {
    answer({ failure: String(error) });
  }
}
