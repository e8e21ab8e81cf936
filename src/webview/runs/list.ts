import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { button } from '../controls.ts';
import { compact, count, runsText } from '../format.ts';
import { deadOf, endsText, spreadOf, spreadText } from './figures.ts';
import { changeText, letter, nameOf, seedsText, type Entry, type Group } from './groups.ts';
import type { RunsPanel } from './store.ts';
import { swatch } from './swatch.ts';

/** Every recorded run with a checkbox; runs equal but for the seed are one row, which opens. */
export function list(panel: RunsPanel): TemplateResult {
  const { groups, compared } = panel;
  const places = new Map(compared.map(({ key }, index) => [key, index]));
  let row = 0;
  return html`<section class="runs-list" aria-label=${l10n.t('Recorded runs')}>
    <div class="runs-head">
      <b>${runsText(panel.entries?.length ?? 0)}</b><span class="grow"></span>
      <button class="link" ?disabled=${compared.length === 0} @click=${() => panel.chooseNone()}>
        ${l10n.t('Uncheck all')}
      </button>
      ${button({
        content: l10n.t('Sweep…'),
        class: 'compact',
        title: l10n.t('Train a network with many values and seeds'),
        click: () => panel.sweeping.toggle(),
      })}
    </div>
    ${toolbar(panel, compared)}
    <ul role="list" aria-label=${l10n.t('Runs')} @keydown=${(event: KeyboardEvent) => walk(panel, event)}>
      ${repeat(
        groups,
        ({ key }) => key,
        (group, index) => groupRow(panel, group, changeText(groups, index), places.get(group.key), () => row++),
      )}
    </ul>
    ${
      panel.unreadable > 0
        ? html`<p class="hint">
            ${l10n.t('Runs of networks that this version cannot read: {0}.', count(panel.unreadable))}
          </p>`
        : nothing
    }
    <p class="hint">
      ${l10n.t('In {0}.', panel.folder)}
      <button class="link" @click=${() => panel.post({ type: 'chooseFolder' })}>${l10n.t('Choose a folder')}</button>
    </p>
  </section>`;
}

function toolbar(panel: RunsPanel, compared: readonly Group[]): TemplateResult {
  const [only] = compared.length === 1 ? compared : [];
  const chosen = compared.reduce((sum, { entries }) => sum + entries.length, 0);
  const one = l10n.t('Check a single row first');
  return html`<div class="runs-tools" role="toolbar" aria-label=${l10n.t('Chosen runs')}>
    ${button({
      content: l10n.t('Open Network'),
      class: 'compact',
      disabled: !only,
      title: only ? l10n.t('The network of this run, as a new untitled file') : one,
      click: () => only && panel.post({ type: 'openNetwork', file: only.first.file }),
    })}
    ${button({
      content: l10n.t('Show File'),
      class: 'compact',
      disabled: !only,
      title: only ? l10n.t('The file this run is recorded in') : one,
      click: () => only && panel.post({ type: 'showFile', file: only.first.file }),
    })}
    ${button({
      content: chosen > 1 ? l10n.t('Delete {0}…', chosen) : l10n.t('Delete…'),
      class: 'compact',
      disabled: chosen === 0,
      title: chosen === 0 ? l10n.t('Check the runs to delete first') : l10n.t('Deletes the files of the checked runs'),
      click: () => panel.removeChosen(),
    })}
  </div>`;
}

