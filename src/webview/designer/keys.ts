import type { Panel } from '../store.ts';
import { foldAt, foldedOf, openFold, selectShown, toggleFolds } from './folds.ts';
import { toggleActual } from './overview.ts';

/** What a key does in the list of layers. */
export function diagramKey(panel: Panel, event: KeyboardEvent): void {
  const layer = panel.selectedLayer;
  const layers = panel.drawing?.layers ?? [];
  if (!layer || event.ctrlKey || event.metaKey) return;
  // Shift reaches from layer to layer, and means nothing else here.
  const moves = event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End';
  if (event.shiftKey && (!moves || event.altKey)) return;
  const fold = foldAt(foldedOf(panel), layer.index);
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (step !== undefined) {
    if (!event.altKey) choose((fold && step < 0 && !event.shiftKey ? fold.from : layer.index) + step);
    else if (!fold) panel.moveLayer(layer, layer.index + step);
  } else if (event.altKey) return;
  else if (event.key === 'Home') choose(0);
  else if (event.key === 'End') choose(layers.length - 1);
  else if (event.key === 'Delete') panel.removeSelected();
  else if (event.key === 'Enter') {
    if (fold) openFold(panel, fold);
    else focusInspector(panel);
  } else if (event.key === 'f' && panel.drawing) toggleFolds(panel);
  else if (event.key === 'z') toggleActual(panel);
  else return;
  event.preventDefault();
  event.stopPropagation();

  function choose(index: number): void {
    const next = layers[Math.max(0, Math.min(index, layers.length - 1))];
    if (next) selectShown(panel, next.index, event.shiftKey);
  }
}

/** To the selected layer's first field. */
function focusInspector(panel: Panel): void {
  if (!panel.view.inspector) {
    panel.view.inspector = true;
    panel.changed();
    requestAnimationFrame(() => focusInspector(panel));
    return;
  }
  document.querySelector<HTMLElement>('.inspector-body :is(select, input):not([disabled])')?.focus();
}

/**
 * Keeps the keyboard in the list while what it stood on is drawn anew, moved or removed: to be called before a drawing; gives
 * what to do after it.
 */
export function keepListFocus(): () => void {
  const inList =
    document.activeElement?.closest('[role=listbox]') !== undefined &&
    document.activeElement?.closest('[role=listbox]') !== null;
  return () => {
    if (!inList) return;
    const option = document.querySelector<HTMLElement>('[role=listbox] [tabindex="0"]');
    if (option && option !== document.activeElement) {
      option.focus({ preventScroll: true });
      option.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  };
}

/** Copy, cut and paste of layers as JSON, while the list has the keyboard. */
export function diagramClipboard(panel: Panel, event: ClipboardEvent): void {
  if (event.type === 'paste') {
    if (!panel.pasteLayers(event.clipboardData?.getData('text/plain') ?? '')) return;
  } else {
    if (panel.selectedLayers.length === 0) return;
    event.clipboardData?.setData('text/plain', panel.selectedText);
    if (event.type === 'cut' && panel.editable) panel.removeSelected();
  }
  event.preventDefault();
}
