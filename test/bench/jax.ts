import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Run } from './peer.ts';
import { dataOf, kernelsOf, sizeOf, type Workload } from './workloads.ts';

type Params = { w: np.Array; b: np.Array }[];

/** The whole step, gradient and optimiser, in one `jit`, as its guide says. Pictures are channels first, as its convolutions want them. */
export async function prepareJax(workload: Workload, device: 'wasm' | 'webgpu'): Promise<Run> {
  if (!(await init(device)).includes(device)) throw new Error(`no ${device} device`);
  defaultDevice(device);
  const { batch, classes, input, layers, rate, samples } = workload;
  if (layers.some((layer) => !['dense', 'conv', 'pool', 'flatten'].includes(layer.type) || 'norm' in layer)) {
    throw new Error('not built with jax-js');
  }
  const pictures = input.length === 3;
  const binary = classes === 2;

  const forward = (params: Params, x: np.Array): np.Array => {
    let index = 0;
    for (const layer of layers) {
      if (layer.type === 'dense') {
        const { w, b } = params[index++]!;
        x = np.dot(x, w).add(b);
        if (layer.activation === 'relu') x = nn.relu(x);
      } else if (layer.type === 'conv') {
        const { w, b } = params[index++]!;
        x = nn.relu(lax.conv(x, w, [1, 1], 'SAME').add(b.reshape([1, layer.filters, 1, 1])));
      } else if (layer.type === 'pool') {
        const [rows, channels, height, width] = x.shape as [number, number, number, number];
        x = np.max(x.reshape([rows, channels, height / 2, 2, width / 2, 2]), [3, 5]);
      } else if (layer.type === 'flatten') {
        // Back to channels last, so that the first weights mean the same.
        x = np.transpose(x, [0, 2, 3, 1]).reshape([batch, -1]);
      }
    }
    return x;
  };
  const lossOf = (params: Params, x: np.Array, y: np.Array): np.Array => {
    const z = forward(params, x);
    if (binary) return np.mean(nn.softplus(z.ref).sub(z.mul(y)));
    return np.mean(np.sum(nn.logSoftmax(z).mul(y), 1)).mul(-1);
  };
  const gradient = valueAndGrad(lossOf);
  const sgd = jit((params: Params, x: np.Array, y: np.Array) => {
    const [loss, slopes] = gradient(tree.ref(params), x, y) as [np.Array, Params];
    return { loss, params: tree.map((w: np.Array, g: np.Array) => w.sub(g.mul(rate)), params, slopes) as Params };
  });
  const adam = jit((params: Params, m: Params, v: Params, x: np.Array, y: np.Array, one: np.Array, two: np.Array) => {
    const [loss, slopes] = gradient(tree.ref(params), x, y) as [np.Array, Params];
    const mean = tree.map((m: np.Array, g: np.Array) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(slopes)) as Params;
    const square = tree.map(
      (v: np.Array, g: np.Array) => v.mul(0.999).add(g.ref.mul(g).mul(0.001)),
      v,
      slopes,
    ) as Params;
    const next = tree.map(
      (w: np.Array, m: np.Array, v: np.Array) =>
        w.sub(
          m
            .div(one.ref)
            .div(np.sqrt(v.div(two.ref)).add(1e-8))
            .mul(rate),
        ),
      params,
      tree.ref(mean),
      tree.ref(square),
    ) as Params;
    one.dispose();
    two.dispose();
    return { loss, params: next, m: mean, v: square };
  });

  const array = (values: Float32Array, shape: number[]) => np.array(values).reshape(shape);
  let params: Params = kernelsOf(workload).map(({ shape, values }) => {
    const w = array(values, shape);
    return { w: shape.length === 4 ? np.transpose(w, [3, 2, 0, 1]) : w, b: np.zeros([shape.at(-1)!]) };
  });
  const zeros = () => tree.map((w: np.Array) => np.zerosLike(w), tree.ref(params)) as Params;
  let m = zeros();
  let v = zeros();
  const { features, labels } = dataOf(workload);
  const train = Math.floor((samples * 0.8) / batch) * batch;
  const width = sizeOf(input);
  const batches = Array.from({ length: train / batch }, (_, i) => {
    const x = array(features.slice(i * batch * width, (i + 1) * batch * width), [batch, ...input]);
    const some = labels.slice(i * batch, (i + 1) * batch);
    const hot = new Float32Array(batch * classes);
    some.forEach((label, row) => (hot[row * classes + label] = 1));
    return {
      x: pictures ? np.transpose(x, [0, 3, 1, 2]) : x,
      y: binary ? array(some, [batch, 1]) : array(hot, [batch, classes]),
    };
  });
  let step = 0;
  return {
    async steps(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const { x, y } = batches[step % batches.length]!;
        step++;
        let loss: np.Array;
        if (workload.optimizer === 'sgd') ({ loss, params } = sgd(params, x.ref, y.ref));
        else {
          const one = np.array(1 - 0.9 ** step);
          const two = np.array(1 - 0.999 ** step);
          ({ loss, params, m, v } = adam(params, m, v, x.ref, y.ref, one, two));
        }
        sum += (await loss.data())[0]!;
      }
      return sum / count;
    },
    dispose() {},
  };
}
