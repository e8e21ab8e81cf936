import { sizeOf } from '../layers/index.ts';
import type { LossName, Optimizer } from '../plan/plan.ts';
import { factorText, flag, indent, trainHead, tuple } from './python.ts';
import type { ExportModel } from './target.ts';

/** Losses of outputs and targets, both `[rows, outputs]`. */
const losses: Readonly<Record<LossName, string>> = {
  binary_crossentropy: 'F.binary_cross_entropy(outputs.clamp(1e-7, 1 - 1e-7), target)',
  categorical_crossentropy: '-(target * outputs.clamp(1e-7, 1 - 1e-7).log()).sum(1).mean()',
  mean_squared_error: 'F.mse_loss(outputs, target)',
  mean_absolute_error: 'F.l1_loss(outputs, target)',
  huber: 'F.huber_loss(outputs, target)',
};
/** With the output's activation in them. */
const fusedLosses: Partial<Record<LossName, string>> = {
  binary_crossentropy: 'F.binary_cross_entropy_with_logits(outputs, target)',
  categorical_crossentropy: '-(target * F.log_softmax(outputs, 1)).sum(1).mean()',
};

const apart = (optimizer: Optimizer, slopes: readonly string[]) => optimizer.weightDecay > 0 && slopes.length > 0;

function optimizerText({ network }: ExportModel, slopes: readonly string[]): string {
  const { optimizer: o, learningRate } = network.training;
  const parameters = apart(o, slopes)
    ? '[{"params": weights}, {"params": slopes, "weight_decay": 0.0}]'
    : 'model.parameters()';
  const all = `${parameters}, lr=${learningRate}, weight_decay=${o.weightDecay}`;
  const betas = `betas=(${o.beta1}, ${o.beta2}), eps=${o.epsilon}`;
  switch (o.name) {
    case 'sgd':
      return `torch.optim.SGD(${all}, momentum=${o.momentum}, nesterov=${flag(o.nesterov && o.momentum > 0)})`;
    case 'adam':
      return `torch.optim.Adam(${all}, ${betas})`;
    case 'adamw':
      return `torch.optim.AdamW(${all}, ${betas})`;
    case 'rmsprop':
      return `torch.optim.RMSprop(${all}, alpha=${o.rho}, eps=${o.epsilon}, momentum=${o.momentum})`;
    case 'adagrad':
      return `torch.optim.Adagrad(${all}, eps=${o.epsilon})`;
  }
}

/** What the outputs are held against, of raw rows x and labels y. */
function targetText({ network, graph, known }: ExportModel): { doc: string; value: string } {
  const outputs = sizeOf(graph.layers.at(-1)!.shape);
  if (network.training.target === 'input') return { doc: 'the rows themselves', value: 'model.scale(x).flatten(1)' };
  if (known.shape.task === 'regression')
    return {
      doc: `y are the targets, ${outputs} a row`,
      value: `torch.as_tensor(y, dtype=torch.float32).reshape(-1, ${outputs})`,
    };
  const y = 'torch.as_tensor(y)';
  return {
    doc: 'y are the classes, counted from 0',
    value: outputs === 1 ? `${y}.float().reshape(-1, 1)` : `F.one_hot(${y}.long(), ${outputs}).float()`,
  };
}

/** What the loss and the optimiser treat apart. */
export interface Terms {
  /** Penalties on kernels, in Python. */
  readonly penalties: readonly string[];
  /** PReLU's slopes, which do not decay: PyTorch's names. */
  readonly slopes: readonly string[];
}

/** A training loop with the network's own settings; its draws are PyTorch's, so that a run is like ours and not the same. */
export function trainingLines(model: ExportModel, fused: boolean, { penalties, slopes }: Terms): string[] {
  const { network, graph } = model;
  const { shuffle, schedule, learningRate, optimizer } = network.training;
  const { doc, value } = targetText(model);
  const active = graph.layers.some(({ layer }) => (layer.fields.regularization?.activityL1 ?? 0) > 0);
  const loss = `loss = ${(fused ? fusedLosses[graph.loss] : undefined) ?? losses[graph.loss]}`;
  const clip = `nn.utils.clip_grad_norm_(model.parameters(), ${optimizer.clipNorm})`;
  return [
    trainHead(model),
    ...indent([
      `"""Trains on raw rows x; ${doc}. Returns each update's loss."""`,
      'x = torch.as_tensor(x)',
      `target_all = ${value}`,
      'size = batch_size or len(x)',
      'steps = epochs * math.ceil(len(x) / size)',
      ...(apart(optimizer, slopes)
        ? [
            `slopes = [model.get_parameter(name) for name in ${tuple(slopes.map((name) => `"${name}"`))}]`,
            'weights = [p for p in model.parameters() if not any(p is slope for slope in slopes)]',
          ]
        : []),
      `optimizer = ${optimizerText(model, slopes)}`,
      'losses, s = [], 0',
      'for _ in range(epochs):',
      ...indent([
        'model.train()',
        `order = ${shuffle ? 'torch.randperm(len(x))' : 'torch.arange(len(x))'}`,
        'for batch in order.split(size):',
        ...indent([
          'for group in optimizer.param_groups:',
          `    group["lr"] = ${learningRate}${factorText(schedule)}`,
          `outputs = model${fused ? '.logits' : ''}(x[batch]).flatten(1)`,
          'target = target_all[batch].to(outputs.device)',
          loss,
          ...penalties.map((term) => `loss = loss + ${term}`),
          ...(active ? ['loss = loss + model.activity'] : []),
          'optimizer.zero_grad()',
          'loss.backward()',
          ...(optimizer.clipNorm > 0 ? [clip] : []),
          'optimizer.step()',
          's += 1',
          'losses.append(loss.item())',
        ]),
      ]),
      'return losses',
    ]),
  ];
}
