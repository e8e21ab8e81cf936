import type { DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';
import { foldAt, foldedOf, openFold, selectShown, toggleFolds } from './folds.ts';
import { toggleActual } from './overview.ts';

/** What a key does in the list of layers: to the drawing that a change under way makes. */
export function diagramKey(panel: Panel, event: KeyboardEvent): void {
  if (!panel.selectedLayer || event.ctrlKey || event.metaKey) return;
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  // A key that is held down does not run ahead of what it does.
  if (event.repeat && panel.changing) return;
  panel.whenDrawn(() => {
    const layer = panel.selectedLayer;
    if (layer) act(panel, layer);
  });
}

/** Undefined where a key means nothing here. */
function actionOf({ key, altKey, shiftKey }: KeyboardEvent): ((panel: Panel, layer: DrawnLayer) => void) | undefined {
  // Shift reaches from layer to layer, and means nothing else here.
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End';
  if (shiftKey && (!moves || altKey)) return undefined;
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key];
  if (step !== undefined)
    return (panel, layer) => {
      const { index } = layer;
      const fold = foldAt(foldedOf(panel), index);
      if (!altKey) choose(panel, (fold && step < 0 && !shiftKey ? fold.from : index) + step, shiftKey);
      else if (!fold) panel.moveLayer(layer, index + step);
    };
  if (altKey) return undefined;
  switch (key) {
    case 'Home':
      return (panel) => choose(panel, 0, shiftKey);
    case 'End':
      return (panel) => choose(panel, Infinity, shiftKey);
    case 'Delete':
      return (panel) => panel.removeSelected();
    case 'Enter':
      return (panel, { index }) => {
        const fold = foldAt(foldedOf(panel), index);
        if (fold) openFold(panel, fold);
        else panel.focusInspector();
      };
    case 'f':
      return toggleFolds;
    case 'z':
      return toggleActual;
    default:
      return undefined;
  }
}

/** Selects a layer, the nearest where there is none at that place. */
function choose(panel: Panel, index: number, extend: boolean): void {
  const layers = panel.drawing?.layers ?? [];
  const next = layers[Math.max(0, Math.min(index, layers.length - 1))];
  if (next) selectShown(panel, next.index, extend);
}

/**
 * Keeps the keyboard in the list while what it stood on is drawn anew, moved or removed: to be called before a drawing; gives
 * what to do after it. A card that stays where it was is not brought into view: a person may be looking elsewhere.
 */
export function keepListFocus(): () => void {
  const before = document.activeElement;
  const place = before?.id;
  if (!before?.closest('[role=listbox]')) return () => undefined;
  return () => {
    const option = document.querySelector<HTMLElement>('[role=listbox] [tabindex="0"]');
    if (!option || option === document.activeElement) return;
    option.focus({ preventScroll: true });
    if (option !== before || option.id !== place) option.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
}

/** Copy, cut and paste of layers as JSON, while the list has the keyboard. */
export function diagramClipboard(panel: Panel, event: ClipboardEvent): void {
  if (event.type === 'paste') {
    if (!panel.pasteLayers(event.clipboardData?.getData('text/plain') ?? '')) return;
  } else {
    if (panel.selectedLayers.length === 0) return;
    event.clipboardData?.setData('text/plain', panel.selectedText);
    if (event.type === 'cut') panel.whenDrawn(() => panel.removeSelected());
  }
  event.preventDefault();
}
