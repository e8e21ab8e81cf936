/** The colours of the editor's theme, as numbers a canvas can mix. */

export type Rgb = readonly [number, number, number];

export interface Theme {
  readonly background: Rgb;
  readonly side: Rgb;
  readonly card: Rgb;
  readonly foreground: Rgb;
  /** Secondary text: mixed, because some themes give descriptionForeground no colour of its own. */
  readonly secondary: Rgb;
  readonly line: Rgb;
  readonly grid: Rgb;
  readonly train: Rgb;
  readonly validation: Rgb;
  readonly gradient: Rgb;
  readonly dead: Rgb;
  readonly warning: Rgb;
  readonly good: Rgb;
  readonly focus: Rgb;
  /** 256 steps from never to always active: one hue, rising luminance. */
  readonly activity: readonly Rgb[];
  readonly font: string;
  readonly mono: string;
}

const linear = (v: number) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const gamma = (v: number) =>
  Math.round(255 * Math.min(1, Math.max(0, v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)));

function toLab(color: Rgb): Rgb {
  const [r, g, b] = [linear(color[0]), linear(color[1]), linear(color[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([L, a, b]: Rgb): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** `share` of the second colour in the first, mixed in OKLab (Ottosson 2020), where equal steps look equal. */
export function mix(first: Rgb, second: Rgb, share: number): Rgb {
  const a = toLab(first);
  const b = toLab(second);
  return fromLab([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]);
}

export const css = (color: Rgb, alpha = 1): string => `rgb(${color[0]} ${color[1]} ${color[2]} / ${alpha})`;

/** Reads the theme from the page's variables; a colour the theme lacks (high contrast lacks several) takes the fallback. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  const variable = (name: string) => style.getPropertyValue(`--vscode-${name}`).trim();
  const color = (name: string, fallback: string): Rgb => {
    if (!g) return [128, 128, 128];
    g.clearRect(0, 0, 1, 1);
    g.fillStyle = fallback;
    g.fillStyle = variable(name) || fallback;
    g.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = g.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  const background = color('editor-background', '#1f1f1f');
  const foreground = color('foreground', '#cccccc');
  const card = color('editorWidget-background', css(background));
  const side = color('sideBar-background', css(background));
  const train = color('charts-blue', '#3794ff');
  const low = mix(card, foreground, 0.13);
  const high = mix(train, foreground, 0.12);
  return {
    background,
    foreground,
    side,
    card,
    train,
    secondary: mix(background, foreground, 0.74),
    line: mix(background, foreground, 0.22),
    grid: mix(side, foreground, 0.1),
    validation: color('charts-yellow', '#cca700'),
    gradient: color('charts-purple', '#b180d7'),
    dead: color('editorError-foreground', '#f14c4c'),
    warning: color('editorWarning-foreground', '#cca700'),
    good: color('charts-green', '#89d185'),
    focus: color('focusBorder', '#0078d4'),
    activity: Array.from({ length: 256 }, (_, i) => mix(low, high, (i / 255) ** 0.9)),
    font: `11px ${variable('font-family') || 'sans-serif'}`,
    mono: `11px ${variable('editor-font-family') || 'monospace'}`,
  };
}

let current: Theme | undefined;

/** The theme as last read. */
export const theme = (): Theme => (current ??= readTheme());

/** Reads the theme again whenever the editor changes it, then calls back. */
export function watchTheme(changed: () => void): void {
  const reread = () => {
    current = readTheme();
    changed();
  };
  new MutationObserver(reread).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
  // The variables live in the style attribute of the root element.
  new MutationObserver(reread).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
