import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { activationRow, activations, type Activation } from '../../engine/activations/index.ts';
import { select } from '../controls.ts';
import type { Panel } from '../store.ts';

/** A curve drawn over the layer's own, to compare. */
export interface Overlay {
  readonly name: string;
  readonly dash: number[];
  readonly value: (x: number) => number;
}

/** Dashes tell the curves apart; their signs stand in the list below. */
const dashes: readonly { dash: number[]; sign: string }[] = [
  { dash: [1, 3], sign: '····' },
  { dash: [8, 3], sign: '– –' },
  { dash: [8, 3, 1, 3], sign: '– ·' },
  { dash: [3, 2], sign: '- -' },
];

/** A formula of one's own has no default to be drawn with. */
const comparable = activations.filter(({ kind, name }) => kind === 'elementwise' && name !== 'custom');

/** The activations chosen to compare with, as they are by default. */
export const overlaysOf = ({ view }: Panel, { name: own }: Activation): Overlay[] =>
  view.overlays
    .filter((name) => name !== own)
    .map((name, i) => {
      const row = activationRow(name);
      const parameters = Object.fromEntries(
        Object.entries(row.parameters).map(([key, field]) => [key, Number(field.default)]),
      );
      return { name, dash: dashes[i % dashes.length]!.dash, value: (x) => row.value(x, parameters) };
    });

/** Behind the layer's own formula a list to add curves from, and those that are there, each with a way out. */
export function overlayChoice(panel: Panel, activation: Activation, formula: TemplateResult): TemplateResult {
  const { view } = panel;
  const shown = overlaysOf(panel, activation);
  const choose = (overlays: readonly string[]) => {
    view.overlays = overlays;
    panel.changed();
  };
  const open = comparable.filter(({ name }) => name !== activation.name && !view.overlays.includes(name));
  return html`<div class="curve-choices">
    ${formula}
    ${
      shown.length < dashes.length
        ? select({
            label: l10n.t('Compare with'),
            value: '',
            choices: [
              { value: '', label: l10n.t('Compare with…') },
              ...open.map(({ name }) => ({ value: name, label: name })),
            ],
            title: l10n.t('Draws another activation over this one; the file stays as it is'),
            class: 'quiet',
            change: (name) => name && choose([...view.overlays, name]),
          })
        : nothing
    }
    ${shown.map(
      ({ name }, i) =>
        html`<button
          class="chip small"
          aria-label=${l10n.t('Stop comparing with {0}', name)}
          title=${l10n.t('Stop comparing with {0}', name)}
          @click=${() => choose(view.overlays.filter((other) => other !== name))}
        >
          <span aria-hidden="true">${dashes[i % dashes.length]!.sign}</span> ${name} <span aria-hidden="true">×</span>
        </button>`,
    )}
  </div>`;
}
