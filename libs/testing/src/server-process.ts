import { type ChildProcess, fork } from 'node:child_process';
import type { Connections } from '#libs/database';

/** What `scripts/api-server.mjs` is started with. */
export interface ApiServerSettings {
  readonly connections: Connections;
  /** Variables of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Milliseconds by which its clock is off. Default 0. */
  readonly clock?: number;
  /** Whether it has the requests of the storm that go wrong. Default false. */
  readonly stormy?: boolean;
}

/** How a server's process is run. */
export interface ProcessOptions {
  readonly execArgv?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** A server in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** Milliseconds from the start of the process until it listened. */
    readonly startUp: number,
  ) {}

  /**
   * Starts a server and waits until it listens: it sends its port.
   *
   * @param settings reach it as JSON, its only parameter.
   */
  static start(
    entry: URL,
    settings: object,
    { execArgv = [], variables = {} }: ProcessOptions = {},
  ): Promise<ServerProcess> {
    const began = performance.now();
    const child = fork(entry, [JSON.stringify(settings)], {
      execArgv: ['--enable-source-maps', ...execArgv],
      env: { PATH: '/usr/bin:/bin', ...variables },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('message', ({ port }: { port: number }) =>
        resolve(new ServerProcess(child, port, performance.now() - began)),
      );
      child.once('exit', (code) => reject(new Error(`${entry.pathname} ended with ${code} before it listened.`)));
    });
  }

  /** Starts the API; see {@link ServerProcess.start}. @param entry `scripts/api-server.mjs` */
  static startApi(
    entry: URL,
    { connections, variables = {}, clock = 0, stormy = false }: ApiServerSettings,
    options?: ProcessOptions,
  ): Promise<ServerProcess> {
    const secret = connections.secret.export().toString('base64');
    return ServerProcess.start(entry, { connections: { ...connections, secret }, variables, clock, stormy }, options);
  }

  /** Whether the process runs. */
  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Bytes that the process holds: all of it, and what its objects use once garbage is collected, where it can be. */
  memory(): Promise<{ readonly resident: number; readonly used: number }> {
    return this.ask({ ask: 'memory' });
  }

  /** Where the processor's time goes for so long. */
  profile(milliseconds: number): Promise<Record<string, number>> {
    return this.ask({ ask: 'profile', milliseconds });
  }

  /** Ends the process at once, as a machine that fails does. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGKILL');
    await ended;
  }

  private ask<Answer>(question: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.child.once('message', ({ answer }: { answer: Answer }) => resolve(answer));
      this.child.once('exit', () => reject(new Error('The server ended before it answered.')));
      this.child.send(question);
    });
  }
}
