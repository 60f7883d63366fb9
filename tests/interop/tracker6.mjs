/* The npm tracker's server alone (its own program also loads a client that
 * needs a compiled module): node tracker6.mjs NODE_MODULES ADDRESS PORT */
import { pathToFileURL } from 'node:url'

const [modules, address, port] = process.argv.slice(2)
const { default: Server } = await import(
  pathToFileURL(modules + '/bittorrent-tracker/server.js').href)
const server = new Server({ http: true, udp: false, ws: false, stats: false,
                            interval: 5000 })
for (const event of ['error', 'warning', 'start', 'complete', 'stop'])
  server.on(event, what => console.log(event, what.message ?? what))
server.listen(Number(port), { http: address }, () => console.log('up'))
