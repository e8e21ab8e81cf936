import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { workplace } from './support.ts';

/** `custom` stands on line 5, its formula at column 97. */
const fileOf = (formula: string) => `{
  "version": 1,
  "data": { "source": "circles", "samples": 60 },
  "layers": [
    { "id": "hidden", "type": "dense", "units": 6, "activation": { "name": "custom", "formula": ${JSON.stringify(formula)} } },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid" }
  ],
  "training": { "epochs": 3 }
}`;

describe('formulas on the command line', function () {
  this.timeout(60_000);
  const { at, run } = workplace();
  before(() => {
    writeFileSync(at('good.nn.json'), fileOf('min(x, 0)'));
    writeFileSync(at('bad.nn.json'), fileOf('mni(x, 0)'));
  });

  it('a wrong one is refused with its place, its column and what was meant', async () => {
    const message = "Column 1: 'mni' is not a function; did you mean min?";
    const [check, train] = [await run('check', 'bad.nn.json', '--json'), await run('train', 'bad.nn.json')];
    const { line, column, rule, path, ...rest } = JSON.parse(check.out) as Record<string, unknown>;
    assert.deepEqual([line, column, rule, path], [5, 97, 'formula', 'layers.0.activation.formula']);
    assert.deepEqual([rest['message'], check.code], [message, 1]);
    assert.deepEqual([train.code, train.err], [1, `bad.nn.json:5:97: ${message}\n`]);
  });

  it('--set takes one, and refuses a wrong one', async () => {
    const set = (formula: unknown) => `layers.0.activation=${JSON.stringify({ name: 'custom', formula })}`;
    const own = await run('train', 'good.nn.json', '--jsonl');
    const good = await run('train', 'bad.nn.json', '--jsonl', '--set', set('min(x, 0)'));
    const last = (out: string) => (JSON.parse(out.trimEnd().split('\n').at(-1)!) as { final: unknown }).final;
    assert.deepEqual([good.code, good.err], [0, '']);
    assert.deepEqual(last(good.out), last(own.out));
    const bad = await run('train', 'good.nn.json', '--set', set('x +'));
    assert.equal(bad.code, 1);
    assert.match(bad.err, /Column 4: Expected x, a number, a function or '\(', but the formula ends\./);
    const none = await run('train', 'good.nn.json', '--set', 'layers.0.activation=custom');
    assert.equal(none.code, 1);
    assert.match(none.err, /"custom" needs "formula"\. Write { "name": "custom", "formula": … }\./);
  });

  it('summary shows the derivative', async () => {
    const { out } = await run('summary', 'good.nn.json');
    assert.match(out, /hidden: f\(x\) = min\(x, 0\), f′\(x\) = x <= 0 \? 1 : 0/);
    const { layers } = JSON.parse((await run('summary', 'good.nn.json', '--json')).out) as { layers: object[] };
    const [first, second] = layers as { formula?: string; derivative?: string }[];
    assert.deepEqual([first!.formula, first!.derivative, second!.formula], ['min(x, 0)', 'x <= 0 ? 1 : 0', undefined]);
  });
});
