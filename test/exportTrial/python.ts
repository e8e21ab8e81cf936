import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { exportTargets } from '../../src/engine/export/index.ts';
import type { Peer } from './peer.ts';

/** What `python.py` says of a file. */
interface Answer {
  readonly outputs?: readonly number[];
  readonly error?: string;
}

/** A Python that stays, as its libraries take long to load: it predicts with each file, and trains with it for two epochs. */
export const python =
  (id: 'pytorch' | 'keras') =>
  async (program: string): Promise<Peer> => {
    const target = exportTargets.find((row) => row.id === id)!;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-export-'));
    const child = spawn(program, [path.join(import.meta.dirname, 'python.py'), id], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.unref();
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return async (model, raw, rows) => {
      if (target.holds !== 'weights') throw new Error(`${id} holds no weights`);
      for (const [ending, content] of Object.entries(target.make(model, 'network')))
        await fs.writeFile(path.join(folder, `network${ending || '.py'}`), content);
      const width = raw.length / rows;
      const { task, outputs } = model.known.shape;
      const labels = Array.from({ length: rows }, (_, i) =>
        task === 'classification' ? i % outputs : Array<number>(outputs).fill(0.5),
      );
      const inputs = Array.from({ length: rows }, (_, i) => [...raw.subarray(i * width, (i + 1) * width)]);
      const asked = { file: path.join(folder, 'network.py'), inputs };
      const labelled = model.network.training.target === 'label' ? { labels } : {};
      child.stdin.write(`${JSON.stringify({ ...asked, ...labelled })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${program} ended`);
      const { outputs: found, error } = JSON.parse(value) as Answer;
      if (error !== undefined) throw new Error(error);
      return found ?? 'compiled';
    };
  };
