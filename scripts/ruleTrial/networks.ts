import {
  adam,
  between,
  classes,
  conv,
  dense,
  digits,
  drawn,
  flatten,
  make,
  many,
  network,
  number,
  pool,
  sgd,
  sigmoid,
  tanh,
  well,
  yes,
  type Trial,
} from './parts.ts';

/** Networks that no rule was written with: what a textbook would say of each was put down before any of them was run, and stays. */
export const trials: readonly Trial[] = [
  make(
    ...([
      'CNN, sgd with a rate of 2',
      'learning_rate_too_high',
      'dying_relu not_learning exploding_gradient exploding_weights',
    ] as const),
    network(drawn('glyphs', 400), [conv(8), pool, flatten, dense(32), classes(10)], sgd(2), 6),
  ),
  make(
    ...(['a second layer with a bias of −8', 'dying_relu born_dead', 'not_learning vanishing_gradient'] as const),
    network(drawn('blobs', 300), [dense(24), dense(24, { bias: -8 }), classes(3)], sgd(0.05), 15),
  ),
  make(
    ...([
      'all weights zero, relu',
      'born_dead dying_relu',
      'not_learning vanishing_gradient poor_initialization',
    ] as const),
    network(drawn('moons', 300), [dense(16), dense(16), yes], sgd(0.1), 15, { weights: 'zeros' }),
  ),
  make(
    ...(['all weights alike, tanh', 'not_learning', 'activation_init_mismatch saturated_units'] as const),
    network(drawn('circles', 300), [dense(16), dense(16), yes], sgd(0.1), 20, {
      ...{ activation: 'tanh', weights: { name: 'constant', value: 0.1 } },
    }),
  ),
  make(
    ...([
      'columns from 0 to 1000',
      'unscaled_input',
      'exploding_gradient exploding_weights dying_relu learning_rate_too_high not_learning',
    ] as const),
    network(drawn('plane', 300, between(0, 1000)), [dense(16), number], sgd(0.01), 15),
  ),
  make(
    ...(['twelve sigmoid layers', 'vanishing_gradient deep_saturating', 'not_learning poor_initialization'] as const),
    network(digits, [...many(12, dense(32)), classes(10)], sgd(0.1), 11, sigmoid),
  ),
  make(
    ...([
      'twenty relu layers, weights within ±1/√n',
      'poor_initialization vanishing_gradient activation_init_mismatch',
      'not_learning dying_relu',
    ] as const),
    network(drawn('spiral', 300), [...many(20, dense(32)), yes], sgd(0.05), 12, { weights: 'fan_in_uniform' }),
  ),
  make(
    ...([
      'fifteen relu layers, weights of σ 0.5',
      'exploding_gradient poor_initialization',
      'learning_rate_too_high dying_relu not_learning exploding_weights',
    ] as const),
    network(drawn('moons', 300), [...many(15, dense(64)), yes], sgd(0.01), 12, {
      weights: { name: 'normal', stddev: 0.5 },
    }),
  ),
  make(
    ...([
      'tanh on inputs from −50 to 50',
      'unscaled_input saturated_units',
      'not_learning vanishing_gradient',
    ] as const),
    network(drawn('moons', 300, between(-50, 50)), [dense(24), dense(24), yes], sgd(0.05), 15, tanh),
  ),
  make(
    ...(['an l2 penalty of 1', 'not_learning', 'vanishing_gradient dying_relu'] as const),
    network(drawn('circles', 300), [dense(32), dense(32), yes], sgd(0.05), 20, { regularization: { l2: 1 } }),
  ),
  make(
    ...(['an activity penalty of 1', 'dying_relu not_learning', 'vanishing_gradient'] as const),
    network(drawn('blobs', 300), [dense(32), dense(32), classes(3)], sgd(0.05), 20, {
      regularization: { activityL1: 1 },
    }),
  ),
  make(
    ...(['eighty noisy points, 300 epochs', 'overfitting', ''] as const),
    network(drawn('xor', 80, { noise: 0.6 }), [dense(64), dense(64), yes], adam(0.005), 300),
  ),
  make(
    ...(['ten sigmoid outputs for ten classes', 'loss_output_mismatch', ''] as const),
    network(digits, [dense(32), dense(10, sigmoid)], { ...adam(0.005), loss: 'categorical_crossentropy' }, 5),
  ),
  make(
    ...(['a sigmoid output for numbers below 0', 'loss_output_mismatch', 'not_learning saturated_units'] as const),
    network(drawn('sine', 300), [dense(24), yes], { ...adam(0.005), loss: 'mean_squared_error' }, 20),
  ),
  make(
    ...(['a learning rate of 1e−7', 'learning_rate_too_low', 'not_learning'] as const),
    network(digits, [dense(64), dense(32), classes(10)], sgd(1e-7), 11),
  ),
  make(
    ...([
      'CNN, adam with a rate of 1',
      'learning_rate_too_high',
      'dying_relu not_learning exploding_weights exploding_gradient vanishing_gradient',
    ] as const),
    network(drawn('shapes', 200), [conv(8, { strides: 2 }), pool, flatten, dense(24), classes(10)], adam(1), 6),
  ),
  make(
    ...(['six relu layers of three', 'born_dead', 'dying_relu not_learning'] as const),
    network(drawn('moons', 300), [...many(6, dense(3)), yes], sgd(0.1), 15),
  ),
  make(
    ...(['a bias of 3', 'bias_too_large', 'learning_rate_too_high dying_relu'] as const),
    network(drawn('circles', 300), [dense(24), dense(24), yes], sgd(0.1), 20, { bias: 3 }),
  ),
  make(
    ...(['four selu layers with he weights', 'activation_init_mismatch', ''] as const),
    network(drawn('moons', 300), [...many(4, dense(24)), yes], adam(0.002), 20, {
      activation: 'selu',
      weights: 'he_normal',
    }),
  ),
  make(
    ...(['one class after another, never shuffled', 'learning_rate_too_high not_learning', 'dying_relu'] as const),
    network(drawn('blobs', 300), [dense(24), classes(3)], { ...sgd(0.5), shuffle: false, batchSize: 10 }, 20),
  ),
  make(
    ...(['a line through a spiral', 'not_learning', ''] as const),
    network(drawn('spiral', 400), [yes], sgd(0.1), 20),
  ),
  make(
    ...([
      'momentum 0.99 with a rate of 0.5',
      'learning_rate_too_high',
      'dying_relu not_learning exploding_weights exploding_gradient',
    ] as const),
    network(drawn('circles', 300), [dense(32), dense(32), yes], sgd(0.5, { momentum: 0.99 }), 20),
  ),
  make(
    ...([
      'eight sigmoid convolutions',
      'vanishing_gradient deep_saturating',
      'not_learning poor_initialization',
    ] as const),
    network(
      drawn('glyphs', 200),
      [conv(8, { strides: 2 }), ...many(7, conv(8, { padding: 'same' })), flatten, classes(10)],
      sgd(0.1),
      11,
      sigmoid,
    ),
  ),
  make(
    ...(['sigmoid with weights of σ 5', 'saturated_units', 'vanishing_gradient not_learning'] as const),
    network(digits, [dense(48), dense(48), classes(10)], sgd(0.1), 11, {
      activation: 'sigmoid',
      weights: { name: 'normal', stddev: 5 },
    }),
  ),
  well(
    'CNN on drawn digits',
    network(drawn('glyphs', 600), [conv(8), pool, conv(16), pool, flatten, dense(32), classes(10)], adam(0.002), 6),
  ),
  well(
    'elu with momentum',
    network(drawn('blobs', 300), [dense(32), dense(16), classes(3)], sgd(0.02, { momentum: 0.9 }), 25, {
      activation: 'elu',
    }),
  ),
  well(
    'prelu with rmsprop',
    network(
      drawn('moons', 400),
      [dense(24), dense(24), yes],
      { optimizer: { name: 'rmsprop', learningRate: 0.003 } },
      30,
      { activation: 'prelu', weights: 'he_uniform' },
    ),
  ),
  well(
    'three tanh layers on a spiral',
    network(drawn('spiral', 500, { noise: 0.05 }), [...many(3, dense(24)), yes], adam(0.01), 60, tanh),
  ),
  well(
    'a plane with adamw',
    network(drawn('plane', 300), [dense(16), number], { optimizer: { name: 'adamw', learningRate: 0.01 } }, 30),
  ),
  well(
    'gelu on a sine',
    network(drawn('sine', 400), [dense(24), dense(24), number], adam(0.005), 40, { activation: 'gelu' }),
  ),
  well(
    'circles with Nesterov’s momentum',
    network(
      drawn('circles', 500, between(-1, 1)),
      [dense(32), dense(32), yes],
      sgd(0.02, { momentum: 0.9, nesterov: true }),
      60,
    ),
  ),
  well('one sigmoid layer for xor', network(drawn('xor', 400), [dense(16), yes], adam(0.03), 40, sigmoid)),
  well(
    'an autoencoder',
    network(
      drawn('glyphs', 400, { inputShape: [784], scale: 'none' }),
      [dense(64), dense(784, sigmoid)],
      { ...adam(0.002), target: 'input', loss: 'mean_squared_error' },
      8,
    ),
  ),
  well(
    'shapes with batch normalisation',
    network(
      drawn('shapes', 300),
      [
        conv(8, { strides: 2, activation: 'linear' }),
        { type: 'batch_norm' },
        { type: 'activation', activation: 'leaky_relu' },
        pool,
        flatten,
        classes(10),
      ],
      adam(0.005),
      8,
    ),
  ),
  well(
    'the whole data at once',
    network(drawn('blobs', 300), [dense(24), classes(3)], { ...sgd(0.3), batchSize: 'all' }, 80),
  ),
  well(
    'eight layers with skips',
    network(
      drawn('circles', 400),
      [
        { id: 'first', type: 'dense', units: 16 },
        ...[1, 2, 3].flatMap((k) => [
          { id: `a${k}`, type: 'dense', units: 16, inputs: [k === 1 ? 'first' : `sum${k - 1}`] },
          { id: `b${k}`, type: 'dense', units: 16 },
          { id: `sum${k}`, type: 'add', inputs: [k === 1 ? 'first' : `sum${k - 1}`, `b${k}`] },
        ]),
        yes,
      ],
      adam(0.002),
      40,
    ),
  ),
  well(
    'maxout with dropout',
    network(
      drawn('moons', 400),
      [dense(16, { activation: 'maxout' }), { type: 'dropout', rate: 0.2 }, yes],
      adam(0.01),
      40,
    ),
  ),
  well(
    'silu with a small penalty',
    network(drawn('circles', 400), [dense(24), dense(24), yes], adam(0.005), 40, {
      activation: 'silu',
      regularization: { l2: 0.0005 },
    }),
  ),
];
