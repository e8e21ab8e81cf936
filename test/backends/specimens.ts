/** Small networks whose fault is known, or that have none: what rules are held against. */
export interface Specimen {
  readonly name: string;
  readonly file: object;
  /** All rules that speak of it, the fault itself first; the others are what comes of it. */
  readonly rules: readonly string[];
}

const circles = { source: 'circles', samples: 400, scale: { method: 'minmax', range: [-1, 1] } };
const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform', bias: 0 };
const linear = { ...output, activation: 'linear' };
const dense = (id: string, units: number, more: object = {}) => ({ id, type: 'dense', units, ...more });
const stack = (count: number, units: number, more: object = {}) =>
  Array.from({ length: count }, (_, k) => dense(`h${k + 1}`, units, more));
const sgd = (learningRate: number, more: object = {}) => ({ name: 'sgd', learningRate, ...more });

const network = (hidden: readonly object[], training: object, more: object = {}) => ({
  version: 1,
  seed: 1,
  data: circles,
  layers: [...hidden, output],
  training: { optimizer: sgd(0.05), epochs: 20, ...training },
  ...more,
});
const regression = (hidden: readonly object[], training: object, more: object = {}) => ({
  ...network([], training, { data: { source: 'sine', samples: 400 } }),
  layers: [...hidden, linear],
  ...more,
});

const three = { source: 'blobs', samples: 300 };
const softmax = { ...output, units: 3, activation: 'softmax' };
/** One convolution over drawn digits. */
const picture = (more: object, training: object) => ({
  ...network([], { epochs: 5, batchSize: 10, ...training }, { data: { source: 'glyphs', samples: 100 } }),
  layers: [
    { id: 'c1', type: 'conv2d', filters: 8, kernelSize: 3, strides: 6, ...more },
    { id: 'flat', type: 'flatten' },
    dense('h1', 16),
    { ...softmax, units: 10 },
  ],
});

const make = (name: string, rules: readonly string[], file: object): Specimen => ({ name, file, rules });
const scaled = (low: number, high: number) => ({ ...circles, scale: { method: 'minmax', range: [low, high] } });
const normal = (stddev: number) => ({ name: 'normal', stddev });

