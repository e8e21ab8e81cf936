/** Writes the JSON Schema of network files, which VS Code completes and explains by. Part of the build. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { version } from '../src/engine/spec/network.ts';
import { networkJsonSchema } from '../src/engine/spec/jsonSchema.ts';

const dist = new URL('../dist/', import.meta.url);
mkdirSync(dist, { recursive: true });
writeFileSync(new URL(`network-${version}.schema.json`, dist), JSON.stringify(networkJsonSchema()));
