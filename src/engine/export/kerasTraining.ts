import { sizeOf } from '../layers/index.ts';
import type { LossName } from '../plan/plan.ts';
import { factorText, flag, indent, trainHead } from './python.ts';
import type { ExportModel } from './target.ts';

const losses: Readonly<Record<LossName, string>> = {
  binary_crossentropy: '"binary_crossentropy"',
  categorical_crossentropy: '"categorical_crossentropy"',
  mean_squared_error: '"mean_squared_error"',
  mean_absolute_error: '"mean_absolute_error"',
  huber: 'keras.losses.Huber()',
};

/** Keras takes no whole number for a momentum. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** Where Keras adds epsilon under the root, and PyTorch behind it: √(v + ε²) is ε at 0, and √v where v is large, as √v + ε is. */
const underRoot = (epsilon: number): number => Number((epsilon ** 2).toPrecision(6));

function optimizerText({ network }: ExportModel): string {
  const { optimizer: o, learningRate } = network.training;
  const all = `learning_rate=${learningRate}${o.clipNorm > 0 ? `, global_clipnorm=${o.clipNorm}` : ''}`;
  const betas = `beta_1=${o.beta1}, beta_2=${o.beta2}, epsilon=${o.epsilon}`;
  switch (o.name) {
    case 'sgd':
      return `keras.optimizers.SGD(${all}, momentum=${decimal(o.momentum)}, nesterov=${flag(o.nesterov && o.momentum > 0)})`;
    case 'adam':
      return `keras.optimizers.Adam(${all}, ${betas})`;
    case 'adamw':
      return `keras.optimizers.AdamW(${all}, ${betas}, weight_decay=${o.weightDecay})`;
    case 'rmsprop':
      return `keras.optimizers.RMSprop(${all}, rho=${o.rho}, momentum=${decimal(o.momentum)}, epsilon=${underRoot(o.epsilon)})`;
    case 'adagrad':
      return `keras.optimizers.Adagrad(${all}, initial_accumulator_value=0.0, epsilon=${underRoot(o.epsilon)})`;
  }
}

function target({ network, graph, known }: ExportModel): { doc: string; value: string } {
  const outputs = sizeOf(graph.layers.at(-1)!.shape);
  if (network.training.target === 'input')
    return { doc: 'the rows themselves are restored', value: 'rows.reshape(-1, *model.output_shape[1:])' };
  if (known.shape.task === 'regression')
    return {
      doc: `y are the targets, ${outputs} a row`,
      value: `np.asarray(y, "float32").reshape(-1, ${outputs})`,
    };
  return {
    doc: 'y are the classes, counted from 0',
    value:
      outputs === 1
        ? 'np.asarray(y, "float32").reshape(-1, 1)'
        : `keras.utils.to_categorical(y, num_classes=${outputs})`,
  };
}

/** Training with the network's own settings; draws and a few details are Keras's, so that a run is like ours and not the same. */
export function kerasTraining(model: ExportModel): string[] {
  const { network, graph } = model;
  const { shuffle, schedule, learningRate } = network.training;
  const { doc, value } = target(model);
  const factor = factorText(schedule);
  return [
    trainHead(model),
    ...indent([
      `"""Trains on raw rows x; ${doc}. Returns Keras's history."""`,
      'rows = scale(x)',
      `target = ${value}`,
      'size = batch_size or len(rows)',
      `optimizer = ${optimizerText(model)}`,
      `model.compile(optimizer=optimizer, loss=${losses[graph.loss]})`,
      ...(factor === ''
        ? []
        : [
            'steps = epochs * math.ceil(len(rows) / size)',
            '',
            'def adjust(batch, logs=None):',
            '    s = int(ops.convert_to_numpy(optimizer.iterations))',
            `    optimizer.learning_rate = ${learningRate}${factor}`,
            '',
            'schedule = [keras.callbacks.LambdaCallback(on_train_batch_begin=adjust)]',
          ]),
      `return model.fit(rows, target, batch_size=size, epochs=epochs, shuffle=${flag(shuffle)}${factor === '' ? '' : ', callbacks=schedule'})`,
    ]),
  ];
}
