import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { formatOf } from '../../engine/data/file.ts';
import type { Drawing } from '../document.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { dataSummary } from './dataSummary.ts';
import { fieldRows } from './field.ts';
import { partPlace } from './place.ts';

/** Keys that mean something for files alone, for drawn sources alone, or for arrays with a second file. */
const ofFiles = ['path', 'format', 'target', 'missing', 'inputShape', 'labels'];
const ofDrawn = ['samples', 'noise'];
const ofPairs = ['labels'];

/** The fields of the data. */
export function dataSettings(panel: Panel, drawing: Drawing): TemplateResult {
  const { source, path = '', format = formatOf(path), labels, target } = drawing.network.data;
  const paired = labels !== undefined || format === 'npy' || format === 'idx';
  // Classes of pictures are their folders.
  const ofTables = format === 'images' && target === undefined ? ['target'] : [];
  const hidden = source === 'file' ? [...ofDrawn, ...(paired ? [] : ofPairs), ...ofTables] : ofFiles;
  return html`${partHead(panel, l10n.t('Data'), 'data')}
    <div class="inspector-body">
      ${dataSummary(panel, drawing)} ${fieldRows(partPlace(panel, drawing, 'data'), (key) => !hidden.includes(key))}
    </div>`;
}

export const trainingSettings = (panel: Panel, drawing: Drawing): TemplateResult =>
  html`${partHead(panel, l10n.t('Training'), 'training')}
    <div class="inspector-body">${fieldRows(partPlace(panel, drawing, 'training'))}</div>`;

/** What a part of the file is called, and the way to its text. */
export const partHead = (panel: Panel, title: string, key: string): TemplateResult =>
  html`<div class="inspector-head">
    <b>${title}</b><span class="grow"></span>
    <button
      class="icon-button"
      aria-label=${l10n.t('Show {0} in the text', title)}
      title=${l10n.t('Show in the text')}
      @click=${() => panel.openText(panel.offsetOf(key))}
    >
      ${icon('code')}
    </button>
  </div>`;
