import assert from 'node:assert/strict';
import type { Drawing } from '../../../src/webview/document.ts';
import { controlOf } from '../../../src/webview/inspector/control.ts';
import { dataSummary } from '../../../src/webview/inspector/dataSummary.ts';
import { expectations } from '../../../src/webview/inspector/expectations.ts';
import { idleBins } from '../../../src/webview/inspector/histogram.ts';
import { drawnAs, pictureOf } from '../../../src/webview/look/picture.ts';
import type { PartName } from '../../../src/webview/inspector/place.ts';
import { dataSettings } from '../../../src/webview/inspector/settings.ts';
import type { Panel } from '../../../src/webview/store.ts';
import { controlsOf, editing, type Control } from './controls.ts';
import { after, drawingOf, networkText } from './networks.ts';

/** The controls of one field in the inspector of a file, and what each does to it. */
function field(part: PartName | number, key: string, parts: Record<string, unknown>, more: Partial<Drawing> = {}) {
  const text = networkText(parts);
  const { place, edited } = editing(text, { ...drawingOf(text), ...more });
  const at = place(part);
  const all = controlsOf(controlOf(at, key, at.fields[key]!));
  const find = (name: string): Control => {
    const found = all.find((control) => control.name === name);
    if (!found) throw new Error(`There is no "${name}" among ${all.map(({ name }) => name).join(', ')}.`);
    return found;
  };
  /** The field's value in the file after a value is entered, or what is said against it. */
  const enter = (name: string, value: string): unknown => {
    const fault = find(name).enter(value);
    const file = edited();
    if (fault !== undefined) return { fault, edited: file !== undefined };
    return typeof part === 'number'
      ? (file?.['layers'] as unknown as Record<string, unknown>[])[part]![key]
      : file?.[part]?.[key];
  };
  const press = (name: string): unknown => {
    find(name).press();
    return edited()?.[part]?.[key];
  };
  return { all, find, enter, press, names: all.map(({ name }) => name) };
}
const data = (more: Record<string, unknown>) => ({ data: { source: 'circles', samples: 100, ...more } });
const training = (more: Record<string, unknown>) => ({ training: more });

describe('The inspector’s split', () => {
  it('gives training what the other parts leave, to the last digit, and drops a test part of 0', () => {
    const split = field('data', 'split', data({ split: { train: 0.7, validation: 0.2, test: 0.1 } }));
    assert.deepEqual(split.enter('validation', '0.3'), { train: 0.6, validation: 0.3, test: 0.1 });
    assert.deepEqual(split.enter('test', '0'), { train: 0.8, validation: 0.2 });
    const whole = field('data', 'split', data({}));
    assert.deepEqual(whole.enter('test', '0.1'), { train: 0.7, validation: 0.2, test: 0.1 });
  });

  it('leaves something to train on', () => {
    const split = field('data', 'split', data({ split: { train: 0.7, validation: 0.2, test: 0.1 } }));
    const refused = { fault: 'Something must be left to train on.', edited: false };
    assert.deepEqual(split.enter('validation', '0.9'), refused);
    assert.deepEqual(split.enter('test', '1'), refused);
    assert.deepEqual(split.enter('test', '-0.1'), { fault: 'At least 0.', edited: false });
  });
});

describe('The inspector’s scale', () => {
  it('begins minmax with a range, and the other two without', () => {
    const scale = field('data', 'scale', data({}));
    assert.equal(scale.find('Scale').value, 'standardize');
    assert.deepEqual(scale.enter('Scale', 'minmax'), { method: 'minmax', range: [0, 1] });
    assert.equal(scale.enter('Scale', 'none'), 'none');
    assert.deepEqual(scale.names, ['Scale']);
  });

  it('changes either end of the range, and keeps them apart', () => {
    const scale = field('data', 'scale', data({ scale: { method: 'minmax', range: [-1, 1] } }));
    assert.deepEqual(scale.enter('Least value', '0'), { method: 'minmax', range: [0, 1] });
    assert.deepEqual(scale.enter('Greatest value', '2'), { method: 'minmax', range: [-1, 2] });
    const fault = 'The first number must be less than the second.';
    assert.deepEqual(scale.enter('Least value', '1'), { fault, edited: false });
    assert.deepEqual(scale.enter('Greatest value', '-1'), { fault, edited: false });
  });
});

