import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { apportion } from '../../engine/data/shares.ts';
import type { Drawing } from '../document.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';

/** What the data are, and what is wrong with them. */
export function dataSummary({ document }: Panel, { data, network }: Drawing): TemplateResult {
  const faults = (document?.problems ?? []).filter(
    ({ path, severity }) => severity !== 'info' && (path === 'data' || path.startsWith('data.')),
  );
  return html`<div class="field summary">
    ${data ? html`<p>${samplesText(data)}</p>` : nothing}
    ${data ? html`<p class="secondary small">${partsText(data.samples, network.data.split)}</p>` : nothing}
    ${faults.map(
      ({ severity, message }) =>
        html`<p class="small ${severity}"><span class="sign">${icon(severity)}</span>${message}</p>`,
    )}
  </div>`;
}

/** "1,797 samples of 8×8×1, 10 classes"; "150 samples of 4 numbers, 3 classes". */
function samplesText({ samples, inputShape, task, outputs }: NonNullable<Drawing['data']>): string {
  const shape =
    inputShape.length > 1
      ? inputShape.join('×')
      : inputShape[0] === 1
        ? l10n.t('one number')
        : l10n.t('{0} numbers', count(inputShape[0]!));
  if (task === 'classification')
    return l10n.t('{0} samples of {1}, {2} classes', count(samples), shape, count(outputs));
  return outputs === 1
    ? l10n.t('{0} samples of {1}, a number to predict', count(samples), shape)
    : l10n.t('{0} samples of {1}, {2} numbers to predict', count(samples), shape, count(outputs));
}

function partsText(samples: number, { train, validation, test }: Drawing['network']['data']['split']): string {
  const [learn, judge, last] = apportion(samples, [train, validation, test]).map(count) as [string, string, string];
  return test > 0
    ? l10n.t('{0} to train on, {1} to validate, {2} to test', learn, judge, last)
    : l10n.t('{0} to train on, {1} to validate', learn, judge);
}
