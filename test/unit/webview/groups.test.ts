import assert from 'node:assert/strict';
import type { MetricsEvent } from '../../../src/engine/training/events.ts';
import type { RecordedEntry, RunHead } from '../../../src/engine/training/runFile.ts';
import { at, curveOf, overlay } from '../../../src/webview/runs/curves.ts';
import { deadOf, endsText, spreadOf, spreadText } from '../../../src/webview/runs/figures.ts';
import {
  changeText,
  distinctions,
  entryOf,
  groupsOf,
  letter,
  mortalLayers,
  nameOf,
  seedsText,
} from '../../../src/webview/runs/groups.ts';
import { drawingOf, networkText } from './networks.ts';

const layer = (id: string, dead: number, gradientNorm: number) => ({
  ...{ id, units: 5, dead, gradientNorm, nearlyDead: 0, batchInactive: 0, sparsity: 0, saturated: 0, dormant: 0 },
  ...{ updateRatio: 0.001, meanActivation: 0, stdActivation: 1 },
});

const metrics = (step: number, loss: number, evaluated = step): MetricsEvent => ({
  ...{ event: 'metrics', step, epoch: step, loss, accuracy: 0.5, learningRate: 0.1 },
  validation: { loss: loss + 1, accuracy: 0.75 },
  evaluated: { step: evaluated, samples: 1, of: 1 },
  layers: [layer('hidden', 2, 0.5), layer('output', 0, 0.25)],
});

let made = 0;
function recorded(parts: Record<string, unknown>, head: Partial<RunHead> = {}): RecordedEntry {
  const { event: _, ...final } = metrics(10, 0.5);
  return {
    file: `run-${made++}.run.jsonl`,
    head: {
      ...{ event: 'run', run: 'a', document: 'nets/small.nn.json', date: '2026-03-01T10:00:00.000Z', backend: 'wasm' },
      ...{ seed: Number(parts['seed'] ?? 0), reason: 'completed', seconds: 1.5, final, expect: [] },
      text: networkText(parts),
      ...head,
    },
  };
}
const entries = (...of: RecordedEntry[]) => of.map((entry) => entryOf(entry)!);
const tanh = { defaults: { activation: 'tanh' } };

describe('Recorded runs', () => {
  it('are grouped when they differ in nothing but the seed, in the order of the newest', () => {
    const groups = groupsOf(
      entries(recorded({ seed: 1 }), recorded({ ...tanh, seed: 1 }), recorded({ seed: 2 }), recorded({ seed: 3 })),
    );
    assert.deepEqual(
      groups.map(({ entries }) => entries.map(({ head }) => head.seed)),
      [[1, 2, 3], [1]],
    );
  });

  it('are told from those before of the same document by what was changed, never by the seed', () => {
    const other = recorded({ seed: 4, training: { epochs: 3 } }, { document: 'other.nn.json' });
    const groups = groupsOf(entries(recorded({ ...tanh, seed: 9 }), other, recorded({ seed: 1 })));
    assert.deepEqual(
      groups.map((_, index) => changeText(groups, index)),
      ['hidden.activation relu → tanh', 'the first of this file', 'the first of this file'],
    );
  });

  it('of a sweep are told by what it gave them', () => {
    const set = { 'defaults.activation': 'tanh', 'training.optimizer.learningRate': 0.1 };
    const groups = groupsOf(entries(recorded(tanh, { set }), recorded({})));
    assert.equal(changeText(groups, 0), 'sweep: activation tanh, learningRate 0.1');
  });

  it('beside each other are told apart by the fields that differ, said once for all layers', () => {
    const layers = ['a', 'b'].map((id) => ({ id, type: 'dense', units: 5 }));
    const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' };
    const deep = (activation: string, seed: number) =>
      recorded({ seed, defaults: { activation }, layers: [...layers, output] });
    assert.deepEqual(distinctions(groupsOf(entries(deep('relu', 1), deep('tanh', 2)))), [
      'activation relu',
      'activation tanh',
    ]);
    assert.deepEqual(distinctions(groupsOf(entries(deep('relu', 1), deep('relu', 2)))), ['']);
  });

  it('of a text that is no network are left out', () => {
    assert.equal(entryOf(recorded({}, { text: '{"version": 99}' })), undefined);
    assert.equal(entryOf(recorded({}, { text: '' })), undefined);
  });

  it('have the network’s name, or the file’s', () => {
    assert.equal(nameOf(entries(recorded({}))[0]!), 'Small');
    assert.equal(nameOf(entries(recorded({ name: undefined }))[0]!), 'small');
  });

  it('say their seeds and ends shortly', () => {
    const of = (...seeds: number[]) => entries(...seeds.map((seed) => recorded({ seed })));
    assert.equal(seedsText(of(3)), 'seed 3');
    assert.equal(seedsText(of(3, 1, 2, 2)), 'seeds 1–3');
    assert.equal(seedsText(of(9, 1, 4)), 'seeds 1, 4, 9');
    const ends = entries(recorded({}), recorded({}, { reason: null }), recorded({}, { reason: 'device_lost' }));
    assert.equal(endsText(ends), '1 completed, 1 unfinished, 1 device lost');
    assert.equal(endsText(of(1, 2)), 'completed');
  });

  it('count dead units only where units can die', () => {
    assert.equal(deadOf(entries(recorded({}))[0]!), 2);
    assert.equal(deadOf(entries(recorded(tanh))[0]!), undefined);
  });

  it('are lettered', () => assert.deepEqual([0, 25, 26, 52].map(letter), ['A', 'Z', 'AA', 'BA']));
});