export const faulty: readonly Specimen[] = [
  make(
    'inputs from −100 to 100',
    ['unscaled_input'],
    network(stack(1, 16), { optimizer: sgd(0.0005), epochs: 8 }, { data: scaled(-100, 100) }),
  ),
  make(
    'inputs from 9 to 11',
    ['unscaled_input', 'dying_relu'],
    network(stack(1, 16, { bias: 0.1 }), { optimizer: sgd(0.001), epochs: 8 }, { data: scaled(9, 11) }),
  ),
  make(
    'relu with glorot weights',
    ['activation_init_mismatch'],
    network(stack(1, 16, { weights: 'glorot_uniform' }), { optimizer: sgd(0.2) }),
  ),
  make(
    'tanh with he weights',
    ['activation_init_mismatch'],
    network(stack(1, 16, { activation: 'tanh', weights: 'he_normal' }), {
      optimizer: { name: 'adam', learningRate: 0.02 },
    }),
  ),
  make(
    'selu with he weights',
    ['activation_init_mismatch'],
    network(stack(1, 16, { activation: 'selu', weights: 'he_normal' }), { optimizer: sgd(0.1) }),
  ),
  make(
    'a CNN with glorot weights',
    ['activation_init_mismatch'],
    picture({ weights: 'glorot_uniform' }, { optimizer: sgd(0.05) }),
  ),
  make('a bias of 1', ['bias_too_large'], network(stack(1, 16, { bias: 1 }), { optimizer: sgd(0.2) })),
  make(
    'a bias of 2',
    ['bias_too_large'],
    network(
      stack(1, 16, { bias: 2 }),
      { optimizer: { name: 'adam', learningRate: 0.01 } },
      { data: { source: 'moons', samples: 400 } },
    ),
  ),
  make(
    'five sigmoid layers',
    ['deep_saturating', 'not_learning', 'vanishing_gradient'],
    network(stack(5, 16, { activation: 'sigmoid', weights: 'glorot_normal' }), {}),
  ),
  make(
    'four tanh layers with lecun weights',
    ['deep_saturating'],
    network(stack(4, 16, { activation: 'tanh', weights: 'lecun_normal' }), { optimizer: sgd(0.2) }),
  ),
  make('softmax with the binary loss', ['loss_output_mismatch'], {
    ...network([], {}),
    data: { source: 'blobs', samples: 300 },
    layers: [dense('h1', 16), { ...output, units: 3, activation: 'softmax' }],
    training: { loss: 'binary_crossentropy', optimizer: sgd(0.1), epochs: 20 },
  }),
  make('three sigmoids for three classes', ['loss_output_mismatch'], {
    ...network([], { optimizer: sgd(0.1) }),
    data: three,
    layers: [dense('h1', 16), { ...output, units: 3 }],
  }),
  make('relu for numbers below 0', ['loss_output_mismatch'], {
    ...regression([], {}),
    layers: [dense('h1', 16), { ...output, activation: 'relu', weights: 'he_normal', bias: 0.5 }],
  }),
  make('nine relu layers of two', ['born_dead', 'dying_relu', 'not_learning'], regression(stack(9, 2), {})),
  make(
    'a layer pushed below 0',
    ['born_dead', 'dying_relu', 'not_learning'],
    network([dense('h1', 16), dense('h2', 16, { bias: -5 })], {}),
  ),
  make(
    'tiny weights in three layers',
    ['poor_initialization', 'dying_relu', 'not_learning'],
    network(stack(3, 32, { weights: normal(0.03) }), {}),
  ),
  make(
    'weights that grow signals',
    ['poor_initialization'],
    network(stack(3, 32, { weights: normal(1.2), activation: 'leaky_relu' }), {
      optimizer: { name: 'adam', learningRate: 0.001 },
      epochs: 8,
    }),
  ),
  make(
    'a learning rate of 3',
    ['dying_relu', 'learning_rate_too_high', 'not_learning'],
    network(stack(2, 32), { optimizer: sgd(3) }),
  ),
  make(
    'a learning rate of 10, dead before the first record',
    ['learning_rate_too_high', 'dying_relu', 'exploding_weights', 'not_learning'],
    network(stack(3, 32), { optimizer: sgd(10) }),
  ),
  make('feature maps pushed below 0', ['dying_relu'], picture({ bias: -3 }, { optimizer: sgd(0.05) })),
  make('units pushed below 0', ['dying_relu'], network([dense('h1', 32, { bias: -1 })], {})),
  make(
    'tanh with weights of σ 1000',
    ['saturated_units', 'not_learning', 'vanishing_gradient'],
    network(stack(1, 16, { activation: 'tanh', weights: normal(1000) }), {}),
  ),
  make(
    'sigmoid with weights of σ 200',
    ['saturated_units', 'vanishing_gradient'],
    network(stack(2, 16, { activation: 'sigmoid', weights: normal(200) }), {}),
  ),
  make(
    'eight sigmoid layers',
    ['vanishing_gradient', 'deep_saturating', 'not_learning'],
    network(stack(8, 16, { activation: 'sigmoid', weights: 'glorot_normal' }), {}),
  ),
  make(
    'ten sigmoid layers for a number',
    ['vanishing_gradient', 'deep_saturating', 'not_learning'],
    regression(stack(10, 16, { activation: 'sigmoid', weights: 'glorot_normal' }), {}),
  ),
  make(
    'large weights',
    ['exploding_gradient', 'poor_initialization'],
    network(stack(4, 32, { weights: normal(1.5), activation: 'leaky_relu' }), {
      optimizer: { name: 'adam', learningRate: 0.001 },
      epochs: 8,
    }),
  ),
  make(
    'large weights for a number',
    ['exploding_gradient', 'poor_initialization'],
    regression(stack(3, 32, { weights: normal(1.2), activation: 'leaky_relu' }), {
      optimizer: { name: 'adam', learningRate: 0.001 },
      epochs: 8,
    }),
  ),
  make(
    'a learning rate of 0.2 for adam',
    ['learning_rate_too_high'],
    network(stack(1, 16, { activation: 'leaky_relu' }), { optimizer: { name: 'adam', learningRate: 0.2 } }),
  ),
  make(
    'a learning rate of 2 with tanh',
    ['learning_rate_too_high'],
    network(stack(2, 16, { activation: 'tanh', weights: 'glorot_normal' }), { optimizer: sgd(2) }),
  ),
  make('a learning rate of 0.3 for rmsprop', ['learning_rate_too_high'], {
    ...network([], { optimizer: { name: 'rmsprop', learningRate: 0.3 } }),
    data: three,
    layers: [dense('h1', 16, { activation: 'leaky_relu' }), softmax],
  }),
  make(
    'a momentum of 0.95 and large steps of tanh',
    ['learning_rate_too_high', 'exploding_weights', 'not_learning', 'saturated_units', 'vanishing_gradient'],
    network(stack(2, 16, { activation: 'tanh', weights: 'glorot_normal' }), { optimizer: sgd(2, { momentum: 0.95 }) }),
  ),
  make(
    'a learning rate of 1e-8',
    ['learning_rate_too_low', 'not_learning'],
    network(stack(2, 16, { bias: 0.1 }), { optimizer: sgd(1e-8) }),
  ),
  make(
    'a learning rate of 1e-8 for adam',
    ['learning_rate_too_low', 'not_learning'],
    network(stack(2, 16, { bias: 0.1 }), { optimizer: { name: 'adam', learningRate: 1e-8 } }),
  ),
  make(
    'a learning rate of 1e-9 where a short last batch moves the mean loss',
    ['learning_rate_too_low', 'not_learning'],
    {
      ...network([], { optimizer: { name: 'adagrad', learningRate: 1e-9 } }, { seed: 23 }),
      data: { source: 'moons', samples: 300 },
      layers: [dense('dense', 24), { ...output, id: 'dense_1' }],
    },
  ),
  make(
    'forty-eight samples for a wide layer',
    ['overfitting'],
    network(
      stack(1, 128, { bias: 0.1 }),
      { optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 300, batchSize: 'all' },
      { data: { source: 'moons', samples: 60, noise: 0.5 } },
    ),
  ),
  make(
    'forty-eight noisy points, tanh',
    ['overfitting'],
    network(
      stack(2, 32, { activation: 'tanh', weights: 'glorot_normal' }),
      { optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 300, batchSize: 'all' },
      { data: { source: 'moons', samples: 60, noise: 0.6 } },
    ),
  ),
  make('no hidden layer', ['not_learning'], network([], { optimizer: sgd(0.1) })),
  make(
    'hidden layers that are linear',
    ['not_learning'],
    network(stack(2, 16, { activation: 'linear', weights: 'glorot_normal' }), { optimizer: sgd(0.05) }),
  ),
  make(
    'no hidden layer, and large steps of adam',
    ['exploding_weights', 'learning_rate_too_high'],
    network(
      [],
      { optimizer: { name: 'adam', learningRate: 5 }, epochs: 20 },
      { data: { source: 'moons', samples: 400, noise: 0.05 } },
    ),
  ),
  make(
    'leaky relu and large steps of adam',
    ['exploding_weights', 'learning_rate_too_high'],
    network(
      stack(1, 16, { activation: 'leaky_relu' }),
      { optimizer: { name: 'adam', learningRate: 1 }, epochs: 30 },
      { data: { source: 'moons', samples: 400 } },
    ),
  ),
];

