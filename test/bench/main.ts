import { writeFile } from 'node:fs/promises';
import { createMaterial, createOurCases, holdersFor, pick } from './cases.ts';
import { renderChart } from './chart.ts';
import { createColdCommands } from './cold-commands.ts';
import { measureColdStarts } from './cold-start.ts';
import { createFloorWays } from './floor.ts';
import { createLibraryCases } from './library-cases.ts';
import { measure } from './measure.ts';
import { renderReport } from './report.ts';
import { createRows, findFloor } from './rows.ts';

const ROUNDS = 11;

const note = (text: string): boolean => process.stderr.write(`bench: ${text}\n`);

note('making cards, presentations and a status list of a million entries');
const material = await createMaterial(holdersFor(ROUNDS));
const card = pick(material.cards, 0);
const [signed = ''] = card.split('~');
const ways = createFloorWays(new TextEncoder().encode(signed), holdersFor(ROUNDS));
const cases = [
  ...ways.sign,
  ...ways.verify,
  ...ways.import,
  ...createOurCases(material),
  ...(await createLibraryCases(material)),
];

note(`measuring ${cases.length} cases in ${ROUNDS} rounds`);
const measurements = await measure(cases, ROUNDS);
const floor = findFloor(measurements, ways);
const rows = createRows(measurements, floor);

note('starting commands');
const report = renderReport({
  rows,
  coldRows: await measureColdStarts(await createColdCommands(), ROUNDS),
  floor,
  rounds: ROUNDS,
  cardCharacters: card.length,
  presentationCharacters: pick(material.presentations, 0).length,
});
await writeFile('docs/performance.md', report);
await writeFile('docs/performance.svg', renderChart(rows));
process.stdout.write(report);
