import type { Peer } from './peer.ts';
import { prepareTensorFlow } from './tfjs.ts';

export const peer: Peer = { prepare: (workload) => prepareTensorFlow(workload, 'cpu') };
