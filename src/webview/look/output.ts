import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Look, OutputLook, SampleLook } from '../../engine/look/look.ts';
import type { Shape } from '../../engine/layers/index.ts';
import { compact, count, percent } from '../format.ts';
import { fitted, painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { drawConfusion } from './confusion.ts';
import { drawnAs, drawPicture, frame, rangeOf } from './picture.ts';
import { classMark, drawCurve, drawRegion } from './region.ts';

/** What the network makes of the data, in the form that fits it. */
export function outputBody(panel: Panel, look: Look | undefined): TemplateResult {
  const output = look?.output;
  if (!output) {
    const waiting = panel.training.run
      ? l10n.t('A moment…')
      : l10n.t('Press Train: what the network makes of the data is drawn here.');
    return html`<p class="hint">${waiting}</p>`;
  }
  return html`<div class="look">
    ${main(panel, output)} ${output.region || output.curve ? nothing : aside(panel, output)}
  </div>`;
}

/** "35 of 360 wrong": what stands beside the title. */
export function outputTitle(look: Look | undefined): string {
  const { output, judged } = look ?? {};
  if (!output || !judged) return '';
  const of = count(judged.samples);
  if (output.classes) return l10n.t('{0} of {1} wrong', count(output.classes.wrong), of);
  if (output.restored) return l10n.t('mean squared error {0}', compact(output.restored.error));
  return judged.part === 'training' ? l10n.t('{0} training samples', of) : l10n.t('{0} validation samples', of);
}

function main(panel: Panel, { region, curve, classes, restored, numbers }: OutputLook): unknown {
  const names = classNames(panel);
  if (region) {
    return html`<div class="look-main square" aria-hidden="true">
        <canvas
          ${fitted(
            (g, theme, width, height) => {
              const size = Math.min(width, height);
              g.translate((width - size) / 2, 0);
              drawRegion(g, theme, size, region, true);
            },
            [region],
          )}
        ></canvas>
      </div>
      ${region.isClass ? classKey(names) : nothing}`;
  }
  if (curve) return plane((g, theme, width, height) => drawCurve(g, theme, width, height, curve), curve);
  if (classes)
    return plane(
      (g, theme, width, height) => drawConfusion(g, theme, width, height, classes, names),
      classes,
      'square',
    );
  if (numbers) {
    const { actual, predicted } = numbers;
    const points = Float32Array.from({ length: 2 * actual.length }, (_, i) =>
      i % 2 === 0 ? actual[i >> 1]! : predicted[i >> 1]!,
    );
    const { low, high } = rangeOf(actual);
    const ideal = Float32Array.of(low, high);
    return html`${plane((g, theme, width, height) => drawCurve(g, theme, width, height, { x: ideal, y: ideal, points }), numbers)}
      <div class="secondary small">${l10n.t('predicted (up) by true (right); on the line they are equal')}</div>`;
  }
  return restored
    ? plane((g, theme, width, height) => {
        const shape = inputShape(panel);
        const [side, columns] = tiles(restored.pairs.length, width, height - 14, 2);
        restored.pairs.forEach(({ input, output }, i) => {
          const x = (i % columns) * (side + 3);
          const y = 14 + Math.floor(i / columns) * (2 * side + 9);
          const range = rangeOf(input);
          drawPicture(g, theme, [x, y, side], shape, input, range);
          drawPicture(g, theme, [x, y + side + 2, side], shape, output, range);
        });
        g.font = theme.font;
        g.fillStyle = `rgb(${theme.secondary.join(' ')})`;
        g.fillText(l10n.t('above: the input; below: restored'), 0, 9);
      }, restored)
    : nothing;
}

/** Side of each of n squares (stacked `high` in one tile) that fill a room, and how many stand beside each other. */
function tiles(n: number, width: number, height: number, high: number): [side: number, columns: number] {
  let best: [number, number] = [8, n];
  for (let columns = 1; columns <= n; columns++) {
    const rows = Math.ceil(n / columns);
    const side = Math.floor(Math.min(width / columns - 3, (height / rows - 9) / high));
    if (side > best[0]) best = [side, columns];
  }
  return best;
}

const plane = (paint: Parameters<typeof fitted>[0], input: unknown, form = ''): TemplateResult =>
  html`<div class="look-main ${form}" aria-hidden="true"><canvas ${fitted(paint, [input])}></canvas></div>`;

/** How the matrix is read, and the surest mistakes, each with what it was taken for. */
function aside(panel: Panel, { classes }: OutputLook): unknown {
  if (!classes) return nothing;
  const names = classNames(panel);
  const read = l10n.t('Rows: the true class; columns: what the network says.');
  const { worst } = classes;
  return html`<div class="look-aside">
    <p class="small secondary">${worst.length > 0 ? `${read} ${l10n.t('Surest mistakes:')}` : read}</p>
    ${
      worst.length > 0
        ? html`<ul class="worst" aria-label=${l10n.t('Surest mistakes')}>
            ${worst.map(
              (sample) =>
                html`<li title=${l10n.t('sample {0}', count(sample.row))}>
                  ${thumbnail(panel, sample)}<span class="small"
                    >${names[sample.actual] ?? sample.actual}
                    <span class="secondary"
                      >${l10n.t('taken for {0}, {1}', names[sample.predicted] ?? sample.predicted, percent(sample.probability))}</span
                    ></span
                  >
                </li>`,
            )}
          </ul>`
        : nothing
    }
  </div>`;
}

/** A sample's picture, or the beginning of its numbers. */
export function thumbnail(panel: Panel, { input }: SampleLook, side = 28): TemplateResult {
  const shape = inputShape(panel);
  if (shape.length !== 3) {
    const numbers = [...input.subarray(0, 3)].map((value) => compact(value)).join(', ');
    return html`<span class="small numbers secondary">${numbers}${input.length > 3 ? ' …' : ''}</span>`;
  }
  return html`<canvas
    aria-hidden="true"
    ${painted(
      side,
      side,
      (g, theme) => {
        drawPicture(g, theme, [0, 0, side], shape, input);
        frame(g, theme, [0, 0, side]);
      },
      [input],
    )}
  ></canvas>`;
}

/** As samples are drawn. */
export function inputShape({ training }: Panel): Shape {
  const { data, network } = training.run?.drawing ?? {};
  return drawnAs(data?.inputShape ?? [1], { source: network?.data.source, task: data?.task });
}

export const classNames = (panel: Panel): readonly string[] => {
  const data = panel.training.run?.drawing.data;
  return data?.classes ?? Array.from({ length: data?.outputs ?? 0 }, (_, i) => String(i));
};

/** A class that has a number for a name is told from a measurement. */
export const classText = (name: string): string => (/^\d+$/.test(name) ? l10n.t('class {0}', name) : name);

const classKey = (names: readonly string[]): TemplateResult =>
  html`<div class="look-key small secondary" aria-hidden="true">
    ${names.map(
      (name, i) =>
        html`<span class="key"
          ><canvas ${painted(10, 10, (g, theme) => classMark(g, theme, 5, 5, i, 3), [i])}></canvas
          >${classText(name)}</span
        >`,
    )}<span class="key"
      ><canvas
        ${painted(
          10,
          10,
          (g, theme) => {
            g.strokeStyle = `rgb(${theme.foreground.join(' ')})`;
            g.arc(5, 5, 4, 0, 7);
            g.stroke();
          },
          [],
        )}
      ></canvas
      >${l10n.t('wrong')}</span
    >
  </div>`;

/** The same as a table. */
export function outputTable(panel: Panel, look: Look | undefined): TemplateResult {
  const output = look?.output;
  const names = classNames(panel);
  if (output?.classes) {
    const { confusion, count: n } = output.classes;
    return rows(
      [l10n.t('true ↓ predicted →'), ...names],
      names.map((name, row) => [name, ...Array.from(confusion.subarray(row * n, (row + 1) * n), count)]),
    );
  }
  if (output?.curve) {
    const { x, y } = output.curve;
    return rows(
      [l10n.t('input'), l10n.t('predicted')],
      Array.from(x, (value, i) => [compact(value, 3), compact(y[i], 3)]).filter((_, i) => i % 8 === 0),
    );
  }
  if (output?.numbers) {
    const { actual, predicted } = output.numbers;
    return rows(
      [l10n.t('true'), l10n.t('predicted')],
      Array.from(actual.subarray(0, 200), (value, i) => [compact(value, 3), compact(predicted[i], 3)]),
    );
  }
  if (output?.restored) {
    return rows(
      [l10n.t('sample'), l10n.t('mean squared error')],
      output.restored.pairs.map(({ row, input, output }) => [
        count(row),
        compact(input.reduce((sum, value, k) => sum + (value - output[k]!) ** 2, 0) / input.length, 3),
      ]),
    );
  }
  if (output?.region) {
    const { points } = output.region;
    return rows(
      ['x', 'y', l10n.t('true'), l10n.t('predicted')],
      Array.from({ length: Math.min(200, points.length / 4) }, (_, i) =>
        Array.from(points.subarray(4 * i, 4 * i + 4), (value) => compact(value, 3)),
      ),
    );
  }
  return html`<p class="hint">${l10n.t('No run yet.')}</p>`;
}

const rows = (head: readonly string[], body: readonly (readonly string[])[]): TemplateResult =>
  html`<div class="table-scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((text) => html`<th scope="col">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${body.map(
          ([first, ...cells]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
