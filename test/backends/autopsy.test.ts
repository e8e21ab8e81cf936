import assert from 'node:assert/strict';
import { autopsy, type Autopsy, type Death } from '../../src/engine/autopsy/autopsy.ts';
import { Unrepeated } from '../../src/engine/autopsy/replay.ts';
import { sentences } from '../../src/engine/autopsy/sentences.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Graph } from '../../src/engine/graph.ts';
import type { StreamEvent, UnitEvent, UnitSnapshot } from '../../src/engine/training/events.ts';
import type { TrainerOptions } from '../../src/engine/training/options.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import type { FromWorker, ToWorker } from '../../src/engine/worker/protocol.ts';
import { WorkerSession } from '../../src/engine/worker/session.ts';
import { Autopsies } from '../../src/webview/run/autopsies.ts';
import { Run } from '../../src/webview/run/runState.ts';
import { drawingOf } from '../unit/webview/networks.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { bruteForce } from './bruteForce.ts';
import { wasm } from './wasmSupport.ts';
import { webgpu } from './webgpuSupport.ts';

const output = { id: 'output', type: 'dense', units: 3, activation: 'softmax', weights: 'glorot_uniform' };
const flat = smallData([4], 'classification', 3, 20);
const pictures = smallData([5, 5, 2], 'classification', 3, 20);
const around = { yield: () => Promise.resolve() };

const mlp = (more: object = {}) =>
  graphOf(
    {
      layers: [
        { id: 'a', type: 'dense', units: 12, bias: -0.5 },
        { id: 'b', type: 'dense', units: 12, bias: -0.3 },
        output,
      ],
      training: { batchSize: 6, epochs: 20, optimizer: { name: 'sgd', learningRate: 1 } },
      seed: 3,
      ...more,
    },
    flat,
  );
const cnn = (more: object = {}) =>
  graphOf(
    {
      layers: [
        { id: 'a', type: 'conv2d', filters: 6, kernelSize: 3, bias: -3 },
        { id: 'b', type: 'conv2d', filters: 8, kernelSize: 2, bias: -1 },
        { id: 'flatten', type: 'flatten' },
        output,
      ],
      training: { batchSize: 6, epochs: 20, optimizer: { name: 'sgd', learningRate: 3 } },
      seed: 3,
      ...more,
    },
    pictures,
  );

interface Told {
  readonly trainer: Trainer;
  readonly deaths: Death[];
  /** At each evaluated step, each layer's shares of active samples. */
  readonly looks: Map<number, readonly UnitSnapshot[]>;
}

/** Trains and hears what is told of units. `at` is called at the step it names. */
async function tell(
  backend: Backend,
  graph: Graph,
  data: Dataset,
  options: Partial<TrainerOptions>,
  at: Record<number, (trainer: Trainer) => void> = {},
): Promise<Told> {
  const looks: Told['looks'] = new Map();
  const events: UnitEvent[] = [];
  const trainer = await Trainer.create(graph, data, backend, {
    ...{ run: 'test', reason: 'test', yield: () => Promise.resolve() },
    onEvent(event: StreamEvent, units?: readonly UnitSnapshot[]) {
      if (event.event === 'metrics' && units) looks.set(event.step, units);
      if (event.event === 'unit') events.push(event);
    },
    ...options,
  });
  await trainer.begin();
  for (const [step, change] of Object.entries(at)) {
    await trainer.run(Number(step) - trainer.step);
    change(trainer);
  }
  await trainer.run();
  const deaths = events
    .filter(({ state }) => state === 'died')
    .map(({ step, layer, unit, lastActive = null }) => ({
      ...{ layer, unit, lastActive, foundDead: step, until: trainer.step },
    }));
  return { trainer, deaths, looks };
}

const activeAt = ({ looks }: Told, step: number, { layer, unit }: Death): number =>
  looks.get(step)!.find((snapshot) => snapshot.layer === layer)!.active[unit]!;

/** The step at which it came to stay dead up to `foundDead`, and the times it had come back before: every step looked at. */
function truth(everyStep: Told, death: Death): { step: number; revivals: number } {
  let step = death.foundDead;
  while (activeAt(everyStep, step - 1, death) === 0) step--;
  let revivals = 0;
  for (let at = death.lastActive! + 1; at < step; at++)
    if (activeAt(everyStep, at, death) > 0 && activeAt(everyStep, at - 1, death) === 0) revivals++;
  return { step, revivals };
}

