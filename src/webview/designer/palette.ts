import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { styled } from '../styled.ts';
import { layers } from '../../engine/layers/index.ts';
import { misfit } from '../edits.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { plainly } from '../words.ts';

/** Two columns wide, so that whole sentences fit. */
const width = 620;

/** Of an item whose sentence takes two lines. */
const rowHeight = 56;

/** The menu of layer types, under the button that opened it. What does not fit there says why, and can be put there all the same. */
export function palette(panel: Panel): TemplateResult | typeof nothing {
  const { drawing, view } = panel;
  const open = view.palette;
  if (!open || !drawing) return nothing;
  const box = open.anchor.getBoundingClientRect();
  const rows = rowsOf(layers);
  const place = {
    left: `${Math.max(4, Math.min(box.left, innerWidth - width - 4))}px`,
    top: `${Math.min(box.bottom + 4, Math.max(4, innerHeight - rows * rowHeight - 12))}px`,
    width: `${Math.min(width, innerWidth - 8)}px`,
    maxHeight: `${innerHeight - 8}px`,
    '--rows': String(rows),
  };
  return html`<div class="menu-shade" @pointerdown=${() => panel.closePalette()}></div>
    <div
      class="menu"
      role="menu"
      aria-label=${l10n.t('Layer types')}
      style=${styled(place)}
      @keydown=${(event: KeyboardEvent) => menuKey(panel, event)}
      ${ref((menu) => {
        if (menu && !menu.contains(document.activeElement)) queueMicrotask(() => items(menu)[0]?.focus());
      })}
    >
      ${layers.map((row) => {
        const why = misfit(drawing, row, open.index);
        const text = why ?? plainly(row.doc);
        return html`<button
          role="menuitem"
          class=${why === undefined ? '' : 'misfit'}
          tabindex="-1"
          aria-label=${row.label}
          aria-description=${text}
          @pointermove=${(event: Event) => (event.currentTarget as HTMLElement).focus()}
          @click=${() => panel.addLayer(row, open.index)}
        >
          <b>${row.label}</b
          ><span class="secondary small"
            >${why === undefined ? nothing : icon('warning')}<span class="drawn" data-text=${text}></span
          ></span>
        </button>`;
      })}
    </div>`;
}

/** The second column begins behind so many. */
const rowsOf = (all: readonly unknown[]) => Math.ceil(all.length / 2);

const items = (menu: Element) => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];

function menuKey(panel: Panel, event: KeyboardEvent): void {
  const all = items(event.currentTarget as Element);
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' || event.key === 'Tab') panel.closePalette();
  else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
  else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
  else if (event.key === 'ArrowRight') all[at + rowsOf(all)]?.focus();
  else if (event.key === 'ArrowLeft') all[at - rowsOf(all)]?.focus();
  else if (event.key === 'Home') all[0]?.focus();
  else if (event.key === 'End') all.at(-1)?.focus();
  else if (event.key.length === 1) {
    const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    after.find((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    if (event.key === ' ') return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
