import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { sizeOf, unitsOf, type Shape } from '../../engine/layers/index.ts';
import type { Look, UnitLook } from '../../engine/look/look.ts';
import { numberField } from '../controls.ts';
import { inactivity } from '../document.ts';
import { unitName } from '../designer/unitMap.ts';
import { compact, count } from '../format.ts';
import { painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { css, type Theme } from '../theme.ts';
import { classNames, classText, inputShape, thumbnail } from './output.ts';
import { fieldOf } from './cards.ts';
import { drawSigned, frame } from './picture.ts';

/** What a unit looks for: its incoming weights, the samples it answers to most, and the linear map in effect for one of them. */
export function unitBody(panel: Panel, look: Look | undefined): TemplateResult {
  const drawn = panel.selectedLayer;
  const units = drawn?.graph?.units ?? 0;
  if (!drawn || units === 0) return html`<p class="hint">${l10n.t('Select a layer with units.')}</p>`;
  const { id } = drawn.layer;
  const unit = Math.min(panel.view.unit, units - 1);
  const snapshot = panel.runOf(drawn)?.units.get(id);
  const seen = look?.unit?.layer === id && look.unit.unit === unit ? look.unit : undefined;
  return html`<div class="unit-look">
    <div class="unit-choice small">
      <label class="setting"
        >${l10n.t('Unit')}
        ${numberField({
          label: l10n.t('Unit'),
          value: unit,
          whole: true,
          minimum: 0,
          maximum: units - 1,
          class: 'short',
          change: (value) => panel.focusUnit(drawn.index, value),
        })}</label
      >
      <span class="secondary"
        >${unitName(unit, snapshot?.active.length === units ? snapshot : undefined, inactivity(drawn))}</span
      >
      ${seen || !panel.training.run ? nothing : html`<span class="secondary">${l10n.t('A moment…')}</span>`}
    </div>
    ${seen ? parts(panel, seen, look!) : panel.training.run ? nothing : html`<p class="hint">${l10n.t('Press Train, then see what each unit answers to.')}</p>`}
  </div>`;
}

function parts(panel: Panel, { weights, top, map }: UnitLook, look: Look): TemplateResult {
  const names = classNames(panel);
  const shape = inputShape(panel);
  const { layer, unit } = look.unit!;
  const field = look.fields?.layers.find((field) => field.layer === layer);
  return html`<div class="unit-parts">
    ${
      look.fields && field
        ? html`<section aria-label=${l10n.t('Answers over the plane')}>
            <h2>${l10n.t('Answers over the plane')}</h2>
            ${signedPicture([look.fields.cells, look.fields.cells, 1], fieldOf(field.values, unit, field.units), l10n.t('Answers over the plane'))}
            <div class="secondary small">${l10n.t('blue above 0, yellow below')}</div>
          </section>`
        : nothing
    }
    <section aria-label=${l10n.t('Incoming weights')}>
      <h2>${l10n.t('Incoming weights')}</h2>
      ${
        weights
          ? html`${signedPicture(sizeOf(weights.shape) === sizeOf(shape) ? shape : weights.shape, weights.values, l10n.t('Incoming weights'))}
              <div class="secondary small">
                ${l10n.t('bias {0} · {1} weights', compact(weights.bias), count(weights.values.length))}
              </div>`
          : html`<p class="secondary small">${l10n.t('This layer has none of its own.')}</p>`
      }
    </section>
    <section aria-label=${l10n.t('Strongest answers')}>
      <h2>${l10n.t('Answers most to')}</h2>
      <ul class="worst ${shape.length === 3 ? 'pictures' : ''}">
        ${top.map(
          (sample) =>
            html`<li>
              ${thumbnail(panel, sample)}<span class="small answer"
                ><span class="numbers">${shape.length === 3 ? '' : '→ '}${compact(sample.value)}</span
                ><span class="secondary"
                  >${names.length > 0 ? classText(names[sample.actual] ?? '') : compact(sample.actual)}</span
                ></span
              >
            </li>`,
        )}
      </ul>
      <div class="secondary small">${judgedText(look)}</div>
    </section>
    <section aria-label=${l10n.t('Linear map in effect')}>
      <h2>${l10n.t('Linear map for sample {0}', count(panel.view.sample))}</h2>
      ${
        map
          ? html`${signedPicture(shape, map.values, l10n.t('Slope by each input'))}
              <div class="secondary small">
                ${l10n.t(
                  'z = {0} = Σ slope · input {1}',
                  compact(map.z),
                  `${map.offset < 0 ? '−' : '+'} ${compact(Math.abs(map.offset))}`,
                )}
              </div>`
          : html`<p class="secondary small">${l10n.t('Too much to work out for this network.')}</p>`
      }
    </section>
  </div>`;
}

const judgedText = ({ judged: { part, samples } }: Look): string =>
  part === 'training'
    ? l10n.t('of {0} training samples', count(samples))
    : l10n.t('of {0} validation samples', count(samples));

const side = 84;

/** Signed values as a picture, channels beside each other, or as bars where they are few and no picture. */
function signedPicture(shape: Shape, values: Float32Array, name: string): TemplateResult {
  const isPicture = shape.length === 3 && shape[0]! * shape[1]! > 1;
  // As many as are at least two pixels a weight.
  const fits = Math.floor(side / (2 * Math.max(shape[0]!, shape[1] ?? 1) + 2)) ** 2;
  const channels = isPicture ? Math.min(Math.max(8, Math.min(36, fits)), unitsOf(shape)) : 1;
  const columns = Math.ceil(Math.sqrt(channels));
  const each = Math.floor((side - 2 * (columns - 1)) / columns);
  const title = isPicture
    ? l10n.t('{0}: blue above 0, yellow below', shape.join('×'))
    : [...values.subarray(0, 8)].map((value) => compact(value)).join(', ');
  return html`<canvas
    role="img"
    aria-label="${name}: ${title}"
    title=${title}
    ${painted(
      side,
      side,
      (g, theme) => {
        if (!isPicture) return bars(g, theme, values);
        for (let k = 0; k < channels; k++) {
          const square = [(k % columns) * (each + 2), Math.floor(k / columns) * (each + 2), each] as const;
          drawSigned(g, theme, square, shape, values, k);
          frame(g, theme, square);
        }
      },
      [values],
    )}
  ></canvas>`;
}

function bars(g: CanvasRenderingContext2D, theme: Theme, values: Float32Array): void {
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  const width = side / values.length;
  g.fillStyle = css(theme.grid);
  g.fillRect(0, side / 2, side, 1);
  values.forEach((value, i) => {
    g.fillStyle = css(value < 0 ? theme.validation : theme.train);
    const height = (Math.abs(value) / most) * (side / 2 - 1);
    g.fillRect(
      i * width,
      value < 0 ? side / 2 + 1 : side / 2 - height,
      Math.max(0.5, width - (width > 4 ? 1 : 0)),
      height,
    );
  });
}

/** The same as a table: every incoming weight, and the slopes beside them where they are of the same inputs. */
export function unitTable(look: Look | undefined): TemplateResult {
  const unit = look?.unit;
  if (!unit) return html`<p class="hint">${l10n.t('No run yet.')}</p>`;
  const { weights, map } = unit;
  const n = Math.min(1000, Math.max(weights?.values.length ?? 0, map?.values.length ?? 0));
  const same = weights && sizeOf(weights.shape) === map?.values.length;
  return html`<div class="table-scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">${l10n.t('input')}</th>
          <th scope="col">${l10n.t('weight')}</th>
          <th scope="col">${same ? l10n.t('slope') : l10n.t('slope by network input')}</th>
        </tr>
      </thead>
      <tbody>
        ${Array.from(
          { length: n },
          (_, i) =>
            html`<tr>
              <th scope="row">${i}</th>
              <td>${compact(weights?.values[i], 4)}</td>
              <td>${compact(map?.values[i], 4)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
