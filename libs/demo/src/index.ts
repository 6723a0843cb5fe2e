export { type DemoSignIns, loadDemo } from './load-demo.js';