/** The largest z by loops over the weights. */
function largest(trainer: Trainer, parameters: ArrayLike<number>, data: Dataset, { layer, unit }: Death): number {
  const { positions } = bruteForce(trainer, parameters, data).get(layer)!;
  return Math.max(...positions.map(({ z }) => z[unit]!));
}

const close = (actual: number | null, expected: number, what: string, tolerance = 2e-4) =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

const backends: readonly [string, () => Promise<Backend>][] = [
  ['the reference backend', () => Promise.resolve(referenceBackend)],
  ['wasm', () => wasm('simd')],
];
const cases: readonly [string, Dataset, () => Graph][] = [
  ['an MLP', flat, mlp],
  ['a CNN', pictures, cnn],
];

for (const [place, make] of backends) {
  describe(`the autopsy of a unit on ${place}`, () => {
    let backend: Backend;
    before(async () => (backend = await make()));

    for (const [name, data, graphOfCase] of cases) {
      describe(`in ${name}`, () => {
        const graph = graphOfCase();
        let everyStep: Told;
        let seldom: Told;
        before(async () => {
          everyStep = await tell(backend, graph, data, { metricsEvery: 1 });
          seldom = await tell(backend, graph, data, { metricsEvery: 9 });
        });
        const weightsAt = async (step: number) => {
          const { trainer } = await tell(backend, graph, data, { steps: step });
          return trainer.parameters();
        };
        const open = (death: Death) => autopsy({ graph, dataset: data, backend }, death, undefined, around);

        it('finds the step that evaluating every step finds, and shows what that shows around it', async () => {
          const deaths = seldom.deaths.filter(({ lastActive, foundDead }) => lastActive !== null && foundDead > 0);
          const layers = new Set(deaths.map(({ layer }) => layer));
          assert.ok(deaths.length >= 4 && layers.size === 2, `${deaths.length} deaths in ${layers.size} layers`);
          let returned = 0;
          const came = deaths.filter((death) => truth(everyStep, death).revivals > 0);
          for (const death of new Set([...came.slice(0, 2), ...deaths.slice(0, 5)])) {
            const found = await open(death);
            const { step, revivals } = truth(everyStep, death);
            assert.deepEqual(
              [found.step, found.revivals, found.stride, found.samples],
              [step, revivals, 1, data.parts.train.length],
            );
            returned += revivals;
            const [first, last] = [found.moments[0]!.step, found.moments.at(-1)!.step];
            assert.deepEqual([first, last], [Math.max(0, step - 24), Math.min(step + 12, everyStep.trainer.step)]);
            for (const moment of found.moments) {
              const share = activeAt(everyStep, moment.step, death);
              assert.equal(moment.active, Math.round(share * data.parts.train.length), `step ${moment.step}`);
              assert.equal(moment.largest <= 0, share === 0);
            }
          }
          assert.ok(name !== 'an MLP' || returned > 0, 'no unit came back within an interval');
        });

        it('says how far weights, bias and inputs moved the largest sum; the three add up', async () => {
          const deaths = seldom.deaths.filter(({ lastActive, foundDead }) => lastActive !== null && foundDead > 0);
          for (const layer of ['a', 'b']) {
            const death = deaths.find((death) => death.layer === layer)!;
            const { step, blow, moments } = await open(death);
            assert.ok(blow);
            const { trainer } = everyStep;
            const [before, after] = [await weightsAt(step - 1), await weightsAt(step)];
            const [then, now] = [step - 1, step].map((at) => moments.find((moment) => moment.step === at)!);
            close(then!.largest, largest(trainer, before, data, death), 'before');
            close(now!.largest, largest(trainer, after, data, death), 'after');

            const tensor = (role: string) =>
              trainer.plan.parameters.find((entry) => entry.name === `${layer}.${role}`)!;
            const [kernel, bias] = [tensor('weights'), tensor('bias')];
            const isWeight = (i: number) =>
              i >= kernel.offset && i < kernel.offset + kernel.size && (i - kernel.offset) % bias.size === death.unit;
            const isBias = (i: number) => i === bias.offset + death.unit;
            const groupOf = (i: number) => (isWeight(i) ? 'weights' : isBias(i) ? 'bias' : 'inputs');
            const parts = { weights: 0, bias: 0, inputs: 0 };
            const names = ['weights', 'bias', 'inputs'] as const;
            const orders = names.flatMap((x) =>
              names.filter((y) => y !== x).map((y) => [x, y, names.find((z) => z !== x && z !== y)!] as const),
            );
            for (const order of orders) {
              const mixed = before.slice();
              let value = largest(trainer, mixed, data, death);
              for (const group of order) {
                for (const i of mixed.keys()) if (groupOf(i) === group) mixed[i] = after[i]!;
                const next = largest(trainer, mixed, data, death);
                parts[group] += (next - value) / orders.length;
                value = next;
              }
            }
            for (const group of names) close(blow.parts[group], parts[group], group);
            const sum = blow.parts.weights! + blow.parts.bias! + blow.parts.inputs;
            close(sum, now!.largest - then!.largest, 'the sum of the parts');
            if (layer === 'a') close(blow.parts.inputs, 0, 'what the data changed');

            // Plain updates: the gradient is what was taken off, divided by the learning rate.
            const own = (values: Float32Array) => [...values].filter((_, i) => isWeight(i));
            const norm = (values: readonly number[]) => Math.sqrt(values.reduce((total, v) => total + v * v, 0));
            const change = after.map((value, i) => value - before[i]!);
            close(blow.weightChange, norm(own(change)), 'the change of the weights');
            close(blow.weightGradient, norm(own(change)) / blow.learningRate, 'the gradient of the weights');
            close(blow.biasChange, change[bias.offset + death.unit]!, 'the change of the bias');
            close(blow.biasGradient, -change[bias.offset + death.unit]! / blow.learningRate, 'the bias’s gradient');
            close(then!.weightNorm, norm(own(before)), 'the norm of the weights');
            close(now!.bias, after[bias.offset + death.unit]!, 'the bias');
          }
        });

        it('counts the inputs that were dead already', async () => {
          const death = seldom.deaths.find(({ layer, lastActive }) => layer === 'b' && lastActive !== null)!;
          const { step, inputs } = await open(death);
          const units = everyStep.looks.get(step - 1)!.find(({ layer }) => layer === 'a')!;
          const dead = [...units.state].filter((state) => state === 2).length;
          assert.deepEqual(inputs, { units: units.state.length, dead });
          const first = seldom.deaths.find(({ layer, lastActive }) => layer === 'a' && lastActive !== null)!;
          assert.equal((await open(first)).inputs, null);
        });

        it('begins as well from a checkpoint, and finds the same', async () => {
          const death = seldom.deaths.filter(({ lastActive }) => lastActive !== null && lastActive >= 9).at(-1)!;
          const begun = await Trainer.create(graph, data, backend, {
            ...{ run: 'test', reason: 'test', onEvent: () => undefined, yield: () => Promise.resolve() },
          });
          await begun.begin();
          const start = Math.max(1, death.lastActive! - 30);
          await begun.run(start);
          const steps: number[] = [];
          const found = await autopsy({ graph, dataset: data, backend }, death, await begun.checkpoint(), {
            ...around,
            onProgress: (step) => steps.push(step),
          });
          const whole = await open(death);
          assert.deepEqual([found.step, found.inputs], [whole.step, whole.inputs]);
          // The reference keeps more digits than a checkpoint holds.
          if (backend.name === 'wasm') {
            const since = whole.moments.filter(({ step }) => step >= found.moments[0]!.step);
            assert.deepEqual([found.moments, found.blow], [since, whole.blow]);
          }
          assert.ok(Math.min(...steps) > start);
        });

        it('tells of a unit that was dead from the start', async () => {
          const born = everyStep.deaths.find(({ lastActive }) => lastActive === null)!;
          const found = await open(born);
          assert.deepEqual([found.step, found.blow, found.moments[0]!.active], [0, null, 0]);
          assert.deepEqual(found.moments.at(-1)!.step, 12);
          close(found.moments[0]!.largest, largest(everyStep.trainer, await weightsAt(0), data, born), 'at the start');
          const [first] = sentences(found);
          assert.match(
            first,
            new RegExp(`^Unit ${born.unit} of ${born.layer} was dead from the start: .* is −[0-9.]+\\.$`),
          );
        });
      });
    }

    it('follows a learning rate that was changed on the way', async () => {
      const graph = mlp();
      const change = { 20: (trainer: Trainer) => trainer.setLearningRate(2.5) };
      const everyStep = await tell(backend, graph, flat, { metricsEvery: 1 }, change);
      const { deaths } = await tell(backend, graph, flat, { metricsEvery: 15 }, change);
      const death = deaths.find(({ foundDead }) => foundDead > 30)!;
      const run = {
        graph,
        dataset: flat,
        backend,
        settings: [{ step: 20, setting: 'learningRate', to: 2.5 } as const],
      };
      const found = await autopsy(run, death, undefined, around);
      assert.equal(found.step, truth(everyStep, death).step);
      assert.equal(found.blow!.learningRate, found.step > 20 ? 2.5 : 1);
    });
  });
}