describe('The inspector’s corrupt', () => {
  it('keeps the amount from kind to kind, and bounds a mask’s', () => {
    const none = field('data', 'corrupt', data({}));
    assert.deepEqual(none.enter('Corrupt', 'gaussian'), { kind: 'gaussian', amount: 0.3 });
    const gaussian = field('data', 'corrupt', data({ corrupt: { kind: 'gaussian', amount: 0.5 } }));
    assert.deepEqual(gaussian.enter('Corrupt', 'mask'), { kind: 'mask', amount: 0.5 });
    assert.equal(gaussian.enter('Corrupt', 'none'), undefined);
    assert.deepEqual(gaussian.enter('Amount', '2'), { kind: 'gaussian', amount: 2 });
    const mask = field('data', 'corrupt', data({ corrupt: { kind: 'mask', amount: 0.5 } }));
    assert.deepEqual(mask.enter('Amount', '2'), { fault: 'At most 1.', edited: false });
  });
});

describe('The inspector’s batch size', () => {
  it('is all samples, or the default again', () => {
    assert.equal(field('training', 'batchSize', training({ batchSize: 8 })).enter('all samples', 'true'), 'all');
    const all = field('training', 'batchSize', training({ batchSize: 'all' }));
    assert.equal(all.enter('all samples', 'false'), undefined);
    assert.equal(all.find('Batch size').disabled, true);
  });
});

describe('The inspector’s betas', () => {
  const adam = training({ optimizer: { name: 'adam', betas: [0.8, 0.99] } });

  it('are two numbers, each changed by itself', () => {
    const betas = field('training', 'optimizer', adam);
    assert.equal(betas.find('Betas, first').value, '0.8');
    assert.deepEqual(betas.enter('Betas, first', '0.7'), { name: 'adam', betas: [0.7, 0.99] });
    assert.deepEqual(betas.enter('Betas, second', '0.9'), { name: 'adam', betas: [0.8, 0.9] });
    // Emptied they are the defaults.
    assert.deepEqual(betas.enter('Betas, second', ''), { name: 'adam' });
    const bare = field('training', 'optimizer', training({ optimizer: 'adam' }));
    assert.deepEqual(bare.enter('Betas, second', '0.99'), { name: 'adam', betas: [0.9, 0.99] });
  });

  it('say what they can be', () => {
    const fault = 'It must be a list of 2 numbers of at least 0 and less than 1.';
    assert.deepEqual(field('training', 'optimizer', adam).enter('Betas, first', '1'), { fault, edited: false });
    const rho = field('training', 'optimizer', training({ optimizer: { name: 'rmsprop' } }));
    const refused = { fault: 'It must be a number of at least 0 and less than 1.', edited: false };
    assert.deepEqual(rho.enter('Rho', '1'), refused);
  });
});

describe('The inspector’s shapes', () => {
  const file = { source: 'file', path: 'a.csv' };
  const of = (shape: readonly number[]) => ({
    data: { inputShape: shape, task: 'classification', outputs: 2, samples: 9 } as const,
  });

  it('are the data’s own until a row or a picture is asked for, which holds as many values', () => {
    const own = field('data', 'inputShape', data(file), of([64]));
    assert.equal(own.find('Input shape').value, '');
    assert.deepEqual(own.enter('Input shape', 'picture'), [8, 8, 1]);
    assert.deepEqual(own.enter('Input shape', 'row'), [64]);
    const picture = field('data', 'inputShape', data({ ...file, inputShape: [4, 8, 2] }), of([4, 8, 2]));
    assert.deepEqual(picture.enter('Input shape', 'row'), [64]);
    assert.equal(picture.enter('Input shape', ''), undefined);
    assert.deepEqual(picture.enter('Input shape, channels', '3'), [4, 8, 3]);
    assert.deepEqual(picture.enter('Input shape, height', '0'), { fault: 'At least 1.', edited: false });
    assert.deepEqual(picture.enter('Input shape, width', '2.5'), { fault: 'A whole number is needed.', edited: false });
  });

  it('are a layer’s, too, which has always one', () => {
    const layers = [{ id: 'fold', type: 'reshape', shape: [2] }];
    const shape = field(0, 'shape', { layers });
    assert.deepEqual(Object.keys(shape.find('Shape').choices), ['row', 'picture']);
    assert.deepEqual(shape.enter('Shape, numbers', '4'), [4]);
    assert.deepEqual(shape.enter('Shape', 'picture'), [2, 1, 1]);
  });

  it('make a square of what is one, in grey or in colours', () => {
    assert.deepEqual(
      [pictureOf([784]), pictureOf([3072]), pictureOf([10])],
      [
        [28, 28, 1],
        [32, 32, 3],
        [10, 1, 1],
      ],
    );
    // Samples are drawn as one where the square is worth it.
    const drawn = (shape: number[], source = 'file', task = 'classification') => drawnAs(shape, { source, task });
    assert.deepEqual(
      [drawn([64]), drawn([4]), drawn([60]), drawn([64], 'plane'), drawn([64], 'file', 'regression')],
      [[8, 8, 1], [4], [60], [64], [64]],
    );
  });
});

