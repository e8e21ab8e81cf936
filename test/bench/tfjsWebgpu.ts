import type { Peer } from './peer.ts';
import { prepareTensorFlow } from './tfjs.ts';
import '@tensorflow/tfjs-backend-webgpu';
export const peer: Peer = { prepare: (workload) => prepareTensorFlow(workload, 'webgpu') };