describe('an autopsy', () => {
  const graph = mlp();
  const run = { graph, dataset: flat, backend: referenceBackend };
  let death: Death;
  before(async () => {
    const { deaths } = await tell(referenceBackend, graph, flat, { metricsEvery: 9 });
    death = deaths.find(({ lastActive }) => lastActive !== null && lastActive > 0)!;
  });

  it('looks in strides where the interval is too long for every step, then at every step where it was last active', async () => {
    const long = mlp({
      training: { batchSize: 20, epochs: 1300, optimizer: { name: 'sgd', learningRate: 0.2 } },
      seed: 4,
    });
    const { deaths } = await tell(referenceBackend, long, flat, { metricsEvery: 1300 });
    const everyStep = await tell(referenceBackend, long, flat, { metricsEvery: 1 });
    const late = deaths.find(({ foundDead, lastActive }) => foundDead === 1300 && lastActive === 0)!;
    const found = await autopsy({ ...run, graph: long }, late, undefined, around);
    assert.equal(found.stride, 3);
    assert.equal(activeAt(everyStep, found.step, late), 0);
    assert.ok(activeAt(everyStep, found.step - 1, late) > 0);
    // Dead at every look after it, whatever it was in between.
    for (let look = 3; look <= 1300; look += 3)
      if (look >= found.step) assert.equal(activeAt(everyStep, look, late), 0, `step ${look}`);
  });

  it('ends when it is told to', async () => {
    const gone = new Error('cancelled');
    let left = 5;
    const yielding = { yield: () => (left-- > 0 ? Promise.resolve() : Promise.reject(gone)) };
    await assert.rejects(autopsy(run, death, undefined, yielding), gone);
  });

  it('says so when the run made again is another one', async () => {
    const other = mlp({
      layers: [{ id: 'a', type: 'dense', units: 12, bias: 5 }, { id: 'b', type: 'dense', units: 12, bias: 5 }, output],
    });
    await assert.rejects(
      autopsy({ ...run, graph: other }, death, undefined, around),
      (error) =>
        error instanceof Unrepeated && /does not have unit \d+ of [ab] (active|dead) at step \d+/.test(error.message),
    );
  });

  it('goes through normalisation, pools and transposed convolutions to the weights that make the sum', async () => {
    const layers = [
      { id: 'conv', type: 'conv2d', filters: 5, kernelSize: 2, activation: 'linear', bias: false },
      { id: 'norm', type: 'batch_norm' },
      { id: 'relu', type: 'activation', activation: 'relu' },
      { id: 'pool', type: 'max_pool2d' },
      { id: 'up', type: 'conv2d_transpose', filters: 6, kernelSize: 2, activation: 'hard_swish', bias: -3.2 },
      { id: 'flatten', type: 'flatten' },
      output,
    ];
    const deep = graphOf(
      { layers, training: { batchSize: 5, epochs: 30, optimizer: { name: 'adam', learningRate: 0.2 } }, seed: 1 },
      pictures,
    );
    const { deaths } = await tell(referenceBackend, deep, pictures, { metricsEvery: 5 });
    const all: Record<string, Autopsy> = {};
    for (const death of deaths) {
      if (death.lastActive === null || death.layer in all) continue;
      const found = (all[death.layer] = await autopsy(
        { ...run, graph: deep, dataset: pictures },
        death,
        undefined,
        around,
      ));
      const [then, now] = [found.step - 1, found.step].map((at) => found.moments.find(({ step }) => step === at)!);
      const { parts } = found.blow!;
      close(parts.weights! + parts.bias! + parts.inputs, now!.largest - then!.largest, death.layer);
      assert.ok(now!.largest <= found.edge! && then!.largest > found.edge!);
      assert.ok(parts.weights !== 0 && parts.bias !== 0);
    }
    assert.deepEqual(Object.keys(all).sort(), ['relu', 'up']);
    assert.deepEqual([all['relu']!.inputs, all['up']!.inputs!.units, all['up']!.edge], [null, 5, -3]);
    assert.match(sentences(all['up']!)[1], /\(it is active above −3\); (none|\d) of its 5 inputs (was|were) dead/);
  });
});

