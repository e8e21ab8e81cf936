import { noChange } from 'lit';
import { directive, Directive, type AttributePart, type PartInfo } from 'lit/directive.js';

/** What CSS properties an element has, by their CSS names. */
export type Styles = Readonly<Record<string, string>>;

/**
 * `style=${styled({ left: '4px' })}`: sets properties of the element's style. lit's own styleMap writes the style attribute at
 * first, which the content policy forbids.
 */
class Styled extends Directive {
  private set: Styles = {};

  constructor(part: PartInfo) {
    super(part);
  }

  override render(_styles: Styles): unknown {
    return noChange;
  }

  override update({ element }: AttributePart, [styles]: [Styles]): unknown {
    const { style } = element as HTMLElement;
    for (const name of Object.keys(this.set)) if (!(name in styles)) style.removeProperty(name);
    // A browser parses even what it has already.
    for (const [name, value] of Object.entries(styles)) if (this.set[name] !== value) style.setProperty(name, value);
    this.set = styles;
    return noChange;
  }
}

export const styled = directive(Styled);
