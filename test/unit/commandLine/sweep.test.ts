import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listOf } from '../../../src/engine/node/sweepPlan.ts';
import { workplace } from './support.ts';

const network = {
  version: 1,
  seed: 5,
  data: { source: 'circles', samples: 80 },
  layers: [
    { id: 'hidden', type: 'dense', units: 4 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
  ],
  training: { batchSize: 16, epochs: 3 },
  expect: [{ metric: 'layers.hidden.dead', op: '<=', value: 4 }],
};

const linesOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const timeless = (out: string) => linesOf(out).map((line) => ({ ...line, seconds: 0 }));

describe('rectifier sweep', () => {
  const { at, run } = workplace();
  before(() => writeFileSync(at('n.nn.json'), JSON.stringify(network)));
  const sweep = (...args: string[]) => run('sweep', 'n.nn.json', ...args);

  it('trains every combination under each seed, and says of each what train would', async () => {
    const vary = [
      '--vary',
      'layers.hidden.activation=relu,tanh',
      '--vary',
      'training.optimizer={"name":"sgd","learningRate":0.1},adam',
    ];
    const { code, out, err } = await sweep(...vary, '--seeds', '3', '--jsonl');
    assert.deepEqual([code, err], [0, '']);
    const lines = linesOf(out);
    assert.equal(lines.length, 12);
    assert.deepEqual(Object.keys(lines[0]), ['event', 'set', 'seed', 'reason', 'seconds', 'final', 'expect']);
    assert.deepEqual(
      lines.map(({ seed }) => seed),
      [5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 6, 7],
    );
    assert.deepEqual(lines[5].set, { 'layers.hidden.activation': 'relu', 'training.optimizer': 'adam' });
    const one = await run('train', 'n.nn.json', '--jsonl', '--seed', '7', '--set', 'training.optimizer=adam');
    const end = linesOf(one.out).at(-1);
    assert.deepEqual(lines[5].final, end.final);
    assert.deepEqual(lines[5].expect, end.expect);
    assert.deepEqual(timeless((await sweep(...vary, '--seeds', '3', '--jsonl', '--workers', '1')).out), timeless(out));
  });

  it('goes on from the runs it kept, and makes again what has another network', async () => {
    const args = ['--vary', 'layers.hidden.units=2,3', '--seeds', '2', '--jsonl', '--out', 'kept.jsonl'];
    const whole = (await sweep(...args)).out;
    const kept = readFileSync(at('kept.jsonl'), 'utf8');
    // As an interruption leaves it: a run short, the next one cut off.
    const lines = kept.split('\n');
    writeFileSync(at('kept.jsonl'), `${lines.slice(0, 3).join('\n')}\n${lines[3]!.slice(0, 40)}`);
    assert.deepEqual(timeless((await sweep(...args)).out), timeless(whole));
    assert.equal(readFileSync(at('kept.jsonl'), 'utf8').split('\n').length, 5);
    assert.equal((await sweep(...args)).out, (await sweep(...args)).out);
    const other = await sweep(...args, '--set', 'training.epochs=1');
    assert.deepEqual(
      linesOf(other.out).map(({ final }) => final.epoch),
      [1, 1, 1, 1],
    );
    writeFileSync(at('notes.txt'), 'no runs\n');
    assert.match((await sweep('--out', 'notes.txt')).err, /^notes\.txt:1:1: it holds no runs/);
  });

  it('shows median and range over the seeds as a table', async () => {
    const { code, out } = await sweep('--vary', 'layers.hidden.units=2,3', '--seeds', '3');
    assert.equal(code, 0);
    const [head, ...rows] = out.trimEnd().split('\n');
    assert.match(
      head!,
      /^layers\.hidden\.units +runs +loss +accuracy +validation loss +validation accuracy +dead units +met$/,
    );
    assert.equal(rows.length, 2);
    for (const row of rows) assert.match(row, /^[23] +3 +[\d.]+ \([\d.]+–[\d.]+\) .* 3 of 3$/);
  });

  it('without training shows step 0', async () => {
    const { code, out } = await sweep('--steps', '0', '--seeds', '2', '--jsonl');
    assert.equal(code, 0);
    assert.ok(linesOf(out).every(({ final, expect }) => final.step === 0 && expect.length === 0));
  });

  it('says by its exit code what went wrong: an expectation, a run, the file, the usage', async () => {
    const code = async (...args: string[]) => (await sweep('--jsonl', ...args)).code;
    assert.equal(await code('--set', 'expect.0.value=-1'), 4);
    const numbers = [
      '--set',
      'data.source=sine',
      '--set',
      'layers.output.activation=linear',
      '--set',
      'layers.hidden.activation=linear',
    ];
    const astray = await sweep(
      ...numbers,
      '--jsonl',
      '--vary',
      'training.optimizer.learningRate=0.01,1e30',
      '--set',
      'training.optimizer={"name":"sgd"}',
    );
    assert.equal(astray.code, 3);
    assert.deepEqual(
      linesOf(astray.out).map(({ reason }) => reason),
      ['completed', 'diverged'],
    );
    assert.equal(await code('--vary', 'layers.hidden.unist=3'), 1);
    assert.equal(await code('--vary', 'layers.hidden.units=3,0'), 1);
    const pastTheLast = ['--set', 'seed=4294967295', '--seeds', '2'];
    for (const args of [
      pastTheLast,
      ['--vary', 'nothing'],
      ['--seeds', '0'],
      ['--seeds', 'x'],
      ['--workers', '0'],
      ['--fast'],
      ['--out', 'nowhere/runs.jsonl'],
    ])
      assert.equal(await code(...args), 2, args.join(' '));
  });

  it('ends with 130 when it is interrupted, with what it has done', async () => {
    const args = ['sweep', 'n.nn.json', '--set', 'training.epochs=600', '--seeds', '400', '--jsonl', '--workers', '1'];
    const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), ...args], { cwd: path.dirname(at('x')) });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      if (out === '') child.kill('SIGINT');
      out += data.toString();
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 130);
    const { length } = linesOf(out);
    assert.ok(length >= 1 && length < 400, `${length} runs`);
  });

  it('splits a list at commas that stand outside brackets and quotes', () => {
    assert.deepEqual(listOf('a,b'), ['a', 'b']);
    assert.deepEqual(listOf('[1,2],{"a":[3,4],"b":"x,y"},"p,q",r'), ['[1,2]', '{"a":[3,4],"b":"x,y"}', '"p,q"', 'r']);
    assert.deepEqual(listOf('"a\\",b",c'), ['"a\\",b"', 'c']);
    assert.deepEqual(listOf(''), ['']);
  });
});