describe('an autopsy on WebGPU', () => {
  it('finds the step, and parts that add up', async () => {
    const backend = await webgpu();
    const graph = mlp({ training: { batchSize: 6, epochs: 3, optimizer: { name: 'sgd', learningRate: 2 } } });
    const { deaths } = await tell(backend, graph, flat, { metricsEvery: 4 });
    const death = deaths.find(({ lastActive, layer }) => lastActive !== null && layer === 'b')!;
    const found = await autopsy({ graph, dataset: flat, backend }, { ...death, until: 0 }, undefined, around);
    const [then, now] = [found.step - 1, found.step].map((at) => found.moments.find(({ step }) => step === at)!);
    assert.ok(then!.active > 0 && then!.largest > 0 && now!.active === 0 && now!.largest <= 0);
    const { parts, weightChange, weightGradient, learningRate } = found.blow!;
    close(parts.weights! + parts.bias! + parts.inputs, now!.largest - then!.largest, 'the sum of the parts');
    close(weightChange! / learningRate, weightGradient!, 'the gradient');
  });
});

describe('an autopsy by the worker', () => {
  const text = JSON.stringify({
    ...{ version: 1, seed: 2, data: { source: 'circles', samples: 100 } },
    layers: [
      { id: 'a', type: 'dense', units: 16 },
      { id: 'b', type: 'dense', units: 16 },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
    ],
    training: { optimizer: { name: 'sgd', learningRate: 2 }, batchSize: 20, epochs: 60 },
  });

  it('finds the steps of a run whose learning rate and batch size were changed on the way, after it or beside it', async () => {
    const run = new Run(drawingOf(text), text);
    const answers: FromWorker[] = [];
    const step = () => run.progress?.step ?? 0;
    const changes: [number, ToWorker][] = [
      [60, { type: 'setLearningRate', value: 4 }],
      [110, { type: 'setBatchSize', value: 9 }],
    ];
    const session = new WorkerSession({
      post(message: FromWorker) {
        run.receive(message);
        if (message.type.startsWith('autopsy')) answers.push(message);
        if (message.type === 'failed') throw new Error(message.message);
      },
      untilLook: 0,
      async yield() {
        while (changes.length > 0 && step() >= changes[0]![0]) await session.handle(changes.shift()![1]);
      },
      backend: async () => ({ backend: { ...(await wasm('simd')), stretch: 1000 }, reason: 'asked for' }),
    });
    const start = {
      type: 'start',
      run: run.name,
      text,
      backend: 'wasm',
      metricsPerSecond: Infinity,
      paused: false,
    } as const;
    await session.handle(start);
    assert.deepEqual(
      run.settings.map(({ setting }) => setting),
      ['learningRate', 'batchSize'],
    );
    const dead = [...run.units].flatMap(([layer, { state }]) =>
      [...state].flatMap((_, unit) => Autopsies.deathOf(run, layer, unit) ?? []),
    );
    const late = dead.filter(({ foundDead }) => foundDead > run.settings[1]!.step);
    assert.ok(late.length > 0, 'no unit died after both changes');
    for (const death of [late[0]!, dead[0]!])
      await session.handle({ type: 'autopsy', text, backend: 'wasm', settings: run.settings, death });
    const found = answers.flatMap((answer) => (answer.type === 'autopsy' ? [answer.found] : []));
    assert.equal(found.length, 2, JSON.stringify(answers));
    assert.ok(found[0]!.step > late[0]!.lastActive! && found[0]!.step <= late[0]!.foundDead);
    assert.equal(found[0]!.blow!.learningRate, found[0]!.step > run.settings[0]!.step ? 4 : 2);
    // A run told of without its changes is another run, in which not all of these died.
    answers.length = 0;
    for (const death of late) await session.handle({ type: 'autopsy', text, backend: 'wasm', settings: [], death });
    assert.match(JSON.stringify(answers), /"autopsyFailed","message":"Made again, the run does not have unit/);
  });
});