describe('The inspector’s target', () => {
  const file = (target?: unknown) =>
    data({ source: 'file', path: 'a.csv', ...(target === undefined ? {} : { target }) });
  const columns = ['width', 'height', 2, 'kind'];

  it('is chosen among the columns that the file has, by name where they have one', () => {
    const target = field('data', 'target', file(), { columns });
    const labels = { 0: 'width', 1: 'height', 2: 'column 2', 3: 'kind', '': 'the last: kind' };
    assert.deepEqual(target.find('Target').choices, labels);
    assert.equal(target.enter('Target', '0'), 'width');
    assert.equal(target.enter('Target', '2'), 2);
    assert.equal(field('data', 'target', file(1), { columns }).find('Target').value, '1');
    assert.equal(field('data', 'target', file('height'), { columns }).find('Target').value, '1');
  });

  it('is several, each put in and taken out, as long as one column is left to learn from', () => {
    assert.deepEqual(field('data', 'target', file(), { columns }).press('Add a target'), ['kind', 2]);
    const two = field('data', 'target', file(['width', 'kind']), { columns });
    assert.deepEqual(two.enter('Target 2', '1'), ['width', 'height']);
    assert.equal(two.press('Remove target width'), 'kind');
    assert.deepEqual(two.press('Add a target'), ['width', 'kind', 2]);
    const three = field('data', 'target', file(['width', 'kind', 2]), { columns });
    assert.ok(!three.names.includes('Add a target'));
  });

  it('shows a name that no column has, to choose another', () => {
    const wrong = field('data', 'target', file('sort'), { columns });
    assert.equal(wrong.find('Target').choices[''], 'sort');
    assert.equal(wrong.enter('Target', '3'), 'kind');
  });

  it('is two of the arrays that its file holds, inputs and labels', () => {
    const arrays = ['x_train', 'y_train'];
    const unsaid = field('data', 'target', file(), { arrays });
    assert.deepEqual(unsaid.find('Target, labels').choices, { y: 'y', x_train: 'x_train', y_train: 'y_train' });
    assert.deepEqual(unsaid.enter('Target, inputs', 'x_train'), ['x_train', 'y']);
    assert.deepEqual(field('data', 'target', file('y'), { arrays }).enter('Target, labels', 'y_train'), [
      'x',
      'y_train',
    ]);
  });

  it('is typed where the columns are not known', () => {
    const typed = field('data', 'target', file());
    assert.equal(typed.enter('Target', 'kind'), 'kind');
    assert.deepEqual(typed.enter('Target', '["a", 3]'), ['a', 3]);
    assert.match(String((typed.enter('Target', '{}') as { fault: string }).fault), /^It must be text, a whole number/);
  });

  it('is not asked for of pictures, whose classes are their folders', () => {
    const names = (path: string) => {
      const text = networkText(data({ source: 'file', path }));
      const drawing = drawingOf(text);
      return controlsOf(dataSettings(editing(text, drawing).panel, drawing)).map(({ name }) => name);
    };
    assert.ok(!names('pets').includes('Target'));
    assert.ok(names('pets.csv').includes('Target'));
  });
});

describe('The inspector’s expectations', () => {
  const expect = [
    { metric: 'validation.accuracy', op: '>=', value: 0.9 },
    { metric: 'layers.hidden.dead', op: '<=', value: 3 },
  ];
  function editor(parts: Record<string, unknown>, ended?: { expect: unknown[] }, more: Partial<Drawing> = {}) {
    const text = networkText(parts);
    const drawing = { ...drawingOf(text), ...more };
    const { panel, edited } = editing(text, drawing, { training: { run: { ended } } } as unknown as Partial<Panel>);
    const view = expectations(panel, drawing);
    const nth = (name: string, k = 0) => controlsOf(view).filter((control) => control.name === name)[k]!;
    return { nth, view, expected: () => edited()?.['expect'] as unknown };
  }

  it('change a part of one and leave the others', () => {
    const { nth, expected } = editor({ expect });
    nth('Metric', 1).enter('validation.loss');
    assert.deepEqual(expected(), [expect[0], { ...expect[1], metric: 'validation.loss' }]);
    nth('Comparison').enter('>');
    assert.deepEqual(expected(), [{ ...expect[0], op: '>' }, expect[1]]);
    nth('Value', 1).enter('0');
    assert.deepEqual(expected(), [expect[0], { ...expect[1], value: 0 }]);
    assert.equal(nth('Metric').enter(' '), 'A value is needed.');
    assert.equal(nth('Value').enter(''), 'A number is needed.');
    assert.equal(expected(), undefined);
  });

  it('come and go, the first as fits the task', () => {
    const both = editor({ expect });
    both.nth('Remove this expectation').press();
    assert.deepEqual(both.expected(), [expect[1]]);
    const none = editor({});
    none.nth('Add an expectation').press();
    assert.deepEqual(none.expected(), [{ metric: 'validation.accuracy', op: '>=', value: 0.9 }]);
    const restoring = editor({ training: { target: 'input', loss: 'mean_squared_error' } });
    restoring.nth('Add an expectation').press();
    assert.deepEqual(restoring.expected(), [{ metric: 'validation.loss', op: '<=', value: 0.1 }]);
  });

  it('say whether they held in the run, but not of one that has been changed since', () => {
    const judged = [
      { ...expect[0], actual: 0.95, passed: true },
      { ...expect[1], value: 9, actual: 12, passed: false },
    ];
    const said = JSON.stringify(editor({ expect }, { expect: judged }).view);
    assert.match(said, /holds: 0\.950/);
    assert.doesNotMatch(said, /does not hold/);
  });
});

