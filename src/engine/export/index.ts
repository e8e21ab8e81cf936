import * as l10n from '@vscode/l10n';
import { writeSafetensors } from '../weights/safetensors.ts';
import { exportJson } from './json.ts';
import { exportKeras } from './keras.ts';
import { exportOnnx } from './onnx.ts';
import { exportPytorch } from './pytorch.ts';
import type { ExportTarget } from './target.ts';
import { exportTfjs, weightsEnding } from './tfjs.ts';

/** Everything a network can be turned into, in the order people see them: for command line and editor alike. */
export const exportTargets: readonly ExportTarget[] = [
  {
    id: 'json',
    label: () => l10n.t('Network JSON'),
    detail: () => l10n.t('The network file with every default written out'),
    extension: '.full.nn.json',
    holds: 'network',
    make: ({ network, graph }) => ({ '': exportJson(network, graph) }),
  },
  {
    id: 'pytorch',
    label: () => 'PyTorch',
    detail: () => l10n.t('A Python file with the network as a module, and its weights beside it'),
    extension: '_pytorch.py',
    beside: ['.safetensors'],
    holds: 'weights',
    make: exportPytorch,
  },
  {
    id: 'keras',
    label: () => 'Keras',
    detail: () => l10n.t('A Python file with the network as a functional model of Keras 3, and its weights beside it'),
    extension: '_keras.py',
    beside: ['.safetensors'],
    holds: 'weights',
    make: exportKeras,
  },
  {
    id: 'onnx',
    label: () => 'ONNX',
    detail: () => l10n.t('Network and weights in one file, input scaling included, for ONNX Runtime and others'),
    extension: '.onnx',
    holds: 'weights',
    make: (model) => ({ '': exportOnnx(model) }),
  },
  {
    id: 'safetensors',
    label: () => 'safetensors',
    detail: () => l10n.t('The weights, with the network file, seed and input scaling they were made with'),
    extension: '.safetensors',
    holds: 'weights',
    make: ({ metadata, tensors }) => ({ '': writeSafetensors({ metadata, tensors }) }),
  },
  {
    id: 'tfjs',
    label: () => 'TensorFlow.js',
    detail: () => l10n.t('A layers model for web pages, input scaling included, with its weights in a file beside it'),
    extension: '.tfjs.json',
    beside: [weightsEnding],
    holds: 'weights',
    make: exportTfjs,
  },
];
