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

const iris = { source: 'file', path: 'data/iris.csv' };
const by = (name: string, learningRate: number) => ({ optimizer: { name, learningRate } });
const normal = (stddev: number) => ({ weights: { name: 'normal', stddev } });
const high = 'dying_relu not_learning exploding_weights exploding_gradient saturated_units';

/** More of the same, put down after rules had been mended by what the others showed, and run for the first time with those rules. */
export const fresh: readonly Trial[] = [
  make(
    'adam with a rate of 0.5',
    'learning_rate_too_high',
    high,
    network(drawn('moons', 300), [dense(32), dense(32), yes], adam(0.5), 20),
  ),
  make(
    'sgd with a rate of 8, three layers',
    'learning_rate_too_high',
    high,
    network(drawn('xor', 300), [...many(3, dense(24)), yes], sgd(8), 15),
  ),
  make(
    'a sine with a rate of 50',
    'learning_rate_too_high exploding_gradient',
    high,
    network(drawn('sine', 300), [dense(24), dense(24), number], sgd(50), 10),
  ),
  make(
    'momentum 0.95 and a rate of 1, tanh',
    'learning_rate_too_high',
    high,
    network(drawn('circles', 300), [dense(24), dense(24), yes], sgd(1, { momentum: 0.95 }), 20, tanh),
  ),
  make(
    'rmsprop with a rate of 1',
    'learning_rate_too_high exploding_weights',
    high,
    network(drawn('blobs', 300), [dense(24), classes(3)], by('rmsprop', 1), 20),
  ),
  make(
    'a CNN with a rate of 5 and momentum',
    'learning_rate_too_high',
    high,
    network(
      drawn('shapes', 200),
      [conv(8, { strides: 2 }), pool, flatten, dense(16), classes(10)],
      sgd(5, { momentum: 0.9 }),
      6,
    ),
  ),
  make(
    'adagrad with a rate of 1e−9',
    'learning_rate_too_low',
    'not_learning',
    network(drawn('moons', 300), [dense(24), yes], by('adagrad', 1e-9), 12),
  ),
  make(
    'ten tanh layers, weights of σ 0.01',
    'vanishing_gradient poor_initialization deep_saturating',
    'not_learning',
    network(drawn('spiral', 300), [...many(10, dense(24)), yes], sgd(0.1), 12, { activation: 'tanh', ...normal(0.01) }),
  ),
  make(
    'nine sigmoid layers with adam',
    'vanishing_gradient deep_saturating',
    'not_learning poor_initialization',
    network(drawn('moons', 300), [...many(9, dense(16)), yes], adam(0.0005), 12, sigmoid),
  ),
  make(
    'a first convolution with a bias of −40',
    'dying_relu born_dead',
    'not_learning vanishing_gradient',
    network(drawn('glyphs', 200), [conv(8, { bias: -40 }), pool, flatten, classes(10)], sgd(0.05), 11),
  ),
  make(
    'twelve relu layers of two',
    'born_dead',
    'dying_relu not_learning poor_initialization vanishing_gradient',
    network(drawn('circles', 300), [...many(12, dense(2)), yes], sgd(0.05), 12),
  ),
  make(
    'columns from 1000 to 1001',
    'unscaled_input',
    high + ' learning_rate_too_high',
    network(drawn('plane', 300, between(1000, 1001)), [dense(16), number], sgd(0.01), 12),
  ),
  make(
    'inputs from −20 to 20 with a rate of 1',
    'unscaled_input learning_rate_too_high',
    high,
    network(drawn('circles', 300, between(-20, 20)), [dense(24), dense(24), yes], sgd(1), 15),
  ),
  make(
    'eight relu layers, weights of σ 1.5',
    'exploding_gradient poor_initialization',
    high + ' learning_rate_too_high',
    network(drawn('xor', 300), [...many(8, dense(24)), yes], sgd(0.01), 12, normal(1.5)),
  ),
  make(
    'six leaky layers within ±1/√n',
    'activation_init_mismatch',
    'poor_initialization vanishing_gradient not_learning',
    network(drawn('moons', 300), [...many(6, dense(24)), yes], sgd(0.1), 15, {
      activation: 'leaky_relu',
      weights: 'fan_in_uniform',
    }),
  ),
  make(
    'tanh with weights of σ 300',
    'saturated_units',
    'not_learning vanishing_gradient poor_initialization exploding_gradient',
    network(drawn('blobs', 300), [dense(24), dense(24), classes(3)], sgd(0.05), 12, {
      activation: 'tanh',
      ...normal(300),
    }),
  ),
  make(
    'convolutions with a bias of 2',
    'bias_too_large',
    'dying_relu learning_rate_too_high',
    network(drawn('glyphs', 200), [conv(8, { bias: 2 }), pool, flatten, classes(10)], adam(0.002), 6),
  ),
  make(
    'three sigmoid outputs for three classes, squared error',
    'loss_output_mismatch',
    '',
    network(drawn('blobs', 300), [dense(16), dense(3, sigmoid)], { ...adam(0.01), loss: 'mean_squared_error' }, 15),
  ),
  make(
    'forty noisy points, gelu',
    'overfitting',
    '',
    network(drawn('moons', 60, { noise: 0.7 }), [dense(64), dense(64), yes], adam(0.01), 200, { activation: 'gelu' }),
  ),
  make(
    'an l1 penalty of 0.5',
    'not_learning',
    'dying_relu vanishing_gradient learning_rate_too_high',
    network(drawn('circles', 300), [dense(24), dense(24), yes], sgd(0.05), 20, { regularization: { l1: 0.5 } }),
  ),
  well('moons, relu', network(drawn('moons', 400), [dense(16), yes], adam(0.005), 40, { bias: 0.1 })),
  well('blobs, tanh', network(drawn('blobs', 300), [dense(16), classes(3)], sgd(0.1), 20, tanh)),
  well(
    'a sine, elu',
    network(drawn('sine', 400), [dense(24), dense(24), number], adam(0.003), 40, {
      activation: 'elu',
      weights: 'lecun_normal',
    }),
  ),
  well(
    'a leaky CNN',
    network(drawn('glyphs', 400), [conv(8), pool, conv(16), pool, flatten, classes(10)], adam(0.002), 8, {
      activation: 'leaky_relu',
    }),
  ),
  well('digits, relu with a bias', network(digits, [dense(64), classes(10)], adam(0.001), 15, { bias: 0.1 })),
  well(
    'a spiral, silu',
    network(drawn('spiral', 500, { noise: 0.05 }), [...many(3, dense(24)), yes], adam(0.005), 50, {
      activation: 'silu',
    }),
  ),
  well(
    'circles with dropout',
    network(drawn('circles', 500), [dense(48), { type: 'dropout', rate: 0.2 }, dense(48), yes], adam(0.002), 40, {
      bias: 0.1,
    }),
  ),
  well('xor, mish', network(drawn('xor', 400), [dense(24), yes], adam(0.01), 30, { activation: 'mish' })),
  well(
    'a plane with momentum',
    network(drawn('plane', 300), [dense(16), dense(16), number], sgd(0.005, { momentum: 0.9 }), 40, {
      activation: 'leaky_relu',
    }),
  ),
  well(
    'moons, selu',
    network(drawn('moons', 400), [dense(24), dense(24), yes], sgd(0.05), 40, {
      activation: 'selu',
      weights: 'lecun_normal',
    }),
  ),
  well(
    'digits, convolutions with batch normalisation',
    network(
      { ...digits, inputShape: [8, 8, 1] },
      [
        conv(8, { activation: 'linear', padding: 'same' }),
        { type: 'batch_norm' },
        { type: 'activation', activation: 'relu' },
        pool,
        flatten,
        classes(10),
      ],
      adam(0.002),
      6,
    ),
  ),
  well('iris', network(iris, [dense(16), classes(3)], adam(0.01), 40, { bias: 0.1 })),
  well(
    'moons, prelu with adagrad',
    network(drawn('moons', 400), [dense(24), yes], by('adagrad', 0.05), 40, { activation: 'prelu' }),
  ),
];
