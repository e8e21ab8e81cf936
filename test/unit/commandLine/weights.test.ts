import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSafetensors } from '../../../src/engine/weights/safetensors.ts';
import { linesAfter, workplace } from './support.ts';

const network = `{
  // Kept as it is written.
  "version": 1, "seed": 5,
  "data": { "source": "moons", "samples": 120 },
  "layers": [
    { "id": "hidden", "type": "dense", "units": 8 },
    { "id": "drop", "type": "dropout", "rate": 0.2 },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid" }
  ],
  "training": { "optimizer": "adam", "batchSize": 10, "epochs": 20 }
}
`;
const names = ['hidden.weights', 'hidden.bias', 'output.weights', 'output.bias'];

describe('weight files on the command line', () => {
  const { at, read, run } = workplace();
  before(() => writeFileSync(at('n.nn.json'), network));
  const train = (...args: string[]) => run('train', 'n.nn.json', '--jsonl', ...args);

  it('saves the weights before the first step and at the end, with all it takes to know how they were made', async () => {
    const { code, err } = await train('--save-initial', 'initial.st', '--save', 'end.st');
    assert.equal(code, 0, err);
    for (const [file, step] of [
      ['initial.st', '0'],
      ['end.st', '200'],
    ] as const) {
      const { tensors, metadata } = read(file);
      assert.deepEqual([...tensors.keys()], names);
      assert.deepEqual(tensors.get('hidden.weights')!.shape, [2, 8]);
      const { network: text, seed, step: at, backend, kernels, engine, scaling } = metadata;
      assert.equal(text, network);
      assert.deepEqual([seed, at, backend, kernels], ['5', step, 'wasm', 'simd']);
      assert.match(engine!, /^\d+\.\d+\.\d+/);
      const { shift, divisor } = JSON.parse(scaling!);
      assert.ok(shift.length === 2 && divisor.length === 2 && divisor.every((value: number) => value > 0));
    }
    assert.notDeepEqual(read('initial.st').tensors, read('end.st').tensors);
    assert.deepEqual(
      readdirSync(path.dirname(at('x'))).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('saves them when nobody reads its output any more', async () => {
    const args = ['train', 'n.nn.json', '--jsonl', '--metrics-every', '1', '--save', 'unread.st'];
    const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), ...args], { cwd: path.dirname(at('x')) });
    child.stdout.destroy();
    assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 0);
    assert.equal(read('unread.st').metadata.step, '200');
  });

  it('writes into what a link leads to, and into a pipe, and replaces neither', async function () {
    if (process.platform === 'win32') this.skip();
    writeFileSync(at('real.st'), '');
    symlinkSync('real.st', at('link.st'));
    assert.equal((await train('--steps', '1', '--save', 'link.st')).code, 0);
    assert.ok(lstatSync(at('link.st')).isSymbolicLink());
    assert.equal(read('real.st').metadata.step, '1');
    execFileSync('mkfifo', [at('pipe')]);
    const [text, { code, err }] = await Promise.all([
      readFile(at('pipe'), 'utf8'),
      run('export', 'n.nn.json', '--to', 'json', '-o', 'pipe'),
    ]);
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(text).seed, 5);
  });

  it('makes the same bytes in two runs', async () => {
    await train('--steps', '30', '--save', 'a.st', '--checkpoint', 'ca.st');
    await train('--steps', '30', '--save', 'b.st', '--checkpoint', 'cb.st', '--every', '7');
    assert.deepEqual(readFileSync(at('a.st')), readFileSync(at('b.st')));
    assert.deepEqual(readFileSync(at('ca.st')), readFileSync(at('cb.st')));
  });

  it('saves what a run starts from even when it makes no step', async () => {
    const { code, out } = await train('--steps', '0', '--save-initial', 'zero.st');
    assert.equal(code, 0);
    assert.ok(out.includes('"event":"end"'));
    assert.deepEqual(read('zero.st').tensors, read('initial.st').tensors);
  });

  it('starts from given weights, those of a checkpoint too', async () => {
    for (const from of ['end.st', 'ca.st']) {
      const { code, err } = await train('--steps', '0', '--initial', from, '--save-initial', 'again.st');
      assert.equal(code, 0, err);
      const given = [...read(from).tensors].filter(([name]) => names.includes(name));
      assert.deepEqual([...read('again.st').tensors], given);
    }
  });

  it('writes every so many steps, and goes on from there with the lines and weights of an unbroken run', async () => {
    const whole = await train('--save', 'whole.st');
    const { code } = await train('--checkpoint', 'c.st', '--every', '37', '--steps', '100');
    assert.equal(code, 0);
    assert.equal(read('c.st').metadata['step'], '100');
    assert.ok(read('c.st').tensors.has('optimizer.exp_avg_sq.hidden.bias'));
    const rest = await train('--resume', 'c.st', '--save', 'rest.st');
    assert.equal(rest.code, 0, rest.err);
    assert.deepEqual(linesAfter(rest.out, 0), linesAfter(whole.out, 100));
    assert.ok(linesAfter(rest.out, 0).length > 8);
    assert.deepEqual(readFileSync(at('rest.st')), readFileSync(at('whole.st')));
  });

  it('resumes on the kernels of the checkpoint unless told otherwise, and then says why it can not', async () => {
    const { metadata, tensors } = read('c.st');
    const { kernels, ...others } = metadata;
    assert.equal(kernels, 'simd');
    writeFileSync(at('other.st'), writeSafetensors({ metadata: { ...others, backend: 'reference' }, tensors }));
    const { code, err } = await train('--resume', 'other.st', '--backend', 'wasm');
    assert.equal(code, 1);
    const slow = await train('--resume', 'other.st');
    assert.equal(slow.code, 0, slow.err);
    assert.ok(slow.out.includes('"backend":"reference"') && slow.out.includes('"reason":"auto: as the checkpoint"'));
    assert.equal(err, 'other.st:1:1: the checkpoint has the backend reference, but this run has wasm\n');
  });

  it('keeps a checkpoint when it is interrupted, from which the run goes on', async () => {
    const whole = await train('--epochs', '4000');
    const child = spawn(
      process.execPath,
      [path.resolve('dist/cli.cjs'), 'train', 'n.nn.json', '--jsonl', '--epochs', '4000', '--checkpoint', 'i.st'],
      { cwd: path.dirname(at('x')) },
    );
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (!out.includes('"step":10,')) child.kill('SIGINT');
      out += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 130);
    const { step } = JSON.parse(out.trimEnd().split('\n').at(-1)!);
    assert.ok(step < 40000);
    assert.equal(read('i.st').metadata['step'], String(step));
    const rest = await train('--epochs', '4000', '--resume', 'i.st');
    assert.deepEqual(linesAfter(rest.out, 0), linesAfter(whole.out, step));
  });

  it('keeps the checkpoint from before a run that went astray, and its last good weights', async () => {
    const { code } = await run(
      ...['train', 'n.nn.json', '--jsonl', '--set', 'training.optimizer={"name":"sgd","learningRate":1e30}'],
      ...['--set', 'layers.output.activation=linear', '--set', 'training.loss=mean_squared_error'],
      ...['--checkpoint', 'good.st', '--every', '1', '--save', 'last.st'],
    );
    assert.equal(code, 3);
    assert.ok([...read('last.st').tensors.values()].every(({ values }) => values.every(Number.isFinite)));
  });

  it('names the file, the tensor and both shapes when weights do not fit', async () => {
    const { code, err, out } = await train('--initial', 'end.st', '--set', 'layers.hidden.units=9');
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.equal(err, 'end.st:1:1: "hidden.weights" has the shape [2, 8], but the network needs [2, 9]\n');
  });

  it('says what is wrong with a file that holds no weights, in one line', async () => {
    const good = readFileSync(at('end.st'));
    const { tensors, metadata } = read('end.st');
    const bias = tensors.get('hidden.bias')!;
    const bad: [Uint8Array | string, RegExp][] = [
      [network, /this is not a safetensors file/],
      ['', /this is not a safetensors file/],
      [good.subarray(0, 100), /or it was cut short/],
      [good.subarray(0, good.length - 4), /the file is damaged/],
      [Buffer.from(good.toString('latin1').replace('"F32"', '"F16"'), 'latin1'), /"hidden\.weights" is F16/],
      [
        writeSafetensors({ metadata, tensors: new Map([...tensors, ['x.bias', bias]]) }),
        /"x\.bias" belongs to no layer/,
      ],
      [writeSafetensors({ metadata, tensors: new Map([...tensors].slice(1)) }), /"hidden\.weights" is not in the file/],
    ];
    for (const [contents, says] of bad) {
      writeFileSync(at('bad.st'), contents);
      for (const option of ['--initial', '--resume']) {
        const { code, err, out } = await train(option, 'bad.st');
        assert.deepEqual([code, out], [1, ''], err);
        assert.ok(err.startsWith('bad.st:1:1: ') && err.split('\n').length === 2, err);
        if (option === '--initial') assert.match(err, says);
      }
    }
    const missing = await train('--initial', 'nowhere.st');
    assert.deepEqual([missing.code, missing.err], [1, 'nowhere.st:1:1: there is no such file\n']);
    const weights = await train('--resume', 'end.st');
    assert.deepEqual([weights.code, weights.out], [1, '']);
    assert.match(weights.err, /^end\.st:1:1: it holds weights alone/);
  });

  it('refuses, before it trains, options that do not fit together and places that can not be written', async () => {
    mkdirSync(at('folder'));
    for (const args of [
      ['--every', '10'],
      ['--every', '0', '--checkpoint', 'x.st'],
      ['--initial', 'end.st', '--resume', 'c.st'],
      ['--save', path.join('no', 'such', 'folder.st')],
      ['--save-initial', 'folder'],
      ['--checkpoint', 'folder'],
      ['--save', 'n.nn.json'],
      ['--checkpoint', path.join('folder', '..', 'n.nn.json')],
      ['--save', 'same.st', '--checkpoint', './same.st'],
    ]) {
      const { code, out, err } = await train(...args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.equal(err.split('\n').length, 2, err);
    }
    const exported = await run('export', 'n.nn.json', '--to', 'safetensors', '-o', 'n.nn.json');
    const swept = await run('sweep', 'n.nn.json', '--out', 'n.nn.json');
    assert.deepEqual([exported.code, swept.code], [2, 2]);
    assert.equal(exported.err, "rectifier: n.nn.json can't be written: it is the network file; name another\n");
    assert.equal(readFileSync(at('n.nn.json'), 'utf8'), network);
  });

  it('exports weights and the whole network', async () => {
    const text = (name: string) => readFileSync(at(name), 'utf8');
    copyFileSync(at('c.st'), at('source.st'));
    assert.equal((await run('export', 'n.nn.json', '--to', 'safetensors', '-o', 'e0.st')).code, 0);
    assert.deepEqual(read('e0.st').tensors, read('initial.st').tensors);
    const args = ['export', 'n.nn.json', '--to', 'safetensors', '--weights', 'source.st', '-o', 'e1.st'];
    assert.equal((await run(...args)).code, 0);
    assert.deepEqual([...read('e1.st').tensors.keys()], names);
    assert.equal(read('e1.st').metadata['step'], '100');
    assert.ok(!('training' in read('e1.st').metadata));
    const normalised = ['--set', 'layers.drop={"id":"drop","type":"batch_norm"}'];
    assert.equal((await run('export', 'n.nn.json', '--to', 'safetensors', '-o', 'e2.st', ...normalised)).code, 0);
    assert.deepEqual(read('e2.st').tensors.get('drop.variance'), { shape: [8], values: new Float32Array(8).fill(1) });
    assert.equal((await run('export', 'n.nn.json', '--to', 'json', '-o', 'full.nn.json')).code, 0);
    assert.ok(text('full.nn.json').includes('"loss": "binary_crossentropy"'));
    assert.equal((await run('check', 'full.nn.json')).code, 0);
    mkdirSync(at('deeper'));
    writeFileSync(at('points.csv'), 'x,y,class\n0,1,a\n1,0,b\n1,1,a\n0,0,b\n');
    const points = ['--set', 'data={"source":"file","path":"points.csv","split":{"train":1}}'];
    const moved = await run('export', 'n.nn.json', '--to', 'json', '-o', 'deeper/full.nn.json', ...points);
    assert.equal(moved.code, 0, moved.err);
    assert.ok(text('deeper/full.nn.json').includes('"path": "../points.csv"'), 'seen from the folder it goes to');
    const python = await run('export', 'n.nn.json', '--to', 'pytorch', '--weights', 'source.st', '-o', 'deeper/net.py');
    assert.deepEqual([python.code, python.out], [0, '']);
    assert.equal(python.err.trim(), 'rectifier: wrote deeper/net.py and deeper/net.safetensors');
    assert.match(text('deeper/net.py'), /^class Network\(nn\.Module\):$/m);
    assert.deepEqual(read('deeper/net.safetensors').tensors, read('e1.st').tensors);
    for (const [args, code, says] of [
      [['--to', 'pytorch', '-o', 'x.safetensors'], 2, /name it x_pytorch\.py/],
      [['--to', 'paper', '-o', 'x'], 2, /one of json, .*safetensors/],
      [['-o', 'x'], 2, /--to/],
      [['--to', 'json'], 2, /-o OUT/],
      [['--to', 'safetensors', '--weights', 'n.nn.json', '-o', 'x'], 1, /^n\.nn\.json:1:1: this is not a safetensors/],
    ] as const) {
      const outcome = await run('export', 'n.nn.json', ...args);
      assert.equal(outcome.code, code, args.join(' '));
      assert.match(outcome.err, says);
    }
    assert.ok(!existsSync(at('x')));
  });
});
