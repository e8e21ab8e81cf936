import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Drawing } from '../document.ts';
import { painted } from '../painted.ts';
import { canDie } from '../run/runState.ts';
import { showsFields } from '../look/wants.ts';
import { css } from '../theme.ts';
import { mark } from './card.ts';
import { unitState } from './unitMap.ts';

/** What the colours and shapes of the diagram mean. */
export function legend(drawing: Drawing): TemplateResult {
  const mortal = drawing.layers.some(({ layer }) => canDie(drawing, layer.id));
  const share = mortal ? l10n.t('active on 0…100 % of the training data') : l10n.t('size of the mean output, 0…1');
  return html`<div class="legend" aria-hidden="true">
    <span class="key"
      ><canvas
        ${painted(
          100,
          10,
          (g, theme) => {
            for (let i = 0; i < 20; i++) {
              g.fillStyle = css(theme.activity[Math.round((i / 19) * 255)] ?? theme.line);
              g.fillRect(i * 5, 0, 4, 10);
            }
          },
          [],
        )}
      ></canvas>
      <span class="clip">${share}</span></span
    >
    ${
      mortal
        ? html`<span class="key">${mark(unitState.dead, 12)}${l10n.t('dead')}</span>
            <span class="key"
              >${mark(unitState.nearlyDead, 12)}<span class="clip">${l10n.t('nearly dead: under 1 %')}</span></span
            >`
        : nothing
    }
    ${
      drawing.layers.some((layer) => showsFields({ drawing }, layer))
        ? html`<span class="key"
            ><canvas
              ${painted(
                20,
                10,
                (g, theme) => {
                  g.fillStyle = css(theme.train);
                  g.fillRect(0, 0, 9, 10);
                  g.fillStyle = css(theme.validation);
                  g.fillRect(11, 0, 9, 10);
                },
                [],
              )}
            ></canvas
            ><span class="clip">${l10n.t('a unit’s answer above, below 0')}</span></span
          >`
        : nothing
    }
    <span class="grow"></span>
    <span class="key"
      ><canvas
        ${painted(
          44,
          12,
          (g, theme) => {
            g.fillStyle = css(theme.gradient);
            g.beginPath();
            g.moveTo(0, 6);
            g.lineTo(44, 0);
            g.lineTo(44, 12);
            g.fill();
          },
          [],
        )}
      ></canvas>
      <span class="clip">${l10n.t('gradient norm, thickness = log₁₀, 1e−6…1')}</span></span
    >
  </div>`;
}
