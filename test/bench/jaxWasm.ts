import { prepareJax } from './jax.ts';
import type { Peer } from './peer.ts';

export const peer: Peer = { prepare: (workload) => prepareJax(workload, 'wasm') };
