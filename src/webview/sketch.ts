import { readDocument } from './document.ts';
import type { Sketch } from './hostProtocol.ts';
import { saidOfData } from './networkData.ts';

/** What the first picture of a text shows; undefined where there are no layers to draw, or something to be said of the whole of it. Run by the host. */
export function sketchOf(text: string): Sketch | undefined {
  const { drawing, current, newerVersion, problems } = readDocument(text, 0, undefined, saidOfData);
  if (!drawing || !current || newerVersion || drawing.layers.length === 0) return undefined;
  const { network, data, graph, layers } = drawing;
  return {
    network,
    ...(data ? { data } : {}),
    ...(graph
      ? { graph: { loss: graph.loss, parameterCount: graph.parameterCount, multiplyAdds: graph.multiplyAdds } }
      : {}),
    layers: layers.map(({ written, shapeText, shape, graph }) => ({
      written,
      shapeText,
      ...(shape ? { shape } : {}),
      ...(graph ? { graph: { units: graph.units, parameterCount: graph.parameterCount } } : {}),
    })),
    rows: Object.fromEntries(
      layers.map(({ row: { type, label, unitsField, fields } }) => {
        const controls = Object.entries(fields).map(([name, { control }]) => [name, { control }] as const);
        const row = { type, label, fields: Object.fromEntries(controls) };
        return [type, unitsField === undefined ? row : { ...row, unitsField }] as const;
      }),
    ),
    problems,
  };
}
