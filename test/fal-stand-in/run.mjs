// node run.mjs ['{"runMs": 100}']: prints {"baseUrl", "key"} as one line of JSON and serves until it is
// killed or its standard input ends, so that it never outlives the test that started it.
import { startFalStandIn } from './server.mjs';

const standIn = await startFalStandIn(JSON.parse(process.argv[2] ?? '{}'));
process.stdout.write(`${JSON.stringify({ baseUrl: standIn.baseUrl, key: standIn.key })}\n`);
process.stdin.resume().once('end', () => process.exit(0));
