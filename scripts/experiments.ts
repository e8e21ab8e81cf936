/**
 * `npm run experiments`: every experiment over 20 seeds through `rectifier sweep`, measured beside what is expected of it. Not part of
 * `npm test`; needs a build.
 *
 *     node --import tsx scripts/experiments.ts [pattern]     those whose name holds the pattern
 *
 * A measure passes when its median is within 0.05 for shares and accuracies, 25 % for σ, a factor of 5 for ratios of gradients.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunLine } from '../src/engine/node/sweep.ts';
import { median } from '../src/engine/sweep.ts';

const root = path.resolve(import.meta.dirname, '..');

type Kind = 'share' | 'sigma' | 'gradients' | 'least';
/** A figure of a run; `at` picks the runs of one varied value, in order. */
interface Measure {
  readonly name: string;
  readonly kind: Kind;
  readonly of: (run: RunLine) => number;
  readonly expected: number;
  /** The mean in place of the median: a share of seeds. */
  readonly mean?: true;
}
interface Experiment {
  readonly sample: string;
  readonly title: string;
  readonly options: readonly string[];
  readonly measures: readonly Measure[];
}

const layer = (id: string) => (run: RunLine) => run.final!.layers.find((layer) => layer.id === id)!;
const accuracy = (run: RunLine) => run.final?.validation?.accuracy ?? 0;
const zeros = (id: string) => (run: RunLine) => layer(id)(run).sparsity;
const sigma = (id: string) => (run: RunLine) => layer(id)(run).stdActivation ?? Number.NaN;
const dead = (id: string) => (run: RunLine) => layer(id)(run).dead / layer(id)(run).units;
const share = (name: string, of: Measure['of'], expected: number): Measure => ({ name, kind: 'share', of, expected });
const spread = (name: string, of: Measure['of'], expected: number): Measure => ({ name, kind: 'sigma', of, expected });

const experiments: Experiment[] = [
  {
    sample: 'half-are-zero',
    title: 'bias 0, step 0',
    options: ['--steps', '0'],
    measures: [1, 2, 3, 4, 5].map((k) => share(`zeros of hidden${k}`, zeros(`hidden${k}`), 0.5)),
  },
  ...(
    [
      [0.1, 0.47],
      [1, 0.24],
    ] as const
  ).map(([bias, expected]) => ({
    sample: 'half-are-zero',
    title: `bias ${bias}, step 0`,
    options: ['--steps', '0', '--set', `defaults.bias=${bias}`],
    measures: [
      share('zeros of hidden1', zeros('hidden1'), expected),
      ...(bias === 1
        ? [spread('σ of hidden1', sigma('hidden1'), 1.1), spread('σ of hidden5', sigma('hidden5'), 3)]
        : []),
    ],
  })),
  {
    sample: 'xavier-or-he',
    title: 'fan_in_uniform, step 0',
    options: ['--steps', '0'],
    measures: [0.34, 0.14, 0.06, 0.02, 0.009].map((value, k) =>
      spread(`σ of hidden${k + 1}`, sigma(`hidden${k + 1}`), value),
    ),
  },
  ...vanishing(),
  ...(
    [
      ['deep-circles', 'tanh, uniform(0, 1)', {}, 0.5],
      ['deep-circles', 'sigmoid, uniform(0, 1)', { activation: 'sigmoid' }, 0.5],
      ['deep-circles', 'relu, he_uniform', { activation: 'relu', weights: 'he_uniform' }, 0.81],
      ['honest-caveat', 'tanh, glorot', {}, 0.83],
    ] as const
  ).map(([sample, title, set, expected]) => ({
    sample,
    title,
    options: Object.entries(set).flatMap(([key, value]) => ['--set', `defaults.${key}=${value}`]),
    measures: [share('validation accuracy', accuracy, expected)],
  })),
  {
    sample: 'deep-circles',
    title: 'one tanh layer',
    options: [
      '--set',
      'defaults.weights=glorot_uniform',
      '--set',
      'layers=[{"id":"hidden1","type":"dense","units":5},{"id":"output","type":"dense","units":1,"activation":"sigmoid","weights":"glorot_uniform","bias":0}]',
    ],
    measures: [share('validation accuracy', accuracy, 0.83)],
  },
  ...(
    [
      [1, 0.01, 0.08],
      [1.5, 0.03, 0.2],
      [2, 0.08, 0.38],
      [3, 0.42, 0.68],
      [5, 0.66, 1],
    ] as const
  ).map(([rate, first, second]) => ({
    sample: 'large-updates',
    title: `learning rate ${rate}`,
    // Runs differ so much here that a median over 20 seeds is off by 0.06 as often as not.
    options: ['--seeds', '100', '--set', `training.optimizer.learningRate=${rate}`],
    measures: [share('dead in hidden1', dead('hidden1'), first), share('dead in hidden2', dead('hidden2'), second)],
  })),
  {
    sample: 'large-updates',
    title: 'relu, learning rate 3',
    options: [],
    measures: [share('validation accuracy', accuracy, 0.78)],
  },
  {
    sample: 'leaky-saves',
    title: 'leaky_relu, learning rate 3',
    options: [],
    measures: [share('validation accuracy', accuracy, 0.8)],
  },
  ...(
    [
      ['width 2', 2, [], 0.88],
      ['bias 0.1', 2, ['--set', 'defaults.bias=0.1'], 0.43],
      ['rai', 2, ['--set', 'defaults={"activation":"relu","weights":"rai"}'], 0.24],
      ['width 3', 3, [], 0.58],
      ['width 5', 5, [], 0.13],
      ['width 10', 10, [], 0.001],
    ] as const
  ).map(([title, width, more, expected]) => ({
    sample: 'born-dead',
    title: `${title}, step 0`,
    // A share of seeds: 20 would leave an error of ±0.1.
    options: ['--steps', '0', '--seeds', '1000', '--set', stack(9, width), ...more],
    measures: [{ name: 'share of seeds', kind: 'share', of: bornDead, expected, mean: true } as const],
  })),
  ...(
    [
      [0, 0.48, 0.05],
      [0.001, 0.66, 0.07],
      [0.01, 0.9, 0.26],
    ] as const
  ).map(([penalty, zero, gone]) => ({
    sample: 'sparse-not-dead',
    title: `activityL1 ${penalty}`,
    options: ['--set', `defaults.regularization.activityL1=${penalty}`],
    measures: [
      share('zeros of hidden2', zeros('hidden2'), zero),
      share('dead in hidden2', dead('hidden2'), gone),
      share('validation accuracy', accuracy, 0.83),
    ],
  })),
  {
    sample: 'scale-your-input',
    title: 'learning rate 0.01',
    options: [],
    measures: [
      share('validation accuracy', accuracy, 0.56),
      { ...share('dead in hidden2', dead('hidden2'), 0.3), kind: 'least' },
    ],
  },
  {
    sample: 'scale-your-input',
    title: 'learning rate 0.1',
    options: ['--set', 'training.optimizer.learningRate=0.1'],
    measures: [
      share('validation accuracy', accuracy, 0.5),
      { ...share('dead in hidden2', dead('hidden2'), 0.9), kind: 'least' },
    ],
  },
  {
    sample: 'conv-detector-pool',
    title: 'digits',
    options: ['--seeds', '5'],
    measures: [{ ...share('validation accuracy', accuracy, 0.95), kind: 'least' }],
  },
  ...['maxout', 'relu', 'elu', 'prelu'].map((activation): Experiment => ({
    sample: 'maxout-dropout',
    title: activation,
    options: ['--seeds', '5', '--set', `defaults.activation=${activation}`],
    measures: [{ ...share('validation accuracy', accuracy, 0.95), kind: 'least' }],
  })),
];

