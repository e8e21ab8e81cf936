import type { Peer } from './peer.ts';
import { dataOf, kernelsOf } from './workloads.ts';

/** A small MLP as one would write it by hand: typed arrays and loops, ReLU inside, a sigmoid and binary cross-entropy at the end, sgd. */
export const peer: Peer = {
  async prepare(workload) {
    const { features, labels } = dataOf(workload);
    const { batch, rate } = workload;
    const train = Math.floor((workload.samples * 0.8) / batch) * batch;
    const weights = kernelsOf(workload);
    const layers = weights.map(({ shape: [inputs, outputs], values }) => ({
      inputs: inputs!,
      outputs: outputs!,
      w: values,
      b: new Float32Array(outputs!),
      dw: new Float32Array(values.length),
      db: new Float32Array(outputs!),
      a: new Float32Array(outputs!),
      d: new Float32Array(outputs!),
    }));
    const width = workload.input[0]!;
    const x = new Float32Array(width);
    let at = 0;
    const step = () => {
      for (const layer of layers) {
        layer.dw.fill(0);
        layer.db.fill(0);
      }
      let loss = 0;
      for (let r = 0; r < batch; r++) {
        const row = at + r;
        for (let i = 0; i < width; i++) x[i] = features[row * width + i]!;
        let input = x;
        for (let l = 0; l < layers.length; l++) {
          const { inputs, outputs, w, b, a } = layers[l]!;
          for (let j = 0; j < outputs; j++) {
            let sum = b[j]!;
            for (let i = 0; i < inputs; i++) sum += input[i]! * w[i * outputs + j]!;
            a[j] = l < layers.length - 1 ? (sum > 0 ? sum : 0) : sum;
          }
          input = a;
        }
        const z = input[0]!;
        const t = labels[row]!;
        loss += Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)));
        layers[layers.length - 1]!.d[0] = (1 / (1 + Math.exp(-z)) - t) / batch;
        for (let l = layers.length - 1; l >= 0; l--) {
          const { inputs, outputs, w, dw, db, d } = layers[l]!;
          const below = l > 0 ? layers[l - 1]! : undefined;
          const from = below ? below.a : x;
          for (let j = 0; j < outputs; j++) db[j]! += d[j]!;
          for (let i = 0; i < inputs; i++) {
            const value = from[i]!;
            let back = 0;
            for (let j = 0; j < outputs; j++) {
              dw[i * outputs + j]! += value * d[j]!;
              back += w[i * outputs + j]! * d[j]!;
            }
            if (below) below.d[i] = value > 0 ? back : 0;
          }
        }
      }
      for (const { w, b, dw, db } of layers) {
        for (let i = 0; i < w.length; i++) w[i]! -= rate * dw[i]!;
        for (let j = 0; j < b.length; j++) b[j]! -= rate * db[j]!;
      }
      at += batch;
      if (at >= train) at = 0;
      return loss / batch;
    };
    return {
      steps(count) {
        let loss = 0;
        for (let i = 0; i < count; i++) loss += step();
        return Promise.resolve(loss / count);
      },
      dispose() {},
    };
  },
};
