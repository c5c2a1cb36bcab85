// Runs before every test file: no test may reach beyond this machine, and none may find a real key.
import { Socket } from 'node:net';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/;

for (const name of Object.keys(process.env)) {
  if (/^FAL_|^IMAGE_PROMPT_/.test(name)) delete process.env[name];
}
// Tests say themselves whether they play CI or a person at a terminal.
delete process.env['CI'];

const connect = Socket.prototype.connect;
Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]): Socket {
  // Node passes either (options, callback) or one array of both.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host =
    typeof first === 'object' && first !== null ? (first as { host?: string }).host : args[1];
  if (typeof host === 'string' && !LOOPBACK.test(host)) {
    throw new Error(`A test tried to reach ${host}: tests stay on the loopback interface.`);
  }
  return Reflect.apply(connect, this, args) as Socket;
};
