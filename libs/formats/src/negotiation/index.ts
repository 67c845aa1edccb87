/** What a gateway or cache needs to know of formats, without the encoders. */
export { type Format, MEDIA_TYPES } from '../format.ts';
export { negotiateFormat } from '../negotiate-format.ts';
