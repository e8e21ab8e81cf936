import convnetjs from 'convnetjs/build/convnet.js';
import type { Peer } from './peer.ts';
import { dataOf, kernelsOf } from './workloads.ts';

/** ConvNetJS with its own trainer, a sample at a time, as its guide says; its two-class softmax stands for the sigmoid. */
export const peer: Peer = {
  async prepare(workload) {
    const { batch, input, rate, samples } = workload;
    const { features, labels } = dataOf(workload);
    const train = Math.floor((samples * 0.8) / batch) * batch;
    const net = new convnetjs.Net();
    net.makeLayers([
      { type: 'input', out_sx: 1, out_sy: 1, out_depth: input[0]! },
      ...workload.layers.slice(0, -1).map((layer) => ({
        type: 'fc',
        num_neurons: 'units' in layer ? layer.units : 0,
        activation: 'relu',
        bias_pref: 0,
      })),
      { type: 'softmax', num_classes: 2 },
    ]);
    // Class 1 has the weights of the one output, class 0 none.
    const dense = net.layers.filter((layer: any) => layer.layer_type === 'fc');
    for (const [index, { shape, values }] of kernelsOf(workload).entries()) {
      const [inputs, outputs] = shape as [number, number];
      const last = index === dense.length - 1;
      for (const [unit, filter] of dense[index].filters.entries()) {
        for (let i = 0; i < inputs; i++) {
          filter.w[i] = last ? (unit === 1 ? values[i * outputs] : 0) : values[i * outputs + unit];
        }
      }
    }
    const trainer = new convnetjs.SGDTrainer(net, { learning_rate: rate, momentum: 0, batch_size: batch, l2_decay: 0 });
    const x = new convnetjs.Vol(1, 1, input[0]!);
    let at = 0;
    return {
      steps(count) {
        let sum = 0;
        for (let i = 0; i < count * batch; i++) {
          for (let j = 0; j < input[0]!; j++) x.w[j] = features[at * input[0]! + j];
          sum += trainer.train(x, labels[at]).cost_loss;
          at = (at + 1) % train;
        }
        return Promise.resolve(sum / (count * batch));
      },
      dispose() {},
    };
  },
};