describe('Figures over several runs', () => {
  it('are median and range of those there are', () => {
    assert.deepEqual(spreadOf([3, null, 1, undefined, 2]), { median: 2, low: 1, high: 3, of: 3 });
    assert.equal(spreadOf([4, 1, 2, 3])?.median, 2.5);
    assert.equal(spreadOf([null]), undefined);
    assert.equal(spreadText(spreadOf([1, 2, 4]), String), '2 (1–4)');
    assert.equal(spreadText(spreadOf([2, 2]), String), '2');
    assert.equal(spreadText(undefined, String), '–');
  });
});

describe('Curves laid over each other', () => {
  const head = recorded({}).head;
  const run = { head, events: [metrics(0, 4), metrics(10, 2), metrics(20, 1, 10)] };
  const mortal = mortalLayers(drawingOf(networkText()).network);

  it('are validation’s where there is any, at the steps at which it was measured', () => {
    assert.deepEqual(curveOf(run, 'Loss', mortal, ''), { steps: [0, 10], values: [5, 3] });
    const without = run.events.map(({ validation: _, ...event }) => event);
    assert.deepEqual(curveOf({ head, events: without }, 'Loss', mortal, ''), { steps: [0, 10, 20], values: [4, 2, 1] });
    assert.deepEqual(curveOf(run, 'Dead units', mortal, '').values, [2, 2]);
    assert.deepEqual(curveOf(run, 'Gradient norms', mortal, 'output').values, [0.25, 0.25, 0.25]);
    assert.deepEqual(curveOf(run, 'Gradient norms', mortal, 'gone'), { steps: [], values: [] });
  });

  it('are straight between measured points, and nothing beyond them', () => {
    const curve = { steps: [0, 10, 30], values: [1, 2, 6] };
    assert.deepEqual(
      [-1, 0, 5, 10, 20, 30, 31].map((step) => at(curve, step)),
      [null, 1, 1.5, 2, 4, 6, null],
    );
    assert.equal(at({ steps: [], values: [] }, 0), null);
    assert.equal(at({ steps: [4], values: [7] }, 4), 7);
  });

  it('of one run are its own points; of several, median and range over those that reach the step', () => {
    const { steps, groups } = overlay([
      [{ steps: [0, 10], values: [1, 3] }],
      [
        { steps: [0, 5, 20], values: [0, 10, 40] },
        { steps: [0, 10], values: [4, 4] },
        { steps: [0, 20], values: [2, 2] },
      ],
    ]);
    assert.deepEqual(steps, [0, 5, 10, 20]);
    assert.deepEqual(groups[0], { values: [1, null, 3, null] });
    assert.deepEqual(groups[1], {
      values: [2, 4, 4, 21],
      area: { low: [0, 2, 2, 2], high: [4, 10, 20, 40] },
    });
  });

  it('of very long runs are thinned, and keep both ends', () => {
    const long = (from: number) => {
      const steps = Array.from({ length: 5000 }, (_, i) => 2 * i + from);
      return [{ steps, values: steps }];
    };
    const { steps, groups } = overlay([long(0), long(1)]);
    assert.ok(steps.length <= 1001, `${steps.length}`);
    assert.deepEqual([steps[0], steps.at(-1)], [0, 9999]);
    for (const { values } of groups) assert.ok(values.filter((value) => value !== null).length > 900);
  });
});
