// A pod's program for specs, run inside a network namespace.
//   serve NAME PORT   answers HTTP, one connection per request, and UDP with "NAME <client's address>"; prints "ready"
//   udp IP PORT       sends what it reads, a line at a time, from one socket, and prints each answer or error as a line
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const [verb, name = '', port] = process.argv.slice(2);

if (verb === 'serve') {
  const udp = createSocket('udp4', (_, from) => udp.send(`${name} ${from.address}`, from.port, from.address));
  const http = createServer((request, response) => {
    response.setHeader('connection', 'close').end(`${name} ${request.socket.remoteAddress}\n`);
  });
  udp.bind(Number(port), '0.0.0.0', () => http.listen(Number(port), '0.0.0.0', () => process.stdout.write('ready\n')));
} else {
  const udp = createSocket('udp4', (message) => process.stdout.write(`${message.toString()}\n`));
  udp.on('error', (error: NodeJS.ErrnoException) => process.stdout.write(`${error.code}\n`));
  udp.connect(Number(port), name, () => createInterface({ input: process.stdin }).on('line', (line) => udp.send(line)));
}
