import type { WebSocketConnector } from './websocket-connection.ts';

/** An optional peer: an import that the compiler does not look into. */
const PACKAGE: string = '@tdengine/websocket';
const SIGNALS = ['SIGINT', 'SIGTERM', 'exit'] as const;

/** The connector of TDengine, where it is installed. @throws Error where it is not, or is not as expected */
export async function loadConnector(
  importPackage: () => Promise<unknown> = () => import(PACKAGE),
): Promise<WebSocketConnector> {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal as 'SIGINT')]));
  const loaded = await importPackage();
  // It ends the process on SIGTERM, in the middle of an orderly shutdown: its listeners are taken off again.
  for (const [signal, known] of before) {
    for (const listener of process.listeners(signal as 'SIGINT')) {
      if (!known.includes(listener)) process.removeListener(signal, listener);
    }
  }
  if (!isConnector(loaded)) throw new Error(`expected ${PACKAGE} to export a connector`);
  loaded.setLogLevel('error');
  return loaded;
}

function isConnector(loaded: unknown): loaded is WebSocketConnector {
  const names = ['sqlConnect', 'WSConfig', 'setLogLevel', 'destroy'];
  return typeof loaded === 'object' && loaded !== null && names.every((name) => name in loaded);
}
