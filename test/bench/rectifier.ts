import simd from 'kernels:simd';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

export const peer: Peer = { prepare: (workload) => prepareProduct(workload, simd, 'simd') };
