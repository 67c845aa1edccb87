export const TOKEN_ISSUER = 'quotefleet';
export const TOKEN_AUDIENCE = 'quotefleet-api';
/** The `typ` of access tokens (RFC 9068), by which nothing else that auth signs can be taken for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
/** How long an access token is valid, and so how long a revocation has to be remembered. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Clocks of the fleet may differ by so much. */
export const CLOCK_TOLERANCE_SECONDS = 5;
/** The one algorithm; what a token's header asks for decides nothing. */
export const SIGNATURE_ALGORITHM = 'EdDSA';