function groupRow(
  panel: RunsPanel,
  group: Group,
  change: string,
  place: number | undefined,
  nextRow: () => number,
): TemplateResult {
  const { entries, first, key } = group;
  const several = entries.length > 1;
  const isOpen = several && panel.view.open.has(key);
  const chosen = entries.filter(({ file }) => panel.isChosen(file)).length;
  const name = nameOf(first);
  const when = dateText(first.head.date);
  const label = [name, change, several ? `${runsText(entries.length)}, ${seedsText(entries)}` : when].join(', ');
  return html`<li class="run-row">
    ${check(panel, label, chosen > 0, chosen > 0 && chosen < entries.length, nextRow(), () => panel.choose(entries, chosen < entries.length))}
    <div class="run-text">
      <div class="run-line">
        ${place === undefined ? nothing : html`<b class="letter">${letter(place)}</b>${swatch(place)}`}
        <b class="clip grow">${name}</b><span class="secondary small">${when}</span>
      </div>
      <div class="run-line small"><span class="clip" title=${change}>${change}</span></div>
      <div class="run-line small secondary"><span class="clip">${figures(entries)}</span></div>
      <div class="run-line small secondary">
        <span class="clip grow"
          >${first.head.document} · ${first.head.backend} · ${several ? seedsText(entries) : endsText(entries)}</span
        >
        ${
          several
            ? html`<button class="link" aria-expanded=${isOpen} @click=${() => panel.toggleOpen(key)}>
                ${isOpen ? l10n.t('Hide {0} runs', count(entries.length)) : l10n.t('Show {0} runs', count(entries.length))}
              </button>`
            : nothing
        }
      </div>
      ${
        isOpen
          ? html`<ul role="list" aria-label=${l10n.t('Runs of {0}', name)}>
              ${entries.map((entry) => runRow(panel, entry, nextRow()))}
            </ul>`
          : nothing
      }
    </div>
  </li>`;
}

function runRow(panel: RunsPanel, entry: Entry, row: number): TemplateResult {
  const { head, file } = entry;
  const chosen = panel.isChosen(file);
  const label = l10n.t('seed {0}, {1}', head.seed, dateText(head.date));
  return html`<li class="run-row">
    ${check(panel, label, chosen, false, row, () => panel.choose([entry], !chosen))}
    <div class="run-text small">
      <div class="run-line">
        <span class="grow">${l10n.t('seed {0}', head.seed)}</span><span class="secondary">${dateText(head.date)}</span>
      </div>
      <div class="run-line secondary"><span class="clip">${figures([entry])}, ${endsText([entry])}</span></div>
    </div>
  </li>`;
}

const check = (
  panel: RunsPanel,
  label: string,
  checked: boolean,
  partly: boolean,
  row: number,
  toggle: () => void,
): TemplateResult =>
  html`<input
    type="checkbox"
    aria-label=${label}
    tabindex=${row === panel.view.row ? 0 : -1}
    .checked=${live(checked)}
    .indeterminate=${live(partly)}
    @focus=${() => {
      panel.view.row = row;
      panel.changed();
    }}
    @change=${toggle}
  />`;

/** The arrow keys walk through the rows; Tab leaves them. */
function walk(panel: RunsPanel, event: KeyboardEvent): void {
  const boxes = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  const here = boxes.indexOf(event.target as HTMLInputElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: boxes.length - 1 }[event.key];
  if (here < 0 || to === undefined || !boxes[to]) return;
  event.preventDefault();
  panel.view.row = to;
  boxes[to].focus();
}

/** "accuracy 0.83, loss 0.42, 3 dead, 1.9 s": of several runs the medians. */
function figures(entries: readonly Entry[]): string {
  const median = (of: (entry: Entry) => number | null | undefined) => spreadOf(entries.map(of));
  const accuracy = median(({ head }) => head.final?.validation?.accuracy ?? head.final?.accuracy);
  const loss = median(({ head }) => head.final?.validation?.loss ?? head.final?.loss);
  const dead = median(deadOf);
  const seconds = median(({ head }) => head.seconds);
  const say = (spread: ReturnType<typeof spreadOf>, show: (text: string) => string) =>
    spread ? [show(spreadText({ ...spread, low: spread.median, high: spread.median }, (v) => compact(v, 3)))] : [];
  return [
    ...say(accuracy, (text) => l10n.t('accuracy {0}', text)),
    ...say(loss, (text) => l10n.t('loss {0}', text)),
    ...say(dead, (text) => l10n.t('{0} dead', text)),
    ...(seconds ? [l10n.t('{0} s', compact(seconds.median))] : []),
  ].join(', ');
}

/** Today's time, or day and time. */
export function dateText(date: string, now = new Date()): string {
  const then = new Date(date);
  const time = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (then.toDateString() === now.toDateString()) return time;
  return `${then.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`;
}
