import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface WrittenFile {
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
}

/** Writes a file beside its place and moves it there once it is whole and on disk: nobody ever sees half of one. */
export async function replaceFile(
  path: string,
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): Promise<WrittenFile> {
  const unfinished = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await using file = await open(unfinished, 'w');
    for await (const chunk of chunks) {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      hash.update(data);
      bytes += data.length;
      await file.writeFile(data);
    }
    await file.sync();
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rename(unfinished, path);
  return { bytes, sha256: hash.digest('hex') };
}
