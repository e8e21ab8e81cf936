import type { Gesture } from '../../../src/webview/edits.ts';
import { partPlace, layerPlace, type PartName, type Place } from '../../../src/webview/inspector/place.ts';
import type { Drawing } from '../../../src/webview/document.ts';
import type { Panel } from '../../../src/webview/store.ts';
import { after } from './networks.ts';

interface Template {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}
const isTemplate = (value: unknown): value is Template =>
  typeof value === 'object' && value !== null && 'strings' in value && 'values' in value;

/** One element of a view that answers to a name: what a person would find by it. */
export interface Control {
  readonly name: string;
  /** Enters a value, or chooses it; gives what the control then says against it. */
  enter(value: string): string | undefined;
  press(): void;
  /** What a list offers, label by value. */
  readonly choices: Readonly<Record<string, string>>;
  readonly value: unknown;
  readonly disabled: boolean;
}

/** All that has a name in a view, in its order: the parts of lit's templates, which need no page. */
export function controlsOf(view: unknown): Control[] {
  if (Array.isArray(view)) return view.flatMap(controlsOf);
  if (!isTemplate(view)) return [];
  const { strings, values } = view;
  const after = (attribute: string): unknown => values[strings.findIndex((text) => text.endsWith(attribute))];
  const label = after('aria-label=') ?? (strings[0]!.includes('vscode-checkbox') ? values.at(-1) : undefined);
  const inside = values.flatMap(controlsOf);
  const isOne = strings.join('').match(/<(input|select|button|vscode-checkbox)/g)?.length === 1;
  if (!isOne) return inside;
  const words = [label, ...values].filter((value): value is string => typeof value === 'string');
  const one: Control = {
    name: typeof label === 'string' ? label : (words.at(-1) ?? ''),
    enter(value) {
      const message = { textContent: '', setAttribute: () => undefined, removeAttribute: () => undefined };
      const target = {
        ...{ value, checked: value === 'true', validity: { badInput: false }, dataset: {}, title: '' },
        ...{ setAttribute: () => undefined, removeAttribute: () => undefined },
        parentElement: { querySelector: () => message },
      };
      (after('@change=') as (event: unknown) => void)({ target });
      return message.textContent || undefined;
    },
    press: () => (after('@click=') as () => void)(),
    choices: Object.fromEntries(
      values.flatMap((value) =>
        Array.isArray(value)
          ? value.filter(isTemplate).map(({ values }) => [String(values[0]), String(values.at(-1))])
          : [],
      ),
    ),
    value: shownIn(values),
    disabled: after('?disabled=') === true,
  };
  return [one, ...inside];
}

/** What a field or a list shows: the value of the directive that keeps it. */
function shownIn(values: readonly unknown[]): unknown {
  for (const value of values) {
    if (Array.isArray(value)) {
      const chosen = value.filter(isTemplate).find(({ values }) => directive(values[1])?.[0] === true);
      if (chosen) return chosen.values[0];
    }
    const given = directive(value);
    if (given) return given[0];
  }
  return undefined;
}

const directive = (value: unknown): readonly unknown[] | undefined =>
  typeof value === 'object' && value !== null && '_$litDirective$' in value
    ? (value as unknown as { values: readonly unknown[] }).values
    : undefined;

/** A panel that takes edits and shows nothing: what the last of them makes of a text. */
export function editing(text: string, drawing: Drawing, more: Partial<Panel> = {}) {
  let gesture: Gesture | undefined;
  const panel = {
    ...{ editable: true, drawing, selectedLayers: [], view: {}, training: { run: undefined }, previews: {} },
    edit: (next: Gesture) => void (gesture = next),
    ...more,
  } as unknown as Panel;
  return {
    panel,
    place: (part: PartName | number): Place =>
      typeof part === 'number' ? layerPlace(panel, drawing, drawing.layers[part]!) : partPlace(panel, drawing, part),
    /** The file after the edit, parsed; undefined where none was asked for. */
    edited: (): Record<string, Record<string, unknown>> | undefined => {
      const made = gesture && (JSON.parse(after(text, gesture)) as Record<string, Record<string, unknown>>);
      gesture = undefined;
      return made;
    },
  };
}
