import { beforeAll, it } from '@jest/globals';

/** Tests of a describe block that mostly wait: all start when the first does, and each is told by its own title. */
export function itAtOnce(tests: Readonly<Record<string, () => Promise<void>>>, timeoutMs: number): void {
  const running = new Map<string, Promise<PromiseSettledResult<void>[]>>();
  beforeAll(() => {
    for (const [title, test] of Object.entries(tests)) running.set(title, Promise.allSettled([test()]));
  });
  it.each(Object.keys(tests))(
    '%s',
    async (title) => {
      const [result] = (await running.get(title)) ?? [];
      if (result?.status !== 'fulfilled') throw result?.reason;
    },
    timeoutMs,
  );
}