export const healthy: readonly Specimen[] = [
  make('circles, relu and he', [], network(stack(1, 16, { bias: 0.1 }), { optimizer: sgd(0.2), epochs: 60 })),
  make(
    'moons, tanh and glorot',
    [],
    network(
      stack(1, 16, { activation: 'tanh', weights: 'glorot_normal' }),
      { optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 40 },
      { data: { source: 'moons', samples: 400 } },
    ),
  ),
  make(
    'circles, two layers, momentum',
    [],
    network(stack(2, 16, { bias: 0.1 }), { optimizer: sgd(0.02, { momentum: 0.9 }), epochs: 60 }),
  ),
  make(
    'moons, adam',
    [],
    network(
      stack(1, 32, { bias: 0.1 }),
      { optimizer: { name: 'adam', learningRate: 0.003 }, epochs: 30 },
      { data: { source: 'moons', samples: 400 } },
    ),
  ),
  make('blobs, softmax', [], {
    ...network([], {}),
    data: three,
    layers: [dense('h1', 16), softmax],
    training: { optimizer: sgd(0.05), epochs: 30 },
  }),
  make('blobs, one class after another', [], {
    ...network([], {}),
    data: three,
    layers: [dense('h1', 16, { bias: 0.1 }), softmax],
    training: { optimizer: sgd(0.05), shuffle: false, batchSize: 10, epochs: 30 },
  }),
  make(
    'sine, tanh and a linear output',
    [],
    regression(stack(2, 16, { activation: 'tanh', weights: 'glorot_normal' }), {
      optimizer: { name: 'adam', learningRate: 0.002 },
      epochs: 40,
    }),
  ),
  make('plane, no hidden layer', [], {
    ...regression([], { optimizer: sgd(0.005), epochs: 30 }),
    data: { source: 'plane', samples: 300 },
  }),
  make(
    'spiral, leaky relu',
    [],
    network(
      stack(3, 32, { activation: 'leaky_relu' }),
      { optimizer: { name: 'adam', learningRate: 0.003 }, epochs: 60 },
      { data: { source: 'spiral', samples: 600, noise: 0.05 } },
    ),
  ),
  make(
    'xor, batch normalisation',
    [],
    network(
      [
        dense('h1', 16, { activation: 'linear', weights: 'glorot_uniform' }),
        { type: 'batch_norm' },
        { type: 'activation', activation: 'relu' },
      ],
      { optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 40 },
      { data: { source: 'xor', samples: 400 } },
    ),
  ),
  make(
    'moons, a cosine schedule with selu',
    [],
    network(
      stack(2, 16, { activation: 'selu', weights: 'lecun_normal' }),
      { optimizer: sgd(0.1), schedule: 'cosine', epochs: 40 },
      { data: { source: 'moons', samples: 400 } },
    ),
  ),
];
