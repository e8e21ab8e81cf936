/** A network to start from. `text` is the file as it will stand in the editor. */
export interface Template {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly text: string;
}

const trained = (epochs: number, learningRate = 0.001): string =>
  `"training": { "optimizer": { "name": "adam", "learningRate": ${learningRate} }, "batchSize": 32, "epochs": ${epochs} }`;

const defaults = '"defaults": { "activation": "relu", "weights": "he_normal", "bias": 0 }';

const network = (name: string, data: string, layers: readonly string[], training: string): string => `{
  "version": 1,
  "name": "${name}",
  "seed": 1,
  "data": ${data},
  ${defaults},
  "layers": [
    ${layers.join(',\n    ')}
  ],
  ${training}
}
`;

const output = (units: number, activation: string): string =>
  `{ "id": "output", "type": "dense", "units": ${units}, "activation": "${activation}", "weights": "glorot_uniform" }`;

const hidden = (...units: number[]): string[] =>
  units.map(
    (count, index) => `{ "id": "hidden${units.length > 1 ? index + 1 : ''}", "type": "dense", "units": ${count} }`,
  );

/** What New Network… offers; those that read a file name one that comes with the samples, or the person's own. */
export const templates: readonly Template[] = [
  {
    id: 'circles',
    label: 'Two circles',
    detail: 'MLP with one hidden layer of 50 ReLU units',
    text: network(
      'Two circles',
      '{ "source": "circles", "noise": 0.1 }',
      [...hidden(50), output(1, 'sigmoid')],
      trained(200, 0.01),
    ),
  },
  {
    id: 'spiral',
    label: 'Spiral',
    detail: 'Deep MLP with three hidden layers of 32',
    text: network(
      'Spiral',
      '{ "source": "spiral", "noise": 0.05 }',
      [...hidden(32, 32, 32), output(1, 'sigmoid')],
      trained(300, 0.01),
    ),
  },
  {
    id: 'blobs',
    label: 'Three blobs',
    detail: 'MLP that tells three classes apart, with softmax',
    text: network('Three blobs', '{ "source": "blobs" }', [...hidden(16), output(3, 'softmax')], trained(50, 0.01)),
  },
  {
    id: 'iris',
    label: 'Iris',
    detail: 'MLP on 150 real flowers, three classes',
    text: network(
      'Iris',
      '{ "source": "file", "path": "data/iris.csv" }',
      [...hidden(16), output(3, 'softmax')],
      trained(100, 0.01),
    ),
  },
  {
    id: 'digits',
    label: 'Digits',
    detail: 'CNN on 1,797 real handwritten digits of 8×8 pixels',
    text: network(
      'Digits',
      '{ "source": "file", "path": "data/digits.csv.gz", "inputShape": [8, 8, 1] }',
      [
        '{ "id": "conv", "type": "conv2d", "filters": 16, "kernelSize": 3, "padding": "same" }',
        '{ "id": "pool", "type": "max_pool2d" }',
        '{ "id": "flatten", "type": "flatten" }',
        ...hidden(64),
        output(10, 'softmax'),
      ],
      trained(20),
    ),
  },
  {
    id: 'table',
    label: 'Your own table',
    detail: 'MLP on a CSV file beside the network; the last column is the target',
    text: network(
      'Table',
      '{ "source": "file", "path": "data.csv" }',
      [...hidden(32), output(2, 'softmax')],
      trained(100),
    ),
  },
  {
    id: 'blank',
    label: 'Blank',
    detail: 'Points in two circles and an output; add layers yourself',
    text: network('Network', '{ "source": "circles" }', [output(1, 'sigmoid')], trained(100)),
  },
  {
    id: 'digits-blank',
    label: 'Digits, blank',
    detail: 'The same digits and an output; add the layers yourself',
    text: network(
      'Digits',
      '{ "source": "file", "path": "data/digits.csv.gz", "inputShape": [8, 8, 1] }',
      ['{ "id": "flatten", "type": "flatten" }', output(10, 'softmax')],
      trained(40),
    ),
  },
];
