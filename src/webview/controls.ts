import { html, noChange, nothing, type ElementPart, type TemplateResult } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import { live } from 'lit/directives/live.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { nudge, numberFault, type NumberLimits } from './numbers.ts';

export interface ButtonOptions {
  readonly content: unknown;
  readonly click: (event: Event) => void;
  /** Needed where the content is a picture alone. */
  readonly label?: string;
  readonly title?: string;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly disabled?: boolean;
  readonly class?: string;
}

export const button = ({
  content,
  click,
  label,
  title,
  appearance = 'secondary',
  disabled = false,
  class: name,
}: ButtonOptions): TemplateResult =>
  html`<vscode-button
    class=${ifDefined(name)}
    appearance=${appearance}
    aria-label=${ifDefined(label)}
    title=${ifDefined(title ?? label)}
    ?disabled=${disabled}
    @click=${click}
    >${content}</vscode-button
  >`;

export const checkbox = (
  label: string,
  checked: boolean,
  change: (checked: boolean) => void,
  disabled = false,
): TemplateResult =>
  html`<vscode-checkbox
    .checked=${live(checked)}
    ?disabled=${disabled}
    @change=${(event: Event) => {
      const now = (event.target as HTMLInputElement).checked;
      // The element also reports being set by the page.
      if (now !== checked) change(now);
    }}
    >${label}</vscode-checkbox
  >`;

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface SelectOptions {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly change: (value: string) => void;
  readonly title?: string | undefined;
  readonly disabled?: boolean;
  readonly class?: string;
}

/** A native list: reads, types ahead and ignores Ctrl+S as the platform's own does. */
export const select = ({
  label,
  value,
  choices,
  change,
  title,
  disabled = false,
  class: name = '',
}: SelectOptions): TemplateResult =>
  html`<select
    class="control ${name}"
    aria-label=${label}
    title=${ifDefined(title)}
    ?disabled=${disabled}
    @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}
  >
    ${choices.map((choice) => html`<option value=${choice.value} .selected=${live(choice.value === value)}>${choice.label}</option>`)}
  </select>`;

/** Sets a text field's value, but leaves alone what is being typed unless the value behind it changed. */
class Bound extends Directive {
  private last: string | undefined;

  render(_value: string): unknown {
    return noChange;
  }

  override update(part: ElementPart, [value]: [string]): unknown {
    const input = part.element as HTMLInputElement;
    if (value !== this.last || document.activeElement !== input) {
      if (input.value !== value && !(value === this.last && input.getAttribute('aria-invalid') === 'true')) {
        input.value = value;
        settle(input);
      }
    }
    this.last = value;
    entered.set(input, value);
    return noChange;
  }
}
const bound = directive(Bound);

/** What each text field shows of the file. */
const entered = new WeakMap<HTMLInputElement, string>();

/** Enters what was typed into a text field and is not in the file yet, as leaving it would; false when there is nothing such. */
export function enter(input: HTMLInputElement): boolean {
  const value = entered.get(input);
  if (value === undefined || input.value === value) return false;
  return input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Takes back what was typed into a text field and is not in the file; false when there is nothing such. */
export function takeBack(input: HTMLInputElement): boolean {
  const value = entered.get(input);
  if (value === undefined || (input.value === value && !input.validity.badInput)) return false;
  input.value = value;
  settle(input);
  return true;
}

function settle(input: HTMLInputElement, fault?: string): void {
  if (fault) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  input.title = fault ?? input.dataset['title'] ?? '';
  const message = input.parentElement?.querySelector('.fault');
  if (!message) return;
  // An alert that says nothing would only be noise in the tree.
  if (fault) message.setAttribute('role', 'alert');
  else message.removeAttribute('role');
  message.textContent = fault ?? '';
}

export interface TextOptions {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  /** Why a value can't be taken; undefined if it can. */
  readonly fault: (value: string) => string | undefined;
  readonly title?: string | undefined;
  readonly disabled?: boolean;
  /** The id of a `datalist` of suggestions. */
  readonly list?: string;
}

export const textField = (options: TextOptions): TemplateResult =>
  html`<span class="entry">
    <input
      class="control"
      type="text"
      spellcheck="false"
      list=${ifDefined(options.list)}
      aria-label=${options.label}
      data-title=${options.title ?? ''}
      ?disabled=${options.disabled ?? false}
      @change=${(event: Event) => commit(event.target as HTMLInputElement, options)}
      ${bound(options.value)} /><span class="fault"></span
  ></span>`;

function commit(
  input: HTMLInputElement,
  { fault, change, value }: Pick<TextOptions, 'fault' | 'change' | 'value'>,
): void {
  // What a number field cannot read it gives as nothing.
  const typed = input.validity.badInput ? '?' : input.value;
  const reason = typed === value ? undefined : fault(typed);
  settle(input, reason);
  if (!reason && typed !== value) change(typed);
}

export interface NumberOptions extends NumberLimits {
  readonly label: string;
  /** Undefined: none of its own, as when the file says "all" or names an initialiser. */
  readonly value: number | undefined;
  readonly change: (value: number) => void;
  /** What an emptied field means; without it a number is needed. */
  readonly emptied?: (() => void) | undefined;
  readonly title?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean;
  readonly inherited?: boolean;
  readonly class?: string;
}

/** A spin button. It changes its value once a commit (Enter, leaving it, an arrow key), so that each is one edit. */
export function numberField(options: NumberOptions): TemplateResult {
  const { label, value, whole, title, placeholder, emptied, disabled = false, inherited = false } = options;
  const text = value === undefined ? '' : String(value);
  const taken = {
    value: text,
    fault: (text: string) => (emptied && text === '' ? undefined : numberFault(text, options)),
    change: (text: string) => (emptied && text === '' ? emptied() : options.change(Number(text))),
  };
  const keydown = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const input = event.target as HTMLInputElement;
    const next = String(nudge(Number(input.value), direction, whole));
    if (taken.fault(next)) return;
    input.value = next;
    commit(input, taken);
  };
  return html`<span class="entry">
    <input
      class="control ${inherited ? 'inherited' : ''} ${options.class ?? ''}"
      type="number"
      step="any"
      aria-label=${label}
      min=${ifDefined(options.minimum)}
      max=${ifDefined(options.maximum)}
      placeholder=${placeholder ?? nothing}
      data-title=${title ?? ''}
      ?disabled=${disabled}
      @change=${(event: Event) => commit(event.target as HTMLInputElement, taken)}
      @keydown=${keydown}
      ${bound(text)}
    /><span class="fault"></span>
  </span>`;
}
