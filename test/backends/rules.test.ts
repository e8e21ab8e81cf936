import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { rules, type Rule } from '../../src/engine/rules/index.ts';
import type { Limits } from '../../src/engine/rules/rule.ts';
import { applyEdits } from '../../src/engine/spec/edit.ts';
import { fixEdits, type Fix } from '../../src/engine/spec/fix.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { assertTranslated, inAccents } from '../pseudo.ts';
import { faulty, healthy, type Specimen } from './specimens.ts';
import { wasm } from './wasmSupport.ts';

const textOf = ({ file }: Specimen): string => JSON.stringify(file, null, 2);

/** Checks and trains a network; gives the first fix of each rule that fires, before or during training. */
async function fired(text: string, backend: Backend): Promise<Map<string, Fix | null>> {
  const { graph, dataset, problems } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
  const found = new Map<string, Fix | null>();
  for (const { severity, rule, fixes = [], message } of problems) {
    assert.notEqual(severity, 'error', message);
    assertTranslated(text, message, fixes);
    if (!found.has(rule)) found.set(rule, fixes[0] ?? null);
  }
  assert.ok(graph && dataset);
  const trainer = await Trainer.create(graph, dataset, backend, {
    run: 'test',
    reason: 'test',
    onEvent(event) {
      if (event.event !== 'warning') return;
      assertTranslated(text, event.message, event.fixes);
      if (!found.has(event.rule)) found.set(event.rule, event.fix);
    },
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  await trainer.run();
  trainer.dispose();
  return found;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Notes which thresholds rules look at, until the function it gives is called. */
function noteReads(read: Set<string>): () => void {
  const rows = rules as Writable<Rule>[];
  const before = rows.map(({ check, watch }) => ({ check, watch }));
  for (const [k, row] of rows.entries()) {
    const { check, watch } = before[k]!;
    const noted = (limits: Limits) =>
      new Proxy(limits, { get: (all, name: string) => (read.add(`${row.id}.${name}`), all[name]!) });
    if (check) row.check = (situation, limits) => check(situation, noted(limits));
    if (watch) row.watch = (moment, limits) => watch(moment, noted(limits));
  }
  return () => before.forEach((one, k) => Object.assign(rows[k]!, one));
}

describe('Networks made to fail in known ways', () => {
  inAccents();
  let backend: Backend;
  let mended = 0;
  const read = new Set<string>();
  let stop = () => {};
  before(async () => {
    backend = await wasm('simd');
    stop = noteReads(read);
  });
  after(() => stop());

  it(`show each rule at least twice, and are ${faulty.length}, beside ${healthy.length} healthy ones`, () => {
    assert.ok(faulty.length >= 40 && healthy.length >= 10);
    for (const { id } of rules) {
      const count = faulty.filter(({ rules }) => rules.includes(id)).length;
      assert.ok(count >= 2, `${id}: ${count}`);
    }
  });

  for (const specimen of faulty) {
    it(`${specimen.name}: ${specimen.rules.join(', ')}, and nothing else`, async () => {
      const found = await fired(textOf(specimen), backend);
      assert.deepEqual([...found.keys()].sort(), [...specimen.rules].sort());
      const [rule] = specimen.rules;
      const fix = found.get(rule!);
      assert.ok(fix, `${rule} offers no fix`);
      const after = await fired(applyEdits(textOf(specimen), fixEdits(textOf(specimen), fix)), backend);
      if (!after.has(rule!)) mended++;
    });
  }

  for (const specimen of healthy) {
    it(`${specimen.name}: no rule speaks`, async () => {
      assert.deepEqual([...(await fired(textOf(specimen), backend)).keys()], []);
    });
  }

  it('make each rule ask for every threshold it has, so that each setting counts', () => {
    const all = rules.flatMap(({ id, thresholds }) => Object.keys(thresholds).map((name) => `${id}.${name}`));
    assert.deepEqual([...read].sort(), all.sort());
  });

  it('are rid of their fault by the first fix, at least eight in ten', () => {
    assert.ok(mended >= 0.8 * faulty.length, `${mended} of ${faulty.length}`);
  });
});
