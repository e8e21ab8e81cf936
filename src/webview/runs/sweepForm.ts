import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { activations } from '../../engine/activations/index.ts';
import { initializers } from '../../engine/initializers.ts';
import { button, numberField, select, textField } from '../controls.ts';
import { plural } from '../format.ts';
import { styled } from '../styled.ts';
import type { Sweeping } from './sweeping.ts';
import { takers } from './sweepPlan.ts';

/** What can be chosen with no parameters of its own. */
const activationNames = activations
  .map(({ name }) => name as string)
  .filter((name) => !/^(custom|softmax)$/.test(name));
const weightNames = initializers
  .map(({ name }) => name as string)
  .filter((name) => !/^(normal|uniform|constant|zeros)$/.test(name));

/** Activation × initial weights × bias × learning rate × seeds of an open network, and the sweep under way. */
export function sweepForm(sweeping: Sweeping): TemplateResult | typeof nothing {
  if (!sweeping.open) return nothing;
  const { network, choices } = sweeping;
  return html`<section class="sweep" aria-label="Sweep">
    ${
      network
        ? html`<div class="sweep-row">
              <span class="sweep-label">Network</span>
              ${select({
                label: 'Network',
                value: network.document,
                choices: sweeping.networks.map(({ document, name }) => ({ value: document, label: name })),
                class: 'inline wide',
                disabled: sweeping.running,
                change: (document) => sweeping.chooseNetwork(document),
              })}
            </div>
            ${chips(sweeping, 'Activations', 'activation', 'activations', activationNames)}
            ${chips(sweeping, 'Initial weights', 'weights', 'weights', weightNames)}
            <div class="sweep-row">
              ${numbers(sweeping, 'Biases', 'biases', '0, 0.1', takers(network.text, 'bias').length > 0)}
              ${numbers(sweeping, 'Learning rates', 'learningRates', '0.01, 0.1', true)}
              <label class="sweep-field"
                >Seeds
                ${numberField({
                  ...{ label: 'Seeds', value: choices.seeds, whole: true, minimum: 1, maximum: 100, class: 'short' },
                  title: 'How many, counted up from the file’s own',
                  change: (seeds) => sweeping.set({ seeds }),
                })}</label
              >
              <label class="sweep-field"
                >Workers
                ${numberField({
                  ...{
                    label: 'Workers',
                    value: sweeping.workers,
                    whole: true,
                    minimum: 1,
                    maximum: 64,
                    class: 'short',
                  },
                  title: 'Runs trained at the same time, each on the processor (wasm)',
                  change: (workers) => sweeping.setWorkers(workers),
                })}</label
              >
            </div>
            ${actions(sweeping)}`
        : html`<p class="hint">Open a network in the designer first: it is what a sweep starts from.</p>`
    }
  </section>`;
}

function chips(
  sweeping: Sweeping,
  label: string,
  field: 'activation' | 'weights',
  key: 'activations' | 'weights',
  names: readonly string[],
): TemplateResult {
  const chosen = sweeping.choices[key];
  const taken = takers(sweeping.network?.text ?? '', field);
  return html`<div class="sweep-row">
    <span class="sweep-label">${label}</span>
    <div class="chips" role="group" aria-label=${label}>
      ${
        taken.length === 0
          ? html`<span class="secondary small">Every layer has its own; take it out of the layers to vary it.</span>`
          : names.map(
              (name) =>
                html`<label class="chip ${chosen.includes(name) ? 'chosen' : ''}"
                  ><input
                    type="checkbox"
                    .checked=${live(chosen.includes(name))}
                    @change=${() =>
                      sweeping.set({
                        [key]: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name],
                      })}
                  />${name}</label
                >`,
            )
      }
    </div>
  </div>`;
}

/** "0, 0.1" as numbers; undefined where that is none. */
export function numbersOf(text: string): number[] | undefined {
  if (text.trim() === '') return [];
  const numbers = text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  return numbers.every(Number.isFinite) ? [...new Set(numbers)] : undefined;
}

const numbers = (
  sweeping: Sweeping,
  label: string,
  key: 'biases' | 'learningRates',
  example: string,
  taken: boolean,
): TemplateResult =>
  html`<label class="sweep-field"
    >${label}
    ${textField({
      label,
      value: sweeping.choices[key].join(', '),
      title: taken ? `Numbers such as ${example}; empty: as the file has it` : 'Every layer has its own bias',
      disabled: !taken,
      fault: (text) => (numbersOf(text) ? undefined : `Numbers with commas between them, such as ${example}.`),
      change: (text) => sweeping.set({ [key]: numbersOf(text) ?? [] }),
    })}</label
  >`;

function actions(sweeping: Sweeping): TemplateResult {
  const { sweep, plan, missing, running } = sweeping;
  if (sweep && running) {
    const of = sweep.planned.length;
    const share = Math.round((100 * sweep.done) / of);
    return html`<div class="sweep-row">
      ${button({ content: 'Cancel', click: () => sweeping.cancel() })}
      <span class="numbers" role="status" aria-label="Sweep status">${sweep.done} of ${plural(of, 'run')}</span>
      <span class="sweep-progress" role="progressbar" aria-label="Sweep progress" aria-valuenow=${share}
        ><i style=${styled({ width: `${share}%` })}></i
      ></span>
    </div>`;
  }
  const made = plan.plan.length - missing.length;
  const fault = plan.fault ?? sweeping.trouble ?? sweep?.failures[0];
  return html`<div class="sweep-row">
    ${button({
      content: made > 0 && missing.length > 0 ? 'Go On' : 'Start Sweep',
      appearance: 'primary',
      disabled: plan.fault !== undefined || missing.length === 0,
      click: () => void sweeping.start(),
    })}
    <span class="numbers" role="status" aria-label="Sweep status"
      >${plan.fault ? '' : `${plural(plan.plan.length, 'run')}${made > 0 ? `, ${made} of them recorded` : ''}`}</span
    >
    ${made > 0 ? html`<button class="link" @click=${() => sweeping.show()}>Show ${made === 1 ? 'it' : 'them'}</button>` : nothing}
    ${fault ? html`<span class="error-text" role="alert">${fault}</span>` : nothing}
  </div>`;
}
