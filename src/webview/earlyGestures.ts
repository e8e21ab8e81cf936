/** What a person may ask by; `copy` is done at once. */
const asking = ['click', 'dblclick', 'change', 'keydown', 'cut', 'paste', 'mousedown'] as const;
const pressing = ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const;

/** An event that is to happen again, on what. */
interface Kept {
  readonly event: Event;
  target: EventTarget;
  /** What a field held when its change was entered. */
  readonly value?: string;
}

type Field = HTMLInputElement | HTMLSelectElement;
const isField = (target: EventTarget | null): target is Field =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement;

/**
 * Gestures made before the page's program is there. Once one of them needs the program, it and all that follow are kept, and made again on the program's own
 * elements, in their order: each means what the one before leaves.
 */
export class EarlyGestures {
  /** The event at hand, and what its field held before it. */
  private current: { readonly event: Event; readonly held: string } | undefined;
  private kept: Kept[] = [];
  /** A press of the pointer as far as it has come: down, the last of its moves, up. */
  private press: Kept[] = [];
  /** What fields held before the first of what is kept of them. */
  private readonly fields = new Map<Field, string>();
  private readonly end = new AbortController();

  constructor() {
    const options = { capture: true, signal: this.end.signal };
    for (const type of asking) addEventListener(type, (event) => this.see(event), options);
    for (const type of pressing) addEventListener(type, (event) => this.see(event), options);
  }

  /** Whether something waits for the program. */
  get waiting(): boolean {
    return this.kept.length > 0;
  }

  /** The event at hand asks for what only the program can do. */
  readonly wait = (): void => {
    const { current, press } = this;
    // Once is enough.
    this.current = undefined;
    if (!current) return;
    if (press.some(({ event }) => event === current.event)) this.kept.push(...press);
    else this.keep(current);
  };

  /**
   * The program draws the same in the place of `from`, which goes. Fields keep what is typed into them, focus and a press that is under way their place; what
   * needs no word of the host happens.
   */
  handOver(from: Element, draw: () => Element): void {
    const { activeElement } = document;
    if (isField(activeElement) && from.contains(activeElement) && !this.fields.has(activeElement))
      this.fields.set(activeElement, activeElement.value);
    // Of elements that are in the page no more nothing can be found.
    const find = [...this.kept, ...this.press].map((kept) => [kept, pathOf(kept.target, from)] as const);
    const fields = [...this.fields].map(([field, value]) => [pathOf(field, from), value] as const);
    const active = activeElement && !activeElement.closest('[role=listbox]') && pathOf(activeElement, from);
    const to = draw();
    for (const [kept, path] of find) if (path) kept.target = follow(path, to);
    for (const [path, value] of fields) {
      const field = path && follow(path, to);
      if (isField(field ?? null)) setTyped(field as Field, value);
    }
    if (active) (follow(active, to) as HTMLElement).focus({ preventScroll: true });
    if (!this.waiting) this.finish();
  }

  /** The program can do what is asked now. Without `all` only a press goes on that is under way. */
  finish(all = true): void {
    this.end.abort();
    const kept = this.kept.splice(0);
    if (all) kept.forEach(again);
    const { press, released } = this;
    this.press = [];
    const [down] = press;
    if (!down || released) return;
    press.forEach(again);
    // A browser sees no click on an element that came under a pointer already down.
    const click = (up: PointerEvent) => {
      if (up.target instanceof Node && (down.target as Node).contains(up.target))
        down.target.dispatchEvent(new PointerEvent('click', up));
    };
    addEventListener('pointerup', click, { once: true });
  }

  private get released(): boolean {
    return /up|cancel/.test(this.press.at(-1)?.event.type ?? '');
  }

  private see(event: Event): void {
    const { target, type } = event;
    const current = { event, held: isField(target) ? target.value : '' };
    this.current = current;
    const entersAll = event instanceof KeyboardEvent && event.key === 's' && (event.ctrlKey || event.metaKey);
    if ((pressing as readonly string[]).includes(type)) this.pressed(event);
    else if (isField(target) && type !== 'change' && !entersAll) return;
    else if (!this.waiting) {
      if (entersAll && isField(target)) this.keep(current);
      return;
    } else if (type === 'mousedown') event.preventDefault();
    else if (
      event instanceof KeyboardEvent &&
      (event.key === 'Tab' || ((event.ctrlKey || event.metaKey) && !entersAll))
    )
      return;
    else this.keep(current);
    if (!this.waiting) return;
    // What the list does not do itself now must not scroll it.
    if (event instanceof KeyboardEvent && target instanceof Element && target.closest('[role=listbox]'))
      event.preventDefault();
    event.stopImmediatePropagation();
  }

  private pressed(event: Event): void {
    const kept = { event, target: event.target! };
    if (event.type === 'pointerdown') this.press = [kept];
    else if (this.press.length === 0 || this.released) return;
    else if (event.type === 'pointermove') this.press = [this.press[0]!, kept];
    else {
      this.press.push(kept);
      if (this.waiting) this.kept.push(...this.press);
    }
  }

  private keep({ event, held }: NonNullable<EarlyGestures['current']>): void {
    const target = event.target!;
    if (isField(target) && !this.fields.has(target)) this.fields.set(target, held);
    this.kept.push({ event: lasting(event), target, ...(event.type === 'change' ? { value: held } : {}) });
  }
}

/** What is on the clipboard can be read while it is being pasted only. */
function lasting(event: Event): Event {
  if (!(event instanceof ClipboardEvent) || event.type !== 'paste') return event;
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', event.clipboardData?.getData('text/plain') ?? '');
  return new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData });
}

function again({ event, target, value }: Kept): void {
  if (value !== undefined && isField(target)) target.value = value;
  const { type } = event;
  const Made = event.constructor as typeof Event;
  target.dispatchEvent(new Made(type, event));
}

/** As if it had been typed here: leaving the field enters it, as does the Enter key. */
function setTyped(field: HTMLElement & { value: string }, value: string): void {
  if (field.value === value) return;
  field.value = value;
  const enter = () => field.value === value && field.dispatchEvent(new Event('change', { bubbles: true }));
  field.addEventListener('blur', enter, { once: true });
  field.addEventListener('keydown', ({ key }) => key === 'Enter' && enter(), { once: true });
}

/** The way from an element down to another, by the places among children; undefined where it does not hold it. */
function pathOf(target: EventTarget, from: Element): readonly number[] | undefined {
  if (!(target instanceof Element) || !from.contains(target)) return undefined;
  const path: number[] = [];
  for (let at = target; at !== from; at = at.parentElement!) path.unshift([...at.parentElement!.children].indexOf(at));
  return path;
}

const follow = (path: readonly number[], from: Element): Element =>
  path.reduce((at, place) => at.children[place] ?? at, from);
