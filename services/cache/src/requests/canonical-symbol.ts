import { parseSymbol, resolveAlias, SymbolError } from '@quotefleet/domain';

/** Where an endpoint takes a bare code to be from, if not the stocks of the mainland. */
export type CodeMarket = 'index' | 'hk' | 'us';

const HK_CODE = /^\d{1,5}$/;
/** But for `usAAPL`, which is a form of its own. */
const US_TICKER = /^(?!us)[A-Za-z][A-Za-z0-9]{0,7}$/;

/** The symbol that an instrument has today, from any accepted form; undefined where there is no such form. */
export function canonicalSymbol(text: string, codesOf: CodeMarket | undefined): string | undefined {
  try {
    return resolveAlias(parseSymbol(withMarket(text, codesOf), codesOf === 'index' ? { kind: 'index' } : {}).symbol);
  } catch (error) {
    if (error instanceof SymbolError) return undefined;
    throw error;
  }
}

function withMarket(text: string, codesOf: CodeMarket | undefined): string {
  if (codesOf === 'hk' && HK_CODE.test(text)) return `${text}.HK`;
  if (codesOf === 'us' && US_TICKER.test(text)) return `${text}.US`;
  return text;
}