describe('What the inspector says of the data', () => {
  const said = (parts: Record<string, unknown>, shape: object, problems: object[] = []) => {
    const drawing = drawingOf(networkText(parts));
    const panel = { document: { problems } } as unknown as Panel;
    return textOf(dataSummary(panel, { ...drawing, data: { ...drawing.data!, ...shape } }));
  };
  /** The words of a view, one piece each, without the signs, which are drawn by paths. */
  const textOf = (view: unknown): string[] => {
    if (Array.isArray(view)) return view.flatMap(textOf);
    if (typeof view === 'string') return /^[^M].*\s/.test(view) ? [view] : [];
    return view && typeof view === 'object' && 'values' in view ? (view.values as unknown[]).flatMap(textOf) : [];
  };

  it('is how many there are of what, and how they are shared out: exactly, whatever the fractions', () => {
    assert.deepEqual(said(data({ split: { train: 0.5, validation: 0.25, test: 0.25 } }), { samples: 101 }), [
      '101 samples of 2 numbers, 2 classes',
      '51 to train on, 25 to validate, 25 to test',
    ]);
    assert.equal(said(data({}), { inputShape: [8, 8, 1] })[0], '100 samples of 8×8×1, 2 classes');
    const regression = { task: 'regression', outputs: 1 };
    assert.equal(said(data({}), regression)[0], '100 samples of 2 numbers, a number to predict');
    assert.equal(said(data({}), { ...regression, outputs: 3 })[0], '100 samples of 2 numbers, 3 numbers to predict');
  });

  it('ends with what is wrong with them, and nothing that is not', () => {
    const problem = (path: string, severity: string) => ({ path, severity, message: `${severity} at ${path}` });
    const problems = [problem('data.path', 'error'), problem('data', 'info'), problem('layers.0', 'error')];
    assert.deepEqual(said(data({}), {}, problems).slice(2), ['error at data.path']);
  });
});

describe('The histogram of weighted sums', () => {
  it('is grey where a unit is idle: of a ReLU below 0, of min(x, 0) above it, of a leaky one where it is inactive', () => {
    const seen = { layer: 'hidden', reach: 2, counts: new Uint32Array(4), below: 0.5 };
    const idle = (name: string, more = {}) =>
      idleBins(seen, { name, parameters: {}, ...more })
        .map(Number)
        .join('');
    assert.equal(idle('relu'), '1100');
    assert.equal(idle('custom', { formula: 'min(x, 0)' }), '0011');
    assert.equal(idle('leaky_relu'), '1100');
    assert.equal(idle('tanh'), '0000');
  });
});

describe('A field of several selected layers', () => {
  const layers = [
    { id: 'a', type: 'dense', units: 4, activation: 'relu' },
    { id: 'drop', type: 'dropout', rate: 0.5 },
    { id: 'b', type: 'dense', units: 4 },
  ];
  const text = networkText({ layers });
  const drawing = drawingOf(text);

  it('is set in each that has it, and taken out again, byte for byte', () => {
    const { place } = editing(text, drawing, { selectedLayers: drawing.layers });
    const tanh = after(text, place(2).set(['activation'], 'tanh'));
    const written = (JSON.parse(tanh) as { layers: { activation?: string }[] }).layers.map(
      ({ activation }) => activation,
    );
    assert.deepEqual(written, ['tanh', undefined, 'tanh']);
    const plain = networkText({ layers: layers.map(({ activation: _, ...rest }) => rest) });
    assert.equal(after(tanh, place(2).set(['activation'], undefined)), plain);
  });

  it('is that of one alone where no other has it', () => {
    const { place } = editing(text, drawing, { selectedLayers: drawing.layers });
    const { layers: now } = JSON.parse(after(text, place(1).set(['rate'], 0.2))) as { layers: object[] };
    assert.deepEqual(now, [layers[0], { ...layers[1], rate: 0.2 }, layers[2]]);
  });
});
