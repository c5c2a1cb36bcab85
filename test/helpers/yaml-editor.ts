// An editor with yaml-language-server, the program behind YAML in Visual Studio Code, Neovim and others: it
// runs in a process of its own and is talked to as editors do, by JSON-RPC on its standard streams.
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A completion as the editor offers it. */
export interface Offer {
  label: string;
  /** What it writes. */
  insertText?: string;
  documentation?: string | { value: string };
}

/** A mark under the text; lines and characters count from 0. */
export interface Mark {
  message: string;
  range: { start: { line: number; character: number } };
}

/** An editor in which files of one folder are opened. */
export interface YamlEditor {
  /** What is offered at the `|` of the text. */
  complete(file: string, text: string): Promise<Offer[]>;
  /** The Markdown that hovering at the `|` of the text shows. */
  hover(file: string, text: string): Promise<string>;
  /** What is marked in the text. */
  diagnose(file: string, text: string): Promise<Mark[]>;
  close(): Promise<void>;
}

/** Messages of JSON-RPC, in both directions. */
interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
}

const PROGRAM = join(
  dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json')),
  'bin',
  'yaml-language-server',
);

/**
 * Opens an editor.
 * @param root absolute path of its workspace
 * @param settings what its settings say, such as `{ 'yaml.schemas': … }`
 */
export async function openYamlEditor(
  root: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<YamlEditor> {
  // The catalogue of schemas lies on the internet, and this is about ours.
  const yaml = {
    schemas: settings['yaml.schemas'] ?? {},
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
    validate: true,
    hover: true,
    completion: true,
  };
  const child = spawn(process.execPath, [PROGRAM, '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = connect(child, { 'workspace/configuration': () => [yaml, {}, {}, {}] });
  const uri = pathToFileURL(root).href;
  await connection.request('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'project' }],
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        completion: { completionItem: { documentationFormat: ['markdown'], snippetSupport: true } },
        hover: { contentFormat: ['markdown'] },
        diagnostic: {},
      },
    },
  });
  connection.notify('initialized', {});
  await connection.once('workspace/configuration');

  let version = 0;
  const opened = new Set<string>();
  const show = (file: string, text: string): string => {
    const document = pathToFileURL(join(root, file)).href;
    version += 1;
    if (opened.has(document)) {
      const textDocument = { uri: document, version };
      connection.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
    } else {
      opened.add(document);
      const textDocument = { uri: document, languageId: 'yaml', version, text };
      connection.notify('textDocument/didOpen', { textDocument });
    }
    return document;
  };
  /** Shows the text without its `|` and asks for something there. */
  const askAt = async (method: string, file: string, marked: string): Promise<unknown> => {
    const before = marked.slice(0, marked.indexOf('|'));
    const document = show(file, marked.replace('|', ''));
    const line = before.split('\n').length - 1;
    const position = { line, character: before.length - before.lastIndexOf('\n') - 1 };
    return await connection.request(method, { textDocument: { uri: document }, position });
  };

  return {
    async complete(file, text) {
      const answer = await askAt('textDocument/completion', file, text);
      return (answer as { items: Offer[] }).items;
    },
    async hover(file, text) {
      const answer = await askAt('textDocument/hover', file, text);
      return (answer as { contents: { value: string } } | null)?.contents.value ?? '';
    },
    async diagnose(file, text) {
      // Marks come when the editor finds the time. Those of a file with a name of its own are of this text.
      const document = show(join(dirname(file), `${version}-${basename(file)}`), text);
      const published = await connection.once(
        'textDocument/publishDiagnostics',
        (params) => (params as { uri: string }).uri === document,
      );
      return (published as { diagnostics: Mark[] }).diagnostics;
    },
    async close() {
      await connection.request('shutdown', null);
      const left = new Promise((resolve) => child.once('exit', resolve));
      connection.notify('exit', null);
      await left;
    },
  };
}

/** Frames of `Content-Length: N`, a blank line and N bytes of JSON (Language Server Protocol, base protocol). */
function connect(child: ChildProcess, answers: Readonly<Record<string, () => unknown>>) {
  const waiting = new Map<number, (result: unknown) => void>();
  const listeners = new Set<(method: string, params: unknown) => void>();
  let received = Buffer.alloc(0);
  let last = 0;

  const send = (message: Message): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin!.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin!.write(body);
  };
  const receive = ({ id, method, params, result }: Message): void => {
    if (method === undefined) return void waiting.get(id!)?.(result ?? null);
    // What the server asks for wants an answer, and most of it is none of our business.
    if (id !== undefined) send({ id, result: answers[method]?.() ?? null });
    for (const listener of listeners) listener(method, params);
  };
  child.stdout!.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const head = received.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(received.toString('latin1', 0, head))?.[1],
      );
      if (head < 0 || received.length < head + 4 + length) return;
      const body = received.toString('utf8', head + 4, head + 4 + length);
      received = received.subarray(head + 4 + length);
      receive(JSON.parse(body) as Message);
    }
  });

  return {
    request: (method: string, params: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        send({ id: last, method, params });
      }),
    notify: (method: string, params: unknown): void => send({ method, params }),
    /** The parameters of the next such message. */
    once: (wanted: string, fits: (params: unknown) => boolean = () => true): Promise<unknown> =>
      new Promise((resolve) => {
        const listener = (method: string, params: unknown): void => {
          if (method !== wanted || !fits(params)) return;
          listeners.delete(listener);
          resolve(params);
        };
        listeners.add(listener);
      }),
  };
}
