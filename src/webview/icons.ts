import { svg, html, type TemplateResult } from 'lit';

const outline = {
  step: 'M3 3.5v9L9.5 8zM12.5 3.5v9',
  reset: 'M3.2 8a4.9 4.9 0 1 0 1.6-3.6M4.8 1.9v2.7h2.7',
  plus: 'M8 3v10M3 8h10',
  ok: 'M2.8 8.4l3.4 3.4 7-7.4',
  panel: 'M2 3h12v10H2zM10 3v10',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  code: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  undo: 'M5.5 3 2.5 6l3 3M2.8 6h6.4a3.6 3.6 0 0 1 0 7.2H6',
  pin: 'M6 2h4v4.5l2 2.5H4l2-2.5zM8 9v5',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  warning: 'M8 2.2 14.3 13.4H1.7zM8 6.4v3.4M8 11.4v.6',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v4M8 4.7v.6',
  help: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.1 6.5a1.9 1.9 0 1 1 2.8 1.6c-.6.3-.9.6-.9 1.3M8 11.4v.6',
  beaker: 'M6 1.8v4.4L2.8 13a.9.9 0 0 0 .8 1.2h8.8a.9.9 0 0 0 .8-1.2L10 6.2V1.8M5 1.8h6M4.6 10h6.8',
  runs: 'M2.5 2v11.5H14M4.5 11c2-5 4-6.5 9-7M4.5 11.2c3-2.2 5-3 9-3.2',
  unfold: 'M6 4.5 2.5 8 6 11.5M10 4.5 13.5 8 10 11.5',
  file: 'M4 1.8h5.2L12.5 5v9.2H4zM9 2v3.3h3.3',
} as const;

const solid = {
  play: 'M4.5 2.8v10.4L13 8z',
  pause: 'M4 3h2.6v10H4zM9.4 3H12v10H9.4z',
} as const;

export type IconName = keyof typeof outline | keyof typeof solid;

/** A 16-pixel picture in the text's colour; it says nothing to a screen reader. */
export function icon(name: IconName): TemplateResult {
  const shape =
    name in solid
      ? svg`<path class="solid" d=${solid[name as keyof typeof solid]}></path>`
      : svg`<path d=${outline[name as keyof typeof outline]}></path>`;
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}
