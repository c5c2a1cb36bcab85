// The service on `node:http`: paths, methods, states, headers and bodies of shared/notes/fal-protocol.md.
export { connectFalStandIn, spawnFalStandIn } from './remote.mjs';
export { startFalStandIn } from './server.mjs';
export { toStandInUrl } from './urls.mjs';
