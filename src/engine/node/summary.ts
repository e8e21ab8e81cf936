import path from 'node:path';
import { formulaOf } from '../activations/formula/index.ts';
import { layerRow, shapeText } from '../layers/index.ts';
import { compile } from '../plan/compile.ts';
import { Exit } from './failure.ts';
import { examine, readNetwork, refuseErrors } from './networkFile.ts';
import { readArguments } from './options.ts';
import { tableText } from './tableText.ts';

const bytesPerValue = 4;

/** Prints layers, output shapes, parameters, multiply-adds and the memory training takes. */
export async function summary(args: string[]): Promise<number> {
  const { file, values } = readArguments('summary', args, {
    json: { type: 'boolean' },
    set: { type: 'string', multiple: true },
  });
  const { graph, dataset, problems } = await examine(file, await readNetwork(file, values.set));
  refuseErrors(file, problems);
  if (!graph || !dataset) return Exit.badFile;
  const { batchSize } = graph.network.training;
  const train = dataset.parts.train.length;
  const { sizes } = compile(graph, batchSize === 'all' ? train : Math.min(batchSize, train), dataset.samples);
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0) * bytesPerValue;
  const layers = graph.layers.map(({ layer, shape, parameterCount, multiplyAdds }) => ({
    id: layer.id,
    type: layer.type,
    shape,
    parameters: parameterCount,
    multiplyAdds,
    ...ownFormula(layer.fields.activation?.formula),
  }));
  const totals = { parameters: graph.parameterCount, multiplyAdds: graph.multiplyAdds, memory: bytes };
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ name: graph.network.name, input: graph.data.inputShape, layers, loss: graph.loss, ...totals })}\n`,
    );
    return Exit.done;
  }
  const count = (value: number) => value.toLocaleString('en-US');
  const rows = [
    ['layer', 'type', 'output', 'parameters', 'multiply-adds'],
    ['input', graph.network.data.source, shapeText(graph.data.inputShape), '', ''],
    ...layers.map((layer) => [
      layer.id,
      layerRow(layer.type).label,
      shapeText(layer.shape),
      count(layer.parameters),
      count(layer.multiplyAdds),
    ]),
    ['', '', '', count(totals.parameters), count(totals.multiplyAdds)],
  ];
  const formulas = layers.flatMap(({ id, formula, derivative }) =>
    formula === undefined ? [] : [`${id}: f(x) = ${formula}, f′(x) = ${derivative ?? '… (too long to show)'}\n`],
  );
  process.stdout.write(
    `${graph.network.name || path.basename(file)}\n\n${tableText(rows, 3)}\n\n${formulas.join('')}loss ${graph.loss}; training takes ${(bytes / 2 ** 20).toFixed(1)} MB of memory\n`,
  );
  return Exit.done;
}

/** A formula of one's own, and the derivative worked out for it. */
const ownFormula = (formula: string | undefined): { formula?: string; derivative?: string | null } =>
  formula === undefined ? {} : { formula, derivative: formulaOf(formula).derivativeText ?? null };