/** Nine hidden layers, say, of one width, and the output. */
function stack(count: number, units: number): string {
  const hidden = Array.from({ length: count }, (_, k) => ({ id: `hidden${k + 1}`, type: 'dense', units }));
  const output = { id: 'output', type: 'dense', units: 1, activation: 'linear', weights: 'glorot_uniform' };
  return `layers=${JSON.stringify([...hidden, output])}`;
}

function bornDead({ final }: RunLine): number {
  return Number(final!.layers.slice(0, -1).some(({ dead, units }) => dead === units));
}

function vanishing(): Experiment[] {
  const expected = [
    ['sigmoid', 'glorot_normal', [6e-4, 4e-7, 2e-13]],
    ['tanh', 'glorot_normal', [0.79, 0.76, 0.65]],
    ['relu', 'he_normal', [0.19, 0.16, 0.13]],
  ] as const;
  return expected.flatMap(([activation, weights, ratios]) =>
    [5, 10, 20].map((count, k): Experiment => ({
      sample: 'vanishing-gradients',
      title: `${count} layers, ${activation}, step 1`,
      options: [
        '--steps',
        '1',
        '--set',
        `defaults.activation=${activation}`,
        '--set',
        `defaults.weights=${weights}`,
        '--set',
        stack(count, 64),
      ],
      measures: [
        {
          name: 'first ÷ last gradient norm',
          kind: 'gradients',
          of: (run) => layer('hidden1')(run).gradientNorm! / layer(`hidden${count}`)(run).gradientNorm!,
          expected: ratios[k]!,
        },
      ],
    })),
  );
}

function holds({ kind, expected }: Measure, value: number): boolean {
  switch (kind) {
    case 'share':
      return Math.abs(value - expected) <= 0.05;
    case 'sigma':
      return Math.abs(value / expected - 1) <= 0.25;
    case 'gradients':
      return value >= expected / 5 && value <= expected * 5;
    case 'least':
      return value >= expected;
  }
}

async function measure({ sample, options }: Experiment): Promise<RunLine[]> {
  const seeds = options.includes('--seeds') ? [] : ['--seeds', '20'];
  const args = [
    'dist/cli.cjs',
    'sweep',
    `samples/${sample}.nn.json`,
    '--jsonl',
    '--set',
    'expect=[]',
    ...seeds,
    ...options,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 30 }).catch(
    // A run that overflows is a finding.
    (error: { code?: number; stdout: string; stderr: string }) => {
      if (error.code === 3) return error;
      throw new Error(error.stderr);
    },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunLine)
    .filter(({ final }) => final);
}

const short = (value: number) => String(Number(value.toPrecision(3)));
const [pattern = ''] = process.argv.slice(2);
let failed = 0;
for (const experiment of experiments.filter(({ sample, title }) => `${sample} ${title}`.includes(pattern))) {
  const runs = await measure(experiment);
  for (const one of experiment.measures) {
    const values = runs.map(one.of).sort((a, b) => a - b);
    const value = one.mean ? values.reduce((sum, x) => sum + x, 0) / values.length : median(values);
    const passed = holds(one, value);
    if (!passed) failed++;
    const title = `${experiment.sample}, ${experiment.title}: ${one.name}`;
    const range = one.mean ? '' : ` (${short(values[0]!)}–${short(values.at(-1)!)})`;
    console.log(
      `${passed ? '✓' : '✗'} ${title.padEnd(72)} ${short(value)}${range}, expected ${one.kind === 'least' ? '≥ ' : ''}${short(one.expected)}`,
    );
  }
}
console.log(failed === 0 ? 'all within their bands' : `${failed} outside their bands`);
process.exitCode = failed === 0 ? 0 : 1;
