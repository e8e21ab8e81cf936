import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { metricsOf } from '../../engine/spec/consistency.ts';
import { expectOperators, type Expectation } from '../../engine/spec/network.ts';
import type { EndEvent } from '../../engine/training/events.ts';
import { numberField, select, textField } from '../controls.ts';
import type { Drawing } from '../document.ts';
import { set } from '../edits.ts';
import { compact } from '../format.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';

/** What a run must show at its end, and whether the last one did. */
export function expectations(panel: Panel, drawing: Drawing): TemplateResult {
  const { expect } = drawing.network;
  const judged = panel.training.run?.ended?.expect ?? [];
  return html`<h2>${l10n.t('Expected at the end of a run')}</h2>
    <datalist id="metrics">
      ${metricsOf(drawing.network.written).map((name) => html`<option value=${name}></option>`)}
    </datalist>
    ${expect.map((expectation, k) =>
      row(
        panel,
        expectation,
        k,
        judged.find((other) => isSame(other, expectation)),
      ),
    )}
    <div class="field">
      <button
        class="link"
        ?disabled=${!panel.editable}
        @click=${() => {
          const regression = drawing.data?.task === 'regression' || drawing.network.training.target === 'input';
          const fresh: Expectation = regression
            ? { metric: 'validation.loss', op: '<=', value: 0.1 }
            : { metric: 'validation.accuracy', op: '>=', value: 0.9 };
          panel.edit(set(['expect', expect.length], fresh, l10n.t('Expect something')));
        }}
      >
        ${icon('plus')}${l10n.t('Add an expectation')}
      </button>
    </div>`;
}

const isSame = (a: Expectation, b: Expectation): boolean =>
  a.metric === b.metric && a.op === b.op && a.value === b.value;

function row(
  panel: Panel,
  { metric, op, value }: Expectation,
  k: number,
  judged: EndEvent['expect'][number] | undefined,
): TemplateResult {
  const disabled = !panel.editable;
  const edit = (key: string, value: unknown) =>
    panel.edit(set(['expect', k, key], value, l10n.t('Change what is expected')));
  return html`<div class="field expectation">
    ${textField({
      label: l10n.t('Metric'),
      value: metric,
      list: 'metrics',
      title: l10n.t('A figure of the last record, such as validation.accuracy or layers.hidden.dead.'),
      disabled,
      fault: (text) => (text.trim() === '' ? l10n.t('A value is needed.') : undefined),
      change: (text) => edit('metric', text.trim()),
    })}
    <button
      class="icon-button"
      aria-label=${l10n.t('Remove this expectation')}
      title=${l10n.t('Remove this expectation')}
      ?disabled=${disabled}
      @click=${() => panel.edit(set(['expect', k], undefined, l10n.t('Expect one thing less')))}
    >
      ${icon('close')}
    </button>
    ${select({
      label: l10n.t('Comparison'),
      value: op,
      choices: expectOperators.map((op) => ({ value: op, label: op })),
      disabled,
      change: (op) => edit('op', op),
    })}
    ${numberField({ label: l10n.t('Value'), value, whole: false, disabled, change: (value) => edit('value', value) })}
    ${
      judged
        ? html`<p class="small ${judged.passed ? 'secondary' : 'warning'}">
            ${icon(judged.passed ? 'ok' : 'warning')}${
              judged.passed
                ? l10n.t('holds: {0}', compact(judged.actual, 3))
                : l10n.t('does not hold: {0}', compact(judged.actual, 3))
            }
          </p>`
        : nothing
    }
  </div>`;
}
